"""What a bot is doing, read beside it without disturbing it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from bot.errors import OperatorError
from bot.store import counts
from bot.store.database import StoreError, is_running, reading
from bot.strings import say


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """`runs` counts them by status; unsettled deliveries are not known to be shown."""

    running: bool
    threads: int
    runs: dict[str, int]
    open_questions: int
    unsettled_deliveries: int


async def status(database: Path) -> StatusReport:
    """Raises OperatorError: there is no database, or it cannot be read."""
    if not await asyncio.to_thread(database.is_file):
        raise OperatorError(say("store.missing", path=database))
    try:
        async with reading(database) as tx:
            return StatusReport(
                running=await asyncio.to_thread(is_running, database),
                threads=await counts.threads(tx),
                runs=await counts.runs(tx),
                open_questions=await counts.open_questions(tx),
                unsettled_deliveries=await counts.unsettled_deliveries(tx),
            )
    except (StoreError, OSError) as error:
        reason = type(error).__name__
        raise OperatorError(say("store.unusable", path=database, reason=reason)) from error
