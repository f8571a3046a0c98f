"""Whether the database can be read."""

import asyncio
from collections.abc import AsyncIterator

from bot.doctor.checks import Check
from bot.errors import OperatorError
from bot.settings import Settings
from bot.status import status
from bot.strings import say


async def checks(settings: Settings) -> AsyncIterator[Check]:
    """One check. A database that is not there yet is nothing to worry about."""
    path = settings.database_path
    try:
        if not await asyncio.to_thread(path.exists):
            there_is_none = say("doctor.database_none", path=path)
            yield Check(name="database", state="ok", sentence=there_is_none)
            return
        await asyncio.to_thread(status, path)
    except OSError as error:
        values = {"path": path, "reason": error.strerror or str(error)}
        yield Check(name="database", state="failed", sentence=say("store.unusable", **values))
    except OperatorError as error:
        yield Check(name="database", state="failed", sentence=str(error))
    else:
        yield Check(name="database", state="ok", sentence=say("doctor.database_ok", path=path))
