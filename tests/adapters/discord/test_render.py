"""Views and texts as Discord takes them."""

import cProfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import commands, custom_ids, screens
from adapters.discord.markup import blocks, line
from adapters.discord.message import MAX_CONTENT
from adapters.discord.render import shown
from bot.commands import COMMANDS
from bot.events import ButtonToken, PersonRef
from bot.strings import LANGUAGES, speaking
from bot.text.cleaning import length
from bot.views import (
    AnsweredLine,
    Button,
    Choice,
    Lobby,
    Notice,
    QuestionId,
    Quiz,
    Reply,
    Roll,
    RollLine,
    ShownQuestion,
    SlotId,
)
from tests.sims.discord import judge

SLOT = SlotId("abcdefghij123456")
CLOSES = datetime(2027, 1, 1, tzinfo=UTC)
LETTERS = "ABCDEFGHIJKLMNOPQRST"


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("#### Deep\n# High", "**Deep**\n\n# High"),
        ("above\n\n---\n\nbelow", "above\n\nbelow"),
        ("| a | b |\n|---|---|\n| 1 | two |", "```\na  b\n─  ───\n1  two\n```"),
        ("![plot](https://x.example/p.png)", "[plot](<https://x.example/p.png>) (x.example)"),
        ("[https://bank.example](https://evil.example/)", None),
        ("- [ ] open\n- [x] done\n  - inner", "- ☐ open\n- ☑ done\n  - inner"),
        ("__bold__ and _it_ and ~~gone~~", "**bold** and *it* and ~~gone~~"),
        ("|x| beside ||y||", "|x| beside \\|\\|y\\|\\|"),
        ("\\# no heading\n\\- no list\n\\> no quote", "\\# no heading\n\\- no list\n\\> no quote"),
        ("-# not small", "\\-# not small"),
        ("solve \\( 3x + 11 = 14 \\)", "solve 3x + 11 = 14"),
        ("\\( \\frac{1}{2} \\)", "`\\frac{1}{2}`"),
        ("<@1> <#2> </x:3> <:e:4> <t:5>", "\\<@1> \\<#2> \\</x:3> \\<:e:4> \\<t:5>"),
        ("1. one\n2. two", "1. one\n2. two"),
        ("> said\n> twice", "> said\n> twice"),
        ("```py\nprint('`')\n```", "```py\nprint('`')\n```"),
    ],
)
def test_markdown_becomes_what_discord_can_show(markdown: str, expected: str | None) -> None:
    if expected is None:
        assert blocks(markdown) == "https: //bank.example (<https://evil.example/>)"
    else:
        assert blocks(markdown) == expected


def test_a_wide_table_becomes_a_list() -> None:
    wide = "x" * 40
    table = f"| one | two |\n|---|---|\n| {wide} | {wide} |"

    assert blocks(table) == f"- **one:** {wide}\n  - **two:** {wide}"


@given(st.text(max_size=400))
def test_no_text_pings_and_every_message_is_within_the_limits(text: str) -> None:
    button = Button(token=ButtonToken("t.x"), label=text)
    for view in (
        Reply(text=text, steps=(text,), note=text, actions=(button,)),
        Notice(text=text, actions=(button,)),
        Quiz(title=text, answered=(AnsweredLine(text=text, change=button),), note=text),
    ):
        body = shown(view, SLOT).json
        assert judge.problem("POST", "/channels/1/messages", body) is None
        assert "@everyone" not in str(body["content"])


@given(st.text(alphabet="*_`~|[]()\\#->@<x \n", max_size=1_800))
def test_what_is_longer_when_escaped_is_whole_in_the_file(text: str) -> None:
    body = shown(Reply(text=text), SLOT)

    assert length(body.content, "utf16") <= MAX_CONTENT
    assert body.whole in (None, text)


def test_markup_in_one_line_stays_in_one_line() -> None:
    assert line("a\n# b *c*") == "a # b *c*"


