"""Whether the platforms take their tokens, and give what the bot needs there."""

import asyncio
from collections.abc import AsyncIterator, Callable

import structlog

from bot.adapter import Finding
from bot.doctor.checks import Check
from bot.errors import OperatorError
from bot.settings import Settings
from bot.strings import say

Look = Callable[[Settings], AsyncIterator[tuple[str, Finding]]]
"""What each platform that is set up says of its tokens, with its name."""

LONGEST = 60.0
"""Seconds for all looks together; each is some requests."""

log = structlog.get_logger()


async def checks(settings: Settings, look: Look) -> AsyncIterator[Check]:
    if half := settings.halves():
        yield Check(name="slack", state="failed", sentence=half)
    if not (settings.has_slack or settings.has_discord):
        if not half:
            sentence = say("doctor.platform_none")
            yield Check(name="platforms", state="warning", sentence=sentence)
        return
    name = "platforms"
    try:
        async with asyncio.timeout(LONGEST):
            async for name, finding in look(settings):
                yield Check(name=name, state=finding.state, sentence=finding.text)
    except OperatorError as error:
        yield Check(name=name, state="failed", sentence=str(error))
    except Exception as error:  # noqa: BLE001 - a section raises nothing
        log.warning("platform_not_checked", error=type(error).__name__)
        sentence = say("doctor.platform_unreached", error=type(error).__name__)
        yield Check(name=name, state="failed", sentence=sentence)
