"""Deliveries as rows: every write is fenced by the row's own state."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy import (
    ColumnElement,
    Row,
    bindparam,
    case,
    delete,
    func,
    insert,
    null,
    select,
    union,
    union_all,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.adapter import MessageRef
from bot.events import PlaceRef
from bot.ids import new_slot
from bot.store.database import Tx
from bot.store.records import MESSAGE, PLACE, VIEW, Delivery, DeliveryState, Run
from bot.store.tables import STALE, SWEPT_LATER, UNSETTLED, UtcTime, deliveries
from bot.views import SlotId, View

log = structlog.get_logger()

_NEWEST = select(func.coalesce(func.max(deliveries.c.seq), 0))
_INSERT = insert(deliveries)
_NEW = upsert(deliveries).values(seq=_NEWEST.scalar_subquery() + 1)
_IS_OTHER_KIND = deliveries.c.view["kind"].as_string() != _NEW.excluded.view["kind"].as_string()
_REVIVED = (deliveries.c.state == "failed") | (deliveries.c.state == "dropped") & _IS_OTHER_KIND
_PUT = _NEW.on_conflict_do_update(
    index_elements=["run_id", "slot_no"],
    set_={
        "view": _NEW.excluded.view,
        "view_version": deliveries.c.view_version + 1,
        **{
            name: case((_REVIVED, value), else_=deliveries.c[name])
            for name, value in {
                "state": "new",
                "ref": null(),
                "attempts": 0,
                "shown_version": 0,
                "not_before": null(),
            }.items()
        },
    },
).returning(deliveries)
_OF_RUN = (
    select(deliveries).where(deliveries.c.run_id == bindparam("run")).order_by(deliveries.c.slot_no)
)
_GET = select(deliveries).where(deliveries.c.slot == bindparam("slot"))
_HERE = select(deliveries).where(deliveries.c.place_id == bindparam("place"))
_TO_DO = union_all(_HERE.where(UNSETTLED), _HERE.where(SWEPT_LATER), _HERE.where(STALE))
_INTEND = (
    update(deliveries)
    .where(deliveries.c.slot == bindparam("mine"), deliveries.c.state == "new")
    .values(
        state="sending",
        intent_at=func.coalesce(deliveries.c.intent_at, bindparam("now", type_=UtcTime)),
        tried_at=bindparam("now", type_=UtcTime),
        attempts=deliveries.c.attempts + 1,
    )
    .returning(deliveries)
)
_OF_RUNS = select(deliveries).where(deliveries.c.run_id.in_(bindparam("runs", expanding=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """What a slot in which a run has shown nothing yet should show, and where."""

    run_id: str
    slot_no: int
    place: PlaceRef
    view: View


def insert_many(tx: Tx, new: Sequence[NewDelivery]) -> None:
    """Give each its place in the queue, in order."""
    if new:
        newest: int = tx.scalar(_NEWEST) or 0
        tx.execute(
            _INSERT, [_values(each) | {"seq": newest + nth} for nth, each in enumerate(new, 1)]
        )


def _values(new: NewDelivery) -> dict[str, object]:
    return {
        "slot": new_slot(),
        "run_id": new.run_id,
        "slot_no": new.slot_no,
        "place_id": new.place.id,
        "place": PLACE.dump_python(new.place, mode="json"),
        "view": VIEW.dump_python(new.view, mode="json"),
        "view_version": 1,
        "shown_version": 0,
        "state": "new",
        "attempts": 0,
        "reposts": 0,
    }


def put(tx: Tx, run: Run, slot_no: int, view: View) -> Delivery:
    """Say what a run's slot should show; the first time this gives it its place in the queue.

    What was refused before is tried again with the new view. What a moderator removed stays away,
    unless something of another kind takes the slot.
    """
    new = NewDelivery(run_id=run.id, slot_no=slot_no, place=run.place, view=view)
    return _delivery(tx.execute(_PUT, _values(new)).one())


def of_runs(tx: Tx, run_ids: Collection[str]) -> list[Delivery]:
    return readable(tx.execute(_OF_RUNS, {"runs": list(run_ids)}))


def of_run(tx: Tx, run_id: str) -> list[Delivery]:
    return [_delivery(row) for row in tx.execute(_OF_RUN, {"run": run_id})]


def next_slot_no(tx: Tx, run_id: str) -> int:
    """The first slot below everything that the run has shown."""
    last: int | None = tx.scalar(
        select(func.max(deliveries.c.slot_no)).where(deliveries.c.run_id == run_id)
    )
    return 0 if last is None else last + 1


def get(tx: Tx, slot: SlotId) -> Delivery | None:
    return next(iter(readable(tx.execute(_GET, {"slot": slot}))), None)


def to_do(tx: Tx, place_id: str) -> tuple[list[Delivery], list[SlotId]]:
    """What a place still has to be shown or looked at, in the order in which it goes out; and its
    messages that do not show their newest view."""
    found = {row.slot: row for row in tx.execute(_TO_DO, {"place": place_id})}
    rows = sorted(found.values(), key=lambda row: row.seq)
    stale = [
        SlotId(row.slot)
        for row in rows
        if row.state == "sent" and row.shown_version < row.view_version
    ]
    unsettled = [row for row in rows if row.state != "sent" or row.sweep_at is not None]
    return readable(unsettled), stale


def busy_places(tx: Tx) -> list[str]:
    """Places with anything to create, look at or edit."""
    places = select(deliveries.c.place_id)
    rows = tx.scalars(
        union(
            places.where(UNSETTLED),
            places.where(SWEPT_LATER),
            places.where(STALE),
        )
    )
    return list(rows)


def intend(tx: Tx, slot: SlotId, now: datetime) -> Delivery | None:
    """T3, before the create: from now on a message may exist. None: not to be created now."""
    row = tx.execute(_INTEND, {"mine": slot, "now": now}).one_or_none()
    return None if row is None else _delivery(row)


def created(tx: Tx, mine: Delivery, ref: MessageRef, shown_version: int) -> bool:
    """T3, after the create. False: the row moved on without us, so the message is a double."""
    result = tx.execute(
        update(deliveries)
        .where(
            deliveries.c.slot == mine.slot,
            deliveries.c.state == "sending",
            deliveries.c.attempts == mine.attempts,
        )
        .values(state="sent", ref=_dump(ref), shown_version=shown_version, not_before=None)
    )
    return result.rowcount == 1


def not_created(tx: Tx, mine: Delivery, state: DeliveryState, not_before: datetime | None) -> None:
    """T3, when the create did not answer with a message."""
    tx.execute(
        update(deliveries)
        .where(
            deliveries.c.slot == mine.slot,
            deliveries.c.state == "sending",
            deliveries.c.attempts == mine.attempts,
        )
        .values(state=state, not_before=not_before, **_settled(state))
    )


def give_up(tx: Tx, tried: Delivery) -> Delivery | None:
    """What was tried will not be shown. None: a newer view took its place, which is tried anew."""
    mine = (deliveries.c.slot == tried.slot, UNSETTLED)
    row = (
        tx.execute(
            update(deliveries)
            .where(*mine, deliveries.c.view_version == tried.view_version)
            .values(state="failed", not_before=None, sweep_at=None)
            .returning(deliveries)
        )
    ).one_or_none()
    if row is not None:
        return _delivery(row)
    tx.execute(update(deliveries).where(*mine).values(state="new", not_before=None))
    return None


def _settled(state: DeliveryState) -> dict[str, None]:
    return {"sweep_at": None} if state in ("failed", "dropped") else {}


def adopt(tx: Tx, slot: SlotId, ref: MessageRef, sweep_at: datetime) -> None:
    """The message in doubt was found; what it shows is unknown, so it is edited."""
    tx.execute(
        update(deliveries)
        .where(deliveries.c.slot == slot, deliveries.c.state == "doubt")
        .values(state="sent", ref=_dump(ref), shown_version=0, not_before=None, sweep_at=sweep_at)
    )


def retry(tx: Tx, slot: SlotId, sweep_at: datetime | None, *, blindly: bool = False) -> None:
    """The message in doubt is not there, or nobody can say: create it once more."""
    tx.execute(
        update(deliveries)
        .where(deliveries.c.slot == slot, deliveries.c.state == "doubt")
        .values(
            state="new",
            not_before=None,
            sweep_at=sweep_at,
            reposts=deliveries.c.reposts + int(blindly),
        )
    )


def postpone(tx: Tx, slot: SlotId, until: datetime) -> None:
    tx.execute(update(deliveries).where(deliveries.c.slot == slot).values(not_before=until))


def repoint(tx: Tx, slot: SlotId, ref: MessageRef) -> None:
    """Another copy is the slot's message from now on; what it shows is unknown."""
    tx.execute(
        update(deliveries)
        .where(deliveries.c.slot == slot, deliveries.c.state == "sent")
        .values(ref=_dump(ref), shown_version=0)
    )


