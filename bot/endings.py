"""How a run ends other than by its own work: stopped, out of time, failed; and its next try."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot import outcomes, quizzes, replies, rounds
from bot.adapter import Accepted, Adapter, Capabilities, Duplicate, Receipt
from bot.clock import Clock
from bot.commands import Right
from bot.events import Click
from bot.ids import new_id
from bot.jsons import Json
from bot.quota import Quota
from bot.rights import Roster
from bot.store import calls, deliveries, events, items, runs, threads
from bot.store.database import Store, Tx
from bot.store.records import FINISHED, Delivery, Run, RunStatus
from bot.strings import say, speaking
from bot.tokens import Press
from bot.tools.port import Tools
from bot.views import Notice, Quiz, Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How to end a run. People read the `sentence` behind that key, in the language of the run; a
    reply that has text keeps it above. `retry` says that trying again can help.

    `afresh` lets the next message in the same place begin a new thread.
    """

    status: RunStatus
    sentence: str
    tone: Literal["info", "problem"] = "problem"
    retry: bool = False
    error: Json | None = None
    afresh: bool = False

    def notice(self, run: Run) -> Notice:
        text = say(self.sentence)
        return replies.problem(run, text) if self.retry else Notice(tone=self.tone, text=text)


def stopped() -> Ending:
    return Ending(status="cancelled", sentence="run.stopped", tone="info")


def expired(run: Run) -> Ending:
    """Out of time: people did not answer, or the model did not."""
    if run.status == "requires_action":
        return Ending(status="expired", sentence="quiz.closed_at_deadline", tone="info")
    return Ending(status="expired", sentence="run.expired", retry=True)


def failed(code: str) -> Ending:
    """`code` is for operators; people read a sentence without billing words."""
    error: Json = {"code": code}
    match code:
        case "too_long":
            return Ending(status="failed", sentence="run.too_long", error=error, afresh=True)
        case "filtered":
            return Ending(status="failed", sentence="run.filtered", error=error)
        case "too_many_rounds":
            sentence = "run.too_many_rounds"
        case "unavailable" | "refused_request":
            sentence = "run.unavailable"
        case _:
            sentence = "run.bug"
    return Ending(status="failed", sentence=sentence, retry=True, error=error)


NOT_SHOWN = Ending(
    status="failed", sentence="run.not_shown_retry", retry=True, error={"code": "not_shown"}
)


def end(
    tx: Tx,
    run: Run,
    ending: Ending,
    *,
    adapters: Mapping[str, Adapter],
    tools: Tools,
    now: datetime,
    source: Iterable[RunStatus],
    text: str = "",
) -> bool:
    """End a run in one transaction: state, synthetic outputs, closed questions and views.

    `text` is what its last reply says so far. False: it is in none of the `source` states.
    """
    moved = runs.move(
        tx,
        run.id,
        source=list(source),
        target=ending.status,
        now=now,
        error=ending.error,
    )
    if not moved:
        return False
    if ending.afresh:
        threads.unbind(tx, run.thread_id)
    limits = adapters[run.place.platform].capabilities
    with speaking(run.language):  # whoever ended it
        _show_end(tx, run, ending, text, tools=tools, limits=limits, now=now)
    return True


def _show_end(
    tx: Tx,
    run: Run,
    ending: Ending,
    text: str,
    *,
    tools: Tools,
    limits: Capabilities,
    now: datetime,
) -> None:
    notice = ending.notice(run)
    if not text:
        own = items.own(tx, run.id)
        text = outcomes.joined([outcomes.spoken(run, own), outcomes.cut_off(run, own)])
    asked = _close_quizzes(tx, run, limits, notice.text)
    rounds.abandon_calls(tx, run, tools, ending.status, limits=limits, now=now)
    calm = notice.tone == "info"
    if asked:
        after = None if calm else deliveries.next_slot_no(tx, run.id)
    elif text and calm:
        after = None
        again = (replies.regenerate_button(run.id),)
        replies.put(tx, run, text, limits, note=notice.text, actions=again)
    else:
        after = replies.put(tx, run, text, limits, followed=True)
    if after is not None:
        deliveries.put(tx, run, after, notice)


def _tell_not_shown(tx: Tx, run: Run) -> None:
    with_retry = NOT_SHOWN.notice(run)
    finished = run.status in FINISHED
    notice = with_retry if finished else Notice(tone="problem", text=say("run.not_shown"))
    told = {with_retry.text, notice.text}
    shown = [each.view for each in deliveries.of_run(tx, run.id)]
    if not any(isinstance(view, Notice) and view.text in told for view in shown):
        deliveries.put(tx, run, deliveries.next_slot_no(tx, run.id), notice)


def _close_quizzes(tx: Tx, run: Run, limits: Capabilities, note: str) -> bool:
    """Say on the open quizzes that they are over; False when there are none to say it on.

    A quiz that nobody has seen is not shown any more.
    """
    asked = [call for call in calls.of_runs(tx, [run.id]) if call.state == "waiting"]
    said = False
    rows = {row.slot_no: row for row in deliveries.of_run(tx, run.id)}
    for call in asked:
        sheet = quizzes.load(tx, call, limits)
        for page in sheet.closed(note):
            row = rows[page.slot_no]
            if row.state == "new" and row.attempts == 0:
                deliveries.take_back(tx, run.id, [page.slot_no])
                continue
            said = True
            if row.state != "failed":
                quizzes.show(tx, run, [page])
    return said


