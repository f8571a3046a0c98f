"""Deliveries as rows: every write is fenced by the row's own state."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update

from bot.adapter import MessageRef
from bot.ids import new_slot
from bot.store.database import Tx
from bot.store.records import MESSAGE, PLACE, VIEW, Delivery, DeliveryState, Run
from bot.store.tables import UNSETTLED, deliveries
from bot.views import SlotId, View


async def put(tx: Tx, run: Run, slot_no: int, view: View) -> Delivery:
    """Say what a run's slot should show; the first time this gives it its place in the queue."""
    dumped = VIEW.dump_python(view, mode="json")
    row = (
        await tx.execute(
            update(deliveries)
            .where(deliveries.c.run_id == run.id, deliveries.c.slot_no == slot_no)
            .values(view=dumped, view_version=deliveries.c.view_version + 1)
            .returning(deliveries)
        )
    ).one_or_none()
    if row is None:
        newest = select(func.coalesce(func.max(deliveries.c.seq), 0) + 1).scalar_subquery()
        row = (
            await tx.execute(
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
                )
                .returning(deliveries)
            )
        ).one()
    return _delivery(row)


async def of_run(tx: Tx, run_id: str) -> list[Delivery]:
    rows = await tx.execute(
        select(deliveries).where(deliveries.c.run_id == run_id).order_by(deliveries.c.slot_no)
    )
    return [_delivery(row) for row in rows]


async def next_slot_no(tx: Tx, run_id: str) -> int:
    """The first slot below everything that the run has shown."""
    last: int | None = await tx.scalar(
        select(func.max(deliveries.c.slot_no)).where(deliveries.c.run_id == run_id)
    )
    return 0 if last is None else last + 1


async def get(tx: Tx, slot: SlotId) -> Delivery | None:
    row = (await tx.execute(select(deliveries).where(deliveries.c.slot == slot))).one_or_none()
    return None if row is None else _delivery(row)


async def unsettled(tx: Tx, place_id: str) -> list[Delivery]:
    """What a place still has to be shown or looked at, in the order in which it goes out."""
    rows = await tx.execute(
        select(deliveries)
        .where(
            deliveries.c.place_id == place_id,
            or_(deliveries.c.state.in_(UNSETTLED), deliveries.c.sweep_at.is_not(None)),
        )
        .order_by(deliveries.c.seq)
    )
    return [_delivery(row) for row in rows]


async def stale(tx: Tx, place_id: str) -> list[SlotId]:
    """Messages of a place that do not show their newest view."""
    rows = await tx.scalars(
        select(deliveries.c.slot).where(
            deliveries.c.place_id == place_id,
            deliveries.c.state == "sent",
            deliveries.c.shown_version < deliveries.c.view_version,
        )
    )
    return [SlotId(slot) for slot in rows]


async def busy_places(tx: Tx) -> list[str]:
    """Places with anything to create, look at or edit."""
    rows = await tx.scalars(
        select(deliveries.c.place_id)
        .where(
            or_(
                deliveries.c.state.in_(UNSETTLED),
                deliveries.c.sweep_at.is_not(None),
                (deliveries.c.state == "sent")
                & (deliveries.c.shown_version < deliveries.c.view_version),
            )
        )
        .distinct()
    )
    return list(rows)


async def intend(tx: Tx, slot: SlotId, now: datetime) -> Delivery | None:
    """T3, before the create: from now on a message may exist. None: not to be created now."""
    row = (
        await tx.execute(
            update(deliveries)
            .where(deliveries.c.slot == slot, deliveries.c.state == "new")
            .values(
                state="sending",
                intent_at=func.coalesce(deliveries.c.intent_at, now),
                attempts=deliveries.c.attempts + 1,
            )
            .returning(deliveries)
        )
    ).one_or_none()
    return None if row is None else _delivery(row)


async def created(tx: Tx, mine: Delivery, ref: MessageRef, shown_version: int) -> bool:
    """T3, after the create. False: the row moved on without us, so the message is a double."""
    result = await tx.execute(
        update(deliveries)
        .where(
            deliveries.c.slot == mine.slot,
            deliveries.c.state == "sending",
            deliveries.c.attempts == mine.attempts,
        )
        .values(state="sent", ref=_dump(ref), shown_version=shown_version, not_before=None)
    )
    return result.rowcount == 1


async def not_created(
    tx: Tx, mine: Delivery, state: DeliveryState, not_before: datetime | None
) -> None:
    """T3, when the create did not answer with a message."""
    await tx.execute(
        update(deliveries)
        .where(
            deliveries.c.slot == mine.slot,
            deliveries.c.state == "sending",
            deliveries.c.attempts == mine.attempts,
        )
        .values(state=state, not_before=not_before)
    )


async def adopt(tx: Tx, slot: SlotId, ref: MessageRef, sweep_at: datetime) -> None:
    """The message in doubt was found; what it shows is unknown, so it is edited."""
    await tx.execute(
        update(deliveries)
        .where(deliveries.c.slot == slot, deliveries.c.state.in_(("doubt", "sending")))
        .values(state="sent", ref=_dump(ref), shown_version=0, not_before=None, sweep_at=sweep_at)
    )


async def retry(
    tx: Tx, slot: SlotId, sweep_at: datetime | None, *, view: View | None = None
) -> None:
    """The message in doubt is not there: create it, and look for a late copy afterwards."""
    changed = {} if view is None else {"view": VIEW.dump_python(view, mode="json")}
    await tx.execute(
        update(deliveries)
        .where(deliveries.c.slot == slot, deliveries.c.state.in_(("doubt", "sending")))
        .values(state="new", not_before=None, sweep_at=sweep_at, **changed)
    )


async def postpone(tx: Tx, slot: SlotId, until: datetime) -> None:
    await tx.execute(update(deliveries).where(deliveries.c.slot == slot).values(not_before=until))


async def swept(tx: Tx, slot: SlotId, ref: MessageRef | None) -> None:
    """The sweep is done; `ref` is the copy that stays, when that is another one."""
    changed = {} if ref is None else {"ref": _dump(ref), "shown_version": 0}
    await tx.execute(
        update(deliveries).where(deliveries.c.slot == slot).values(sweep_at=None, **changed)
    )


async def shown(tx: Tx, slot: SlotId, ref: MessageRef, version: int) -> None:
    """T7: an edit was accepted."""
    await tx.execute(
        update(deliveries)
        .where(deliveries.c.slot == slot, deliveries.c.state == "sent")
        .values(ref=_dump(ref), shown_version=version)
    )


async def drop(tx: Tx, slot: SlotId) -> None:
    """Its message is gone for good, so it is not shown any more."""
    await tx.execute(
        update(deliveries)
        .where(deliveries.c.slot == slot)
        .values(state="dropped", not_before=None, sweep_at=None)
    )


async def recover(tx: Tx, look_at: datetime) -> None:
    """After a kill: nobody knows what became of the creates that were under way."""
    await tx.execute(
        update(deliveries)
        .where(deliveries.c.state == "sending")
        .values(state="doubt", not_before=look_at)
    )


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
        attempts=row.attempts,
        not_before=row.not_before,
        sweep_at=row.sweep_at,
    )


async def take_back(tx: Tx, run_id: str, slot_nos: Sequence[int]) -> None:
    """Forget slots that were never tried."""
    await tx.execute(
        delete(deliveries).where(
            deliveries.c.run_id == run_id,
            deliveries.c.slot_no.in_(slot_nos),
            deliveries.c.state == "new",
            deliveries.c.attempts == 0,
        )
    )
