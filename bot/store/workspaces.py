"""Workspaces as rows: where people have talked to the bot."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, bindparam, exists, func, select

from bot.events import WorkspaceId
from bot.store.database import Tx
from bot.store.tables import assistants, places, runs, spending, threads, workspaces


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWorkspace:
    """A workspace as operators look at it. `assistants` counts those that belong to it."""

    id: WorkspaceId
    created_at: datetime
    places: int
    threads: int
    runs: int
    assistants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a workspace has set for itself, None for no limit, and the tokens it spent in a day."""

    runs_per_minute: int | None
    tokens_per_day: int | None
    spent: int


_BUDGETS = (
    select(
        workspaces.c.id,
        func.nullif(workspaces.c.settings["runs_per_minute"].as_integer(), 0).label("runs"),
        func.nullif(workspaces.c.settings["tokens_per_day"].as_integer(), 0).label("tokens"),
        func.coalesce(spending.c.tokens, 0).label("spent"),
    )
    .outerjoin(
        spending,
        and_(spending.c.workspace_id == workspaces.c.id, spending.c.day == bindparam("on")),
    )
    .where(workspaces.c.id.in_(bindparam("ids", expanding=True)))
)


def budgets(tx: Tx, ids: Collection[WorkspaceId], on: str) -> dict[WorkspaceId, Budget]:
    """Of those that are known."""
    return {
        WorkspaceId(row.id): Budget(
            runs_per_minute=row.runs, tokens_per_day=row.tokens, spent=row.spent
        )
        for row in tx.execute(_BUDGETS, {"ids": list(ids), "on": on})
    }


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
