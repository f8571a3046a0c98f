"""What `docent doctor` looks at: one section per part, each a sequence of checks."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

from bot.doctor import assistants, database, functions, home, platforms, provider
from bot.doctor.checks import Check, Section, State
from bot.doctor.platforms import Look
from bot.settings import Settings, SettingsError
from bot.strings import say

__all__ = ["Check", "Look", "Section", "State", "examine"]


async def examine(
    load: Callable[[], Settings], folder: Path | None = None, *, look: Look | None = None
) -> AsyncIterator[Check]:
    """All checks, each as soon as it is made. Without settings there is nothing else to check.

    `folder` is that with the data; without it, it is found as all commands find it. `look` asks
    the platforms; without it, they are left out.
    """
    try:
        configured = load()
        settings = configured.with_data(folder)
    except SettingsError as error:
        for sentence in str(error).splitlines():
            yield Check(name="settings", state="failed", sentence=sentence)
        return
    where = settings.docent_home
    playground = where == configured.playground
    yield Check(name="settings", state="ok", sentence=say("doctor.settings_ok"))
    key = "home_playground" if playground else "home"
    yield Check(name="home", state="ok", sentence=say(f"doctor.{key}", path=where))
    for section in _sections(None if playground else look, playground=playground):
        async for check in section(settings):
            yield check


def _sections(look: Look | None, *, playground: bool) -> tuple[Section, ...]:
    """In the order in which they are made. The playground needs no platform."""
    asked = () if look is None else (partial(platforms.checks, look=look),)
    return (
        partial(provider.checks, needed=not playground),
        *asked,
        home.checks,
        database.checks,
        functions.checks,
        assistants.checks,
    )
