"""A race is one message for all: who won, that nobody did, and what was right once it is over."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import tokens
from bot.adapter import Capabilities
from bot.events import PersonRef
from bot.quiz.board import Board
from bot.store.records import Answer, Question
from tests.quiz.screen import Messages, texts
from tests.store.rows import ADA, BEN, answer, limits, question

ODD = PersonRef(scope="slack:T1", user="U/7:8")


@dataclass(slots=True)
class Screen(Messages):
    """A race."""

    answers: list[Answer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.show(self.board.pages(0))

    @property
    def board(self) -> Board:
        return Board(questions=self.questions, answers=self.answers, limits=self.limits)

    def win(self, by: PersonRef = BEN, text: str = "56", *, below: bool = False) -> None:
        """Somebody answers what is asked now, and that is it."""
        current = self._current
        if current.options:
            given = answer(current, "choice", option=current.answer_option or 0)
        else:
            given = answer(current, "text", text)
        self.answers.append(replace(given, person=by.key, right=current.has_key or None))
        self._become(replace(current, winner=by.key, state="closed"), below=below)

    def skip(self, *, below: bool = False) -> None:
        self._become(replace(self._current, state="closed"), below=below)

    def close(self, note: str) -> None:
        self.show(self.board.closed(note))

    @property
    def _current(self) -> Question:
        current = self.board.current
        assert current is not None
        return current

    def _become(self, over: Question, *, below: bool) -> None:
        self.questions = [over if each.id == over.id else each for each in self.questions]
        self.show(self.board.pages(max(self.slots) + 1, below=below, latest=over.id))


def raced(position: int, text: str = "", options: Sequence[str] = (), why: str = "") -> Question:
    """With its first choice, or a number, as the right answer."""
    return replace(
        question(position, text or f"How much is {position} + 7?", options),
        audience="first",
        answer=options[0] if options else "56",
        answer_option=0 if options else None,
        explanation=f"because{position}. {why}".strip(),
        hint=f"hint{position}.",
    )


def unkeyed(position: int) -> Question:
    return replace(question(position, "Who is there?"), audience="first")


def check(screen: Screen) -> None:
    """What is true at any time."""
    screen.check_size()
    assert all(line.change is None for line in screen.lines)
    shown = "".join(text for view in screen.slots.values() for text in texts(view))
    for each in screen.questions:
        if each.winner is None and each.state == "open":
            assert f"because{each.position}." not in shown
        assert f"hint{each.position}." not in shown
    current = screen.board.current
    assert len(screen.lines) == sum(
        each.winner is not None or each.state == "closed" for each in screen.questions
    )
    asked = screen.last.question
    assert (asked and asked.id) == (current and current.id)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=20),
    st.sampled_from([1, 40, 300, 990]),
    st.sampled_from([limits(12_000), limits(2_000, utf16=True), limits(1_000)]),
    st.lists(st.sampled_from(["win", "win", "skip", "win below", "skip below"]), max_size=20),
)
def test_any_race_fits_names_each_winner_and_tells_nothing_too_early(
    choices: list[int], size: int, platform: Capabilities, steps: list[str]
) -> None:
    asked = [
        raced(position, "🙂 why? " * (size // 4), [f"{n} 🙂" for n in range(many)], "word " * size)
        for position, many in enumerate(choices)
    ]
    asked = [replace(each, explanation=(each.explanation or "")[:1_000]) for each in asked]
    screen = Screen(asked, platform)
    check(screen)
    for step in steps:
        if screen.board.current is not None:
            if step.startswith("win"):
                screen.win(below=step.endswith("below"))
            else:
                screen.skip(below=step.endswith("below"))
            check(screen)

    assert [line.person for line in screen.lines if line.person is not None] == [BEN] * sum(
        each.winner is not None for each in screen.questions
    )


def test_the_question_of_a_race_has_its_choices_and_what_can_be_done_instead() -> None:
    screen = Screen([raced(0, options=["7", "8"]), raced(1)], limits())

    shown = screen.last.question
    assert shown is not None
    assert [tokens.decode(choice.token) for choice in shown.choices] == [
        tokens.Press("choose", shown.id, 0),
        tokens.Press("choose", shown.id, 1),
    ]
    assert [button.label for button in shown.actions] == ["Hint", "I don't know", "Skip"]
    screen.win()
    assert screen.last.question is not None
    assert screen.last.question.actions[0].label == "Write answer"


def test_a_won_question_names_its_winner_the_answer_and_why() -> None:
    screen = Screen([raced(0, "7 × 8?", ["56", "54"]), raced(1)], limits())
    screen.win(ODD)

    (line,) = screen.lines
    assert (line.text, line.person, line.mark) == ("1. 7 × 8? — 56", ODD, "right")
    assert line.detail == "because0."


def test_where_nobody_knows_what_is_right_the_first_one_wins_unmarked() -> None:
    screen = Screen([unkeyed(0), unkeyed(1)], limits())
    screen.win(ADA, "me")

    (line,) = screen.lines
    assert (line.text, line.person) == ("1. Who is there? — me", ADA)
    assert (line.mark, line.detail) == (None, "")


def test_a_skipped_question_says_that_nobody_was_right_and_what_was() -> None:
    screen = Screen([raced(0, "7 × 8?", ["56", "54"]), unkeyed(1), raced(2)], limits())
    screen.skip()
    screen.skip()

    keyed, plain = screen.lines
    assert (keyed.text, keyed.person) == ("1. 7 × 8? — nobody was right", None)
    assert keyed.detail == "Right answer: A: 56\n\nbecause0."
    assert (plain.text, plain.detail) == ("2. Who is there? — nobody answered", "")


def test_a_race_that_is_closed_tells_of_what_was_asked_and_nothing_of_the_rest() -> None:
    screen = Screen([raced(0), raced(1), raced(2)], limits())
    screen.win()
    screen.close("The time is up.")

    won, unwon = screen.lines
    assert won.person == BEN
    assert unwon.text.endswith("nobody was right")
    assert unwon.detail == "Right answer: 56\n\nbecause1."
    assert (screen.last.question, screen.last.note) == (None, "The time is up.")


def test_a_winner_who_was_forgotten_is_not_named() -> None:
    screen = Screen([raced(0), raced(1)], limits())
    screen.win()
    screen.answers.clear()
    screen.questions[0] = replace(screen.questions[0], winner=None, state="closed")
    screen.close("")

    assert screen.lines[0].person is None
