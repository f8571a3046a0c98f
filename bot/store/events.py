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


def insert_many(tx: Tx, rows: Sequence[EventRow]) -> None:
    if rows:
        tx.execute(_INSERT, rows)


def claim(tx: Tx, key: EventKey, kind: str, now: datetime) -> bool:
    """Save one event; False if it was saved before."""
    statement = upsert(events).values(key=key, kind=kind, received_at=now).on_conflict_do_nothing()
    return (tx.execute(statement)).rowcount == 1
