"""The one writer: a thread that runs transactions in turn; those that wait share a commit."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

T = TypeVar("T")

MAX_SHARED = 100
"""Transactions in one commit, so that the first of them does not wait long for the last."""


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
        self._waiting: deque[_Job] = deque()

    async def run(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, committed. Raises what the work or its commit raises.

        Who stops waiting does not stop the work: it may be stored all the same.
        """
        results: list[T] = []

        def keep_result(tx: Connection) -> None:
            results[:] = [work(tx)]

        loop = asyncio.get_running_loop()
        job = _Job(keep_result, loop.create_future())
        self._waiting.append(job)
        self._thread.submit(self._next, loop)
        await job.done
        return results[0]

    def close(self) -> None:
        self._thread.shutdown()
        self._engine.dispose()

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        jobs: list[_Job] = []
        while self._waiting and len(jobs) < MAX_SHARED:
            jobs.append(self._waiting.popleft())
        if not jobs:
            return  # an earlier turn took it along
        if not self._commit(jobs):
            for job in jobs:
                self._commit([job])
        loop.call_soon_threadsafe(_settle, jobs)

    def _commit(self, jobs: list[_Job]) -> bool:
        """All of them or none. False: one of them failed for a reason of its own."""
        failure: BaseException | None = None
        try:
            with self._engine.begin() as tx:
                for job in jobs:
                    job.work(tx)
        except BaseException as error:  # noqa: BLE001 - it is the caller's
            failure = error
        for job in jobs:
            job.error = failure
        # What the database cannot do now it cannot do for any of them.
        return failure is None or isinstance(failure, OperationalError) or len(jobs) == 1


def _settle(jobs: Iterable[_Job]) -> None:
    for job in jobs:
        if job.done.done():
            continue
        if job.error is None:
            job.done.set_result(None)
        else:
            job.done.set_exception(job.error)
