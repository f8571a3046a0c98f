"""Drains a thread: takes its lease and executes its queued runs in order."""

from datetime import timedelta

import structlog

from bot import endings
from bot.execution import Execution, Means
from bot.store import runs
from bot.store import threads as thread_rows
from bot.store.records import Run

LEASE = timedelta(minutes=15)

log = structlog.get_logger()


class Runs:
    """The worker. One `drain` at a time per thread; the dispatcher sees to that."""

    def __init__(self, means: Means, *, owner: str) -> None:
        self._means = means
        self._owner = owner
        self._executions: dict[str, Execution] = {}

    def interrupt(self, run_id: str) -> None:
        """Break off what the run is doing now; its stored status says why."""
        if (execution := self._executions.get(run_id)) is not None:
            execution.interrupt()

    async def drain(self, thread_id: str) -> None:
        """Until none of the thread's runs can go on now. Raises StoreError."""
        epoch = await self._lease(thread_id)
        if epoch is None:
            return
        try:
            while not await self._release(thread_id, epoch):
                async with self._means.store.read() as tx:
                    head = await runs.head(tx, thread_id)
                if head is not None and not self._must_wait(head):
                    await self._execute(head, epoch)
        except thread_rows.LostLeaseError:
            log.warning("lease_lost", thread=thread_id)

    async def _lease(self, thread_id: str) -> int | None:
        """The epoch that every write must carry; None when there is nothing to do."""
        now = self._means.clock.now()
        async with self._means.store.write() as tx:
            epoch = await thread_rows.lease(tx, thread_id, self._owner, now + LEASE)
            if epoch is None:
                return None
            # Whatever executes without us was left behind: by a kill, or by a full disk.
            left = await runs.requeue_left(tx, thread_id)
            for run in left:
                await endings.end(
                    tx,
                    run,
                    endings.stopped(),
                    adapters=self._means.adapters,
                    tools=self._means.tools,
                    now=now,
                    source=["cancelling"],
                )
        self._means.delivery.wake(run.place.id for run in left)
        return epoch

    async def _release(self, thread_id: str, epoch: int) -> bool:
        async with self._means.store.write() as tx:
            await thread_rows.fence(tx, thread_id, epoch)
            return await thread_rows.release(tx, thread_id, epoch, self._means.clock.now())

    def _must_wait(self, run: Run) -> bool:
        return run.not_before is not None and run.not_before > self._means.clock.now()

    async def _execute(self, run: Run, epoch: int) -> None:
        execution = Execution(self._means, run, epoch)
        self._executions[run.id] = execution
        try:
            await execution.run()
        finally:
            del self._executions[run.id]
