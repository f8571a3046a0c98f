"""The machine's clock, which a test may move on."""

import asyncio
from datetime import UTC, datetime, timedelta


class MovableClock:
    """The system's time, and as much more as a test has let pass."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._moved = asyncio.Condition()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    async def until(self, when: datetime) -> None:
        while (left := (when - self.now()).total_seconds()) > 0:
            try:
                async with asyncio.timeout(left), self._moved:
                    await self._moved.wait()
            except TimeoutError:
                continue

    async def advance(self, by: timedelta) -> None:
        async with self._moved:
            self._ahead += by
            self._moved.notify_all()
