"""Which messages are commands, who may use them and how often."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.acts.obeying import ACTS
from bot.commands import COMMANDS, ordered, spoken
from bot.store import calls
from bot.text.cleaning import clean
from tests.acts.desk import Desk, open_desk
from tests.store.rows import ADA, BEN, call, started, writing

DISCORD_DESCRIPTION = 100  # characters
PRIVATE = "shown to the person who asked"


@pytest.mark.parametrize(
    "text",
    [
        "stop",
        " Stop \n",
        "STOP!",
        "/stop",
        "stop.",
        "`stop`",
        "`/stop`.",
        "stop?!",
        "\u00a0stop\x00",
        "\u2060stop\u200b",
        ": stop",
        ", stop!",
        ":`/stop`",
    ],
)
def test_a_word_alone_is_a_command_however_it_is_written(text: str) -> None:
    words = spoken(text)

    assert words is not None
    assert words.command.word == "stop"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "/",
        "stop it",
        "stops",
        "s top",
        "//stop",
        "!stop",
        "stop, steps",
        "`",
        "halt",
        ":",
        ": stop it",
        "stop: it",
        "quiz me on fractions",
        "ask him",
        "new numbers please",
        "help me with 3x + 11 = 14",
    ],
)
def test_any_other_message_is_a_question(text: str) -> None:
    assert spoken(text) is None


@given(st.text(max_size=60))
def test_any_text_can_be_looked_at(text: str) -> None:
    words = spoken(text)

    assert words is None or words.command.word in clean(text).casefold()
    assert ordered(text).command.word in COMMANDS


def test_the_word_before_an_argument_is_the_command_where_messages_may_have_one() -> None:
    words = spoken(": assistant  Algebra Coach ")

    assert words is not None
    assert (words.command.word, words.argument) == ("assistant", "Algebra Coach")


@pytest.mark.parametrize(
    ("text", "word", "argument"),
    [
        ("", "help", ""),
        ("  \n", "help", ""),
        ("steps", "steps", ""),
        ("/steps", "steps", ""),
        ("QUIZ fractions, please", "quiz", "fractions, please"),
        ("ask what is a prime?", "ask", "what is a prime?"),
        ("what is a prime?", "ask", "what is a prime?"),
        ("steps of the proof?", "ask", "steps of the proof?"),
        ("a\nb", "ask", "a\nb"),
    ],
)
def test_an_order_is_its_first_word_or_else_a_question(text: str, word: str, argument: str) -> None:
    words = ordered(text)

    assert (words.command.word, words.argument) == (word, argument)


def test_every_command_does_something_and_says_what() -> None:
    assert ACTS.keys() == COMMANDS.keys()
    assert all(0 < len(command.help) <= DISCORD_DESCRIPTION for command in COMMANDS.values())


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Ada has asked, and a call of hers is in the recap."""
    async with open_desk(tmp_path) as desk:
        async with writing(desk.office.store) as tx:
            calls.insert_many(tx, [call(started(tx))])
        yield desk


async def test_rights_are_asked_for_at_the_moment_of_the_act(desk: Desk) -> None:
    desk.platform.admins.add(BEN)
    assert PRIVATE not in await desk.told("steps")
    desk.platform.admins.clear()

    assert "Only the person who asked" in await desk.told("stop")
    assert PRIVATE in await desk.told("steps")


async def test_a_platform_that_is_too_slow_entitles_nobody_to_read_all(desk: Desk) -> None:
    desk.platform.admins.add(BEN)
    desk.platform.slow = True
    slow = await desk.told("steps")
    desk.platform.slow = False

    assert PRIVATE in slow
    assert PRIVATE not in await desk.told("steps")


async def test_of_many_commands_in_a_minute_twenty_are_obeyed(desk: Desk) -> None:
    told = [await desk.told("steps", key=f"sim:{number}") for number in range(50)]
    again = await desk.told("steps", key="sim:49")
    of_ada = await desk.told("steps", by=ADA)
    asked = desk.platform.asked
    await desk.clock.advance(timedelta(seconds=60))

    assert all("How the newest reply" in text for text in told[:20])
    assert all("20 commands in a minute" in text and "again in " in text for text in told[20:])
    assert again == ""
    assert "How the newest reply" in of_ada
    assert asked == 20
    assert "How the newest reply" in await desk.told("steps")
