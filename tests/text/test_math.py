"""Formulas are found where people and models write them, and nowhere else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import math


def sources(text: str) -> list[str]:
    return [span.source for span in math.find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"Solve \(3x + 11 = 14\) first", ["3x + 11 = 14"]),
        (r"\[ x = 1 \]", [" x = 1 "]),
        ("$$\nx^2\n$$", ["\nx^2\n"]),
        ("so $x$ and $y_1$.", ["x", "y_1"]),
        (r"\[ \begin{aligned} a &= b \\[4pt] c &= d \end{aligned} \]", None),
        (r"\[ x = 2 \text{ if \(y\) and $z$} \]", [r" x = 2 \text{ if \(y\) and $z$} "]),
        (r"| a | \(x\) |" + "\n|---|---|\n" + r"| b | \(y\) |", ["x", "y"]),
        (r"> \(q\)" + "\n" + r"- \(i\)", ["q", "i"]),
        (r"[\(x\)](https://example.org)", ["x"]),
        (r"open \( and then \(x\)", ["x"]),
    ],
)
def test_every_delimiter_is_found_in_every_surrounding(text: str, found: list[str] | None) -> None:
    expected = found or [text[2:-2]]

    assert expected == sources(text)


@pytest.mark.parametrize(
    "text",
    [
        "$5 and $10",
        "It costs $5, or $10 more",
        "from $5-$10",
        r"a \$x\$ b",
        r"\\(x\\)",
        "`\\(x\\)` and ``$y$``",
        "```\n\\(x\\)\n$y$\n```",
        "~~~ text\n\\[x\\]",
        "> ```\n> $x$\n> ```",
        "- ```py\n  $x$\n  ```",
        r"\(x",
        "\\(x\n\ny\\)",
        "$x\ny$",
        r"\( \)",
        "$$$$",
        r"\(x `a\)` b",
    ],
)
def test_money_code_and_broken_delimiters_are_text(text: str) -> None:
    assert sources(text) == []


def test_a_span_says_where_it_is_and_whether_it_stands_alone() -> None:
    text = r"é \(a\) \[b\]"

    inline, display = math.find(text)

    assert (text[inline.start : inline.end], inline.display) == (r"\(a\)", False)
    assert (text[display.start : display.end], display.display) == (r"\[b\]", True)


def test_a_formula_over_the_cap_is_text() -> None:
    assert sources(rf"\({'x' * (math.MAX_FORMULA + 1)}\)") == []
    assert len(sources(rf"\({'x' * math.MAX_FORMULA}\)")) == 1


@pytest.mark.parametrize(
    "piece", [r"\[", r"\(", "$", "$$", "$a ", "`", "`` `", "```\n", "\n", "> "]
)
def test_floods_of_one_delimiter_take_linear_time(piece: str) -> None:
    started = time.process_time()

    math.find(piece * (200_000 // len(piece)))

    assert time.process_time() - started < 3


@given(
    st.lists(st.sampled_from([*"ab $\n`\\", r"\(", r"\)", r"\[", r"\]", "$$", "```", "5", "\n\n"]))
)
def test_spans_never_overlap_and_always_quote_the_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    position = 0
    for span in math.find(text):
        assert position <= span.start < span.end <= len(text)
        assert span.source.strip()
        assert span.source in text[span.start : span.end]
        position = span.end


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"So \(x = 1\) and \(y = \frac{1", r"So \(x = 1\) and"),
        (r"So \[ x", "So"),
        ("So $$x", "So"),
        ("So \\", "So "),
        (r"So \(x = 1\).", r"So \(x = 1\)."),
        (r"a line \\", r"a line \\"),
        (r"`\(` is a delimiter", r"`\(` is a delimiter"),
        ("\\(never closed\n\nand on", "\\(never closed\n\nand on"),
        ("It costs $5", "It costs $5"),
        (r"So \(a \\[4pt] b", "So"),
        ("", ""),
    ],
)
def test_a_formula_that_is_still_being_written_is_not_shown(text: str, shown: str) -> None:
    assert math.finished(text) == shown


@given(st.text(alphabet="ab $\\()[]`\n", max_size=40))
def test_what_is_left_out_is_only_the_end(text: str) -> None:
    assert text.startswith(math.finished(text))
