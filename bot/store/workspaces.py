"""Workspaces as rows: where people have talked to the bot."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, select

from bot.events import WorkspaceId
from bot.store.database import Tx
from bot.store.tables import assistants, places, runs, threads, workspaces


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWorkspace:
    """A workspace as operators look at it. `assistants` counts those that belong to it."""

    id: WorkspaceId
    created_at: datetime
    places: int
    threads: int
    runs: int
    assistants: int


def is_known(tx: Tx, workspace: WorkspaceId) -> bool:
    """Whether anyone has talked to the bot there yet."""
    return bool(tx.scalar(select(exists().where(workspaces.c.id == workspace))))


def seen(tx: Tx) -> list[SeenWorkspace]:
    """All of them, oldest first."""
    owned = assistants.c.workspace_id
    alive = assistants.c.deleted_at.is_(None)
    counts = [
        _counts(tx, select(each.c.workspace_id, func.count()).group_by(each.c.workspace_id))
        for each in (places, threads)
    ]
    spoken = select(threads.c.workspace_id, func.count()).join(
        runs, runs.c.thread_id == threads.c.id
    )
    counts.append(_counts(tx, spoken.group_by(threads.c.workspace_id)))
    counts.append(_counts(tx, select(owned, func.count()).where(alive).group_by(owned)))
    rows = tx.execute(select(workspaces).order_by(workspaces.c.created_at, workspaces.c.id))
    return [
        SeenWorkspace(
            id=row.id,
            created_at=row.created_at,
            places=counts[0].get(row.id, 0),
            threads=counts[1].get(row.id, 0),
            runs=counts[2].get(row.id, 0),
            assistants=counts[3].get(row.id, 0),
        )
        for row in rows
    ]


def _counts(tx: Tx, query: Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in tx.execute(query)}
