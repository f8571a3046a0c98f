"""One execution of a run: T2 start, rounds with the model, T4 the end of a round, T5 tools."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

import structlog

from bot import assistants, backoff, endings, outcomes, replies, rounds
from bot.asking import ask
from bot.commands import Right
from bot.endings import Ending
from bot.events import PlaceRef
from bot.leash import BrokenOffError, Leash
from bot.live import LiveReply
from bot.means import Means
from bot.outcomes import Outcome
from bot.quiz import opening
from bot.responses import (
    ProviderDown,
    RequestRejected,
    TellPerson,
    TryAgain,
)
from bot.rounds import StoppedError
from bot.store import calls, items, places, questions, runs, spending
from bot.store import threads as thread_rows
from bot.store.database import StoreError, Tx
from bot.store.records import FINISHED, Run, RunStatus, ToolCall
from bot.strings import say
from bot.text.math import finished
from bot.tools.acting import acted
from bot.tools.outputs import INTERRUPTED, no_function
from bot.tools.port import Asking, Immediate

EXECUTION = timedelta(minutes=10)
"""How long a run may execute, backoff included, as with the Assistants API."""
MAX_ATTEMPTS = 6
"""Requests for one round, kills included."""
MAX_ROUNDS = 20

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger()


class Execution:
    """A run in the hands of a worker that holds its thread's lease (`epoch`): `start`, `run`."""

    def __init__(self, means: Means, run: Run, epoch: int) -> None:
        self._means = means
        self._run = run
        self._epoch = epoch
        self._live = LiveReply(run=run, limits=means.limits(run), before="")
        self._left: list[ToolCall] = []
        self._leash = Leash()

    def interrupt(self) -> None:
        """Break off what the run is waiting for; its stored status says why."""
        self._leash.stop()

    async def run(self) -> None:
        """Until the run ends, is parked or goes back to the queue.

        Raises LostLeaseError, and StoreError when the database fails.
        """
        try:
            self._check_limits()
            while await self._round():
                await self._write(self._reload)
                self._means.delivery.wake([self._run.place.id])
        except (BrokenOffError, StoppedError):
            await self._broken_off()
        except TryAgain as error:
            await self._later(error)
        except TellPerson as error:
            log.warning("provider_refused", run=self._run.id, code=error.code, detail=error.detail)
            await self._fail(error.code)
            if error.code == "unavailable":
                told = await self._write(self._tell_admins, f"{error.blame} {error.detail}")
                self._means.delivery.wake(place.id for place in told)
        except RequestRejected as error:
            log.exception("request_rejected", run=self._run.id, code=error.code, param=error.param)
            await self._fail("bug")
        except (thread_rows.LostLeaseError, StoreError):
            raise
        except Exception:
            log.exception("run_failed", run=self._run.id)
            await self._fail("bug")

    def start(self, tx: Tx) -> None:
        """T2, before `run`, in the transaction that found the run at the head of its thread."""
        run, now = self._run, self._means.clock.now()
        assistant = run.snapshot or assistants.snapshot(
            tx,
            run.place,
            model=self._means.provider.model,
            provider=self._means.provider.responses.provider,
            tools=self._means.tools,
        )
        started = runs.start(tx, run.id, assistant, now, now + EXECUTION)
        if started is None:
            raise StoppedError(run.id)
        fresh = run.snapshot is None
        if fresh and (before := runs.previous(tx, run)) is not None and before.status in FINISHED:
            replies.retire(tx, before)
        self._continue(tx, started, fresh=fresh)

    def _check_limits(self) -> None:
        """How often and how long the run may still be tried. Raises TellPerson."""
        if self._run.attempts > MAX_ATTEMPTS:
            raise TellPerson("unavailable", detail="too many attempts")
        if self._run.expires_at is not None:
            left = self._run.expires_at - self._means.clock.now()
            self._leash.end_after(left.total_seconds())

    def _reload(self, tx: Tx) -> None:
        """Between rounds. Raises StoppedError when the run was stopped meanwhile."""
        run = runs.get(tx, self._run.id)
        if run is None or run.status != "in_progress":
            raise StoppedError(self._run.id)
        self._continue(tx, run)

    def _continue(self, tx: Tx, run: Run, *, fresh: bool = False) -> None:
        """The next round adds to the same reply, or starts below a question. For a fresh run
        nothing has been done yet."""
        own = [] if fresh else items.own(tx, run.id)
        self._run = run
        self._live = LiveReply(
            run=run,
            limits=self._live.limits,
            before=outcomes.spoken(run, own),
            kept=outcomes.cut_off(run, own),
        )
        self._live.take_slots(tx, fresh=fresh)
        self._left = [] if fresh else calls.of_round(tx, run)

    async def _round(self) -> bool:
        """One round, or what a kill left of it; True when another one follows."""
        left = self._left
        if not left:
            outcome = await ask(self._means, self._run, self._live, self._leash)
            left = list(outcome.calls)
            if not await self._end_round(outcome):
                return False
        ours = [call for call in left if call.state in ("pending", "running")]
        await self._leash.wait(self._act_on(ours))
        return await self._write(self._goes_on)

    async def _end_round(self, outcome: Outcome) -> bool:
        """T4. True when calls of the round are ours to act on, or the next one can start."""
        if outcome.calls and self._run.round >= MAX_ROUNDS:
            await self._fail("too_many_rounds")
            return False
        outcome = replace(outcome, asked=await self._allowed(outcome.asked))
        goes_on = await self._write(self._store_round, outcome)
        self._shown()
        return goes_on

    async def _allowed(self, asked: Mapping[str, Asking]) -> dict[str, Asking]:
        """What is asked, of nobody but the asker where they may not ask others: the model's
        audience is a wish. A platform that does not say what they are makes them a learner."""
        run = self._run
        wished = {call: opening.wished(asking, run) for call, asking in asked.items()}
        if all(asking.audience == "asker" for asking in wished.values()):
            return wished
        settings = await self._means.store.read(places.settings_of, [run.place])
        try:
            right = await self._means.roster.right(run.asker, run.place)
        except TimeoutError:
            right = Right.LEARNER
        if opening.may_lead(right, settings[run.place.id]):
            return wished
        return {call: replace(asking, audience="asker") for call, asking in wished.items()}

    def _store_round(self, tx: Tx, outcome: Outcome) -> bool:
        now, limits = self._means.clock.now(), self._live.limits
        rounds.store(tx, self._run, outcome, self._live.before, limits=limits, now=now)
        if any(call.state == "pending" for call in outcome.calls):
            return True
        return bool(outcome.calls) and self._goes_on(tx)

    def _goes_on(self, tx: Tx) -> bool:
        """Whether the next round can start; if people must answer first, the run is parked."""
        if not calls.unfinished(tx, self._run.id):
            return True
        closes_at = questions.first_end(tx, self._run.id)
        parked = runs.move(
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

    async def _act_on(self, ours: Iterable[ToolCall]) -> None:
        """All at once: none of them can know of the others' outputs."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for call in ours:
                    tasks.create_task(self._act(call))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None

    async def _act(self, call: ToolCall) -> None:
        """T5. A call that a kill interrupted is repeated only if that does no harm."""
        tool = self._means.offered(self._run).get(call.name)
        if not isinstance(tool, Immediate):
            output = no_function(call.name)
        elif call.state == "running" and not tool.repeatable:
            output = INTERRUPTED
        else:
            await self._write(calls.move, call.id, source="pending", target="running")
            person = self._means.provider.pseudonym(self._run.asker)
            output = await acted(tool, call, self._run, person)
        now = self._means.clock.now()
        await self._write(rounds.finish_call, self._run, call, output, now)

    async def _broken_off(self) -> None:
        """Stopped by a person, or out of time."""
        run = await self._means.store.read(runs.get, self._run.id)
        if run is None or run.status not in ("in_progress", "cancelling"):
            return
        stopped = run.status == "cancelling"
        await self._end_with_text(endings.stopped() if stopped else endings.expired(run))

    async def _later(self, error: TryAgain) -> None:
        """Back to the queue for a while; the run keeps the head of its thread."""
        run, now = self._run, self._means.clock.now()
        # Nobody was asked while the provider is known to be down.
        attempts = run.attempts - isinstance(error, ProviderDown)
        not_before = now + (error.after or backoff.pause(run.attempts))
        out_of_time = run.expires_at is None or not_before >= run.expires_at
        log.warning("provider_failed", run=run.id, reason=error.reason, attempt=attempts)
        if out_of_time or attempts >= MAX_ATTEMPTS:
            await self._fail("unavailable")
            return
        self._live.note = say("run.trying_again")
        if not await self._write(self._wait, not_before, attempts, error.reason):
            await self._broken_off()
            return
        self._means.delivery.wake([run.place.id])
        await self._live.show(self._means.store, self._means.delivery, at_once=True)
        self._means.nudge()

    def _wait(self, tx: Tx, not_before: datetime, attempts: int, reason: str) -> bool:
        """What was written so far is kept: the run may be stopped before its next try."""
        waits = runs.move(
            tx,
            self._run.id,
            source=["in_progress"],
            target="queued",
            now=self._means.clock.now(),
            not_before=not_before,
            expires_at=self._run.expires_at,
            attempts=attempts,
            error={"code": reason},
        )
        if waits:
            self._keep_cut(tx, self._run)
            self._live.take_slots(tx)
        return waits

    def _keep_cut(self, tx: Tx, run: Run) -> None:
        """The text of a round that has no end; what was written was paid."""
        now = self._means.clock.now()
        items.drop_cut(tx, run)
        items.insert_many(tx, outcomes.cut_text(run, self._live.cut), now)
        if self._live.partial:
            spending.add(tx, run, {}, now)

    def _tell_admins(self, tx: Tx, detail: str) -> list[PlaceRef]:
        return self._means.quota.trouble(tx, self._run, detail, self._means.clock.now())

    async def _fail(self, code: str) -> None:
        await self._end_with_text(endings.failed(code))

    async def _end_with_text(self, ending: Ending) -> None:
        """End the run from here; what it has written so far stays, marked as incomplete."""
        await self._write(self._end, ending)
        self._shown()

    def _end(self, tx: Tx, ending: Ending) -> None:
        run, now = runs.get(tx, self._run.id), self._means.clock.now()
        if run is None:
            return
        if run.round == self._run.round and not calls.of_round(tx, run):
            self._keep_cut(tx, run)
        executing: list[RunStatus] = ["in_progress", "cancelling"]
        endings.end(
            tx,
            run,
            ending,
            adapters=self._means.adapters,
            tools=self._means.tools,
            now=now,
            source=executing,
            text=finished(self._live.text),
        )

    async def _write(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """A write that only the thread's present worker may make. Raises LostLeaseError."""

        def fenced(tx: Tx) -> T:
            thread_rows.fence(tx, self._run.thread_id, self._epoch)
            return work(tx, *args, **kwargs)

        return await self._means.store.write(fenced)

    def _shown(self) -> None:
        """From now on what is stored counts."""
        self._means.delivery.forget(self._live.slots)
        self._means.delivery.wake([self._run.place.id])
