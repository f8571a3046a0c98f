"""What operators look at: threads with what became of them, and what was said on one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, and_, case, func, select

from bot.jsons import Json
from bot.store.database import Tx
from bot.store.records import RunStatus
from bot.store.tables import OWN_FROM, TAKEN, items, runs, threads

SeenStatus = RunStatus | Literal["refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenThread:
    """A thread; `status` and `place_id` are those of its newest run, refused ones only counting
    where there are no others."""

    id: str
    workspace_id: str
    place_id: str
    status: SeenStatus
    runs: int
    created_at: datetime
    last_activity: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMessage:
    """What a person or the assistant said, as the item `body` of a run."""

    number: int
    run_id: str
    assistant_id: str | None
    status: str
    body: Json
    created_at: datetime


def threads_seen(tx: Tx, *, limit: int, workspace: str | None = None) -> list[SeenThread]:
    """The threads with the newest activity, newest first."""
    query = _threads()
    if workspace is not None:
        query = query.where(threads.c.workspace_id == workspace)
    return [SeenThread(**row._asdict()) for row in tx.execute(query.limit(limit))]


def thread_seen(tx: Tx, thread_id: str) -> SeenThread | None:
    row = tx.execute(_threads(thread_id)).one_or_none()
    return None if row is None else SeenThread(**row._asdict())


def _threads(thread_id: str | None = None) -> Select[Any]:
    one = () if thread_id is None else (runs.c.thread_id == thread_id,)
    done = func.coalesce(runs.c.finished_at, runs.c.started_at, runs.c.created_at)
    summed = (
        select(
            runs.c.thread_id,
            func.count().label("runs"),
            func.coalesce(func.max(runs.c.turn).filter(TAKEN), func.max(runs.c.turn)).label("turn"),
            func.max(done).label("last_activity"),
        )
        .where(*one)
        .group_by(runs.c.thread_id)
        .subquery()
    )
    return (
        select(
            threads.c.id,
            threads.c.workspace_id,
            runs.c.place_id,
            case((TAKEN, runs.c.status), else_="refused").label("status"),
            summed.c.runs,
            threads.c.created_at,
            summed.c.last_activity,
        )
        .join(summed, summed.c.thread_id == threads.c.id)
        .join(runs, and_(runs.c.thread_id == threads.c.id, runs.c.turn == summed.c.turn))
        .order_by(summed.c.last_activity.desc(), threads.c.id)
    )


_OWN_FROM = func.coalesce(runs.c.metadata[OWN_FROM].as_integer(), 1)
_ROLE = items.c.body["role"].as_string()
_MESSAGES = (
    select(items, runs.c.snapshot)
    .join(runs, runs.c.id == items.c.run_id)
    .where(
        items.c.type == "message",
        _ROLE.in_(("user", "assistant")),
        # A run that takes another's place begins with a copy of what was said there.
        ~and_(runs.c.supersedes.is_not(None), items.c.round < _OWN_FROM),
    )
)


def messages(tx: Tx, thread_id: str, limit: int) -> list[SeenMessage]:
    """The newest messages of a thread, oldest first."""
    rows = tx.execute(
        _MESSAGES.where(runs.c.thread_id == thread_id).order_by(items.c.id.desc()).limit(limit)
    )
    return [_message(row) for row in rows][::-1]


def message_numbers(tx: Tx, run_ids: Sequence[str]) -> dict[tuple[str, int, int], int]:
    """The numbers of the assistant's messages, by run, round and index."""
    rows = tx.execute(
        select(items.c.run_id, items.c.round, items.c.idx, items.c.id).where(
            items.c.run_id.in_(run_ids), items.c.type == "message", items.c.round > 0
        )
    )
    return {(run_id, round_, idx): number for run_id, round_, idx, number in rows}


def _message(row: Row[Any]) -> SeenMessage:
    return SeenMessage(
        number=row.id,
        run_id=row.run_id,
        assistant_id=None if row.snapshot is None else row.snapshot["assistant_id"],
        status=row.status,
        body=row.body,
        created_at=row.created_at,
    )
