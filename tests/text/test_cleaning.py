"""Hostile text becomes text that every store and screen takes."""

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.text import math
from bot.text.cleaning import clean, length, one_line

HOSTILE = st.text(alphabet=st.characters(exclude_categories=()))
MARKUP = st.lists(
    st.sampled_from([*"ab*_~`[]()<>!#|&; \n", "**", "word", "](x)", "\\*", "&amp;", "<b>", "1. "])
).map("".join)


def test_control_characters_go_and_layout_stays() -> None:
    assert clean("a\tb\nc\r\nd\re\x00\x07\x1b\x85") == "a\tb\nc\nd\ne"


def test_lone_surrogates_are_marked_and_pairs_joined() -> None:
    assert clean("x\ud800y \ud83d\ude00 \udc00") == "x\ufffdy 😀 \ufffd"


def test_letters_are_not_normalised() -> None:
    assert clean("e\u0301") == "e\u0301"


@given(HOSTILE)
def test_what_is_clean_can_be_encoded_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)

    cleaned.encode("utf-8")
    assert {c for c in cleaned if unicodedata.category(c) == "Cc"} <= {"\n", "\t"}
    assert cleaned == clean(cleaned)


@given(HOSTILE)
def test_utf16_length_is_that_of_the_encoding(text: str) -> None:
    assert len(text.encode("utf-16-le", "surrogatepass")) // 2 == length(text, "utf16")
    assert len(text) == length(text, "code_point")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  two\n\nlines ", "two lines"),
        ("# Title\n- **bold** and *it*", "Title bold and it"),
        ("a [link](https://example.org) `code` ~~no~~", "a link code no"),
        ("> quoted __word__ snake_case_name", "quoted word snake_case_name"),
        ("2*3*4 = 24", "2∗3∗4 = 24"),
        ("```py\nx = 1\n```", "x = 1"),
        (r"**Solve** \(a_1 * b_1\)", r"Solve \(a_1 * b_1\)"),
        (r"5 \* 3", "5 ∗ 3"),
    ],
)
def test_a_line_reads_as_the_text_would_without_its_markup(text: str, line: str) -> None:
    assert line == one_line(text, 80)


def test_a_long_line_ends_with_an_ellipsis_before_what_does_not_fit() -> None:
    assert one_line("abcdefgh", 5) == "abcd…"
    assert one_line("abc defgh", 5) == "abc…"
    assert one_line("ab 👩‍👩‍👧‍👦 cdefgh", 11) == "ab 👩‍👩‍👧‍👦…"
    assert one_line("ab 👩‍👩‍👧‍👦 cdefgh", 10) == "ab…"
    assert one_line(r"Solve \(3x + 11 = 14\) now", 20) == "Solve…"
    assert one_line("abc", 0) == ""


@given(st.one_of(HOSTILE, MARKUP), st.integers(0, 60))
def test_a_line_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)

    assert len(line) <= limit
    assert "\n" not in line


@given(MARKUP)
def test_a_line_says_the_same_with_and_without_markdown(text: str) -> None:
    line = one_line(text, 1_000)
    if math.find(line):
        return

    inline = MarkdownIt("commonmark").enable("strikethrough").parseInline(line)[0].children or []

    assert line == "".join(token.content for token in inline)


@given(st.text(alphabet="ab 🙂👩\u200d\u0301🇩🇪"), st.integers(2, 12))
def test_a_cut_line_ends_at_a_whole_grapheme(text: str, limit: int) -> None:
    whole = one_line(text, 10_000)
    cut = one_line(text, limit)
    if cut == whole:
        return

    graphemes = regex.findall(r"\X", cut.removesuffix("…"))
    assert graphemes == regex.findall(r"\X", whole)[: len(graphemes)]