def sweep_later(tx: Tx, slot: SlotId, at: datetime) -> None:
    tx.execute(update(deliveries).where(deliveries.c.slot == slot).values(sweep_at=at))


def swept(tx: Tx, slot: SlotId) -> None:
    tx.execute(update(deliveries).where(deliveries.c.slot == slot).values(sweep_at=None))


def shown(tx: Tx, edited: Delivery, ref: MessageRef) -> None:
    """T7: an edit of that message was accepted. Another one may be the slot's by now."""
    tx.execute(
        update(deliveries)
        .where(*_still(edited))
        .values(ref=_dump(ref), shown_version=edited.view_version)
    )


def drop(tx: Tx, edited: Delivery) -> bool:
    """That message is gone for good. False: another one is the slot's by now."""
    result = tx.execute(
        update(deliveries)
        .where(*_still(edited))
        .values(state="dropped", not_before=None, sweep_at=None)
    )
    return result.rowcount == 1


def _still(edited: Delivery) -> tuple[ColumnElement[bool], ...]:
    ref = None if edited.ref is None else _dump(edited.ref)
    return (
        deliveries.c.slot == edited.slot,
        deliveries.c.state == "sent",
        deliveries.c.ref == ref,
    )


def take_back(tx: Tx, run_id: str, slot_nos: Sequence[int]) -> None:
    """Forget slots that were never tried."""
    tx.execute(
        delete(deliveries).where(
            deliveries.c.run_id == run_id,
            deliveries.c.slot_no.in_(slot_nos),
            deliveries.c.state == "new",
            deliveries.c.attempts == 0,
        )
    )


