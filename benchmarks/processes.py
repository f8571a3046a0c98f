"""Subjects in processes of their own, so that none inherits another's memory, caches or threads."""

import resource
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles
from typing import ParamSpec, TypeVar

from bot import logs

P = ParamSpec("P")
T = TypeVar("T")

STATUS = Path("/proc/self/status")
MB = 2**20


def alone(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work` returns in a fresh process, with all the open files that the system allows."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_prepare) as pool:
        return pool.submit(work, *args, **kwargs).result()


def allow_open_files() -> None:
    """As many as the system lets this process have: each connection is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _prepare() -> None:
    allow_open_files()
    logs.set_up("warning")


def peak_memory() -> float:
    """The most that this process has held at once, in MB."""
    if STATUS.exists():
        # The kernel's own count starts anew with a program; `ru_maxrss` goes on from its parent's.
        lines = STATUS.read_text("ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB


def percentile(samples: Sequence[float], percent: int) -> float:
    return median(samples) if percent == 50 else quantiles(samples, n=100)[percent - 1]
