"""What people type while a question is open: answers, requests, and what may be either."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.acts.office import Office
from bot.adapter import Accepted, Duplicate, Receipt
from bot.events import Click, Mention, PersonRef, PlaceRef
from bot.intake import Beside, accept_many
from bot.questions import meaning
from bot.quiz import below, offers, race, typed
from bot.quiz.taking import Act, Taken, act_on, told
from bot.store import events, questions, runs
from bot.store.database import Tx
from bot.store.records import Question, Run
from bot.text.cleaning import clean
from bot.tokens import Action, Press
from bot.views import Notice

OF_TYPED: frozenset[Action] = frozenset({"use", "ask", "continue"})


@dataclass(frozen=True, slots=True)
class _Heard:
    """What came of it: an act of T6, or a new run; and the places where something is shown now."""

    taken: Taken = field(default_factory=Taken)
    new: Run | None = None
    places: tuple[str, ...] = ()


class Hearing:
    """One transaction decides what something means and stores what comes of it."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def hear(self, mention: Mention) -> Receipt:
        """A message that may be an answer. Raises StoreError."""
        now = self._office.clock.now()
        heard = await self._office.store.write_first(self._hear, mention, now)
        if heard is None:
            return Duplicate()
        if heard.new is not None:
            return self._office.intake.saved([heard.new], now)[0]
        return self._receipt(heard)

    async def press(self, event: Click, press: Press) -> Receipt:
        """A press of what stands below something typed. Raises StoreError."""
        heard = await self._office.store.write_first(self._press, event, press)
        return Duplicate() if heard is None else self._receipt(heard)

    def _receipt(self, heard: _Heard) -> Receipt:
        if heard.taken.run is not None:
            self._office.wake([heard.taken.run.thread_id])
        self._office.deliver(heard.places)
        return Accepted(private=heard.taken.private)

    def _hear(self, tx: Tx, mention: Mention, now: datetime) -> _Heard | None:
        """None for an event that was saved before."""
        if events.seen(tx, [mention.key]):
            return None
        limits = self._office.limits(mention.place.platform)
        found = typed.found(tx, mention, limits, now)
        for one in found:
            meant = meaning(mention.text, one.question, one.where)
            if meant.kind == "request":
                continue
            if meant.kind == "either":
                return self._request(tx, mention, now, Beside(question=one.question, offered=True))
            events.claim(tx, mention.key, "answer", now)
            if meant.press is None:
                return _Heard(told("typed.not_counted"))
            act = self._act(tx, one.question, mention.person, mention.place, mention.text)
            return _answer(act, one.question, meant.press, mention.place)
        beside = next((Beside(question=one.question) for one in found), None)
        return self._request(tx, mention, now, beside)

    def _request(
        self, tx: Tx, mention: Mention, now: datetime, beside: Beside | None
    ) -> _Heard | None:
        known = {} if beside is None else {mention.key: beside}
        (run,) = accept_many(tx, [mention], now, self._office.quota, beside=known)
        return None if run is None else _Heard(new=run)

    def _press(self, tx: Tx, event: Click, press: Press) -> _Heard | None:
        if not events.claim(tx, event.key, press.action, self._office.clock.now()):
            return None
        run = runs.get(tx, press.target)
        if run is None:
            return _Heard(told("quiz.stale_button"))
        if run.asker != event.person:
            return _Heard(told("quiz.not_yours"))
        if press.action == "continue":
            return self._go_on(tx, event, run)
        return self._settle(tx, run, press)

    def _go_on(self, tx: Tx, event: Click, run: Run) -> _Heard:
        """Ask what is open in a parked run again, below the press."""
        limits = self._office.limits(event.place.platform)
        if not typed.is_there(run.place, event.place):
            return _Heard(told("quiz.stale_button"))
        for question, _ in typed.current(tx, run.id, limits, self._office.clock.now()):
            act = self._act(tx, question, event.person, event.place)
            return _shown(below.go_on(act, event.place), act, event.place)
        return _Heard(told("lobby.closed_already"))

    def _settle(self, tx: Tx, run: Run, press: Press) -> _Heard:
        """What may be either is the one or the other now."""
        question = None if run.offered_to is None else questions.get(tx, run.offered_to)
        text = offers.text_in(tx, run)
        if question is None or not text:
            return _Heard(told("quiz.stale_button"))
        now = self._office.clock.now()
        if press.action == "ask":
            workspace = run.place.workspace
            if refusal := self._office.quota.check(tx, run.asker, workspace, now):
                return _Heard(Taken(private=Notice(text=refusal)))
            new = offers.asked(tx, run, question, now)
            return _Heard(Taken(run=new), places=(new.place.id,))
        if questions.stands(tx, question.id, run.asker.key):
            return _Heard(told("quiz.answered_before"))
        act = self._act(tx, question, run.asker, run.place, text)
        heard = _answer(act, question, Press("write", question.id), run.place)
        if questions.stands(tx, question.id, run.asker.key):
            offers.used(tx, run, question)
        return heard

    def _act(
        self, tx: Tx, question: Question, person: PersonRef, place: PlaceRef, text: str = ""
    ) -> Act:
        office = self._office
        return act_on(
            tx,
            question.tool_call_id,
            person,
            limits=office.limits(place.platform),
            tools=office.tools,
            now=office.clock.now(),
            text=clean(text).strip(),
        )


def _answer(act: Act, question: Question, press: Press, place: PlaceRef) -> _Heard:
    """T6, as if the button had been pressed that says the same."""
    if question.audience == "first":
        return _shown(race.take(act, question, press), act, place)
    return _shown(below.take(act, question, press, place), act, place)


def _shown(taken: Taken, act: Act, place: PlaceRef) -> _Heard:
    """Both where the quiz was and where it goes on."""
    return _Heard(taken, places=(act.run.place.id, place.id))
