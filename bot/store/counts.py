"""How much of everything there is."""

from sqlalchemy import Select, case, func, select

from bot.store import tables
from bot.store.database import Tx


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
