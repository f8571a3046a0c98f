"""What `docent doctor` looks at: one section per part, each a sequence of checks."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

from bot.doctor import assistants, database, functions, provider
from bot.doctor.checks import Check, Section, State
from bot.settings import Settings, SettingsError
from bot.strings import say

__all__ = ["Check", "Section", "State", "examine"]


async def examine(load: Callable[[], Settings], home: Path | None = None) -> AsyncIterator[Check]:
    """All checks, each as soon as it is made. Without settings there is nothing else to check.

    `home` is the folder with the data; without it, it is found as all commands find it.
    """
    try:
        configured = load()
        settings = configured.with_data(home)
    except SettingsError as error:
        yield Check(name="settings", state="failed", sentence=str(error))
        return
    folder = settings.docent_home
    playground = folder == configured.playground
    yield Check(name="settings", state="ok", sentence=say("doctor.settings_ok"))
    where = "home_playground" if playground else "home"
    yield Check(name="home", state="ok", sentence=say(f"doctor.{where}", path=folder))
    for section in _sections(playground=playground):
        async for check in section(settings):
            yield check


def _sections(*, playground: bool) -> tuple[Section, ...]:
    """In the order in which they are made; what a platform adds goes behind them."""
    return (
        partial(provider.checks, needed=not playground),
        database.checks,
        functions.checks,
        assistants.checks,
    )