class Endings:
    """Stop, Retry, Regenerate and the end of time, as clicks and the clock ask for them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        adapters: Mapping[str, Adapter],
        *,
        tools: Tools,
        quota: Quota,
        roster: Roster,
        wake: Callable[[Iterable[str]], None],
        deliver: Callable[[Iterable[str]], None],
        interrupt: Callable[[str], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._adapters = adapters
        self._tools = tools
        self._quota = quota
        self._roster = roster
        self._wake = wake
        self._deliver = deliver
        self._interrupt = interrupt

    async def take(self, event: Click, press: Press) -> Receipt:
        """A press of Stop, Retry or Regenerate. Raises StoreError."""
        run = await self._store.read(runs.get, press.target)
        if run is None:
            return Accepted(private=Notice(text=say("quiz.stale_button")))
        if not await self.may_act(event, run):
            return Accepted(private=Notice(text=say("run.not_yours")))
        act = self._stop if press.action == "stop" else self._again
        taken = await self._store.write_first(self._take, event, press.action, act, run.id)
        if taken is None:
            return Duplicate()
        self._wake([run.thread_id])
        self._deliver([run.place.id])
        if press.action == "stop":
            self._interrupt(run.id)
        return Accepted(private=Notice(text=taken) if taken else None)

    def _take(
        self, tx: Tx, event: Click, kind: str, act: Callable[[Tx, str], str], run_id: str
    ) -> str | None:
        """The whisper, empty if there is none; None for an event that was saved before."""
        if not events.claim(tx, event.key, kind, self._clock.now()):
            return None
        return act(tx, run_id)

    async def expire(self, run_id: str) -> None:
        """The deadline of a run that nobody has in hand. Raises StoreError."""
        run = await self._store.write(self._expire, run_id)
        if run is not None:
            self._wake([run.thread_id])
            self._deliver([run.place.id])

    def _expire(self, tx: Tx, run_id: str) -> Run | None:
        run, now = runs.get(tx, run_id), self._clock.now()
        if run is None or run.expires_at is None or run.expires_at > now:
            return None
        return run if self._end_idle(tx, run, expired(run)) else None

    def _end_idle(self, tx: Tx, run: Run, ending: Ending) -> bool:
        """End a run that no worker has in hand."""
        return end(
            tx,
            run,
            ending,
            adapters=self._adapters,
            tools=self._tools,
            now=self._clock.now(),
            source=["queued", "requires_action"],
        )

    def not_shown(self, tx: Tx, row: Delivery) -> None:
        """Tell people of a message that the platform will not show, once a run."""
        unfinished = isinstance(row.view, Reply) and row.view.live
        if unfinished or isinstance(row.view, Notice):
            return  # it will be tried again finished; a sentence about a sentence helps nobody
        run = runs.get(tx, row.run_id)
        if run is None:
            return
        waits_for_it = isinstance(row.view, Quiz) and row.view.question is not None
        if waits_for_it and end(
            tx,
            run,
            NOT_SHOWN,
            adapters=self._adapters,
            tools=self._tools,
            now=self._clock.now(),
            source=["requires_action", "in_progress"],
        ):
            return
        with speaking(run.language):
            _tell_not_shown(tx, run)

    async def may_act(self, event: Click, run: Run) -> bool:
        """The asker, and instructors and admins of the run's own workspace, who are so now."""
        if event.place.workspace != run.place.workspace:
            return False
        if event.person == run.asker:
            return True
        return await self._roster.right(event.person, run.place) >= Right.INSTRUCTOR

    def _stop(self, tx: Tx, run_id: str) -> str:
        run = runs.get(tx, run_id)
        if run is None or run.status in FINISHED:
            return say("run.finished_already")
        now = self._clock.now()
        if runs.move(tx, run_id, source=["in_progress"], target="cancelling", now=now):
            return ""
        self._end_idle(tx, run, stopped())
        return ""

    def _again(self, tx: Tx, run_id: str) -> str:
        """Retry and Regenerate: the newest turn once more, in the place of what it brought."""
        run, now = runs.get(tx, run_id), self._clock.now()
        if run is None or not runs.is_newest(tx, run):
            return say("run.retry_newest_only")
        if run.status not in (*FINISHED, "requires_action"):
            return say("run.retry_unfinished")
        if not items.own(tx, run.id):  # no model was asked: no button of ours says so
            return say("quiz.stale_button")
        if (refusal := self._quota.check(tx, run.asker, run.place.workspace, now)) is not None:
            return refusal
        if run.status == "requires_action":
            self._end_idle(tx, run, stopped())
        turns = threads.next_turns(tx, [run.thread_id])
        again = Run(
            id=new_id("run"),
            thread_id=run.thread_id,
            turn=turns[run.thread_id],
            status="queued",
            asker=run.asker,
            place=run.place,
            language=run.language,
            created_at=now,
            supersedes=run.id,
        )
        runs.insert_many(tx, [again])
        items.copy_said(tx, run.id, again.id, now)
        threads.take_turns(tx, {run.thread_id: again.turn + 1})
        return ""
