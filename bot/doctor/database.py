"""Whether the database is there, can be read, and has this program's schema."""

import asyncio
from collections.abc import AsyncIterator

from bot.doctor.checks import Check
from bot.errors import OperatorError
from bot.settings import Settings
from bot.store.database import reading_current
from bot.strings import say


async def checks(settings: Settings) -> AsyncIterator[Check]:
    """One check. Without a database there is something to say only where a platform is set up:
    then it may be the wrong folder."""
    yield await asyncio.to_thread(_check, settings)


def _check(settings: Settings) -> Check:
    path = settings.database_path
    try:
        if not path.exists():
            if settings.has_slack or settings.has_discord:
                sentence = say("doctor.database_missing", path=path)
                return Check(name="database", state="warning", sentence=sentence)
            there_is_none = say("doctor.database_none", path=path)
            return Check(name="database", state="ok", sentence=there_is_none)
        with reading_current(path):
            return Check(name="database", state="ok", sentence=say("doctor.database_ok", path=path))
    except OSError as error:
        sentence = say("store.unusable", path=path, reason=error.strerror or str(error))
    except OperatorError as error:
        sentence = str(error)
    return Check(name="database", state="failed", sentence=sentence)
