"""At most one task per key, started on demand: a thread, a place, a message."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext

import structlog

FIRST_PAUSE = 0.5
LAST_PAUSE = 30.0
"""Seconds between two tries of work that failed for reasons of its own, such as a full disk."""

log = structlog.get_logger()


class Lanes:
    """Runs `work(key)` for woken keys, never twice at once for one key.

    A key that is woken while its work goes on is worked on once more, so no wake-up is lost.
    Work that raises is tried again after a pause: it must be safe to repeat.
    """

    def __init__(self, work: Callable[[str], Awaitable[None]], *, limit: int | None = None) -> None:
        self._work = work
        self._room: AbstractAsyncContextManager[None] = (
            nullcontext() if limit is None else asyncio.Semaphore(limit)
        )
        self._woken: asyncio.Queue[str] = asyncio.Queue()  # bounded: a key is in it at most once
        self._active: set[str] = set()
        self._again: set[str] = set()

    def wake(self, keys: Iterable[str]) -> None:
        for key in keys:
            if key in self._active:
                self._again.add(key)
            else:
                self._active.add(key)
                self._woken.put_nowait(key)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            while True:
                key = await self._woken.get()
                tasks.create_task(self._lane(key))

    async def _lane(self, key: str) -> None:
        pause = FIRST_PAUSE
        while True:
            self._again.discard(key)
            try:
                async with self._room:
                    await self._work(key)
            except Exception:
                log.exception("work_failed", key=key, pause=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LAST_PAUSE)
                continue
            if key not in self._again:
                self._active.discard(key)
                return
            pause = FIRST_PAUSE
