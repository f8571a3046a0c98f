"""Executes runs: T2 start, rounds with the model, T4 the end of a round, T5 tools."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot import assistants, endings, outcomes, rounds, steps
from bot.adapter import Adapter
from bot.clock import Clock
from bot.delivery import Delivery
from bot.endings import Ending
from bot.live import LiveReply
from bot.outcomes import Outcome
from bot.requests import Provider
from bot.responses import (
    Finished,
    ItemStarted,
    RequestRejected,
    TellPerson,
    TextDelta,
    TryAgain,
)
from bot.rounds import StoppedError
from bot.store import calls, items, questions, runs
from bot.store import threads as thread_rows
from bot.store.database import Store, StoreError, Tx
from bot.store.records import Run, RunStatus, ToolCall
from bot.strings import say
from bot.tools.port import BadArgumentsError, Immediate, Tools
from bot.tools.responses import FAILED, INTERRUPTED, TOO_SLOW, error_output, no_function

LEASE = timedelta(minutes=15)
EXECUTION = timedelta(minutes=10)
"""How long a run may execute, backoff included, as with the Assistants API."""
MAX_ATTEMPTS = 6
"""Requests for one round, kills included."""
LONGEST_BACKOFF = timedelta(minutes=2)
MAX_ROUNDS = 20
TOOL_DEADLINE = 60.0
"""Seconds that a tool may take."""

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Work:
    """One execution: the run as it is stored now, our right to write it, and its live reply."""

    run: Run
    epoch: int
    live: LiveReply


class Runs:
    """The worker. One `drain` at a time per thread; the dispatcher sees to that."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        provider: Provider,
        delivery: Delivery,
        *,
        adapters: Mapping[str, Adapter],
        tools: Tools,
        owner: str,
        nudge: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._provider = provider
        self._adapters = adapters
        self._tools = tools
        self._delivery = delivery
        self._owner = owner
        self._nudge = nudge
        self._scopes: dict[str, asyncio.Timeout] = {}

    def interrupt(self, run_id: str) -> None:
        """Break off what the run is doing now; its stored status says why."""
        scope = self._scopes.get(run_id)
        if scope is not None and not scope.expired():
            scope.reschedule(asyncio.get_running_loop().time())

    async def drain(self, thread_id: str) -> None:
        """Execute the thread's queued runs in order until none can go on now."""
        async with self._store.write() as tx:
            now = self._clock.now()
            epoch = await thread_rows.lease(tx, thread_id, self._owner, now + LEASE)
            if epoch is None:
                return
            # Whatever executes without us was left behind: by a kill, or by a full disk.
            left = await runs.requeue_left(tx, thread_id)
            for run in left:
                await self._end(tx, run, endings.stopped(), text="")
        self._delivery.wake(run.place.id for run in left)
        try:
            while not await self._release(thread_id, epoch):
                async with self._store.read() as tx:
                    head = await runs.head(tx, thread_id)
                if head is not None and not self._must_wait(head):
                    await self._execute(head, epoch)
        except thread_rows.LostLeaseError:
            log.warning("lease_lost", thread=thread_id)

    async def _release(self, thread_id: str, epoch: int) -> bool:
        async with self._store.write() as tx:
            await thread_rows.fence(tx, thread_id, epoch)
            return await thread_rows.release(tx, thread_id, epoch, self._clock.now())

    def _must_wait(self, run: Run) -> bool:
        return run.not_before is not None and run.not_before > self._clock.now()

    async def _execute(self, run: Run, epoch: int) -> None:
        limits = self._adapters[run.place.platform].capabilities
        work = Work(run=run, epoch=epoch, live=LiveReply(run=run, limits=limits, before=""))
        scope = asyncio.timeout(EXECUTION.total_seconds())
        self._scopes[run.id] = scope
        try:
            async with scope:
                await self._start(work, scope)
                while await self._round(work):
                    await self._reload(work)
        except (TimeoutError, StoppedError):
            await self._broken_off(work, timed_out=scope.expired())
        except TryAgain as error:
            await self._later(work, error)
        except TellPerson as error:
            log.warning("provider_refused", run=run.id, code=error.code, detail=error.detail)
            await self._fail(work, error.code)
        except RequestRejected as error:
            log.exception("request_rejected", run=run.id, code=error.code, param=error.param)
            await self._fail(work, "bug")
        except (thread_rows.LostLeaseError, StoreError):
            raise
        except Exception:
            log.exception("run_failed", run=run.id)
            await self._fail(work, "bug")
        finally:
            del self._scopes[run.id]

    async def _start(self, work: Work, scope: asyncio.Timeout) -> None:
        """T2. Raises StoppedError when the run was stopped meanwhile."""
        run, now = work.run, self._clock.now()
        async with self._writing(work) as tx:
            assistant = run.snapshot or await assistants.snapshot(
                tx,
                run.place,
                model=self._provider.model,
                provider=self._provider.responses.provider,
            )
            started = await runs.start(tx, run.id, assistant, now, now + EXECUTION)
            if started is None:
                raise StoppedError(run.id)
            await self._continue(tx, work, started)
        self._delivery.wake([run.place.id])
        if started.attempts > MAX_ATTEMPTS:
            raise TellPerson("unavailable", detail="too many attempts")
        if started.expires_at is not None:
            left = (started.expires_at - now).total_seconds()
            scope.reschedule(asyncio.get_running_loop().time() + left)

    async def _reload(self, work: Work) -> None:
        """Between rounds. Raises StoppedError when the run was stopped meanwhile."""
        async with self._writing(work) as tx:
            run = await runs.get(tx, work.run.id)
            if run is None or run.status != "in_progress":
                raise StoppedError(work.run.id)
            await self._continue(tx, work, run)
        self._delivery.wake([run.place.id])

    async def _continue(self, tx: Tx, work: Work, run: Run) -> None:
        """The next round adds to the same reply, or starts below a question."""
        before = outcomes.spoken(run, await items.own(tx, run.id))
        work.run = run
        work.live = LiveReply(run=run, limits=work.live.limits, before=before)
        await work.live.take_slots(tx)

    async def _round(self, work: Work) -> bool:
        """One round, or what a kill left of it; True when another one follows."""
        async with self._store.read() as tx:
            left = await calls.of_round(tx, work.run)
        if not left:
            outcome = await self._ask(work)
            left = list(outcome.calls)
            if not await self._end_round(work, outcome):
                return False
        acted = [call for call in left if call.state in ("pending", "running")]
        for call in acted:
            await self._act(work, call)
        async with self._writing(work) as tx:
            return await self._goes_on(tx, work)

    async def _ask(self, work: Work) -> Outcome:
        """Ask the model, showing what it writes. Raises what `Responses.stream` raises."""
        async with self._store.read() as tx:
            past = await items.replayed(tx, work.run)
            taken = [call.call_id for call in await calls.of_runs(tx, [work.run.id])]
        async with aclosing(self._provider.stream(work.run, past)) as stream:
            async for event in stream:
                match event:
                    case TextDelta(index=index, text=text):
                        work.live.add(index, text)
                        await work.live.show(self._store, self._delivery)
                    case ItemStarted(index=index, type="function_call", name=str(name)):
                        work.live.steps[index] = steps.line(name)
                        await work.live.show(self._store, self._delivery, at_once=True)
                    case Finished():
                        return outcomes.read(work.run, event, self._tools, taken, self._clock.now())
                    case _:
                        pass
        raise TryAgain("interrupted")

    async def _end_round(self, work: Work, outcome: Outcome) -> bool:
        """T4. True when calls of the round are ours to act on, or the next one can start."""
        run, now = work.run, self._clock.now()
        if outcome.calls and run.round >= MAX_ROUNDS:
            await self._fail(work, "too_many_rounds")
            return False
        async with self._writing(work) as tx:
            await rounds.store(tx, run, outcome, work.live.before, limits=work.live.limits, now=now)
            goes_on = bool(outcome.calls)
            if outcome.calls and not any(call.state == "pending" for call in outcome.calls):
                goes_on = await self._goes_on(tx, work)
        self._shown(work)
        return goes_on

    async def _goes_on(self, tx: Tx, work: Work) -> bool:
        """Whether the next round can start; if people must answer first, the run is parked."""
        if not await calls.unfinished(tx, work.run.id):
            return True
        closes_at = await questions.first_end(tx, work.run.id)
        parked = await runs.move(
            tx,
            work.run.id,
            source=["in_progress"],
            target="requires_action",
            now=self._clock.now(),
            expires_at=closes_at,
        )
        if not parked:
            raise StoppedError(work.run.id)
        self._nudge()
        return False

    async def _act(self, work: Work, call: ToolCall) -> None:
        """T5. A call that a kill interrupted is repeated only if that does no harm."""
        tool = self._tools.get(call.name)
        if not isinstance(tool, Immediate):
            output = no_function(call.name)
        elif call.state == "running" and not tool.repeatable:
            output = INTERRUPTED
        else:
            async with self._writing(work) as tx:
                await calls.move(tx, call.id, source="pending", target="running")
            output = await _acted(tool, call)
        async with self._writing(work) as tx:
            await rounds.finish_call(tx, work.run, call, output, self._clock.now())

    async def _broken_off(self, work: Work, *, timed_out: bool) -> None:
        """Stopped by a person, or out of time."""
        async with self._store.read() as tx:
            run = await runs.get(tx, work.run.id)
        if run is None or run.status not in ("in_progress", "cancelling"):
            return
        if run.status == "cancelling":
            await self._end_with_text(work, endings.stopped())
        elif timed_out:
            await self._end_with_text(work, endings.expired(run))
        else:
            await self._fail(work, "bug")

    async def _later(self, work: Work, error: TryAgain) -> None:
        """Back to the queue for a while; the run keeps the head of its thread."""
        run, now = work.run, self._clock.now()
        not_before = now + (error.after or _backoff(run.attempts))
        out_of_time = run.expires_at is None or not_before >= run.expires_at
        log.warning("provider_failed", run=run.id, reason=error.reason, attempt=run.attempts)
        if out_of_time or run.attempts >= MAX_ATTEMPTS:
            await self._fail(work, "unavailable")
            return
        async with self._writing(work) as tx:
            waits = await runs.move(
                tx,
                run.id,
                source=["in_progress"],
                target="queued",
                now=now,
                not_before=not_before,
                expires_at=run.expires_at,
                error={"code": error.reason},
            )
        if not waits:
            await self._broken_off(work, timed_out=False)
            return
        work.live.note = say("run.trying_again")
        await work.live.show(self._store, self._delivery, at_once=True)
        self._nudge()

    async def _fail(self, work: Work, code: str) -> None:
        await self._end_with_text(work, endings.failed(work.run, code))

    async def _end_with_text(self, work: Work, ending: Ending) -> None:
        """End the run from here; what it has written so far stays, marked as incomplete."""
        async with self._writing(work) as tx:
            run = await runs.get(tx, work.run.id)
            if run is None:
                return
            cut = run.round == work.run.round and not await calls.of_round(tx, run)
            if cut:
                await items.insert_many(
                    tx, outcomes.cut_text(run, work.live.cut), self._clock.now()
                )
            await self._end(tx, run, ending, text=work.live.text)
        self._shown(work)

    async def _end(self, tx: Tx, run: Run, ending: Ending, *, text: str) -> None:
        executing: list[RunStatus] = ["in_progress", "cancelling"]
        await endings.end(
            tx,
            run,
            ending,
            adapters=self._adapters,
            tools=self._tools,
            now=self._clock.now(),
            source=executing,
            text=text,
        )

    @asynccontextmanager
    async def _writing(self, work: Work) -> AsyncIterator[Tx]:
        """A write that only the thread's present worker may make. Raises LostLeaseError."""
        async with self._store.write() as tx:
            await thread_rows.fence(tx, work.run.thread_id, work.epoch)
            yield tx

    def _shown(self, work: Work) -> None:
        """From now on what is stored counts."""
        self._delivery.forget(work.live.slots)
        self._delivery.wake([work.run.place.id])


async def _acted(tool: Immediate, call: ToolCall) -> str:
    """The tool's output, or an error that the model can read."""
    try:
        async with asyncio.timeout(TOOL_DEADLINE):
            return await tool.act(call.arguments)
    except BadArgumentsError as error:
        return error_output(str(error))
    except TimeoutError:
        return TOO_SLOW
    except Exception:
        log.exception("tool_failed", run=call.run_id, call=call.call_id, name=call.name)
        return FAILED


def _backoff(attempts: int) -> timedelta:
    """Twice as long each time, with jitter so that runs do not come back all at once."""
    seconds = random.uniform(0.5, 1.5) * 2 ** (attempts - 1)  # noqa: S311 - no secret
    return min(timedelta(seconds=seconds), LONGEST_BACKOFF)
