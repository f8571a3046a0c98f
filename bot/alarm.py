"""Wakes whatever has become due: waiting runs and deliveries, and deadlines that have passed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.store import due, runs
from bot.store.database import Store, StoreError
from bot.store.records import Run

LONGEST_SLEEP = timedelta(seconds=60)
"""The machine's clock may be set, or the machine may have slept."""


RETRY = timedelta(seconds=5)

log = structlog.get_logger()


class Alarm:
    """Sleeps until the nearest of `closes_at`, `expires_at`, `not_before` and `sweep_at`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        wake: Callable[[Iterable[str]], None],
        deliver: Callable[[Iterable[str]], None],
        expire: Callable[[Run], Awaitable[None]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._wake = wake
        self._deliver = deliver
        self._expire = expire
        self._earlier = asyncio.Event()

    def nudge(self) -> None:
        """A time was stored that may be nearer than the one waited for."""
        self._earlier.set()

    async def run(self) -> None:
        while True:
            self._earlier.clear()
            try:
                look_at = await self._ring(self._clock.now())
            except StoreError as error:
                log.warning("alarm_failed", error=type(error).__name__)
                look_at = self._clock.now() + RETRY
            await self._sleep(look_at)

    async def _ring(self, now: datetime) -> datetime:
        """Wake what is due; returns when to look again."""
        async with self._store.read() as tx:
            overdue = await runs.overdue(tx, now)
            self._wake(await due.threads(tx, now))
            self._deliver(await due.places(tx, now))
            nearest = await due.next_time(tx, now)
        for run in overdue:
            await self._expired(run)
        later = now + LONGEST_SLEEP
        return later if nearest is None else min(nearest, later)

    async def _expired(self, run: Run) -> None:
        """One run that cannot be ended must not keep the others alive."""
        try:
            await self._expire(run)
        except StoreError:
            raise
        except Exception:
            log.exception("expiry_failed", run=run.id)

    async def _sleep(self, until: datetime) -> None:
        """Until that time or the next nudge."""
        nudged = asyncio.create_task(self._earlier.wait())
        timed = asyncio.create_task(self._clock.until(until))
        try:
            await asyncio.wait((nudged, timed), return_when=asyncio.FIRST_COMPLETED)
        finally:
            nudged.cancel()
            timed.cancel()
            await asyncio.gather(nudged, timed, return_exceptions=True)
