"""Threads, the places bound to them, and who may write to one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import bindparam, delete, insert, null, select, union, update

from bot.events import PersonRef
from bot.store.database import Tx
from bot.store.records import FINISHED
from bot.store.tables import (
    EXECUTING,
    LEASED,
    QUEUED,
    READY,
    TAKEN,
    UtcTime,
    bindings,
    runs,
    threads,
)


class LostLeaseError(Exception):
    """Another worker has taken the thread: stop at once and throw the output away."""


class ThreadRow(TypedDict):
    id: str
    workspace_id: str


_BOUND = select(bindings.c.scope_key, bindings.c.thread_id).where(
    bindings.c.scope_key.in_(bindparam("scopes", expanding=True))
)
_INSERT, _BIND = insert(threads), insert(bindings)
_NEXT_TURNS = (
    select(threads.c.id, threads.c.next_turn)
    .where(threads.c.id.in_(bindparam("ids", expanding=True)))
    .with_for_update()
)
_TAKE_TURN = (
    update(threads)
    .where(threads.c.id == bindparam("thread"))
    .values(next_turn=bindparam("turn"), ready=True)
)
_LEASE = (
    update(threads)
    .where(threads.c.id == bindparam("thread"), threads.c.ready)
    .values(epoch=threads.c.epoch + 1, owner=bindparam("worker"), lease_until=bindparam("until"))
    .returning(threads.c.epoch)
)
_RELEASE = (
    update(threads)
    .where(threads.c.id == bindparam("thread"), threads.c.epoch == bindparam("mine"))
    .values(ready=bindparam("more"), owner=null(), lease_until=null())
)
_UNFINISHED_OF = (
    select(runs.c.id)
    .where(
        runs.c.asker_scope == bindparam("scope"),
        runs.c.asker_user == bindparam("user"),
        runs.c.created_at > bindparam("after", type_=UtcTime),
        TAKEN,
        runs.c.status.not_in(FINISHED),
    )
    .order_by(runs.c.created_at.desc(), runs.c.turn.desc())
)
_FENCE = select(threads.c.epoch).where(threads.c.id == bindparam("thread")).with_for_update()


def bound(tx: Tx, scope_keys: Iterable[str]) -> dict[str, str]:
    """The thread behind each scope key that has one."""
    rows = tx.execute(_BOUND, {"scopes": list(scope_keys)})
    return {row.scope_key: row.thread_id for row in rows}


def insert_many(
    tx: Tx, rows: Sequence[ThreadRow], scopes: Mapping[str, str], now: datetime
) -> None:
    """New threads, and scope keys bound to these or to others."""
    if rows:
        tx.execute(
            _INSERT,
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
    if scopes:
        tx.execute(
            _BIND,
            [{"scope_key": scope, "thread_id": thread} for scope, thread in scopes.items()],
        )


def next_turns(tx: Tx, ids: Iterable[str]) -> dict[str, int]:
    rows = tx.execute(_NEXT_TURNS, {"ids": list(ids)})
    return {row.id: row.next_turn for row in rows}


def take_turns(tx: Tx, turns: Mapping[str, int]) -> None:
    """Move each thread's next turn on and mark it ready."""
    if turns:
        tx.execute(
            _TAKE_TURN,
            [{"thread": thread, "turn": turn} for thread, turn in turns.items()],
        )


def mark_ready(tx: Tx, thread_id: str) -> None:
    tx.execute(update(threads).where(threads.c.id == thread_id).values(ready=True))


def lease(tx: Tx, thread_id: str, owner: str, until: datetime) -> int | None:
    """Take a ready thread; every later write carries the returned epoch. None: nothing to do."""
    values = {"thread": thread_id, "worker": owner, "until": until}
    epoch: int | None = tx.scalar(_LEASE, values)
    return epoch


def fence(tx: Tx, thread_id: str, epoch: int) -> None:
    """First statement of every write of a worker. Raises LostLeaseError."""
    current = tx.scalar(_FENCE, {"thread": thread_id})
    if current != epoch:
        raise LostLeaseError(thread_id)


def release(tx: Tx, thread_id: str, epoch: int, *, ready: bool) -> None:
    """Give the thread back; `ready` when a run of it waits for its time."""
    tx.execute(_RELEASE, {"thread": thread_id, "mine": epoch, "more": ready})


def unbind(tx: Tx, thread_id: str) -> None:
    """The next message where the thread was bound begins a new one."""
    tx.execute(delete(bindings).where(bindings.c.thread_id == thread_id))


def unbind_scope(tx: Tx, scope_key: str, thread_id: str) -> bool:
    """The next message in that scope begins a new thread. False: it is bound to another by now."""
    mine = (bindings.c.scope_key == scope_key, bindings.c.thread_id == thread_id)
    return tx.execute(delete(bindings).where(*mine)).rowcount == 1


def unfinished_of(tx: Tx, person: PersonRef, after: datetime) -> list[str]:
    """What the person has asked on any thread since then that has not ended, newest first."""
    given = {"scope": person.scope, "user": person.user, "after": after}
    return list(tx.scalars(_UNFINISHED_OF, given))


def recover(tx: Tx) -> None:
    """After a kill: nobody owns a thread, and every thread with work is ready."""
    queued = select(runs.c.thread_id).where(QUEUED)
    cut = select(runs.c.thread_id).where(EXECUTING)
    leased, ready = select(threads.c.id).where(LEASED), select(threads.c.id).where(READY)
    tx.execute(
        update(threads)
        .where(threads.c.id.in_(union(queued, cut, leased, ready)))
        .values(owner=None, lease_until=None, ready=threads.c.id.in_(union(queued, cut)))
    )
