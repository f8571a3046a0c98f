"""What has become due, and when the next thing does."""

from datetime import datetime

from sqlalchemy import func, select

from bot.store.database import Tx
from bot.store.tables import UNSETTLED, deliveries, runs

_WAITING = runs.c.status.in_(("queued", "requires_action"))


async def threads(tx: Tx, now: datetime) -> list[str]:
    """Threads with a run whose backoff is over."""
    return list(
        await tx.scalars(
            select(runs.c.thread_id).where(runs.c.status == "queued", runs.c.not_before <= now)
        )
    )


async def places(tx: Tx, now: datetime) -> list[str]:
    """Places with a delivery whose wait is over."""
    due = deliveries.c.state.in_(UNSETTLED) & (deliveries.c.not_before <= now)
    late = deliveries.c.sweep_at.is_not(None) & (deliveries.c.sweep_at <= now)
    return list(await tx.scalars(select(deliveries.c.place_id).where(due | late).distinct()))


async def next_time(tx: Tx, now: datetime) -> datetime | None:
    """The nearest time in the future at which anything becomes due."""
    times = [
        select(func.min(runs.c.not_before)).where(
            runs.c.status == "queued", runs.c.not_before > now
        ),
        select(func.min(runs.c.expires_at)).where(_WAITING, runs.c.expires_at > now),
        select(func.min(deliveries.c.not_before)).where(
            deliveries.c.state.in_(UNSETTLED), deliveries.c.not_before > now
        ),
        select(func.min(deliveries.c.sweep_at)).where(deliveries.c.sweep_at > now),
    ]
    found: list[datetime | None] = [await tx.scalar(time) for time in times]
    return min((time for time in found if time is not None), default=None)
