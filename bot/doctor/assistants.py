"""Whether the stored assistants can do what they were made for."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from bot.doctor.checks import Check
from bot.errors import OperatorError
from bot.registry.functions import without_code
from bot.settings import Settings
from bot.store import assistants
from bot.store.assistants import StoredAssistant
from bot.store.database import reading_current
from bot.strings import say
from bot.text.visible import shortened
from bot.tools.installed import open_tools

NAME = "assistants"
LONGEST = 80
"""Characters of a function's name, which an import may have brought."""


async def checks(settings: Settings) -> AsyncIterator[Check]:
    """A warning for each assistant with functions that nobody implements. Where the database or
    the functions cannot be read there is nothing to say here: they have checks of their own."""
    try:
        stored = await asyncio.to_thread(_stored, settings)
        async with open_tools(settings.webhooks_path) as installed:
            there = frozenset(installed.tools)
    except OperatorError:
        return
    wanting = [(one.id, without_code(one.body, there)) for one in stored]
    for assistant_id, names in wanting:
        if names:
            listed = ", ".join(shortened(name, LONGEST) for name in names)
            sentence = say("assistants.functions_missing", id=assistant_id, names=listed)
            yield Check(name=NAME, state="warning", sentence=sentence)
    if not any(names for _, names in wanting):
        yield Check(name=NAME, state="ok", sentence=say("assistants.functions_there"))


def _stored(settings: Settings) -> Sequence[StoredAssistant]:
    with reading_current(settings.database_path) as tx:
        return assistants.listed(tx, None)
