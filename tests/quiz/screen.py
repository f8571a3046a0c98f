"""The messages of a quiz as people see them, and what is true of an asker's at any time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.adapter import Capabilities
from bot.quiz.growing import OVERHEAD, Page
from bot.quiz.marking import mark
from bot.quiz.sheet import Sheet, is_final
from bot.quiz.wording import LINE
from bot.store.records import Answer, AnswerKind, Question
from bot.text.cleaning import length
from bot.tools.arguments import MAX_CHOICE
from bot.tools.display_quiz import MAX_EXPLANATION
from bot.views import AnsweredLine, QuestionId, Quiz, Reply, View
from tests.store.rows import answer, shown_in


@dataclass(slots=True)
class Messages:
    """A call's questions as the store keeps them, and its messages as people see them."""

    questions: list[Question]
    limits: Capabilities
    slots: dict[int, View] = field(default_factory=dict)

    @property
    def quizzes(self) -> list[Quiz]:
        return [view for _, view in sorted(self.slots.items()) if isinstance(view, Quiz)]

    @property
    def lines(self) -> list[AnsweredLine]:
        return [line for quiz in self.quizzes for line in quiz.answered]

    @property
    def last(self) -> Quiz:
        view = self.slots[max(self.slots)]
        assert isinstance(view, Quiz)
        return view

    def show(self, pages: Sequence[Page]) -> None:
        for page in pages:
            self.slots[page.slot_no] = page.view
            self.questions = [
                shown_in(each, page.slot_no) if each.id in page.new else each
                for each in self.questions
            ]

    def check_size(self) -> None:
        """What is true of all messages at any time."""
        limit, unit = self.limits.max_text, self.limits.text_unit
        for view in self.slots.values():
            # A bare text is the platform's own; a quiz also needs room for what is drawn around it.
            around = OVERHEAD if isinstance(view, Quiz) else 0
            assert sum(length(text, unit) + around for text in texts(view)) <= limit
            assert buttons(view) <= self.limits.max_buttons
        assert all(len(line.text) <= LINE and "\n" not in line.text for line in self.lines)


@dataclass(slots=True)
class Screen(Messages):
    """The quiz of its asker."""

    answers: dict[QuestionId, Answer] = field(default_factory=dict)
    over: bool = False

    def __post_init__(self) -> None:
        self.show(self.sheet.pages(0))

    @property
    def sheet(self) -> Sheet:
        return Sheet(questions=self.questions, answers=self.answers, limits=self.limits)

    def answer(self, kind: AnswerKind = "text", text: str = "56", *, below: bool = False) -> None:
        """Answer what is asked now."""
        current = self.sheet.current
        assert current is not None
        if kind == "text" and current.options:
            given = answer(current, "choice", option=len(current.options) - 1)
        else:
            given = answer(current, kind, text)
        right = mark(current, given.kind, given.option, given.text)
        self.answers[current.id] = replace(given, right=right)
        self.over = self.sheet.current is None
        self._refresh(below=below, latest=current.id)

    def change(self, index: int) -> None:
        """Take an answer back, as its button does, on whichever screen that still is."""
        asked = self.questions[index]
        given = self.answers.get(asked.id)
        if given is None or is_final(asked, given) or self.over:
            return
        if not given.withdrawn:
            self.answers[given.question_id] = replace(given, withdrawn=True)
            self._refresh()

    def again(self) -> None:
        """Ask what is open once more, in a new message."""
        self._refresh(below=True)

    def close(self, note: str) -> None:
        self.over = True
        self.show(self.sheet.closed(note))

    def _refresh(self, *, below: bool = False, latest: QuestionId | None = None) -> None:
        self.show(self.sheet.pages(max(self.slots) + 1, below=below, latest=latest))


def texts(view: View) -> list[str]:
    if isinstance(view, Reply):
        return [view.text]
    assert isinstance(view, Quiz)
    shown = view.question
    return [
        view.title,
        view.note,
        *(text for line in view.answered for text in (line.text, line.detail) if text),
        *([shown.text, *(choice.text for choice in shown.choices)] if shown else []),
    ]


def buttons(view: View) -> int:
    if not isinstance(view, Quiz):
        return 0
    shown = view.question
    changes = sum(line.change is not None for line in view.answered)
    return changes + (len(shown.choices) + len(shown.actions) if shown else 0)


def solid(text: str) -> str:
    return "".join(text.split())


def check(screen: Screen) -> None:
    """What is true of the screen at any time."""
    screen.check_size()
    check_secrets(screen)
    for frozen in screen.quizzes[:-1]:
        assert (frozen.question, buttons(frozen)) == (None, 0)

    current = screen.sheet.current
    touched = {each.position for each in screen.questions if each.id in screen.answers}
    if current is None:
        assert buttons(screen.last) == 0
    else:
        assert screen.last.question is not None
        assert screen.last.question.id == current.id
        touched.add(current.position)
    shown = len(screen.lines) + (current is not None)
    assert shown == len(touched)
    if len(screen.questions) > 1:
        numbers = {int(line.text.split(".")[0]) - 1 for line in screen.lines}
        assert numbers | ({current.position} if current else set()) == touched


def check_secrets(screen: Screen) -> None:
    """What is right, and why, is nowhere before the answer is final."""
    shown = "".join(text for view in screen.slots.values() for text in texts(view))
    for each in screen.questions:
        given = screen.answers.get(each.id)
        told = given is not None and (
            is_final(each, given) or (screen.over and given.kind != "skipped")
        )
        if not told:
            assert f"key{each.position}." not in shown
            assert f"because{each.position}." not in shown
        assert f"hint{each.position}." not in shown


def posted_above(screen: Screen) -> str:
    return solid(
        "".join(view.text for _, view in sorted(screen.slots.items()) if isinstance(view, Reply))
    )


def with_key(asked: Question, right: bool = True, why: str = "") -> Question:
    """With an answer that what is answered here matches or not, an explanation and a hint."""
    if asked.options:
        option = len(asked.options) - 1 if right else 0
        answer, chosen = asked.options[option], option
    else:
        answer, chosen = "56" if right else f"key{asked.position}. {why}"[:MAX_CHOICE], None
    return replace(
        asked,
        answer=answer,
        answer_option=chosen,
        explanation=f"because{asked.position}. {why}".strip()[:MAX_EXPLANATION],
        hint=f"hint{asked.position}. {why}",
    )