def test_a_shared_reply_names_who_shared_it_and_shows_no_form() -> None:
    ada = PersonRef(scope="discord", user="4")

    assert shown(Reply(text="56", shared_by=ada), SLOT).content == "-# Shared by <@4>\n56"


def quiz(choices: list[str], answered: int = 0) -> Quiz:
    change = Button(token=ButtonToken("g.q"), label="Change")
    return Quiz(
        title="Lines",
        answered=tuple(
            AnsweredLine(text=f"{number}. x", change=change) for number in range(1, answered + 1)
        )[:1],
        question=ShownQuestion(
            id=QuestionId("q"),
            number=1,
            total=2,
            text="Where?",
            choices=tuple(
                Choice(letter=letter, text=text, token=ButtonToken(f"c.q.{number}"))
                for number, (letter, text) in enumerate(zip(LETTERS, choices, strict=False))
            ),
            actions=(Button(token=ButtonToken("s.q"), label="Skip"),),
            closes_at=CLOSES,
        ),
    )


def labels(view: Quiz) -> list[list[str]]:
    found: list[list[str]] = []
    for row in shown(view, SLOT).rows:
        buttons = row["components"]
        assert isinstance(buttons, list)
        found.append([str(each["label"]) for each in buttons if isinstance(each, dict)])
    return found


def test_short_choices_are_labels_and_long_ones_letters_with_the_text_above() -> None:
    assert labels(quiz(["At zero", "At two"]))[0] == ["A At zero", "B At two"]

    long = quiz(["At zero", "x" * 60])
    assert labels(long)[0] == ["A", "B"]
    assert "**B** " + "x" * 60 in shown(long, SLOT).content
    assert labels(quiz(["\\( x^2 \\)"]))[0] == ["A"]


def test_twenty_choices_fit_into_rows_of_five() -> None:
    rows = labels(quiz([f"no {number}" for number in range(20)], answered=1))

    assert [len(row) for row in rows] == [5, 5, 5, 5, 2]
    assert rows[0][0] == "Change"


@given(st.text(max_size=300))
def test_only_our_buttons_are_pressed(custom_id: str) -> None:
    pressed = custom_ids.pressed(custom_id)

    assert pressed is None or custom_id[:2] in {"b:", "f:"}


def test_a_button_says_its_slot_unless_it_would_be_too_long() -> None:
    short, long = ButtonToken("c.q.1"), ButtonToken("a.asst_" + "x" * 85)
    for token, slot in ((short, SLOT), (long, None)):
        custom_id = custom_ids.button(SLOT, token)
        pressed = custom_ids.pressed(custom_id)
        assert len(custom_id) <= custom_ids.MAX_CUSTOM_ID
        assert pressed is not None
        assert (pressed.token, pressed.slot) == (token, slot)


def test_a_form_finds_its_question_in_the_message() -> None:
    view = quiz([])
    pressed = custom_ids.pressed(custom_ids.form(SLOT, ButtonToken("w.q"), 1, 2))
    assert pressed is not None
    question = screens.question_in(
        shown(view, SLOT).content, pressed, datetime(2027, 1, 1, tzinfo=UTC)
    )

    assert question is not None
    assert (question.text, question.number, question.total) == ("Where?", 1, 2)


def test_the_commands_are_those_of_the_table() -> None:
    tutor, admin = commands.payload()
    names = {
        str(each["name"])
        for top in (tutor, admin)
        if isinstance(options := top["options"], list)
        for each in options
        if isinstance(each, dict)
    }

    assert names == set(COMMANDS)
    assert judge.problem("PUT", "/applications/1/commands", [tutor, admin]) is None


def lobby(text: str, *, closed: bool = False) -> Lobby:
    start = Button(token=ButtonToken("j.x"), label=text)
    return Lobby(
        title=text,
        questions=2,
        started=3,
        finished=1,
        closes_at=CLOSES,
        closed=closed,
        actions=(start,),
        note=text,
    )