def recover(tx: Tx, look_at: datetime) -> None:
    """After a kill: nobody knows what became of the creates that were under way."""
    tx.execute(
        update(deliveries)
        .where(UNSETTLED, deliveries.c.state == "sending")
        .values(state="doubt", not_before=look_at)
    )


def readable(rows: Iterable[Row[Any]]) -> list[Delivery]:
    """One row that cannot be read any more must not hold back the others of its place."""
    readable = []
    for row in rows:
        try:
            readable.append(_delivery(row))
        except ValidationError:
            log.exception("delivery_unreadable", slot=row.slot)
    return readable


def _dump(ref: MessageRef) -> dict[str, object]:
    dumped: dict[str, object] = MESSAGE.dump_python(ref, mode="json")
    return dumped


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        slot=SlotId(row.slot),
        run_id=row.run_id,
        slot_no=row.slot_no,
        seq=row.seq,
        place=PLACE.validate_python(row.place),
        view=VIEW.validate_python(row.view),
        view_version=row.view_version,
        shown_version=row.shown_version,
        state=row.state,
        ref=None if row.ref is None else MESSAGE.validate_python(row.ref),
        intent_at=row.intent_at,
        tried_at=row.tried_at,
        reposts=row.reposts,
        attempts=row.attempts,
        not_before=row.not_before,
        sweep_at=row.sweep_at,
    )
