"""Whether the functions of this installation can be used, webhooks included."""

from collections.abc import AsyncIterator

from bot.doctor.checks import Check
from bot.errors import OperatorError
from bot.settings import Settings
from bot.strings import say
from bot.tools.installed import open_tools

NAME = "installation"
"""Not `functions`: whether the model calls them is another check."""


async def checks(settings: Settings) -> AsyncIterator[Check]:
    """A warning for each function that is left out, and a failure where Docent would not start."""
    path = settings.webhooks_path
    try:
        async with open_tools(path) as installed:
            problems = installed.problems
    except OperatorError as error:
        yield Check(name=NAME, state="failed", sentence=str(error))
        return
    for problem in problems:
        yield Check(name=NAME, state="warning", sentence=problem)
    if not problems:
        sentence = say("doctor.installation_ok", path=path)
        yield Check(name=NAME, state="ok", sentence=sentence)
