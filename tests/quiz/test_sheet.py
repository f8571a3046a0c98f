"""A quiz is one message that grows: whatever is asked and answered, it fits and stays true."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import tokens
from bot.adapter import Capabilities
from bot.store.records import AnswerKind, Question
from bot.text.cleaning import clean
from bot.tools.arguments import MAX_CHOICE, MAX_CHOICES, MAX_QUESTION
from bot.tools.display_quiz import MAX_EXPLANATION, MAX_QUESTIONS, MAX_TITLE, DisplayQuiz
from bot.views import Quiz
from tests.quiz.screen import Screen, check, posted_above, solid, with_key
from tests.store.rows import limits, question

PLATFORMS = [
    limits(12_000, 25),  # Slack's Markdown block
    limits(2_000, 25, utf16=True),  # Discord
    limits(20_000, 25),  # the playground
    limits(1_000, 25),  # smaller than any
]


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
        if draw(st.booleans()):
            asked[-1] = with_key(asked[-1], draw(st.booleans()), draw(prose(MAX_EXPLANATION)))
    return asked


STEPS = st.lists(
    st.sampled_from(["text", "unknown", "skipped"])
    | st.integers(0, MAX_QUESTIONS - 1)
    | st.booleans(),
    max_size=30,
)


@settings(max_examples=25, deadline=None)
@given(quizzes(), st.sampled_from(PLATFORMS), STEPS, prose(4_000))
def test_any_walk_through_any_quiz_fits_and_ends_with_every_answer(
    asked: list[Question],
    platform: Capabilities,
    steps: list[AnswerKind | int | bool],
    written: str,
) -> None:
    screen = Screen(asked, platform)
    check(screen)
    for step in steps:
        if screen.sheet.current is None:
            break
        if step is True:
            screen.again()
        elif step is False:
            screen.answer("text", written, below=True)
        elif isinstance(step, int):
            screen.change(step % len(asked))
        else:
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
