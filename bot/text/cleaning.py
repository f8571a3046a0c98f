"""Text as it arrives, made safe to keep; and any text as one short line."""

import re
from typing import Literal

import regex

from bot.text import math
from bot.text.plain import plain

Unit = Literal["code_point", "utf16"]
"""What a platform counts: Unicode characters, or UTF-16 units (two for most emoji)."""

ELLIPSIS = "…"

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LONE = re.compile("[\ud800-\udfff]")
_GRAPHEME = regex.compile(r"\X")


def clean(text: str) -> str:
    """The text without what no store or screen can take; everything else stays as it was.

    Control characters but newline and tab are removed, line ends become newlines, lone surrogates
    become U+FFFD.
    """
    whole = _LONE.sub("\ufffd", _PAIR.sub(_joined, text))
    return _CONTROL.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")


def length(text: str, unit: Unit) -> int:
    """How long a platform that counts in `unit` takes the text to be."""
    if unit == "code_point" or text.isascii():
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)


def one_line(text: str, limit: int) -> str:
    """The text as one plain line of at most `limit` characters, with an ellipsis where cut.

    Markdown is taken off, so that the line reads the same where Markdown is rendered and where it
    is not; formulas stay as they are and are never cut, nor is a grapheme.
    """
    line = plain(clean(text))
    if len(line) <= limit:
        return line
    if limit < 1:
        return ""
    end = _last_grapheme_end(line, limit - len(ELLIPSIS))
    for formula in math.find(line):
        if formula.start < end < formula.end:
            end = formula.start
    return line[:end].rstrip() + ELLIPSIS


def _last_grapheme_end(line: str, limit: int) -> int:
    end = 0
    for match in _GRAPHEME.finditer(line[: limit + 1]):
        if match.end() > limit:
            break
        end = match.end()
    return end
