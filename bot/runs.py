"""Drains a thread: takes its lease and executes its queued runs in order."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot import endings
from bot.execution import Execution
from bot.means import Means
from bot.store import due, runs
from bot.store import threads as thread_rows
from bot.store.database import StoreError, Tx
from bot.store.records import Run, RunStatus
from bot.strings import speaking

LEASE = timedelta(minutes=15)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Next:
    """What a look at the thread brought: a run to execute, if any, and all those it changed."""

    epoch: int
    started: tuple[Run, Execution] | None
    changed: tuple[Run, ...]


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
        found = await self._means.store.write(self._lease, thread_id)
        try:
            while found is not None:
                self._means.delivery.wake(run.place.id for run in found.changed)
                if found.started is None:
                    return
                await self._execute(*found.started)
                found = await self._means.store.write(self._next, thread_id, found.epoch)
        except thread_rows.LostLeaseError:
            log.warning("lease_lost", thread=thread_id)

    def _lease(self, tx: Tx, thread_id: str) -> _Next | None:
        """Take the thread: every later write must carry its epoch. None: nothing to do."""
        until = self._means.clock.now() + LEASE
        epoch = thread_rows.lease(tx, thread_id, self._owner, until)
        if epoch is None:
            return None
        # Whatever executes without us was left behind: by a kill, or by a full disk.
        left = runs.requeue_left(tx, thread_id)
        for run in left:
            self._end(tx, run, endings.stopped(), "cancelling")
        return self._next(tx, thread_id, epoch, *left)

    def _next(self, tx: Tx, thread_id: str, epoch: int, *changed: Run) -> _Next:
        """Start the thread's next run (T2), or give the thread back."""
        thread_rows.fence(tx, thread_id, epoch)
        while (head := runs.head(tx, thread_id)) is not None and not self._must_wait(head):
            execution = Execution(self._means, head, epoch)
            try:
                with speaking(head.language):
                    execution.start(tx)
            except StoreError:
                raise
            except Exception:
                log.exception("run_not_started", run=head.id)
                self._end(tx, head, endings.failed("bug"), "queued", "in_progress")
                changed += (head,)
            else:
                return _Next(epoch, (head, execution), (*changed, head))
        # A thread whose head must wait stays ready, without owner, until the alarm.
        thread_rows.release(tx, thread_id, epoch, ready=head is not None)
        return _Next(epoch, None, changed)

    def _must_wait(self, run: Run) -> bool:
        now = self._means.clock.now()
        return run.not_before is not None and now < run.not_before <= now + due.LONGEST_WAIT

    def _end(self, tx: Tx, run: Run, ending: endings.Ending, *source: RunStatus) -> None:
        endings.end(
            tx,
            run,
            ending,
            adapters=self._means.adapters,
            tools=self._means.tools,
            now=self._means.clock.now(),
            source=source,
        )

    async def _execute(self, run: Run, execution: Execution) -> None:
        self._executions[run.id] = execution
        try:
            with speaking(run.language):
                await execution.run()
        finally:
            del self._executions[run.id]
