"""The time, injected: what the engine asks and waits on, so that tests can move it."""

import asyncio
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Now, in UTC, and a wait until then."""

    def now(self) -> datetime: ...

    async def until(self, when: datetime) -> None:
        """Return at that time, at once if it has passed."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def until(self, when: datetime) -> None:
        # The machine's clock may be set meanwhile, so one sleep may not be enough.
        while (left := (when - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - no event
            await asyncio.sleep(left)
