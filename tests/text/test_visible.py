"""Text that acts on nothing where it is shown as it is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.code import areas
from bot.text.visible import quoted, shortened, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain [bold] text", "plain [bold] text"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("half \ud800", "half \\ud800"),
        ("é, Ж, 漢, 👩\u200d🔬\n\ttab", "é, Ж, 漢, 👩\u200d🔬\n\ttab"),
        ("over\rwritten", "over\\x0dwritten"),
    ],
)
def test_what_would_act_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_nothing_is_left_that_a_terminal_obeys(text: str) -> None:
    left = {
        unicodedata.category(character) for character in visible(text) if character not in "\n\t"
    }

    assert not left & {"Cc", "Cs", "Zl", "Zp"}


@given(st.text(), st.integers(min_value=2, max_value=40))
def test_a_shortened_text_is_one_line_that_is_not_too_long(text: str, limit: int) -> None:
    line = shortened(text, limit)

    assert len(line) <= limit
    assert "\n" not in line


@given(st.text(alphabet="a`\\ *_$()[]<>@"))
def test_a_quoted_line_is_one_code_span(text: str) -> None:
    span = quoted(text)

    assert areas(f"before {span} after") == [(7, 7 + len(span))]