@settings(deadline=None)
@given(
    st.one_of(st.text(max_size=400), st.text(alphabet="*_`~|[]()\\#->@<x \n", max_size=400)),
    st.sampled_from([1, 20]),
    st.integers(min_value=0, max_value=20),
)
def test_quizzes_of_any_text_are_within_the_limits_and_have_all_their_buttons(
    text: str, times: int, number: int
) -> None:
    person = PersonRef(scope="discord", user="4")
    asked = quiz([text * times] * number).question
    assert asked is not None
    line = AnsweredLine(text=text[:80], mark="wrong", detail=text * times, person=person)
    for view, buttons in (
        (Quiz(title=text, answered=(line, line), question=asked, note=text), number + 1),
        (Quiz(title=text, answered=(line,) * number, note=text), 0),
        (lobby(text), 1),
        (Roll(title=text, lines=(RollLine(person=person, text=text),) * number, note=text), 0),
    ):
        made = shown(view, SLOT)
        assert judge.problem("POST", "/channels/1/messages", made.json) is None
        rows = [row["components"] for row in made.rows]
        assert sum(len(row) for row in rows if isinstance(row, list)) == buttons
        assert "@everyone" not in made.content


def test_what_a_whole_class_is_shown_is_drawn_for_the_first_of_them() -> None:
    def work(view: Quiz) -> int:
        profile = cProfile.Profile()
        profile.runcall(shown, view, SLOT)
        return sum(called.callcount for called in profile.getstats())

    hostile = quiz([f"{letter}{'![' * 200}" for letter in "ABCDE"])

    assert work(hostile) > 20 * work(replace(hostile, note="Recorded: 1 of 2"))


def test_a_lobby_says_how_many_take_part_and_until_when() -> None:
    at = int(CLOSES.timestamp())

    assert shown(lobby("Lines"), SLOT).content == (
        f"**Lines**\n2 questions · Closes <t:{at}:f> (<t:{at}:R>)\n"
        "-# Started: 3 · Finished: 1\n-# Lines"
    )
    with speaking("de"):
        over = lobby("Lines", closed=True)
    assert f"2 Fragen · Geschlossen: <t:{at}:f>\n" in shown(over, SLOT).content


def test_marks_are_said_in_words_and_stand_beside_their_line() -> None:
    person = PersonRef(scope="discord", user="4")
    lines = (
        AnsweredLine(text="1. Slope — 3", mark="right", person=person),
        AnsweredLine(text="2. Axis — 5", mark="wrong", detail="Two.\n\nAs it *meets* there."),
        AnsweredLine(text="3. Sign — plus"),
    )

    assert shown(Quiz(title="", answered=lines), SLOT).content.split("\n") == [
        "✓ 1. Slope — 3 · right · won by <@4>",
        "✗ 2. Axis — 5 · wrong",
        "> Two.",
        "> ",
        "> As it *meets* there.",
        "• 3. Sign — plus",
    ]


def test_a_change_names_the_question_that_it_changes() -> None:
    change = Button(token=ButtonToken("g.q"), label="Change")
    final, open_ = AnsweredLine(text="2. x", mark="right"), AnsweredLine(text="3. x", change=change)

    assert labels(Quiz(title="", answered=(final, open_))) == [["Change 3"]]
    assert labels(Quiz(title="", answered=(open_,))) == [["Change"]]


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_a_form_finds_its_question_whatever_is_around_it(spoken: str) -> None:
    detail = "```\n-# 9 of 9\n```"
    asked = quiz([]).question
    assert asked is not None
    text = "Where?\n```\n-# not here\n```\nthere"
    with speaking(spoken):
        view = Quiz(
            title="-# 1 of 2",
            answered=(AnsweredLine(text="1. x", detail=detail),),
            question=replace(asked, text=text),
            note="Recorded",
        )
    pressed = custom_ids.pressed(custom_ids.form(SLOT, ButtonToken("w.q"), 1, 2))
    assert pressed is not None
    found = screens.question_in(shown(view, SLOT).content, pressed, CLOSES)

    assert found is not None
    assert found.text == "Where?\n\n```\n-# not here\n```\n\nthere"
    assert screens.question_in("⚠️ Wrong\n-# small", pressed, CLOSES) is None
