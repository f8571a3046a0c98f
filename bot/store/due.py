"""What has become due, and when the next thing does."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, true, union

from bot.store import deliveries as delivery_rows
from bot.store.database import Tx
from bot.store.tables import (
    EXECUTING,
    QUEUED,
    READY,
    SWEPT_LATER,
    UNSETTLED,
    WAITING,
    deliveries,
    runs,
    threads,
)

LONGEST_WAIT = timedelta(minutes=10)
"""No run waits longer: by then its time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Threads and places to wake, runs past their time, and the nearest time after now."""

    threads: list[str]
    places: list[str]
    overdue: list[str]
    nearest: datetime | None


def look(
    tx: Tx, now: datetime, *, everywhere: bool, platforms: Collection[str] | None = None
) -> Due:
    """What is due now; `everywhere` also finds what a lost wake-up left behind.

    Runs of other platforms than these wait until theirs is connected again; without, none do.
    """
    ours = _of(platforms)
    left = (ready(tx, platforms), delivery_rows.busy_places(tx)) if everywhere else ([], [])
    return Due(
        threads=_threads(tx, now, ours) + left[0],
        places=_places(tx, now) + left[1],
        overdue=_overdue(tx, now, ours),
        nearest=nearest(tx, now),
    )


def ready(tx: Tx, platforms: Collection[str] | None) -> list[str]:
    """The threads that are ready to be worked on, apart from those that wait for a platform which
    is not among these."""
    found = select(threads.c.id).where(READY)
    if platforms is not None:
        absent = select(runs.c.thread_id).where(~_of(platforms))
        waiting = union(absent.where(QUEUED), absent.where(EXECUTING))
        found = found.where(threads.c.id.not_in(waiting))
    return list(tx.scalars(found))


def _of(platforms: Collection[str] | None) -> ColumnElement[bool]:
    """Whether a run is on one of the platforms; a place's id begins with its platform's name."""
    if platforms is None:
        return true()
    return or_(*(runs.c.place_id.startswith(f"{name}:", autoescape=True) for name in platforms))


def _threads(tx: Tx, now: datetime, ours: ColumnElement[bool]) -> list[str]:
    """With a run whose backoff is over."""
    wrong = runs.c.not_before > now + LONGEST_WAIT  # the machine's clock was set back
    due = select(runs.c.thread_id).where(QUEUED, (runs.c.not_before <= now) | wrong, ours)
    return list(tx.scalars(due))


def _overdue(tx: Tx, now: datetime, ours: ColumnElement[bool]) -> list[str]:
    """Runs that no worker has in hand."""
    late = select(runs.c.id).where(WAITING, runs.c.expires_at <= now, ours)
    return list(tx.scalars(late.order_by(runs.c.expires_at)))


def _places(tx: Tx, now: datetime) -> list[str]:
    """With a delivery whose wait is over."""
    place = select(deliveries.c.place_id)
    due = union(
        place.where(UNSETTLED, deliveries.c.not_before <= now),
        place.where(SWEPT_LATER, deliveries.c.sweep_at <= now),
    )
    return list(tx.scalars(due))


def nearest(tx: Tx, now: datetime) -> datetime | None:
    """When the next thing becomes due."""
    times = [
        select(func.min(runs.c.not_before)).where(QUEUED, runs.c.not_before > now),
        select(func.min(runs.c.expires_at)).where(WAITING, runs.c.expires_at > now),
        select(func.min(deliveries.c.not_before)).where(UNSETTLED, deliveries.c.not_before > now),
        select(func.min(deliveries.c.sweep_at)).where(SWEPT_LATER, deliveries.c.sweep_at > now),
    ]
    found: list[datetime | None] = [tx.scalar(time) for time in times]
    return min((time for time in found if time is not None), default=None)
