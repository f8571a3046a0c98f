"""Where the formulas are in canonical Markdown, found before any Markdown is parsed."""

import re
from dataclasses import dataclass

from bot.text import code

MAX_FORMULA = 2_000
"""Characters between the delimiters; anything longer is text, whatever surrounds it."""

_TOKEN = re.compile(r"\\[^\n]|\$\$?|\n[ \t>]*(?=\n)|\n")
_OPENER = re.compile(r"(?<!\\)(?:\\[(\[]|\$\$)")
_BLANK = re.compile(r"\n[ \t>]*\n")
_CLOSERS = {r"\)": r"\(", r"\]": r"\["}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One formula: `text[start:end]` with its delimiters, `source` without them."""

    start: int
    end: int
    source: str
    display: bool


def find(text: str) -> list[Span]:
    r"""All formulas in order, without overlap, in one pass over the text.

    Delimiters are `\( \)`, `\[ \]`, `$$ $$`, and `$ $` within a line when the inside touches no
    space and no digit or letter follows, so that "$5 and $10" stays money. Nothing in code is a
    formula, and no formula crosses code or a blank line.
    """
    found: list[Span] = []
    position = 0
    for start, end in [*code.areas(text), (len(text), len(text))]:
        found += _Scan(text, position, start).spans()
        position = end
    return found


def finished(text: str) -> str:
    r"""The text without a formula that was begun at its end and is not closed yet.

    For text that is still being written, or was broken off: nobody wants to read `\frac{1` there.
    """
    spans = find(text)
    after = spans[-1].end if spans else 0
    quoted = code.areas(text)
    for opener in _OPENER.finditer(text, after):
        begun = opener.start()
        in_code = any(start <= begun < end for start, end in quoted)
        if not in_code and len(text) - begun <= MAX_FORMULA and not _BLANK.search(text, begun):
            return text[:begun].rstrip()
    return text if text.endswith(r"\\") else text.removesuffix("\\")


class _Scan:
    """The delimiters of a stretch without code, paired as they come."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self._start = start
        self._end = end
        self._open: dict[str, int] = {}
        self._found: list[Span] = []

    def spans(self) -> list[Span]:
        for token in _TOKEN.finditer(self._text, self._start, self._end):
            self._take(token[0], token.start(), token.end())
        return self._found

    def _take(self, sign: str, start: int, end: int) -> None:
        if sign.startswith("\n"):
            self._new_line(blank=len(sign) > 1 or self._text[end : end + 1] == "\n")
        elif sign in _CLOSERS:
            self._close(_CLOSERS[sign], start, end)
        elif sign in _CLOSERS.values():
            self._open[sign] = end
        elif sign == "$$":
            self._open.pop("$", None)
            if not self._close(sign, start, end):
                self._open[sign] = end
        elif sign == "$" and not (self._ends_inline(start, end) and self._close("$", start, end)):
            self._open[sign] = end

    def _new_line(self, *, blank: bool) -> None:
        self._open.pop("$", None)
        if blank:
            self._open.clear()

    def _ends_inline(self, start: int, end: int) -> bool:
        opened = self._open.get("$", start)
        touches = self._text[opened : opened + 1].isspace() or self._text[start - 1].isspace()
        return not touches and not self._text[end : end + 1].isalnum()

    def _close(self, opener: str, start: int, end: int) -> bool:
        opened = self._open.pop(opener, None)
        if opened is None:
            return False
        source = self._text[opened:start]
        if not source.strip() or len(source) > MAX_FORMULA:
            return False
        first = opened - len(opener)
        # The outer formula wins: one that was closed inside it is part of its source.
        while self._found and self._found[-1].start > first:
            self._found.pop()
        self._open = {key: at for key, at in self._open.items() if at <= first and key != "$"}
        display = opener in {r"\[", "$$"}
        self._found.append(Span(start=first, end=end, source=source, display=display))
        return True
