"""Wakes threads that have work; one worker drains a thread, thousands at once across threads."""

from collections.abc import Awaitable, Callable, Iterable

from bot.lanes import Lanes
from bot.store import threads
from bot.store.database import Store

MAX_EXECUTING = 500
"""Threads that are worked on at the same time; the others wait in the database. Each takes a
connection, and a process may have 1,024 files open by default (Linux)."""


class Dispatcher:
    """`wake` is the seam behind which another machine's worker could be woken."""

    def __init__(self, store: Store, drain: Callable[[str], Awaitable[None]]) -> None:
        self._store = store
        self._lanes = Lanes(drain, limit=MAX_EXECUTING)

    def wake(self, thread_ids: Iterable[str]) -> None:
        self._lanes.wake(thread_ids)

    async def run(self) -> None:
        self.wake(await self._store.read(threads.ready_ids))
        await self._lanes.run()
