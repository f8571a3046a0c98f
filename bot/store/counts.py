"""How much of everything there is."""

from dataclasses import dataclass

from sqlalchemy import Select, case, func, select, text

from bot.store import tables
from bot.store.database import Tx

_RUNS = select(tables.runs.c.status, func.count().label("number")).group_by(tables.runs.c.status)
_UNFINISHED = (tables.QUEUED, tables.EXECUTING, tables.PARKED)
_UNSETTLED = (
    select(tables.deliveries.c.state, func.count().label("number"))
    .where(tables.UNSETTLED)
    .group_by(tables.deliveries.c.state)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What goes on: runs by status, deliveries not known to be shown by state, open questions.

    It costs little however much is stored: each is in an index of its own.
    """

    runs: dict[str, int]
    deliveries: dict[str, int]
    questions: int


def live(tx: Tx) -> Live:
    found = [row for where in _UNFINISHED for row in tx.execute(_RUNS.where(where))]
    return Live(
        runs={row.status: row.number for row in found},
        deliveries={row.state: row.number for row in tx.execute(_UNSETTLED)},
        questions=open_questions(tx),
    )


def tokens(tx: Tx, day: str) -> int:
    """Those of all workspaces on that day."""
    spent = func.coalesce(func.sum(tables.spending.c.tokens), 0)
    return _count(tx, select(spent).where(tables.spending.c.day == day))


def try_to_write(tx: Tx) -> None:
    """Change nothing, in a way that has to be written. Raises StoreError where it cannot be."""
    tx.execute(text("PRAGMA user_version = 0"))


def threads(tx: Tx) -> int:
    return _count(tx, select(func.count()).select_from(tables.threads))


def runs(tx: Tx) -> dict[str, int]:
    """Runs by status, those that were refused when they were asked for apart."""
    status = case((tables.TAKEN, tables.runs.c.status), else_="refused").label("became")
    rows = tx.execute(select(status, func.count().label("number")).group_by(status))
    return {row.became: row.number for row in rows}


def open_questions(tx: Tx) -> int:
    return _count(tx, select(func.count()).select_from(tables.questions).where(tables.OPEN))


def unsettled_deliveries(tx: Tx) -> int:
    return _count(tx, select(func.count()).select_from(tables.deliveries).where(tables.UNSETTLED))


def _count(tx: Tx, query: Select[int]) -> int:
    return tx.scalar(query) or 0
