"""At most one task per key, started on demand: a thread, a place, a message."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence

import structlog

FIRST_PAUSE = 0.5
LAST_PAUSE = 30.0
"""Seconds between two tries of work that failed for reasons of its own, such as a full disk."""

log = structlog.get_logger()


class Lanes:
    """Runs `work(key)` for woken keys, never twice at once for one key, at most `limit` at once.

    Keys that wait are taken in the order in which they were woken, and only they are kept in
    memory. A key that is woken while its work goes on is worked on once more, behind those that
    wait, so no wake-up is lost. Work that raises is tried again after a pause, in which others
    have its place: it must be safe to repeat.
    """

    def __init__(self, work: Callable[[str], Awaitable[None]], *, limit: int | None = None) -> None:
        self._work = work
        self._limit = limit
        self._waiting: OrderedDict[str, None] = OrderedDict()
        self._taken: set[str] = set()
        self._again: set[str] = set()
        self._pauses: dict[str, float] = {}
        self._at_work = 0
        self._changed = asyncio.Event()

    def wake(self, keys: Iterable[str]) -> None:
        for key in keys:
            if key in self._taken:
                self._again.add(key)
            else:
                self._waiting[key] = None
        self._changed.set()

    def waiting(self) -> Sequence[str]:
        """The keys that wait for room, first come first."""
        return list(self._waiting)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._changed.clear()
                while self._waiting and self._has_room():
                    key, _ = self._waiting.popitem(last=False)
                    self._taken.add(key)
                    self._at_work += 1
                    tasks.create_task(self._lane(key))
                await self._changed.wait()

    def _has_room(self) -> bool:
        return self._limit is None or self._at_work < self._limit

    async def _lane(self, key: str) -> None:
        self._again.discard(key)
        try:
            await self._work(key)
        except Exception:
            pause = self._pauses.get(key, FIRST_PAUSE)
            log.exception("work_failed", key=key, pause=pause)
            self._pauses[key] = min(pause * 2, LAST_PAUSE)
            self._again.add(key)
        else:
            pause = 0.0
            self._pauses.pop(key, None)
        finally:
            self._at_work -= 1
            self._changed.set()
        if pause:
            await asyncio.sleep(pause)
        self._taken.discard(key)
        if key in self._again:
            self._again.discard(key)
            self.wake([key])
