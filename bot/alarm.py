"""Wakes whatever has become due: waiting runs and deliveries, and deadlines that have passed."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.store import due
from bot.store.database import Store

RECONCILE = timedelta(seconds=60)
"""How often to look at all that is ready and unsettled: a wake-up may have been lost, the machine's
clock set, the machine asleep."""


RETRY = timedelta(seconds=5)

log = structlog.get_logger()


class Alarm:
    """Sleeps until the nearest of `closes_at`, `expires_at`, `not_before` and `sweep_at`.

    What is due on other platforms than these waits for them; without, all are here.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        wake: Callable[[Iterable[str]], None],
        deliver: Callable[[Iterable[str]], None],
        expire: Callable[[str], Awaitable[None]],
        platforms: Collection[str] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._wake = wake
        self._deliver = deliver
        self._expire = expire
        self._platforms = platforms
        self._earlier = asyncio.Event()
        self._reconcile_at = clock.now() + RECONCILE

    def nudge(self) -> None:
        """A time was stored that may be nearer than the one waited for."""
        self._earlier.set()

    async def run(self) -> None:
        while True:
            self._earlier.clear()
            try:
                look_at = await self._ring(self._clock.now())
            except Exception:
                log.exception("alarm_failed")
                look_at = self._clock.now() + RETRY
            await self._sleep(look_at)

    async def _ring(self, now: datetime) -> datetime:
        """Wake what is due; returns when to look again."""
        set_back = self._reconcile_at - now > RECONCILE
        everywhere = now >= self._reconcile_at or set_back
        found = await self._store.read(
            due.look, now, everywhere=everywhere, platforms=self._platforms
        )
        if everywhere:
            self._reconcile_at = now + RECONCILE
        self._wake(found.threads)
        self._deliver(found.places)
        nearest = found.nearest
        if found.overdue:
            for run_id in found.overdue:
                await self._expired(run_id)
            nearest = await self._store.read(due.nearest, now)  # theirs may have been put off
        return min(nearest or self._reconcile_at, self._reconcile_at)

    async def _expired(self, run_id: str) -> None:
        """One run that cannot be ended must not keep the others alive."""
        try:
            await self._expire(run_id)
        except Exception:
            log.exception("expiry_failed", run=run_id)

    async def _sleep(self, until: datetime) -> None:
        """Until that time or the next nudge."""
        nudged = asyncio.create_task(self._earlier.wait())
        timed = asyncio.create_task(self._clock.until(until))
        try:
            await asyncio.wait(
                (nudged, timed),
                timeout=RECONCILE.total_seconds(),
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            nudged.cancel()
            timed.cancel()
            await asyncio.gather(nudged, timed, return_exceptions=True)
