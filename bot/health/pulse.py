"""What the health pages say, read from the database and from the engine's own memory."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

import structlog

from bot.clock import Clock
from bot.health.measuring import Meters
from bot.store import counts, spending
from bot.store.counts import Live
from bot.store.database import Store, StoreError

DEADLINE = 5.0
"""Seconds until a look counts as failed: who asks for it waits about as long."""
LOOK = 5.0
"""Seconds for which one look at the database serves, however often somebody asks."""
COUNT = 60.0
SHARE = 0.02
"""All runs are counted once a minute at most, and never for more than this share of the time."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """`runs` are those of each status; `tokens_today` counts all workspaces, in UTC."""

    live: Live
    runs: Mapping[str, int]
    tokens_today: int


@dataclass(slots=True)
class Pulse:
    """`connected` says which platforms are heard, `waiting` which threads wait for a free place,
    `provider_down` whether the provider is left alone for now."""

    store: Store
    clock: Clock
    meters: Meters
    connected: Callable[[], Mapping[str, bool]]
    waiting: Callable[[], Sequence[str]]
    provider_down: Callable[[], bool]
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _writable: bool = False
    _looked_at: float | None = None
    _runs: Mapping[str, int] = field(default_factory=dict)
    _count_at: float = 0.0

    async def missing(self) -> list[str]:
        """What the bot cannot work without and does not have now."""
        missing = [] if await self._can_write() else ["database"]
        return missing + [platform for platform, heard in self.connected().items() if not heard]

    async def numbers(self) -> Numbers:
        """Raises StoreError, and TimeoutError for a database that is too slow."""
        async with asyncio.timeout(DEADLINE), self._lock:
            today = spending.day(self.clock.now())
            live = await self.store.read(counts.live)
            tokens = await self.store.read(counts.tokens, today)
            if (began := monotonic()) >= self._count_at:
                self._runs = await self.store.read(counts.runs)
                took = monotonic() - began
                self._count_at = monotonic() + max(COUNT, took / SHARE)
            return Numbers(live=live, runs=self._runs, tokens_today=tokens)

    async def _can_write(self) -> bool:
        """Whether the database takes a write now: a full disk can still be read."""
        async with self._lock:
            if self._looked_at is not None and monotonic() - self._looked_at < LOOK:
                return self._writable
            try:
                async with asyncio.timeout(DEADLINE):
                    await self.store.write(counts.try_to_write)
            except (StoreError, OSError, TimeoutError) as error:
                log.warning("database_not_writable", error=type(error).__name__)
                self._writable = False
            else:
                self._writable = True
            self._looked_at = monotonic()
            return self._writable
