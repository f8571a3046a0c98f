"""One execution of a run: T2 start, rounds with the model, T4 the end of a round, T5 tools."""

import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot import assistants, endings, outcomes, rounds, steps
from bot.adapter import Adapter
from bot.clock import Clock
from bot.delivery import Delivery
from bot.endings import Ending
from bot.leash import BrokenOffError, Leash
from bot.live import LiveReply
from bot.outcomes import Outcome
from bot.requests import Provider
from bot.responses import Finished, ItemStarted, RequestRejected, TellPerson, TextDelta, TryAgain
from bot.rounds import StoppedError
from bot.store import calls, items, questions, runs
from bot.store import threads as thread_rows
from bot.store.database import Store, StoreError, Tx
from bot.store.records import Run, RunStatus, ToolCall
from bot.strings import say
from bot.text.math import finished
from bot.tools.acting import acted
from bot.tools.outputs import INTERRUPTED, no_function
from bot.tools.port import Immediate, Tools

EXECUTION = timedelta(minutes=10)
"""How long a run may execute, backoff included, as with the Assistants API."""
MAX_ATTEMPTS = 6
"""Requests for one round, kills included."""
LONGEST_BACKOFF = timedelta(minutes=2)
MAX_ROUNDS = 20

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What executions work with; `nudge` tells the alarm that a time was stored."""

    store: Store
    clock: Clock
    provider: Provider
    delivery: Delivery
    adapters: Mapping[str, Adapter]
    tools: Tools
    nudge: Callable[[], None]


class Execution:
    """A run in the hands of a worker that holds its thread's lease (`epoch`)."""

    def __init__(self, means: Means, run: Run, epoch: int) -> None:
        self._means = means
        self._run = run
        self._epoch = epoch
        limits = means.adapters[run.place.platform].capabilities
        self._live = LiveReply(run=run, limits=limits, before="")
        self._leash = Leash(EXECUTION.total_seconds())

    def interrupt(self) -> None:
        """Break off what the run is waiting for; its stored status says why."""
        self._leash.stop()

    async def run(self) -> None:
        """Until the run ends, is parked or goes back to the queue.

        Raises LostLeaseError, and StoreError when the database fails.
        """
        try:
            await self._start()
            while await self._round():
                await self._reload()
        except (BrokenOffError, StoppedError):
            await self._broken_off()
        except TryAgain as error:
            await self._later(error)
        except TellPerson as error:
            log.warning("provider_refused", run=self._run.id, code=error.code, detail=error.detail)
            await self._fail(error.code)
        except RequestRejected as error:
            log.exception("request_rejected", run=self._run.id, code=error.code, param=error.param)
            await self._fail("bug")
        except (thread_rows.LostLeaseError, StoreError):
            raise
        except Exception:
            log.exception("run_failed", run=self._run.id)
            await self._fail("bug")

    async def _start(self) -> None:
        """T2. Raises StoppedError when the run was stopped meanwhile."""
        run, now = self._run, self._means.clock.now()
        async with self._writing() as tx:
            assistant = run.snapshot or await assistants.snapshot(
                tx,
                run.place,
                model=self._means.provider.model,
                provider=self._means.provider.responses.provider,
            )
            started = await runs.start(tx, run.id, assistant, now, now + EXECUTION)
            if started is None:
                raise StoppedError(run.id)
            await self._continue(tx, started)
        self._means.delivery.wake([run.place.id])
        if started.attempts > MAX_ATTEMPTS:
            raise TellPerson("unavailable", detail="too many attempts")
        if started.expires_at is not None:
            left = (started.expires_at - now).total_seconds()
            self._leash = Leash(left)

    async def _reload(self) -> None:
        """Between rounds. Raises StoppedError when the run was stopped meanwhile."""
        async with self._writing() as tx:
            run = await runs.get(tx, self._run.id)
            if run is None or run.status != "in_progress":
                raise StoppedError(self._run.id)
            await self._continue(tx, run)
        self._means.delivery.wake([run.place.id])

    async def _continue(self, tx: Tx, run: Run) -> None:
        """The next round adds to the same reply, or starts below a question."""
        before = outcomes.spoken(run, await items.own(tx, run.id))
        self._run = run
        self._live = LiveReply(run=run, limits=self._live.limits, before=before)
        await self._live.take_slots(tx)

    async def _round(self) -> bool:
        """One round, or what a kill left of it; True when another one follows."""
        async with self._means.store.read() as tx:
            left = await calls.of_round(tx, self._run)
        if not left:
            outcome = await self._ask()
            left = list(outcome.calls)
            if not await self._end_round(outcome):
                return False
        acted = [call for call in left if call.state in ("pending", "running")]
        for call in acted:
            await self._act(call)
        async with self._writing() as tx:
            return await self._goes_on(tx)

    async def _ask(self) -> Outcome:
        """Ask the model, showing what it writes. Raises what `Responses.stream` raises."""
        async with self._means.store.read() as tx:
            past = await items.replayed(tx, self._run)
        taken = [entry.item.call_id for entry in past if entry.item.call_id is not None]
        begun: dict[int, datetime] = {}
        async with aclosing(self._means.provider.stream(self._run, past)) as stream:
            while True:
                event = await self._leash.wait(anext(stream, None))
                if isinstance(event, ItemStarted | TextDelta):
                    begun.setdefault(event.index, self._means.clock.now())
                match event:
                    case TextDelta(index=index, text=text):
                        self._live.add(index, text)
                        await self._live.show(self._means.store, self._means.delivery)
                    case ItemStarted(index=index, type="function_call", name=str(name)):
                        self._live.steps[index] = steps.line(name)
                        await self._live.show(self._means.store, self._means.delivery, at_once=True)
                    case Finished():
                        now = self._means.clock.now()
                        outcome = outcomes.read(self._run, event, self._offered, taken, now)
                        return replace(outcome, begun=begun)
                    case None:
                        raise TryAgain("interrupted")
                    case _:
                        pass

    async def _end_round(self, outcome: Outcome) -> bool:
        """T4. True when calls of the round are ours to act on, or the next one can start."""
        run, now = self._run, self._means.clock.now()
        if outcome.calls and run.round >= MAX_ROUNDS:
            await self._fail("too_many_rounds")
            return False
        async with self._writing() as tx:
            await rounds.store(
                tx, run, outcome, self._live.before, limits=self._live.limits, now=now
            )
            goes_on = bool(outcome.calls)
            if outcome.calls and not any(call.state == "pending" for call in outcome.calls):
                goes_on = await self._goes_on(tx)
        self._shown()
        return goes_on

    async def _goes_on(self, tx: Tx) -> bool:
        """Whether the next round can start; if people must answer first, the run is parked."""
        if not await calls.unfinished(tx, self._run.id):
            return True
        closes_at = await questions.first_end(tx, self._run.id)
        parked = await runs.move(
            tx,
            self._run.id,
            source=["in_progress"],
            target="requires_action",
            now=self._means.clock.now(),
            expires_at=closes_at,
        )
        if not parked:
            raise StoppedError(self._run.id)
        self._means.nudge()
        return False

    async def _act(self, call: ToolCall) -> None:
        """T5. A call that a kill interrupted is repeated only if that does no harm."""
        tool = self._offered.get(call.name)
        if not isinstance(tool, Immediate):
            output = no_function(call.name)
        elif call.state == "running" and not tool.repeatable:
            output = INTERRUPTED
        else:
            async with self._writing() as tx:
                await calls.move(tx, call.id, source="pending", target="running")
            output = await self._leash.wait(acted(tool, call))
        async with self._writing() as tx:
            await rounds.finish_call(tx, self._run, call, output, self._means.clock.now())

    async def _broken_off(self) -> None:
        """Stopped by a person, or out of time."""
        async with self._means.store.read() as tx:
            run = await runs.get(tx, self._run.id)
        if run is None or run.status not in ("in_progress", "cancelling"):
            return
        stopped = run.status == "cancelling"
        await self._end_with_text(endings.stopped() if stopped else endings.expired(run))

    @property
    def _offered(self) -> Tools:
        """The tools that the run's assistant has: what it was not given it cannot call."""
        names = self._run.snapshot.tool_names if self._run.snapshot else frozenset()
        return {name: tool for name, tool in self._means.tools.items() if name in names}

    async def _later(self, error: TryAgain) -> None:
        """Back to the queue for a while; the run keeps the head of its thread."""
        run, now = self._run, self._means.clock.now()
        not_before = now + (error.after or _backoff(run.attempts))
        out_of_time = run.expires_at is None or not_before >= run.expires_at
        log.warning("provider_failed", run=run.id, reason=error.reason, attempt=run.attempts)
        if out_of_time or run.attempts >= MAX_ATTEMPTS:
            await self._fail("unavailable")
            return
        async with self._writing() as tx:
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
            await self._broken_off()
            return
        self._live.note = say("run.trying_again")
        await self._live.show(self._means.store, self._means.delivery, at_once=True)
        self._means.nudge()

    async def _fail(self, code: str) -> None:
        await self._end_with_text(endings.failed(self._run, code))

    async def _end_with_text(self, ending: Ending) -> None:
        """End the run from here; what it has written so far stays, marked as incomplete."""
        async with self._writing() as tx:
            run = await runs.get(tx, self._run.id)
            if run is None:
                return
            cut = run.round == self._run.round and not await calls.of_round(tx, run)
            if cut:
                await items.insert_many(
                    tx, outcomes.cut_text(run, self._live.cut), self._means.clock.now()
                )
            await self._end(tx, run, ending, text=finished(self._live.text))
        self._shown()

    async def _end(self, tx: Tx, run: Run, ending: Ending, *, text: str) -> None:
        executing: list[RunStatus] = ["in_progress", "cancelling"]
        await endings.end(
            tx,
            run,
            ending,
            adapters=self._means.adapters,
            tools=self._means.tools,
            now=self._means.clock.now(),
            source=executing,
            text=text,
        )

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[Tx]:
        """A write that only the thread's present worker may make. Raises LostLeaseError."""
        async with self._means.store.write() as tx:
            await thread_rows.fence(tx, self._run.thread_id, self._epoch)
            yield tx

    def _shown(self) -> None:
        """From now on what is stored counts."""
        self._means.delivery.forget(self._live.slots)
        self._means.delivery.wake([self._run.place.id])


def _backoff(attempts: int) -> timedelta:
    """Twice as long each time, with jitter so that runs do not come back all at once."""
    seconds = random.uniform(0.5, 1.5) * 2 ** (attempts - 1)  # noqa: S311 - no secret
    return min(timedelta(seconds=seconds), LONGEST_BACKOFF)
