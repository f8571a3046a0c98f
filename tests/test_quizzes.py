"""A quiz is one message that grows: whatever is asked and answered, it fits and stays true."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import tokens
from bot.adapter import Capabilities
from bot.quizzes import LINE, OVERHEAD, Page, Sheet
from bot.store.records import Answer, AnswerKind, Question
from bot.text.cleaning import clean, length
from bot.tools.arguments import MAX_CHOICE, MAX_CHOICES, MAX_QUESTION
from bot.tools.display_quiz import MAX_QUESTIONS, MAX_TITLE, DisplayQuiz
from bot.views import AnsweredLine, QuestionId, Quiz, Reply, View
from tests.store.rows import answer, limits, question, shown_in

PLATFORMS = [
    limits(12_000, 25),  # Slack's Markdown block
    limits(2_000, 25, utf16=True),  # Discord
    limits(20_000, 25),  # the playground
    limits(1_000, 25),  # smaller than any
]


@dataclass(slots=True)
class Screen:
    """A call's questions as the store keeps them, and the messages as people see them."""

    questions: list[Question]
    limits: Capabilities
    answers: dict[QuestionId, Answer] = field(default_factory=dict)
    slots: dict[int, View] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._apply(self.sheet.pages(0))

    @property
    def sheet(self) -> Sheet:
        return Sheet(questions=self.questions, answers=self.answers, limits=self.limits)

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

    def answer(self, kind: AnswerKind = "text", text: str = "56") -> None:
        """Answer what is asked now."""
        current = self.sheet.current
        assert current is not None
        if kind == "text" and current.options:
            given = answer(current, "choice", option=len(current.options) - 1)
        else:
            given = answer(current, kind, text)
        self.answers[current.id] = given
        self._refresh()

    def change(self, index: int) -> None:
        """Take an answer back, as its button does, on whichever screen that still is."""
        given = self.answers.get(self.questions[index].id)
        if given is not None and not given.withdrawn and self.sheet.current is not None:
            self.answers[given.question_id] = replace(given, withdrawn=True)
            self._refresh()

    def close(self, note: str) -> None:
        self._apply(self.sheet.closed(note))

    def _refresh(self) -> None:
        self._apply(self.sheet.pages(max(self.slots) + 1))

    def _apply(self, pages: Sequence[Page]) -> None:
        for page in pages:
            self.slots[page.slot_no] = page.view
            if page.new is not None:
                (index,) = (i for i, each in enumerate(self.questions) if each.id == page.new)
                self.questions[index] = shown_in(self.questions[index], page.slot_no)


