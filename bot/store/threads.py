"""Threads, the places bound to them, and who may write to one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import bindparam, delete, exists, insert, select, update

from bot.store.database import Tx
from bot.store.tables import READY, bindings, runs, threads


class LostLeaseError(Exception):
    """Another worker has taken the thread: stop at once and throw the output away."""


class ThreadRow(TypedDict):
    id: str
    workspace_id: str


async def bound(tx: Tx, scope_keys: Iterable[str]) -> dict[str, str]:
    """The thread behind each scope key that has one."""
    rows = await tx.execute(
        select(bindings.c.scope_key, bindings.c.thread_id).where(
            bindings.c.scope_key.in_(list(scope_keys))
        )
    )
    return {row.scope_key: row.thread_id for row in rows}


async def insert_many(
    tx: Tx, rows: Sequence[ThreadRow], scopes: Mapping[str, str], now: datetime
) -> None:
    """New threads, bound to their scope keys."""
    if rows:
        await tx.execute(
            insert(threads),
            [
                {
                    **row,
                    "next_turn": 1,
                    "epoch": 0,
                    "ready": False,
                    "metadata": {},
                    "created_at": now,
                }
                for row in rows
            ],
        )
        await tx.execute(
            insert(bindings),
            [{"scope_key": scope, "thread_id": thread} for scope, thread in scopes.items()],
        )


async def next_turns(tx: Tx, ids: Iterable[str]) -> dict[str, int]:
    rows = await tx.execute(
        select(threads.c.id, threads.c.next_turn)
        .where(threads.c.id.in_(list(ids)))
        .with_for_update()
    )
    return {row.id: row.next_turn for row in rows}


async def take_turns(tx: Tx, turns: Mapping[str, int]) -> None:
    """Move each thread's next turn on and mark it ready."""
    if turns:
        await tx.execute(
            update(threads)
            .where(threads.c.id == bindparam("thread"))
            .values(next_turn=bindparam("turn"), ready=True),
            [{"thread": thread, "turn": turn} for thread, turn in turns.items()],
        )


async def mark_ready(tx: Tx, thread_id: str) -> None:
    await tx.execute(update(threads).where(threads.c.id == thread_id).values(ready=True))


async def lease(tx: Tx, thread_id: str, owner: str, until: datetime) -> int | None:
    """Take a ready thread; every later write carries the returned epoch. None: nothing to do."""
    epoch: int | None = await tx.scalar(
        update(threads)
        .where(threads.c.id == thread_id, threads.c.ready)
        .values(epoch=threads.c.epoch + 1, owner=owner, lease_until=until)
        .returning(threads.c.epoch)
    )
    return epoch


async def fence(tx: Tx, thread_id: str, epoch: int) -> None:
    """First statement of every write of a worker. Raises LostLeaseError."""
    current = await tx.scalar(
        select(threads.c.epoch).where(threads.c.id == thread_id).with_for_update()
    )
    if current != epoch:
        raise LostLeaseError(thread_id)


async def release(tx: Tx, thread_id: str, epoch: int, now: datetime) -> bool:
    """Give the thread back unless a run of it could go on now; True when it was released.

    A thread whose head waits (`not_before`) stays ready and without owner until the alarm.
    """
    queued = (runs.c.thread_id == thread_id, runs.c.status == "queued")
    waiting = exists().where(*queued)
    head = select(runs.c.not_before).where(*queued).order_by(runs.c.turn).limit(1).scalar_subquery()
    result = await tx.execute(
        update(threads)
        .where(threads.c.id == thread_id, threads.c.epoch == epoch, (~waiting) | (head > now))
        .values(ready=waiting, owner=None, lease_until=None)
    )
    return result.rowcount == 1


async def unbind(tx: Tx, thread_id: str) -> None:
    """The next message where the thread was bound begins a new one."""
    await tx.execute(delete(bindings).where(bindings.c.thread_id == thread_id))


async def ready_ids(tx: Tx) -> list[str]:
    return list(await tx.scalars(select(threads.c.id).where(READY)))


async def recover(tx: Tx) -> None:
    """After a kill: nobody owns a thread, and every thread with work is ready."""
    work = exists().where(
        runs.c.thread_id == threads.c.id,
        runs.c.status.in_(("queued", "in_progress", "cancelling")),
    )
    await tx.execute(
        update(threads)
        .where(threads.c.owner.is_not(None) | work)
        .values(owner=None, lease_until=None, ready=work)
    )
