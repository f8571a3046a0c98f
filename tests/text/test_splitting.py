"""Long texts arrive whole, in parts that each read as whole Markdown."""

import itertools
import re
import time

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text import code, math
from bot.text.cleaning import Unit, length
from bot.text.splitting import MIN_LIMIT, packed, split

PARAGRAPH = (
    "The quick brown fox jumps over the lazy dog. It does so again and again. Why? Nobody knows."
)


def words(text: str) -> str:
    """What must survive: everything but white space and the lines that only frame code."""
    kept = [line for line in text.split("\n") if not re.match(r"[ \t>]*(```|~~~)", line)]
    return re.sub(r"\s", "", "".join(kept))


PIECES = st.sampled_from(
    [
        PARAGRAPH,
        "word",
        " ",
        "\n",
        "\n\n",
        "- item one\n- item two\n",
        "1. first\n2. second\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "\n```python\nfor i in range(10):\n    print(i)\n```\n",
        "\n~~~\nplain\n\n\ncode\n~~~\n",
        "\n> quoted line that goes on for a while\n",
        r"\(x^2 + y^2 = z^2\)",
        "\\[\n\\frac{a}{b} = c\n\\]\n",
        "`code span here`",
        "# Heading\n",
        "🙂",
        "👩‍👩‍👧‍👦",
        "e\u0301",
        "日本語の文章です。これは二つ目。",
        "x" * 90,
        "**bold text** and ",
        "    indented",
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["code_point", "utf16"])


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.integers(MIN_LIMIT, 400), UNITS)
def test_no_part_is_over_the_limit_or_blank(text: str, limit: int, unit: Unit) -> None:
    parts = split(text, limit, unit)

    assert all(part.strip() and length(part, unit) <= limit for part in parts)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.integers(MIN_LIMIT, 400), UNITS)
def test_nothing_but_white_space_is_lost(text: str, limit: int, unit: Unit) -> None:
    assert words(text) == "".join(words(part) for part in split(text, limit, unit))


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, max_size=6), st.integers(MIN_LIMIT, 400), UNITS)
def test_packed_texts_are_whole_and_in_as_few_parts_as_their_order_allows(
    texts: list[str], limit: int, unit: Unit
) -> None:
    parts = packed(texts, limit, unit)

    assert "".join(map(words, parts)) == "".join(map(words, texts))
    assert all(length(part, unit) <= limit for part in parts)
    assert all(
        length(f"{one}\n\n{other}", unit) > limit
        for one, other in itertools.pairwise(parts)
        if other in texts
    )


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.integers(MIN_LIMIT, 400), UNITS)
def test_every_code_block_is_closed_in_every_part(text: str, limit: int, unit: Unit) -> None:
    for part in split(text, limit, unit):
        assert all(fence.closed for fence in code.fences(part))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["a", " ", "👩‍👩‍👧‍👦", "e\u0301", "🇩🇪", "가"]), max_size=200).map(
        "".join
    )
)
def test_no_grapheme_is_cut(text: str) -> None:
    parts = split(text, MIN_LIMIT, "utf16")

    graphemes = [g for g in regex.findall(r"\X", text.strip()) if not g.isspace()]
    assert graphemes == [g for p in parts for g in regex.findall(r"\X", p) if not g.isspace()]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["a b c. ", "\n", "\n\n", r"\(x + y\)", "$a + b$ ", "z" * 30])))
def test_no_formula_is_cut(pieces: list[str]) -> None:
    text = "".join(pieces)

    whole = [span.source for span in math.find(text)]

    parts = split(text, MIN_LIMIT, "code_point")
    assert whole == [span.source for part in parts for span in math.find(part)]


def test_short_text_is_one_part_as_it_was() -> None:
    assert split("Hi  there", 100, "code_point") == ["Hi  there"]
    assert split(" \n ", 100, "code_point") == []


def test_a_cut_prefers_the_blank_line_then_the_line_the_sentence_and_the_word() -> None:
    assert split(f"{'a' * 30}\n\n{'b' * 30}", 50, "code_point") == ["a" * 30, "b" * 30]
    assert split(f"{'a' * 30}\n{'b' * 30}", 50, "code_point") == ["a" * 30, "b" * 30]
    assert split(
        "One two. Three four. Five six seven eight nine ten eleven.", 45, "code_point"
    ) == ["One two. Three four.", "Five six seven eight nine ten eleven."]
    assert split(("one " * 12).strip(), 42, "code_point") == ["one " * 9 + "one", "one one"]


def test_a_code_block_over_the_limit_is_closed_and_reopened_with_its_language() -> None:
    lines = [f"print({number})" for number in range(20)]
    text = "Look:\n\n```python\n" + "\n".join(lines) + "\n```\n\nDone."

    parts = split(text, 80, "code_point")

    assert all(part.count("```python\n") == 1 for part in parts)
    assert parts[0].startswith("Look:\n\n```python\nprint(0)")
    assert parts[-1].endswith("\n```\n\nDone.")
    assert lines == [line for part in parts for line in part.split("\n") if "print" in line]


def test_an_unclosed_code_block_is_closed() -> None:
    assert split("```py\nx = 1", 100, "code_point") == ["```py\nx = 1\n```"]


@pytest.mark.parametrize(
    "block",
    [
        "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |",
        "- one\n- two\n  more of two\n\n- three",
        "```py\na = 1\n\nb = 2\n```",
    ],
)
def test_a_block_that_fits_into_one_part_stays_whole(block: str) -> None:
    assert [PARAGRAPH[:44], block] == split(f"{PARAGRAPH[:44]}\n\n{block}", 60, "code_point")


def test_a_formula_longer_than_a_part_is_cut_rather_than_lost() -> None:
    text = rf"see \({'x + ' * 40}1\) now"

    parts = split(text, 50, "code_point")

    assert words(text) == words("".join(parts))


@pytest.mark.parametrize(
    "piece", ["`" * 7, "\n", " ", "- ", "x", "$", "| ", "```\n", "👍🏽", "\u0301"]
)
def test_floods_are_split_in_time(piece: str) -> None:
    started = time.process_time()

    split("a" + piece * (100_000 // len(piece)) + "-b", 1_900, "utf16")

    assert time.process_time() - started < 5


def test_a_limit_that_holds_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        split("text", MIN_LIMIT - 1, "code_point")
