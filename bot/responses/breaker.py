"""A circuit breaker: a provider that is down costs one probe at a time, not a queue of waits."""

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType

import structlog

from bot import backoff
from bot.responses.errors import ProviderDown, RequestRejected, TellPerson, TryAgain

THRESHOLD = 5
"""Failures in a row, without one sign of life in between, after which a provider is down."""

LONGEST_PAUSE = timedelta(minutes=1)
"""Between two probes: people wait no longer than that once the provider is back."""

LEAST_WAIT = 2.0
"""Seconds that a caller stays away while a probe is under way; most answers begin sooner."""

_SPREAD = (1.0, 1.25)
_log = structlog.get_logger()


def growing_pause(openings: int) -> timedelta:
    """2 to 6 seconds before the first probe, twice as long before each further one, to a limit."""
    return backoff.pause(openings + 2)


class Breaker:
    """Counts what one provider does to its callers.

    `now` is a clock in seconds (the loop's by default), `pause` the wait before the nth probe.
    """

    def __init__(
        self,
        provider: str,
        *,
        threshold: int = THRESHOLD,
        pause: Callable[[int], timedelta] = growing_pause,
        now: Callable[[], float] | None = None,
    ) -> None:
        self._provider = provider
        self._threshold = threshold
        self._pause = pause
        self._clock = now
        self._failures = 0
        self._openings = 0  # since it was last closed; 0 while it is
        self._period = 0  # rises when it opens and when it closes
        self._opened_at = 0.0
        self._probe_at = 0.0
        self._probe: Attempt | None = None
        self._probed_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the provider counts as down."""
        return self._openings > 0

    def attempt(self) -> "Attempt":
        """One request, as a context manager. Entering it raises ProviderDown."""
        return Attempt(self)

    def admit(self, attempt: "Attempt") -> int:
        """The period that the attempt belongs to. Raises ProviderDown."""
        if self._openings:
            now = self._now()
            if self._probe is not None:
                # The longer the probe is out, the less is to be hoped for: ask less often.
                raise _down(max(LEAST_WAIT, now - self._probed_at))
            # No wait is longer than the longest: the clock was set back, so it says nothing.
            if 0 < (left := self._probe_at - now) <= LONGEST_PAUSE.total_seconds():
                raise _down(left)
            self._probe, self._probed_at = attempt, now
        return self._period

    def alive(self) -> None:
        """The provider answered somebody, whenever that request began."""
        self._failures = 0
        if not self._openings:
            return
        down = round(self._now() - self._opened_at, 1)
        _log.info("provider_back", provider=self._provider, seconds=down)
        self._openings, self._probe = 0, None
        self._period += 1

    def failed(self, attempt: "Attempt", reason: str) -> None:
        """No sign of life. What began before the last change says nothing about the present."""
        if self._openings:
            if self._probe is attempt:
                self._open()
        elif attempt.period == self._period:
            self._failures += 1
            if self._failures >= self._threshold:
                _log.error("provider_down", provider=self._provider, reason=reason)
                self._opened_at = self._now()
                self._period += 1
                self._open()

    def released(self, attempt: "Attempt") -> None:
        """Given up before anything was known: if it was the probe, the next caller is."""
        if self._probe is attempt:
            self._probe = None

    def _open(self) -> None:
        self._openings += 1
        self._probe = None
        pause = min(self._pause(self._openings), LONGEST_PAUSE)
        self._probe_at = self._now() + pause.total_seconds()

    def _now(self) -> float:
        return self._clock() if self._clock else asyncio.get_running_loop().time()


class Attempt:
    """One request under a breaker's eyes; the first verdict counts."""

    def __init__(self, breaker: Breaker) -> None:
        self._breaker = breaker
        self._judged = False
        self.period = 0

    def __enter__(self) -> "Attempt":
        self.period = self._breaker.admit(self)
        return self

    def alive(self) -> None:
        """The provider has answered, if only with a refusal."""
        if not self._judged:
            self._judged = True
            self._breaker.alive()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._judged:
            return
        if isinstance(error, TryAgain):
            self._judged = True
            self._breaker.failed(self, error.reason)
        elif error is None or isinstance(error, TellPerson | RequestRejected):
            self.alive()
        else:  # cancelled, or a bug of ours
            self._breaker.released(self)


def _down(seconds: float) -> ProviderDown:
    spread = random.uniform(*_SPREAD)  # noqa: S311 - no secret
    return ProviderDown(timedelta(seconds=seconds * spread))
