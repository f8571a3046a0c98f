"""How a run ends other than by its own work: stopped, out of time, failed; and its next try."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot import outcomes, replies, rounds
from bot.adapter import Accepted, Adapter, Capabilities, Duplicate, Receipt
from bot.clock import Clock
from bot.commands import Right
from bot.events import Click
from bot.jsons import Json
from bot.quiz import board, closing, growing, lobby, sheet
from bot.quiz.growing import Page
from bot.quota import Quota
from bot.rights import Roster
from bot.store import calls, deliveries, events, items, questions, runs, threads
from bot.store import quizzes as quiz_rows
from bot.store.database import Store, Tx
from bot.store.records import FINISHED, Delivery, QuizGiven, Run, RunStatus, ToolCall
from bot.strings import say, speaking
from bot.threads import again
from bot.tokens import Press
from bot.tools.port import Tools
from bot.views import Lobby, Notice, Quiz, Reply, View

_FAILS_AGAIN = frozenset({"too_long", "filtered", "too_many_rounds"})
"""Codes of failures that another try from the same rounds would end in as well."""


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


def _next_from(run: Run) -> int:
    """The first round that another try of an ended run asks for. Where it broke off, what people
    answered before stays: all rounds before its last one have their outputs."""
    broke_off = run.status in ("failed", "expired")
    code = (run.last_error or {}).get("code")
    return run.round if broke_off and code not in _FAILS_AGAIN else 1


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
    followed = _has_closed_quiz(tx, run)
    asked = _close_quizzes(tx, run, limits, notice.text, now)
    rounds.abandon_calls(tx, run, tools, ending.status, limits=limits, now=now)
    calm = notice.tone == "info"
    if asked and calm:
        after = None
    elif asked or followed:
        after = deliveries.next_slot_no(tx, run.id)
    elif text and calm:
        after = None
        again = (replies.regenerate_button(run.id),)
        replies.put(tx, run, text, limits, note=notice.text, actions=again)
    else:
        after = replies.put(tx, run, text, limits, followed=True)
    if after is not None:
        deliveries.put(tx, run, after, notice)


def _has_closed_quiz(tx: Tx, run: Run) -> bool:
    """Whether below the reply there is a quiz that stays, though its round is not over."""
    done = [call for call in calls.of_runs(tx, [run.id]) if call.state == "done"]
    return any(call.round == run.round and questions.of_call(tx, call.id) for call in done)


def _tell_not_shown(tx: Tx, run: Run) -> None:
    with_retry = NOT_SHOWN.notice(run)
    finished = run.status in FINISHED
    notice = with_retry if finished else Notice(tone="problem", text=say("run.not_shown"))
    told = {with_retry.text, notice.text}
    shown = [each.view for each in deliveries.of_run(tx, run.id)]
    if not any(isinstance(view, Notice) and view.text in told for view in shown):
        deliveries.put(tx, run, deliveries.next_slot_no(tx, run.id), notice)


def _waits_for(view: View) -> bool:
    """Whether a run waits for what people do there."""
    match view:
        case Lobby(closed=closed, started=started):
            return not closed and not started
        case Quiz(question=question):
            return question is not None
    return False


def _close_quizzes(tx: Tx, run: Run, limits: Capabilities, note: str, now: datetime) -> bool:
    """Say on the open quizzes that they are over; False when there are none to say it on.

    A quiz that nobody has seen is not shown any more.
    """
    asked = [call for call in calls.of_runs(tx, [run.id]) if call.state == "waiting"]
    said = False
    rows = {row.slot_no: row for row in deliveries.of_run(tx, run.id)}
    for call in asked:
        quiz_rows.close(tx, call.id, now)
        for page in _last_pages(tx, call, limits, note):
            row = rows[page.slot_no]
            if row.state == "new" and row.attempts == 0:
                deliveries.take_back(tx, run.id, [page.slot_no])
                continue
            said = True
            if row.state != "failed":
                growing.show(tx, run, [page])
    return said


def _last_pages(tx: Tx, call: ToolCall, limits: Capabilities, note: str) -> Iterable[Page]:
    """What of a quiz stays on the screen when its run ends: not how it went."""
    match quiz_rows.get(tx, call.id):
        case QuizGiven(audience="everyone", slot_no=int() as slot_no) as quiz:
            number = len(questions.of_call(tx, call.id))
            return [Page(slot_no, lobby.view(tx, quiz, number, note=note))]
        case QuizGiven(audience="first"):
            return board.load(tx, call, limits).closed(note)
        case _:
            return sheet.load(tx, call, limits).closed(note)


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
        if run.status == "requires_action" and closing.due(
            tx, run, limits=self._limits(run), tools=self._tools, now=now
        ):
            return run
        return run if self._end_idle(tx, run, expired(run)) else None

    def _limits(self, run: Run) -> Capabilities:
        return self._adapters[run.place.platform].capabilities

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
        if _waits_for(row.view) and end(
            tx,
            run,
            NOT_SHOWN,
            adapters=self._adapters,
            tools=self._tools,
            now=self._clock.now(),
            source=["requires_action", "in_progress"],
        ):
            return
        if isinstance(row.view, Lobby):
            return  # people are in it, and go on with what stands there
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
        # No model was asked: no button of ours says so.
        if run.offered_to is not None or not items.own(tx, run.id):
            return say("quiz.stale_button")
        if (refusal := self._quota.check(tx, run.asker, run.place.workspace, now)) is not None:
            return refusal
        if run.status == "requires_action":
            self._end_idle(tx, run, stopped())
        again(tx, run, now, own_from=_next_from(run))
        return ""
