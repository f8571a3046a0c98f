"""Who is watching the page, and which messages each has yet to see in their newest form."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

MAX_WATCHERS = 64
"""Open event streams; a page has one, so this is a wall against leaks, not a limit on people."""

MAX_BEHIND = 500
"""Messages a stream may be behind; past that the page loads everything anew, which is cheaper."""


class Watcher:
    """One open event stream. What changes twice before it is sent is sent once, as it is then."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.closed = False
        self._changed: dict[str, None] = {}
        self._news = asyncio.Event()

    def mark(self, message: str) -> None:
        self._changed[message] = None
        if len(self._changed) > MAX_BEHIND:
            self.close()
        self._news.set()

    def close(self) -> None:
        self.closed = True
        self._changed.clear()
        self._news.set()

    async def changes(self) -> list[str]:
        """Wait until something has changed or the stream is closed; the messages, first first."""
        await self._news.wait()
        self._news.clear()
        changed = list(self._changed)
        self._changed.clear()
        return changed


class Feed:
    """All open event streams."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()
        self._closed = False

    @contextmanager
    def watching(self, user: str) -> Iterator[Watcher | None]:
        """A stream for one person, or None when there are too many or the page shuts down."""
        if self._closed or len(self._watchers) >= MAX_WATCHERS:
            yield None
            return
        watcher = Watcher(user)
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    def mark(self, message: str, owner: str | None) -> None:
        """A message has changed; `owner` is the only person who may see it, if it has one."""
        for watcher in self._watchers:
            if owner in {None, watcher.user}:
                watcher.mark(message)

    def open(self) -> None:
        self._closed = False

    def close(self) -> None:
        """End every stream at once, so that nothing waits for them."""
        self._closed = True
        for watcher in self._watchers:
            watcher.close()
