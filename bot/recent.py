"""What was so a moment ago, kept in memory for a short time and for so many at most."""

from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.clock import Clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Forgets a value after `lasting`, and the oldest one when there are more than `size`."""

    def __init__(self, clock: Clock, lasting: timedelta, size: int) -> None:
        self._clock = clock
        self._lasting = lasting
        self._size = size
        self._kept: dict[K, tuple[datetime, V]] = {}

    def get(self, key: K) -> V | None:
        at, value = self._kept.get(key, (None, None))
        # A clock that was set back must not make it last.
        if at is None or abs(self._clock.now() - at) >= self._lasting:
            return None
        return value

    def put(self, key: K, value: V) -> None:
        self._kept.pop(key, None)
        self._kept[key] = (self._clock.now(), value)
        if len(self._kept) > self._size:
            del self._kept[next(iter(self._kept))]


class Pace(Generic[K]):
    """So many times in so long for each key, apart from what was refused."""

    def __init__(self, clock: Clock, limit: int, window: timedelta, size: int) -> None:
        self._clock = clock
        self._limit = limit
        self._window = window
        self._times = Recent[K, tuple[datetime, ...]](clock, window, size)

    def take(self, key: K) -> timedelta | None:
        """Count once more; None if there is room for it, else how long until there is."""
        now = self._clock.now()
        times = tuple(at for at in self._times.get(key) or () if abs(now - at) < self._window)
        if len(times) >= self._limit:
            return times[-self._limit] + self._window - now
        self._times.put(key, (*times, now))
        return None
