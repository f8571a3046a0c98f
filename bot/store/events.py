"""Which events have been saved: the ledger against doubles."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.events import EventKey
from bot.store.database import Tx
from bot.store.tables import events


class EventRow(TypedDict):
    key: str
    kind: str
    thread_id: str | None
    run_id: str | None
    received_at: datetime


_SEEN = select(events.c.key).where(events.c.key.in_(bindparam("keys", expanding=True)))
_INSERT = insert(events)


def seen(tx: Tx, keys: Iterable[EventKey]) -> set[str]:
    """Those of the keys that were saved before."""
    return set(tx.scalars(_SEEN, {"keys": list(keys)}))


def last(tx: Tx, prefix: str) -> tuple[EventKey, str | None] | None:
    """The last one, by its key, of those that begin so with digits behind, and the id of the run
    that it began."""
    mine = (events.c.key >= f"{prefix}0", events.c.key < f"{prefix}:")  # behind 9 comes the colon
    found = select(events.c.key, events.c.run_id).where(*mine).order_by(events.c.key.desc())
    row = tx.execute(found.limit(1)).one_or_none()
    return None if row is None else (EventKey(row.key), row.run_id)


def insert_many(tx: Tx, rows: Sequence[EventRow]) -> None:
    if rows:
        tx.execute(_INSERT, rows)


def claim(tx: Tx, key: EventKey, kind: str, now: datetime) -> bool:
    """Save one event; False if it was saved before."""
    statement = upsert(events).values(key=key, kind=kind, received_at=now).on_conflict_do_nothing()
    return (tx.execute(statement)).rowcount == 1
