"""A call's questions as one message that grows, and the next one when it is full."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.adapter import Capabilities
from bot.quiz import wording
from bot.quiz.taking import Act
from bot.quiz.wording import LETTERS, LINE
from bot.store import deliveries, questions
from bot.store.database import Tx
from bot.store.records import Question, Run
from bot.strings import say, speaking
from bot.text.cleaning import length, one_line
from bot.text.splitting import MIN_LIMIT, split
from bot.views import AnsweredLine, QuestionId, Quiz, Reply, ShownQuestion, View

FULL = 0.8
"""Share of the platform's limits at which a quiz goes on in the next message."""
SHORT_QUESTION = 200
"""Characters of a question whose full text stands above it."""
OVERHEAD = 12
"""Characters that an adapter may add to a line: numbers, letters, emphasis, line ends."""
NAME = 40
"""Characters in which an adapter names a person, and says what they did."""
PAUSE = timedelta(minutes=10)
"""After so long without an act, edits would be overlooked: they neither notify nor are read out."""
CUT = "\n\n…"


@dataclass(frozen=True, slots=True)
class Page:
    """One slot's view, and the questions that are in it from now on, if they were not before."""

    slot_no: int
    view: View
    new: tuple[QuestionId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Growing(ABC):
    """One call's questions, in the messages that they are in: what became of each is a line, the
    current one is asked below these."""

    questions: Sequence[Question]
    limits: Capabilities

    @property
    @abstractmethod
    def current(self) -> Question | None:
        """The question to answer now; None where nothing is left to answer."""

    @abstractmethod
    def line(self, question: Question, *, over: bool) -> AnsweredLine | None:
        """What became of a question; None where nothing did. `over`: of them all, nothing changes
        any more, so that more can be told."""

    @property
    def rule(self) -> str:
        """How it is played, below the question, where that is not plain."""
        return ""

    def pages(
        self, free_slot: int, *, below: bool = False, latest: QuestionId | None = None
    ) -> list[Page]:
        """The views that change now; `free_slot` is the first slot that nothing uses yet.

        Slots but the last are frozen. With `below` it goes on in a new message anyhow, together
        with the `latest` line where there is one. A question whose answer in a frozen message is
        being changed after all, by a button that was still on a screen, moves below, so that it is
        never shown twice.
        """
        current, last = self.current, self.last
        if current is None:
            return self.closed("")
        if last is not None and not below and self._has_room(last, current):
            return self._placed(last, [current])
        above = [
            Page(free_slot + number, Reply(text=part))
            for number, part in enumerate(self._above(current))
        ]
        slot_no = free_slot + len(above)
        if below and not above:
            moved = [each for each in self.questions if each.id in (latest, current.id)]
            if self._moved(slot_no, moved)._has_room(slot_no, current):
                return self._placed(slot_no, moved)
        return self._placed(slot_no, [current], above)

    def closed(self, note: str) -> list[Page]:
        """The messages of the call that change once it is over; `note` says why, on the last."""
        slots = {each.slot_no for each in self.questions if each.slot_no is not None}
        frozen = [
            Page(slot_no, self._quiz(slot_no, over=True, note=say("quiz.goes_on_below")))
            for slot_no in sorted(slots - {self.last})
            if self._quiz(slot_no, over=True) != self._quiz(slot_no)
        ]
        if self.last is None:
            return frozen
        return [*frozen, Page(self.last, self._quiz(self.last, over=True, note=note))]

    @property
    def last(self) -> int | None:
        """The slot of the message that still grows."""
        shown = [question.slot_no for question in self.questions if question.slot_no is not None]
        return max(shown, default=None)

    def _placed(
        self, slot_no: int, moved: Sequence[Question], above: Sequence[Page] = ()
    ) -> list[Page]:
        """The current question asked in that slot, and the messages as they stay that it left."""
        left = {question.slot_no for question in moved} | {self.last}
        after = self._moved(slot_no, moved)
        note = say("quiz.goes_on_below")
        frozen = [
            Page(each, after._quiz(each, note=note))
            for each in sorted(each for each in left if each is not None and each != slot_no)
        ]
        new = tuple(question.id for question in moved if question.slot_no != slot_no)
        return [
            *frozen,
            *above,
            Page(slot_no, after._quiz(slot_no, asking=True, note=self.rule), new),
        ]

    def _moved(self, slot_no: int, moved: Sequence[Question]) -> "Growing":
        ids = {question.id for question in moved}
        asked = [
            replace(question, slot_no=slot_no) if question.id in ids else question
            for question in self.questions
        ]
        return replace(self, questions=asked)

    def _quiz(
        self, slot_no: int, *, asking: bool = False, over: bool = False, note: str = ""
    ) -> Quiz:
        current = self.current if asking else None
        lines = self._lines(slot_no, over=over)
        return Quiz(
            title=self.questions[0].title,
            answered=tuple(lines if asking else [replace(line, change=None) for line in lines]),
            question=None if current is None else self._shown(current),
            note=note,
        )

    def _lines(self, slot_no: int, *, over: bool) -> list[AnsweredLine]:
        current = self.current
        asked = None if over or current is None else current.id
        lines = (
            self.line(question, over=over)
            for question in self.questions
            if question.slot_no == slot_no and question.id != asked
        )
        return [replace(line, detail=self._cut(line.detail)) for line in lines if line is not None]

    def _shown(self, question: Question) -> ShownQuestion:
        asked, options = self._worded(question)
        return ShownQuestion(
            id=question.id,
            number=question.position + 1,
            total=len(self.questions),
            text=asked,
            choices=wording.choices(question, options),
            actions=(
                *wording.write(question),
                *wording.hint(question),
                *wording.ways_out(question),
            ),
            closes_at=question.closes_at,
        )

    def _worded(self, question: Question) -> tuple[str, Sequence[str]]:
        """The text and the choices beside the buttons, cut short when they stand above in full."""
        if not self._is_long(question):
            return question.text, question.options
        text = f"{one_line(question.text, SHORT_QUESTION)}\n\n{say('quiz.text_above')}"
        room = self._room - self._weight([question.title, text])
        share = int(room / max(len(question.options), 1)) - OVERHEAD
        return text, [self._short(option, share) for option in question.options]

    def _short(self, text: str, limit: int) -> str:
        if length(text, self.limits.text_unit) <= limit:
            return text
        line = one_line(text, max(limit, 1))
        over = length(line, self.limits.text_unit) - limit
        return line if over <= 0 else one_line(line, max(len(line) - over, 1))

    def _above(self, question: Question) -> list[str]:
        """A long question with its choices, as messages of its own."""
        if not self._is_long(question):
            return []
        choices = [
            f"{letter}: {text}" for letter, text in zip(LETTERS, question.options, strict=False)
        ]
        whole = "\n\n".join([question.text, *choices])
        return split(whole, self.limits.max_text, self.limits.text_unit)

    def _is_long(self, question: Question) -> bool:
        """Whether it would fill a whole message."""
        return self._weight([question.title, question.text, *question.options]) > self._room

    def _has_room(self, slot_no: int, current: Question) -> bool:
        """Whether the current question can be asked in that message, and what becomes of it still
        fits there."""
        lines = [
            line
            for question in self.questions
            if question.slot_no == slot_no and question.id != current.id
            if (line := self.line(question, over=True)) is not None
        ]
        if current.slot_no == slot_no and not lines:
            return True
        if current.slot_no != slot_no and self._above(current):
            return False
        shown = self._shown(current)
        buttons = len(lines) + len(shown.choices) + len(shown.actions)
        asked = self._weight([shown.text, *(choice.text for choice in shown.choices)])
        later = self._line_weight + self._weight([self._cut(wording.solution(current))])
        rest = self._weight([current.title, self.rule]) + sum(
            self._line_weight + self._weight([self._cut(line.detail)]) for line in lines
        )
        return rest + max(asked, later) <= self._room and buttons <= FULL * self.limits.max_buttons

    def _cut(self, detail: str) -> str:
        """What fits into a message beside nothing but its title and the line that it belongs to."""
        room = int(self._room) - self._weight([self.questions[0].title, ""]) - self._line_weight
        if not detail or length(detail, self.limits.text_unit) <= room:
            return detail
        if room < MIN_LIMIT + len(CUT):
            return ""
        return split(detail, room - len(CUT), self.limits.text_unit)[0] + CUT

    @property
    def _room(self) -> float:
        return FULL * self.limits.max_text

    @property
    def _line_weight(self) -> int:
        """What a line can weigh at most, with the name of a person."""
        return LINE * (2 if self.limits.text_unit == "utf16" else 1) + NAME + OVERHEAD

    def _weight(self, texts: Iterable[str]) -> int:
        return sum(length(text, self.limits.text_unit) + OVERHEAD for text in texts)


def has_paused(act: Act) -> bool:
    """Whether so long ago was the last thing that happened in the quiz that it goes on below.

    That is an answer, or a message of it that went out.
    """
    asked = act.questions
    slots = {question.slot_no for question in asked}
    last = questions.last_answered(act.tx, [question.id for question in asked])
    shown = [row.intent_at for row in deliveries.of_run(act.tx, act.run.id) if row.slot_no in slots]
    times = [at for at in (act.call.created_at, last, *shown) if at is not None]
    return act.now - max(times) > PAUSE


def go_on(act: Act, seen: Growing, *, below: bool, latest: QuestionId | None = None) -> None:
    """Show what comes next of it, in the language of everybody, not of the person who acted."""
    with speaking(act.run.language):
        free_slot = deliveries.next_slot_no(act.tx, act.run.id)
        show(act.tx, act.run, seen.pages(free_slot, below=below, latest=latest))


def show(tx: Tx, run: Run, pages: Iterable[Page]) -> None:
    for page in pages:
        deliveries.put(tx, run, page.slot_no, page.view)
        for question in page.new:
            questions.show_in(tx, question, page.slot_no)
