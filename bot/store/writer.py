"""The one writer: a thread that runs transactions in turn; those that wait share a commit."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

T = TypeVar("T")

MAX_SHARED = 100
LONGEST_SHARED = 0.05
"""Transactions in one commit, and seconds after which no further one joins it, so that the first
of them does not wait long for the last."""


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], None]
    done: asyncio.Future[None]
    error: BaseException | None = None


class Writer:
    """Bounded by its callers: each waits for the result of its one job."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, "docent-writer")
        self._urgent: deque[_Job] = deque()
        self._waiting: deque[_Job] = deque()

    async def run(self, work: Callable[[Connection], T], *, urgent: bool) -> T:
        """The result of `work`, committed; urgent work goes before all other that waits.

        The work runs in the context of its caller, whatever shares its commit. Raises what the
        work or its commit raises. Who stops waiting does not stop the work: it may be stored all
        the same.
        """
        results: list[T] = []
        context = copy_context()

        def keep_result(tx: Connection) -> None:
            results[:] = [context.run(work, tx)]

        loop = asyncio.get_running_loop()
        job = _Job(keep_result, loop.create_future())
        (self._urgent if urgent else self._waiting).append(job)
        self._thread.submit(self._next, loop)
        await job.done
        return results[0]

    def close(self) -> None:
        self._thread.shutdown()
        self._engine.dispose()

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        if not (self._urgent or self._waiting):
            return  # an earlier turn took it along
        jobs: list[_Job] = []
        failure = self._commit(self._joining(jobs))
        if failure is not None:
            self._failed(jobs, failure)
        loop.call_soon_threadsafe(_settle, jobs)

    def _failed(self, jobs: list[_Job], failure: BaseException) -> None:
        """Nothing of these is stored. Without a job it was the transaction that did not begin."""
        if not jobs or _is_unavailable(failure):
            self._give_up(jobs, jobs, failure)
        elif len(jobs) == 1:
            jobs[0].error = failure
        else:
            self._one_by_one(jobs)

    def _one_by_one(self, jobs: list[_Job]) -> None:
        """So that only those fail that are to blame."""
        for number, job in enumerate(list(jobs)):
            job.error = self._commit([job])
            if job.error is not None and _is_unavailable(job.error):
                self._give_up(jobs, jobs[number:], job.error)
                return

    def _give_up(self, jobs: list[_Job], untried: list[_Job], failure: BaseException) -> None:
        """What the database cannot do now it cannot do for those that wait either."""
        waiting = list(self._all_waiting())
        for job in [*untried, *waiting]:
            job.error = failure
        jobs += waiting

    def _joining(self, jobs: list[_Job]) -> Iterator[_Job]:
        """Those that share a commit, each taken when its turn has come; of those that are not
        urgent at least one, so that a flood of messages does not stop all work."""
        end = monotonic() + LONGEST_SHARED
        if self._waiting:
            jobs.append(self._waiting.popleft())
            yield jobs[-1]
        for job in self._all_waiting():
            jobs.append(job)
            yield job
            if len(jobs) >= MAX_SHARED or monotonic() >= end:
                return

    def _commit(self, jobs: Iterable[_Job]) -> BaseException | None:
        """All of them or none; what one of them or the commit failed with."""
        try:
            with self._engine.begin() as tx:
                for job in jobs:
                    job.work(tx)
        except BaseException as error:  # noqa: BLE001 - it is the caller's
            return error
        return None

    def _all_waiting(self) -> Iterator[_Job]:
        while queue := self._urgent or self._waiting:
            yield queue.popleft()


def _is_unavailable(error: BaseException) -> bool:
    """Locked, full, unreadable: it is not about what was to be written."""
    if not isinstance(error, OperationalError):
        return False
    code: int = getattr(error.orig, "sqlite_errorcode", 0)
    return code & 0xFF != sqlite3.SQLITE_ERROR  # the low byte is the kind


def _settle(jobs: Iterable[_Job]) -> None:
    for job in jobs:
        if job.done.done():
            continue
        if job.error is None:
            job.done.set_result(None)
        else:
            job.done.set_exception(job.error)
