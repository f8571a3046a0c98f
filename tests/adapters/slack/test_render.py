"""Whatever is in a view, Slack takes the message, and nobody is called by it."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from adapters.slack.places import person_of
from adapters.slack.render import Frame, rendered
from bot.events import ButtonToken
from bot.jsons import Json
from bot.views import (
    AnsweredLine,
    Button,
    Choice,
    Lobby,
    Notice,
    Private,
    QuestionId,
    Quiz,
    Roll,
    RollLine,
    ShownQuestion,
    View,
)
from tests.sims.slack.rules import message_problem, private_problem
from tests.sims.slack.state import Message

NOW = datetime(2027, 1, 1, tzinfo=UTC)
PIECES = st.sampled_from(
    [
        "<!channel>",
        "<@U123>",
        "<!subteam^S1|x>",
        "@everyone ",
        "```\n",
        "~~~python\n",
        "`",
        "**",
        "\n\n",
        "\u202e",
        "&lt;!here&gt;",
        "\\( x^2 \\)",
        "[a](https://evil.example)",
        "x" * 2_999,
        "&" * 1_000,
        "\ud800",
        "- ",
    ]
)
TEXT = st.one_of(st.text(max_size=50), st.lists(PIECES, max_size=6).map("".join))
LABEL = TEXT.map(lambda text: text[:75] or "x")
BUTTONS = st.lists(st.builds(Button, token=st.just(ButtonToken("t.1")), label=LABEL), max_size=5)
CHOICES = st.lists(st.tuples(TEXT, st.booleans()), max_size=20).map(
    lambda given: tuple(
        Choice(letter=chr(65 + index), text=text, token=ButtonToken(f"c.q.{index}"), chosen=chosen)
        for index, (text, chosen) in enumerate(given)
    )
)
QUESTIONS = st.builds(
    ShownQuestion,
    id=st.just(QuestionId("q")),
    number=st.just(1),
    total=st.just(2),
    text=TEXT,
    choices=CHOICES,
    actions=BUTTONS.map(tuple),
    closes_at=st.just(NOW),
)
PEOPLE = st.sampled_from([person_of("T1", "U1"), person_of("T1", "U2")])
LINES = st.builds(
    AnsweredLine,
    text=TEXT,
    change=st.none() | BUTTONS.filter(bool).map(lambda some: some[0]),
    mark=st.sampled_from([None, "right", "wrong"]),
    detail=TEXT,
    person=st.none() | PEOPLE,
)
QUIZZES = st.builds(
    Quiz,
    title=TEXT,
    answered=st.lists(LINES, max_size=20).map(tuple),
    question=st.none() | QUESTIONS,
    note=TEXT,
)
NOTICES = st.builds(Notice, text=TEXT.filter(str.strip), actions=BUTTONS.map(tuple))
LOBBIES = st.builds(
    Lobby,
    title=TEXT,
    questions=st.integers(1, 20),
    started=st.integers(0, 500),
    finished=st.integers(0, 500),
    closes_at=st.just(NOW),
    closed=st.booleans(),
    actions=BUTTONS.map(tuple),
    note=TEXT,
)
ROLLS = st.builds(
    Roll,
    title=TEXT,
    lines=st.lists(st.builds(RollLine, person=PEOPLE, text=TEXT), max_size=30).map(tuple),
    actions=BUTTONS.map(tuple),
    note=TEXT,
)
FRAMES = st.builds(
    Frame, origin=st.sampled_from([None, "C1"]), names=st.fixed_dictionaries({"U1": TEXT})
)


def pings(view: View | Private, frame: Frame, *, simple: bool) -> list[str]:
    message = rendered(view, frame, simple=simple)
    return Message("C1", "1.1", "UBOT", message.text, blocks=[*message.blocks]).pings


@settings(deadline=None)
@given(view=st.one_of(QUIZZES, NOTICES, LOBBIES), frame=FRAMES)
def test_a_message_is_one_that_slack_takes_and_calls_nobody(view: View, frame: Frame) -> None:
    for simple in (False, True):
        message = rendered(view, frame, simple=simple)
        problem = message_problem({"blocks": [*message.blocks], "text": message.text})
        assert problem is None
        assert pings(view, frame, simple=simple) == []


@settings(deadline=None)
@given(view=st.one_of(QUIZZES, NOTICES, ROLLS), frame=FRAMES)
def test_a_private_message_is_one_that_slack_takes_and_calls_nobody(
    view: Private, frame: Frame
) -> None:
    message = rendered(view, frame, simple=True)
    blocks: list[JsonValue] = [*message.blocks]
    body: Json = {"blocks": blocks, "text": message.text, "response_type": "ephemeral"}

    assert private_problem(body) is None
    assert pings(view, frame, simple=True) == []


@settings(deadline=None)
@given(view=QUIZZES)
def test_no_button_is_lost(view: Quiz) -> None:
    message = rendered(view, simple=True)
    seen = Message("C1", "1.1", "UBOT", message.text, blocks=[*message.blocks])
    asked = view.question
    wanted = [line.change.token for line in view.answered if line.change is not None]
    if asked is not None:
        wanted += [choice.token for choice in asked.choices]
        wanted += [action.token for action in asked.actions]

    assert [button["value"] for button in seen.buttons] == wanted


def test_where_a_message_is_full_texts_give_way_to_buttons() -> None:
    change = Button(token=ButtonToken("g.q"), label="Change")
    line = AnsweredLine(text="1", change=change, detail="```\nx\n```")
    message = rendered(Quiz(title="T", answered=(line,) * 30, note="N"), simple=True)
    seen = Message("C1", "1.1", "UBOT", "", blocks=[*message.blocks])

    assert (len(message.blocks), len(seen.buttons)) == (50, 30)


def test_labels_are_short_or_letters_and_do_not_change_when_one_is_chosen() -> None:
    def labels(*texts: str, chosen: int) -> list[str]:
        choices = tuple(
            Choice(letter=letter, text=text, token=ButtonToken("c"), chosen=index == chosen)
            for index, (letter, text) in enumerate(zip("ABC", texts, strict=False))
        )
        question = ShownQuestion(
            id=QuestionId("q"), number=1, total=1, text="?", choices=choices, closes_at=NOW
        )
        message = rendered(Quiz(title="T", question=replace(question)))
        return Message("C1", "1.1", "UBOT", "", blocks=[*message.blocks]).labels

    assert labels("x" * 20, "y", chosen=0) == [f"● A {'x' * 20}", "B y"]
    assert max(map(len, labels("x" * 20, "y", chosen=0))) == 24
    assert labels("x" * 21, "y", chosen=1) == ["A", "● B"]


def test_code_stays_code_and_cannot_end_early() -> None:
    text = "Before\n\n````\na < b & <!channel>\n```\n    deep\n````\n\n*after*"
    message = rendered(Notice(text=text), simple=True)
    shown = Message("C1", "1.1", "UBOT", "", blocks=[*message.blocks])

    assert shown.shown == "Before\n```\na < b & <!channel>\n'''\n    deep\n```\nafter"
    assert shown.pings == []
