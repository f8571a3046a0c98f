"""Private replies that could not be shown: their place takes nothing any more.

They stay stored as `failed`, which in a private place means: not shown, and not read otherwise.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from bot.events import PersonRef, PlaceRef
from bot.store import deliveries as rows
from bot.store.database import Tx
from bot.store.records import FINISHED, PLACE, Delivery
from bot.store.tables import TAKEN, UtcTime, deliveries, runs

KEPT = timedelta(days=7)
"""How long it is looked for, and ways that were opened count; as long as a question stays open."""

_THEIRS = (
    runs.c.asker_scope == bindparam("scope"),
    runs.c.asker_user == bindparam("user"),
    runs.c.created_at > bindparam("after", type_=UtcTime),
    TAKEN,
)
_ASKER = select(runs.c.asker_scope, runs.c.asker_user).where(runs.c.id == bindparam("run"))
_THERE = (*_THEIRS, runs.c.place_id == bindparam("there"))
_NEWEST_PLACE = select(runs.c.place).where(*_THERE).order_by(runs.c.created_at.desc()).limit(1)
_NEWEST = select(runs.c.id).where(*_THERE).order_by(runs.c.created_at.desc()).limit(1)
_RENEW = (
    update(runs)
    .where(*_THERE, runs.c.status.not_in(FINISHED) | (runs.c.id == _NEWEST.scalar_subquery()))
    .values(place=bindparam("way"))
)
_FOUND = (
    select(deliveries)
    .join(runs, runs.c.id == deliveries.c.run_id)
    .where(
        *_THEIRS,
        deliveries.c.state == "failed",
        deliveries.c.place["private"].as_boolean(),
    )
    .order_by(deliveries.c.seq.desc())
)


def keep(tx: Tx, tried: Delivery, now: datetime) -> None:
    """What was tried cannot be shown in its private place: it goes out the way that the person has
    opened since, if that is still open, else it is kept as not shown."""
    row = rows.get(tx, tried.slot)
    if row is None or _fence(row) != _fence(tried):
        return
    newest = _newest_place(tx, row, now)
    if newest is None or newest == row.place or newest.is_over(now):
        values: dict[str, object] = {"state": "failed", "not_before": None, "sweep_at": None}
    else:
        values = _anew(newest)
    tx.execute(update(deliveries).where(deliveries.c.slot == row.slot).values(values))


def _fence(row: Delivery) -> tuple[object, ...]:
    return row.state, row.attempts, row.ref, row.place


def _newest_place(tx: Tx, row: Delivery, now: datetime) -> PlaceRef | None:
    scope, user = tx.execute(_ASKER, {"run": row.run_id}).one()
    given = _given(PersonRef(scope=scope, user=user), now) | {"there": row.place.id}
    place = tx.scalar(_NEWEST_PLACE, given)
    return None if place is None else PLACE.validate_python(place)


def renew(tx: Tx, person: PersonRef, place: PlaceRef, now: datetime) -> None:
    """What the person has going on in a private place goes out by this way from now on."""
    way = PLACE.dump_python(place, mode="json")
    tx.execute(_RENEW, {**_given(person, now), "there": place.id, "way": way})


def _given(person: PersonRef, now: datetime) -> dict[str, object]:
    return {"scope": person.scope, "user": person.user, "after": now - KEPT}


def _anew(place: PlaceRef) -> dict[str, object]:
    """A message to be created as if nobody had tried, where it can be reached now."""
    return {
        "place": PLACE.dump_python(place, mode="json"),
        "state": "new",
        "ref": None,
        "attempts": 0,
        "reposts": 0,
        "shown_version": 0,
        "intent_at": None,
        "tried_at": None,
        "not_before": None,
        "sweep_at": None,
    }


def found(tx: Tx, person: PersonRef, channel: str, now: datetime) -> list[Delivery]:
    """What the person has asked privately in a channel and was not shown, the newest first."""
    theirs = rows.readable(tx.execute(_FOUND, _given(person, now)))
    return [row for row in theirs if row.place.parent_id == channel]


def show(tx: Tx, unshown: Collection[Delivery], place: PlaceRef) -> None:
    """They go out by another way to the same private place."""
    slots = [row.slot for row in unshown if row.place.id == place.id]
    _settle(tx, slots, _anew(place))


def told(tx: Tx, unshown: Collection[Delivery]) -> None:
    """They have been read in another way."""
    _settle(tx, [row.slot for row in unshown], {"state": "dropped"})


def _settle(tx: Tx, slots: Collection[str], values: dict[str, object]) -> None:
    theirs = (deliveries.c.slot.in_(slots), deliveries.c.state == "failed")
    tx.execute(update(deliveries).where(*theirs).values(values))
