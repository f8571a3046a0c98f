"""How a call's questions look: one message that grows, and the next one when it is full."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot import tokens
from bot.adapter import Capabilities
from bot.store import deliveries, questions
from bot.store.database import Tx
from bot.store.records import Answer, Question, Run, ToolCall
from bot.strings import language, say
from bot.text.cleaning import length, one_line
from bot.text.splitting import split
from bot.views import AnsweredLine, Button, Choice, QuestionId, Quiz, Reply, ShownQuestion, View

LETTERS = "ABCDEFGHIJKLMNOPQRST"
FULL = 0.8
"""Share of the platform's limits at which a quiz goes on in the next message."""
LINE = 80
"""Characters of an answered question."""
ANSWER = 36
"""Of these, characters of the answer."""
SHORT_QUESTION = 200
"""Characters of a question whose full text stands above it."""
OVERHEAD = 12
"""Characters that an adapter may add to a line: numbers, letters, emphasis, line ends."""

Answers = Mapping[QuestionId, Answer]


@dataclass(frozen=True, slots=True)
class Page:
    """One slot's view, and the question that is asked there from now on, if it was not before."""

    slot_no: int
    view: View
    new: QuestionId | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One call's questions with the asker's answers."""

    questions: Sequence[Question]
    answers: Answers
    limits: Capabilities

    @property
    def answered(self) -> list[tuple[Question, Answer | None]]:
        return [(question, self.answers.get(question.id)) for question in self.questions]

    @property
    def current(self) -> Question | None:
        """The question to answer now: the first without an answer that stands."""
        for question in self.questions:
            answer = self.answers.get(question.id)
            if answer is None or answer.withdrawn:
                return question
        return None

    def pages(self, free_slot: int) -> list[Page]:
        """The views that change now; `free_slot` is the first slot that nothing uses yet.

        Slots but the last are frozen. A question whose answer there is being changed after all,
        by a button that was still on a screen, moves below, so that it is never shown twice.
        """
        current, last = self.current, self._last
        if current is None:
            return [] if last is None else [Page(last, self._quiz(last))]
        left = {current.slot_no, last} - {None}
        if last is not None and self._has_room(candidate := self._quiz(last, current), current):
            new = None if current.slot_no == last else current.id
            return [*self._frozen(left - {last}), Page(last, candidate, new)]
        above = [
            Page(free_slot + number, Reply(text=part))
            for number, part in enumerate(self._above(current))
        ]
        slot_no = free_slot + len(above)
        return [
            *self._frozen(left),
            *above,
            Page(slot_no, self._quiz(slot_no, current), current.id),
        ]

    def closed(self, note: str) -> list[Page]:
        """The last message of the call, ended from outside."""
        return [] if self._last is None else [Page(self._last, self._quiz(self._last, note=note))]

    @property
    def _last(self) -> int | None:
        """The slot of the message that still grows."""
        shown = [question.slot_no for question in self.questions if question.slot_no is not None]
        return max(shown, default=None)

    def _frozen(self, slots: Iterable[int | None]) -> list[Page]:
        """Messages as they stay, without buttons and without what is asked further below."""
        return [
            Page(slot_no, self._quiz(slot_no, leaving=self.current))
            for slot_no in sorted(slot_no for slot_no in slots if slot_no is not None)
        ]

    def _has_room(self, grown: Quiz, current: Question) -> bool:
        """Whether the current question can be asked in the last message."""
        if current.slot_no == self._last and not grown.answered:
            return True
        below = current.slot_no != self._last and self._above(current)
        return not below and self._fits(grown)

    def _quiz(
        self,
        slot_no: int,
        current: Question | None = None,
        *,
        leaving: Question | None = None,
        note: str = "",
    ) -> Quiz:
        here = [question for question in self.questions if question.slot_no == slot_no]
        return Quiz(
            title=self.questions[0].title,
            answered=tuple(
                self._line(question, changeable=current is not None)
                for question in here
                if question.id in self.answers and question not in (current, leaving)
            ),
            question=None if current is None else self._shown(current),
            note=note,
        )

    def _line(self, question: Question, *, changeable: bool) -> AnsweredLine:
        answer = one_line(self._answer_text(question), ANSWER)
        number = f"{question.position + 1}. " if len(self.questions) > 1 else ""
        room = LINE - len(number) - len(answer) - len(" — ")
        text = f"{number}{one_line(question.text, room)} — {answer}"
        change = Button(token=tokens.encode("change", question.id), label=say("quiz.change"))
        return AnsweredLine(text=text, change=change if changeable else None)

    def _answer_text(self, question: Question) -> str:
        answer = self.answers[question.id]
        match answer.kind:
            case "unknown":
                return say("quiz.answered_unknown")
            case "skipped":
                return say("quiz.answered_skipped")
            case "choice":
                return question.options[answer.option or 0]
            case "text":
                return answer.text

    def _shown(self, question: Question) -> ShownQuestion:
        write = Button(
            token=tokens.encode("write", question.id, language=language()),
            label=say("quiz.write"),
            style="primary",
            form=True,
        )
        aside = (
            Button(token=tokens.encode("unknown", question.id), label=say("quiz.unknown")),
            Button(token=tokens.encode("skip", question.id), label=say("quiz.skip")),
        )
        asked, options = self._worded(question)
        return ShownQuestion(
            id=question.id,
            number=question.position + 1,
            total=len(self.questions),
            text=asked,
            choices=tuple(
                Choice(letter=letter, text=text, token=tokens.encode("choose", question.id, index))
                for index, (letter, text) in enumerate(zip(LETTERS, options, strict=False))
            ),
            actions=aside if question.kind == "choice" else (write, *aside),
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

    def _fits(self, quiz: Quiz) -> bool:
        texts = [quiz.title, *(line.text for line in quiz.answered)]
        buttons = len(quiz.answered)
        if (shown := quiz.question) is not None:
            texts += [shown.text, *(choice.text for choice in shown.choices)]
            buttons += len(shown.choices) + len(shown.actions)
        return self._weight(texts) <= self._room and buttons <= FULL * self.limits.max_buttons

    @property
    def _room(self) -> float:
        return FULL * self.limits.max_text

    def _weight(self, texts: Iterable[str]) -> int:
        return sum(length(text, self.limits.text_unit) + OVERHEAD for text in texts)


def load(tx: Tx, call: ToolCall, limits: Capabilities) -> Sheet:
    asked = questions.of_call(tx, call.id)
    given = questions.answers_to(tx, [question.id for question in asked])
    askers = {question.id: question.asker for question in asked}
    return Sheet(
        questions=asked,
        answers={
            answer.question_id: answer
            for answer in given
            if answer.person == askers[answer.question_id]
        },
        limits=limits,
    )


def show(tx: Tx, run: Run, pages: Iterable[Page]) -> None:
    for page in pages:
        deliveries.put(tx, run, page.slot_no, page.view)
        if page.new is not None:
            questions.show_in(tx, page.new, page.slot_no)
