"""How many files and connections this process may have open, and so how many runs at once."""

import resource
from dataclasses import replace

import structlog

from bot.limits import Limits

PER_RUN = 2
"""Connections of one run: to the model, and to what a function of it asks meanwhile."""
RESERVE = 512
"""For all else: 200 calls of platforms at once, pages that are open, the database, the log."""

log = structlog.get_logger()


def fit(limits: Limits) -> Limits:
    """Ask the system for as many open files as the runs need; with fewer runs where it gives fewer.

    Most systems give a process 1,024 until it asks for more.
    """
    needed = limits.max_executing * PER_RUN + RESERVE
    given = _raised(needed)
    if given >= needed:
        return limits
    possible = max(1, (given - RESERVE) // PER_RUN)
    log.warning("fewer_runs_than_set", files=given, needed=needed, runs=possible)
    return replace(limits, max_executing=possible)


def _raised(needed: int) -> int:
    """How many files may be open now, which is as many as needed if the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return needed
    wanted = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):  # macOS has a lower limit that it does not tell
        return soft
    return wanted
