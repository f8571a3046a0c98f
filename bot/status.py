"""What a bot is doing, read beside it without disturbing it."""

from dataclasses import dataclass
from pathlib import Path

from bot.errors import OperatorError
from bot.store import counts
from bot.store.database import StoreError, is_running, reading
from bot.strings import say


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """`runs` counts them by status, those refused at once as such; unsettled deliveries are not
    known to be shown."""

    running: bool
    threads: int
    runs: dict[str, int]
    open_questions: int
    unsettled_deliveries: int


def status(database: Path) -> StatusReport:
    """Raises OperatorError: there is no database, or it cannot be read."""
    try:
        if not database.is_file():
            raise OperatorError(say("store.missing", path=database))
        with reading(database) as tx:
            return StatusReport(
                running=is_running(database),
                threads=counts.threads(tx),
                runs=counts.runs(tx),
                open_questions=counts.open_questions(tx),
                unsettled_deliveries=counts.unsettled_deliveries(tx),
            )
    except (StoreError, OSError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        raise OperatorError(say("store.unusable", path=database, reason=reason)) from error
