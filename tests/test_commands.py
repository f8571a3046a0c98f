"""Which messages are commands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import COMMANDS, find
from bot.strings import say
from bot.text.cleaning import clean


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
    ],
)
def test_a_word_alone_is_a_command_however_it_is_written(text: str) -> None:
    command = find(text)

    assert command is not None
    assert command.word == "stop"


@pytest.mark.parametrize(
    "text",
    ["", "   ", "/", "stop it", "stops", "s top", "//stop", "!stop", "stop, steps", "`", "halt"],
)
def test_anything_else_is_a_question(text: str) -> None:
    assert find(text) is None


@given(st.text(max_size=60))
def test_any_text_can_be_looked_at(text: str) -> None:
    command = find(text)

    assert command is None or command.word in clean(text).casefold()


def test_every_command_is_found_by_its_word_and_has_its_sentence() -> None:
    for word, command in COMMANDS.items():
        assert find(word.upper()) is command
        assert say(command.nothing)
