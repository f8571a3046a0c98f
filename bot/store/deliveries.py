"""Deliveries as rows: every write is fenced by the row's own state."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy import ColumnElement, Row, delete, func, insert, select, union, update

from bot.adapter import MessageRef
from bot.ids import new_slot
from bot.store.database import Tx
from bot.store.records import MESSAGE, PLACE, VIEW, Delivery, DeliveryState, Run
from bot.store.tables import STALE, SWEPT_LATER, UNSETTLED, deliveries
from bot.views import SlotId, View

log = structlog.get_logger()


def put(tx: Tx, run: Run, slot_no: int, view: View) -> Delivery:
    """Say what a run's slot should show; the first time this gives it its place in the queue.

    What was refused before is tried again with the new view. What a moderator removed stays away,
    unless something of another kind takes the slot.
    """
    dumped = VIEW.dump_python(view, mode="json")
    mine = (deliveries.c.run_id == run.id, deliveries.c.slot_no == slot_no)
    other_kind = deliveries.c.view["kind"].as_string() != view.kind
    tx.execute(
        update(deliveries)
        .where(
            *mine,
            (deliveries.c.state == "failed") | (deliveries.c.state == "dropped") & other_kind,
        )
        .values(state="new", ref=None, attempts=0, shown_version=0, not_before=None)
    )
    row = (
        tx.execute(
            update(deliveries)
            .where(*mine)
            .values(view=dumped, view_version=deliveries.c.view_version + 1)
            .returning(deliveries)
        )
    ).one_or_none()
    if row is None:
        newest = select(func.coalesce(func.max(deliveries.c.seq), 0) + 1).scalar_subquery()
        row = (
            tx.execute(
                insert(deliveries)
                .values(
                    slot=new_slot(),
                    run_id=run.id,
                    slot_no=slot_no,
                    seq=newest,
                    place_id=run.place.id,
                    place=PLACE.dump_python(run.place, mode="json"),
                    view=dumped,
                    view_version=1,
                    shown_version=0,
                    state="new",
                    attempts=0,
                    reposts=0,
                )
                .returning(deliveries)
            )
        ).one()
    return _delivery(row)


def of_run(tx: Tx, run_id: str) -> list[Delivery]:
    rows = tx.execute(
        select(deliveries).where(deliveries.c.run_id == run_id).order_by(deliveries.c.slot_no)
    )
    return [_delivery(row) for row in rows]


def next_slot_no(tx: Tx, run_id: str) -> int:
    """The first slot below everything that the run has shown."""
    last: int | None = tx.scalar(
        select(func.max(deliveries.c.slot_no)).where(deliveries.c.run_id == run_id)
    )
    return 0 if last is None else last + 1


def get(tx: Tx, slot: SlotId) -> Delivery | None:
    rows = tx.execute(select(deliveries).where(deliveries.c.slot == slot))
    return next(iter(_readable(rows)), None)


def to_do(tx: Tx, place_id: str) -> tuple[list[Delivery], list[SlotId]]:
    """What a place still has to be shown or looked at, in the order in which it goes out; and its
    messages that do not show their newest view."""
    return _unsettled(tx, place_id), _stale(tx, place_id)


def _unsettled(tx: Tx, place_id: str) -> list[Delivery]:
    here = select(deliveries).where(deliveries.c.place_id == place_id)
    unsettled = here.where(UNSETTLED)
    doubted = here.where(SWEPT_LATER)
    rows = [*tx.execute(unsettled), *tx.execute(doubted)]
    return _readable(sorted(rows, key=lambda row: row.seq))


def _stale(tx: Tx, place_id: str) -> list[SlotId]:
    rows = tx.scalars(select(deliveries.c.slot).where(deliveries.c.place_id == place_id, STALE))
    return [SlotId(slot) for slot in rows]


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
    row = (
        tx.execute(
            update(deliveries)
            .where(deliveries.c.slot == slot, deliveries.c.state == "new")
            .values(
                state="sending",
                intent_at=func.coalesce(deliveries.c.intent_at, now),
                tried_at=now,
                attempts=deliveries.c.attempts + 1,
            )
            .returning(deliveries)
        )
    ).one_or_none()
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
        .where(deliveries.c.state == "sending")
        .values(state="doubt", not_before=look_at)
    )


def _readable(rows: Iterable[Row[Any]]) -> list[Delivery]:
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
