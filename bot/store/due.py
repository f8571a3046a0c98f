"""What has become due, and when the next thing does."""

from datetime import datetime

from sqlalchemy import func, select, union

from bot.store.database import Tx
from bot.store.tables import QUEUED, SWEPT_LATER, UNSETTLED, WAITING, deliveries, runs


async def threads(tx: Tx, now: datetime) -> list[str]:
    """Threads with a run whose backoff is over."""
    due = select(runs.c.thread_id).where(QUEUED, runs.c.not_before <= now)
    return list(await tx.scalars(due))


async def overdue(tx: Tx, now: datetime) -> list[str]:
    """Runs that are past their time and that no worker has in hand."""
    late = select(runs.c.id).where(WAITING, runs.c.expires_at <= now)
    return list(await tx.scalars(late.order_by(runs.c.expires_at)))


async def places(tx: Tx, now: datetime) -> list[str]:
    """Places with a delivery whose wait is over."""
    place = select(deliveries.c.place_id)
    due = union(
        place.where(UNSETTLED, deliveries.c.not_before <= now),
        place.where(SWEPT_LATER, deliveries.c.sweep_at <= now),
    )
    return list(await tx.scalars(due))


async def next_time(tx: Tx, now: datetime) -> datetime | None:
    """The nearest time in the future at which anything becomes due."""
    times = [
        select(func.min(runs.c.not_before)).where(QUEUED, runs.c.not_before > now),
        select(func.min(runs.c.expires_at)).where(WAITING, runs.c.expires_at > now),
        select(func.min(deliveries.c.not_before)).where(UNSETTLED, deliveries.c.not_before > now),
        select(func.min(deliveries.c.sweep_at)).where(SWEPT_LATER, deliveries.c.sweep_at > now),
    ]
    found: list[datetime | None] = [await tx.scalar(time) for time in times]
    return min((time for time in found if time is not None), default=None)
