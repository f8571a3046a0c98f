"""What `docent doctor` looks at: one section per part, each a sequence of checks."""

from collections.abc import AsyncIterator, Callable, Sequence

from bot.doctor import assistants, database, provider
from bot.doctor.checks import Check, Section, State
from bot.settings import Settings, SettingsError
from bot.strings import say

SECTIONS: tuple[Section, ...] = (provider.checks, database.checks, assistants.checks)
"""In the order in which they are made; what a platform adds goes behind them."""

__all__ = ["SECTIONS", "Check", "Section", "State", "examine"]


async def examine(
    load: Callable[[], Settings], sections: Sequence[Section] = SECTIONS
) -> AsyncIterator[Check]:
    """All checks, each as soon as it is made. Without settings there is nothing else to check."""
    try:
        settings = load()
    except SettingsError as error:
        yield Check(name="settings", state="failed", sentence=str(error))
        return
    yield Check(name="settings", state="ok", sentence=say("doctor.settings_ok"))
    for section in sections:
        async for check in section(settings):
            yield check
