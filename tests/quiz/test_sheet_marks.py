"""What the asker's sheet tells of right and wrong, and when; and how it goes on below."""

from tests.quiz.screen import Screen, check, with_key
from tests.store.rows import limits, question

KEYED = [
    with_key(question(0, "7 × 8?", ["54", "56"]), why="7 × 7 is 49."),
    with_key(question(1, "6 × 9?", ["54", "56"]), right=False),
    with_key(question(2, "In words?"), right=False, why="Just so."),
    question(3, "Why?"),
]


def test_a_right_answer_is_marked_at_once_with_the_reason_and_stays_as_it_is() -> None:
    screen = Screen([*KEYED], limits())
    screen.answer()

    (line,) = screen.lines
    assert (line.text, line.mark, line.change) == ("1. 7 × 8? — 56", "right", None)
    assert line.detail == "because0. 7 × 7 is 49."


def test_a_wrong_answer_is_told_the_right_one() -> None:
    screen = Screen([KEYED[1], KEYED[3]], limits())
    screen.answer()

    (line,) = screen.lines
    assert (line.mark, line.change) == ("wrong", None)
    assert line.detail == "Right answer: A: 54\n\nbecause1."


def test_who_gives_up_is_told_the_right_answer_and_cannot_change_any_more() -> None:
    screen = Screen([KEYED[0], KEYED[3]], limits())
    screen.answer("unknown")

    (line,) = screen.lines
    assert (line.mark, line.change) == (None, None)
    assert line.detail.startswith("Right answer: B: 56\n\nbecause0.")


def test_a_skipped_question_tells_nothing_even_when_all_is_over() -> None:
    screen = Screen([KEYED[0], KEYED[1]], limits())
    screen.answer("skipped")
    (line,) = screen.lines
    assert line.change is not None
    screen.answer()

    assert [(line.mark, line.detail[:12]) for line in screen.lines] == [
        (None, ""),
        ("wrong", "Right answer"),
    ]


def test_words_that_nobody_can_mark_can_be_changed_and_tell_nothing_until_all_is_over() -> None:
    screen = Screen([KEYED[2], KEYED[3]], limits())
    screen.answer("text", "something")
    (line,) = screen.lines
    assert (line.mark, line.detail) == (None, "")
    assert line.change is not None
    screen.answer()

    first, last = screen.lines
    assert (first.mark, first.change) == (None, None)
    assert first.detail == "Right answer: key2. Just so.\n\nbecause2. Just so."
    assert last.detail == ""


def test_what_a_frozen_message_may_tell_at_last_is_told_there_when_all_is_over() -> None:
    asked = [with_key(question(n, "Why? " * 100), right=False) for n in range(4)]
    screen = Screen(asked, limits(1_000))
    for _ in range(4):
        screen.answer("text", "something")

    assert len(screen.quizzes) > 1
    assert [line.detail for line in screen.lines] == [
        f"Right answer: key{n}.\n\nbecause{n}." for n in range(4)
    ]


def test_a_hint_is_offered_only_where_there_is_one() -> None:
    screen = Screen([KEYED[0], question(1)], limits())
    assert screen.last.question is not None
    assert [button.label for button in screen.last.question.actions] == [
        "Hint",
        "I don't know",
        "Skip",
    ]
    screen.answer()

    assert screen.last.question is not None
    assert "Hint" not in [button.label for button in screen.last.question.actions]


def test_an_answer_that_is_shown_below_takes_its_line_along_and_says_where_it_went() -> None:
    screen = Screen([*KEYED], limits())
    screen.answer()
    screen.answer(below=True)

    above, below = screen.quizzes
    assert ([line.text[0] for line in above.answered], above.question) == (["1"], None)
    assert above.note == "It goes on below."
    assert [line.text[0] for line in below.answered] == ["2"]
    assert below.question is not None
    assert below.question.number == 3


def test_a_question_that_is_asked_again_leaves_its_message() -> None:
    screen = Screen([*KEYED], limits())
    screen.again()

    above, below = screen.quizzes
    assert (above.answered, above.question, above.note) == ((), None, "It goes on below.")
    assert below.question is not None
    assert below.question.number == 1


def test_an_explanation_that_no_message_holds_is_cut_at_a_word() -> None:
    asked = [with_key(question(0, "Why?", ["a", "b"]), why="word " * 200), question(1)]
    screen = Screen(asked, limits(1_000))
    screen.answer()

    detail = screen.lines[0].detail
    assert detail.endswith("word\n\n…")
    check(screen)