def texts(view: View) -> list[str]:
    if not isinstance(view, Quiz):
        return [view.text]
    shown = view.question
    return [
        view.title,
        view.note,
        *(line.text for line in view.answered),
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
    limit, unit = screen.limits.max_text, screen.limits.text_unit
    for view in screen.slots.values():
        # A bare text is the platform's own; a quiz also needs room for what is drawn around it.
        around = OVERHEAD if isinstance(view, Quiz) else 0
        assert sum(length(text, unit) + around for text in texts(view)) <= limit
        assert buttons(view) <= screen.limits.max_buttons
    assert all(len(line.text) <= LINE and "\n" not in line.text for line in screen.lines)
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


def posted_above(screen: Screen) -> str:
    return solid(
        "".join(view.text for _, view in sorted(screen.slots.items()) if isinstance(view, Reply))
    )


WORDS = st.sampled_from(
    [
        "word ",
        "x",
        "Ünïcödé ",
        "🙂",
        "👩‍👩‍👧",
        r"\(x^2 + 1\) ",
        "**bold** ",
        "a\n",
        "> - 1. ",
        "| a | b |\n",
    ]
)
SIZES = st.sampled_from([1, 5, 40, 200, 900, 1_500, 2_100])


def filled(words: Sequence[str], size: int, at_most: int) -> str:
    pattern = clean("".join(words))
    whole = (pattern * (size // len(pattern) + 1))[: min(size, at_most)].strip()
    return whole or "?"


def prose(at_most: int) -> st.SearchStrategy[str]:
    return st.builds(
        lambda words, size: filled(words, size, at_most),
        st.lists(WORDS, min_size=1, max_size=4),
        SIZES,
    )


@st.composite
def quizzes(draw: st.DrawFn) -> list[Question]:
    title = draw(prose(MAX_TITLE) | st.just(""))
    count = draw(st.integers(1, MAX_QUESTIONS))
    asked = []
    for position in range(count):
        options = draw(
            st.just(())
            | st.integers(2, MAX_CHOICES).map(lambda n: tuple(f"{i}" for i in range(n)))
            | st.lists(prose(MAX_CHOICE), min_size=2, max_size=MAX_CHOICES).map(tuple)
        )
        asked.append(question(position, draw(prose(MAX_QUESTION)), options, title=title))
    return asked


STEPS = st.lists(
    st.sampled_from(["text", "unknown", "skipped"]) | st.integers(0, MAX_QUESTIONS - 1),
    max_size=30,
)


@settings(max_examples=25, deadline=None)
@given(quizzes(), st.sampled_from(PLATFORMS), STEPS, prose(4_000))
def test_any_walk_through_any_quiz_fits_and_ends_with_every_answer(
    asked: list[Question],
    platform: Capabilities,
    steps: list[AnswerKind | int],
    written: str,
) -> None:
    screen = Screen(asked, platform)
    check(screen)
    for step in steps:
        if isinstance(step, int):
            screen.change(step % len(asked))
        elif screen.sheet.current is not None:
            screen.answer(step, written)
        check(screen)
    while screen.sheet.current is not None:
        screen.answer()
        check(screen)

    output = json.loads(DisplayQuiz().output(screen.sheet.answered))
    answers = [screen.answers[each.id] for each in asked]
    assert len(output) == len(asked)
    for each, given_answer, response in zip(asked, answers, output, strict=True):
        if given_answer.kind == "choice":
            assert response == each.options[-1]
        elif given_answer.kind == "text":
            assert response == given_answer.text


@settings(max_examples=40, deadline=None)
@given(
    st.text("abc xyz", min_size=1, max_size=MAX_QUESTION).filter(str.strip),
    st.lists(st.text("abc xyz", min_size=1, max_size=MAX_CHOICE).filter(str.strip), max_size=20),
    st.sampled_from(PLATFORMS),
    st.integers(1, 40),
)
def test_nothing_of_a_long_question_is_lost(
    text: str, options: list[str], platform: Capabilities, times: int
) -> None:
    text = (text * times)[:MAX_QUESTION]
    options = [(option * times)[:MAX_CHOICE] for option in options]
    screen = Screen([question(0, text, options)], platform)
    shown = screen.last.question

    assert shown is not None
    assert len(shown.choices) == len(options)
    if shown.text != text or [choice.text for choice in shown.choices] != options:
        above = posted_above(screen)
        assert solid(text) in above
        assert all(solid(option) in above for option in options)


def test_an_answered_question_stays_as_a_line_above_the_next() -> None:
    screen = Screen([question(0, "7 × 8?", ["54", "56"]), question(1, "Why?")], limits())
    screen.answer()

    (only,) = screen.slots.values()
    assert isinstance(only, Quiz)
    assert [line.text for line in only.answered] == ["1. 7 × 8? — 56"]
    assert only.question is not None
    assert (only.question.number, only.question.total, only.question.text) == (2, 2, "Why?")


def test_the_kind_of_a_question_decides_its_buttons() -> None:
    screen = Screen([question(0, "7 × 8?", ["54", "56"]), question(1, "Why?")], limits())

    choice = screen.last.question
    assert choice is not None
    assert [(each.letter, each.text) for each in choice.choices] == [("A", "54"), ("B", "56")]
    assert [tokens.decode(each.token) for each in choice.choices] == [
        tokens.Press("choose", choice.id, 0),
        tokens.Press("choose", choice.id, 1),
    ]
    assert [button.label for button in choice.actions] == ["I don't know", "Skip"]
    screen.answer()
    written = screen.last.question
    assert written is not None
    assert [button.label for button in written.actions] == ["Write answer", "I don't know", "Skip"]
    assert [button.form for button in written.actions] == [True, False, False]


def test_a_single_question_has_no_number_in_its_line() -> None:
    screen = Screen([question(0, "Which topic?", title="")], limits())
    screen.answer("text", "fractions")

    assert [line.text for line in screen.lines] == ["Which topic? — fractions"]


@pytest.mark.parametrize(
    ("kind", "line"), [("unknown", "1. Why? — I don't know"), ("skipped", "1. Why? — skipped")]
)
def test_a_line_says_when_there_was_no_answer(kind: AnswerKind, line: str) -> None:
    screen = Screen([question(0, "Why?"), question(1)], limits())
    screen.answer(kind)

    assert [each.text for each in screen.lines] == [line]


def test_a_changed_answer_is_asked_again_in_place_and_then_replaced() -> None:
    screen = Screen([question(0, "Why?"), question(1, "How?")], limits())
    screen.answer("text", "first")
    screen.change(0)

    assert screen.lines == []
    assert screen.last.question is not None
    assert screen.last.question.number == 1
    screen.answer("text", "second")
    assert [line.text for line in screen.lines] == ["1. Why? — second"]
    assert screen.last.question.text == "How?"
    assert len(screen.slots) == 1


def test_a_full_message_is_frozen_and_the_quiz_goes_on_below() -> None:
    screen = Screen([question(n, "Why? " * 100) for n in range(5)], limits(1_000))
    for _ in range(4):
        screen.answer()

    assert len(screen.quizzes) > 1
    assert len(screen.lines) == 4
    assert all(line.change is None for frozen in screen.quizzes[:-1] for line in frozen.answered)
    check(screen)


def test_a_question_with_many_choices_is_asked_again_below_when_the_message_is_full() -> None:
    many = [str(number) for number in range(20)]
    screen = Screen([question(0, "First?", many), *(question(n) for n in range(1, 8))], limits())
    for _ in range(6):
        screen.answer()
    screen.change(0)

    check(screen)
    assert len(screen.quizzes) == 2
    assert screen.last.question is not None
    assert screen.last.question.number == 1


def test_a_late_change_on_a_frozen_message_moves_the_question_below() -> None:
    screen = Screen([question(0, "Why? " * 150), question(1, "How? " * 150)], limits(1_000))
    screen.answer("text", "first")
    assert [line.text[-5:] for line in screen.quizzes[0].answered] == ["first"]
    screen.change(0)
    screen.answer("text", "second")

    check(screen)
    assert [line.text[-6:] for line in screen.lines] == ["second"]


def test_a_long_question_that_is_not_the_first_is_posted_in_full_too() -> None:
    screen = Screen([question(0, "Why?"), question(1, "because of it " * 250)], limits())
    screen.answer()

    assert solid("because of it " * 250) in posted_above(screen)
    assert [type(view).__name__ for _, view in sorted(screen.slots.items())] == [
        "Quiz",
        "Reply",
        "Reply",
        "Quiz",
    ]


def test_a_finished_quiz_has_no_buttons() -> None:
    screen = Screen([question(0), question(1)], limits())
    screen.answer()
    screen.answer()

    assert screen.last.question is None
    assert [line.change for line in screen.lines] == [None, None]


def test_a_quiz_that_is_closed_from_outside_says_why_and_keeps_its_answers() -> None:
    screen = Screen([question(0, "Why?"), question(1)], limits())
    screen.answer("text", "first")
    screen.change(0)
    screen.close("Stopped.")

    assert screen.last.note == "Stopped."
    assert screen.last.question is None
    assert [(line.text, line.change) for line in screen.lines] == [("1. Why? — first", None)]


def test_only_what_changes_is_shown_anew() -> None:
    screen = Screen([question(n, "Why? " * 100) for n in range(6)], limits(1_000))
    for _ in range(5):
        screen.answer()
    last = max(screen.slots)

    screen.answer()
    assert [page.slot_no for page in screen.sheet.pages(last + 1)] == [last]
