"""Wakes threads that have work; one worker drains a thread, thousands at once across threads."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence

from bot.lanes import Lanes
from bot.store import due
from bot.store.database import Store


class Dispatcher:
    """`wake` is the seam behind which another machine's worker could be woken.

    At most `limit` threads are worked on at the same time; the work of the others waits in the
    database, as does all work of other platforms than these.
    """

    def __init__(
        self,
        store: Store,
        drain: Callable[[str], Awaitable[None]],
        *,
        limit: int,
        platforms: Collection[str] | None = None,
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._lanes = Lanes(drain, limit=limit)

    def wake(self, thread_ids: Iterable[str]) -> None:
        self._lanes.wake(thread_ids)

    def waiting(self) -> Sequence[str]:
        """The threads that wait for a free place, the next one first."""
        return self._lanes.waiting()

    async def run(self) -> None:
        self.wake(await self._store.read(due.ready, self._platforms))
        await self._lanes.run()
