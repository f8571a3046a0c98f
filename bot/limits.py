"""How much at most may run, and how long until it goes on in words."""

import math
from dataclasses import dataclass
from datetime import timedelta

from bot.strings import say

MAX_EXECUTING = 500
"""Runs that are worked on at the same time, where nobody chose another number."""
MINUTE = timedelta(minutes=1)
LONGEST_IN_SECONDS = timedelta(seconds=90)
LONGEST_IN_MINUTES = timedelta(minutes=90)
"""Up to where a wait is told in seconds, and up to where in minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much at most; None is no limit. Tokens are counted per workspace and day in UTC."""

    max_executing: int = MAX_EXECUTING
    runs_per_minute: int | None = None
    tokens_per_day: int | None = None


NO_LIMITS = Limits()


def lower(own: int | None, most: int | None) -> int | None:
    """What counts where a workspace has a limit of its own beside the operator's: nobody raises
    what somebody else pays."""
    return min((limit for limit in (own, most) if limit is not None), default=None)


def in_words(wait: timedelta) -> str:
    """A wait as people say it, rounded up so that it is never too short."""
    if wait <= LONGEST_IN_SECONDS:
        number, unit = max(1, math.ceil(wait / timedelta(seconds=1))), "second"
    elif wait <= LONGEST_IN_MINUTES:
        number, unit = math.ceil(wait / MINUTE), "minute"
    else:
        number, unit = math.ceil(wait / timedelta(hours=1)), "hour"
    return say(f"limits.{unit}s", number=number)
