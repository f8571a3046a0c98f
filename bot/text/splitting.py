"""A long text as parts that each fit into one message and each read as whole Markdown."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

import regex

from bot.text import code, math
from bot.text.blocks import Block, blocks
from bot.text.cleaning import Unit, length

MIN_LIMIT = 40
"""Below this a part could not even hold a reopened code block."""

# Where a text may be cut, the best place first. A cut never puts what would start a list, a
# heading, a quote, a table or a code block at the beginning of a line.
_INERT = r"(?!`{3}|~{3}|[-+*#>|=]|\d{1,9}[.)])"
_CUTS = (
    re.compile(r"\n(?=[ \t]*\n)[ \t\n]*\n"),
    re.compile(r"\n"),
    re.compile(rf"[.!?…。！？][)\"'”’»\]]*+\s++{_INERT}(?=\S)|[。！？](?!\s){_INERT}"),
    re.compile(rf"(?<!\s)\s++{_INERT}(?=\S)"),
)
_CODE_CUTS = (re.compile(r"\n"), re.compile(r"(?<![ \t])[ \t]++(?!`{3}|~{3})"))
_NESTED_ITEM = re.compile(r"[ \t]+(?=[-*+][ \t]|\d{1,9}[.)][ \t])")
_GRAPHEME = regex.compile(r"\X")


def split(text: str, limit: int, unit: Unit) -> list[str]:
    """The text as parts of at most `limit` units; blank text has no parts.

    Parts end at a blank line, else a line, a sentence, a word; tables, lists and code blocks stay
    whole where they fit into one part. A code block that does not is closed and opened again.
    Formulas, code spans and graphemes are cut only when one alone is longer than a part. What is
    left out between two parts is white space. Raises ValueError for a limit under MIN_LIMIT.
    """
    if limit < MIN_LIMIT:
        raise ValueError(f"a limit of {limit} is too small to split text")
    whole = _closed(text.strip("\n"))
    if length(whole, unit) <= limit:
        return [whole] if whole.strip() else []
    return _Parts(whole, limit, unit).all()


def packed(texts: Iterable[str], limit: int, unit: Unit) -> list[str]:
    """As few parts as hold the texts in order, with a blank line between two; only what is longer
    than a part is split. A code block that one text leaves open ends with it."""
    parts: list[str] = []
    for piece in (piece for text in texts for piece in split(text, limit, unit)):
        longer = f"{parts[-1]}\n\n{piece}" if parts else piece
        if parts and length(longer, unit) <= limit:
            parts[-1] = longer
        else:
            parts.append(piece)
    return parts


def _closed(text: str) -> str:
    fences = code.fences(text)
    if fences and not fences[-1].closed:
        return f"{text}\n{fences[-1].closing}"
    return text


class _Parts:
    """Parts filled one after the other; the fence that a cut interrupts is carried along."""

    def __init__(self, text: str, limit: int, unit: Unit) -> None:
        self._text = text
        self._limit = limit
        self._unit = unit
        self._kept = _Kept(text)
        self._parts: list[str] = []
        self._part: list[str] = []
        self._size = 0
        self._fence: code.Fence | None = None

    def all(self) -> list[str]:
        for block in blocks(self._text):
            fence = block.fence
            if fence is None or self._fits_alone(block.start, block.end):
                self._add(block.start, block.end, 0)
            elif self._length(fence.opening + fence.closing) + 1 > self._limit // 2:
                self._add(block.start, block.end, 1)  # nothing but markers would fit: plain lines
            else:
                self._add_fence(block, fence)
        self._flush()
        return self._parts

    def _add(self, start: int, end: int, level: int) -> None:
        """Put `text[start:end]` into the part, a new part, or piece by piece into several."""
        piece = self._text[start:end]
        if self._room_for(piece):
            self._append(piece)
        elif self._fits_alone(start, end):
            self._flush()
            self._append(piece)
        else:
            for piece_start, piece_end in self._pieces(start, end, level):
                self._add(piece_start, piece_end, level + 1)

    def _add_fence(self, block: Block, fence: code.Fence) -> None:
        content = self._text.index("\n", fence.start) + 1
        closing = self._text.rindex("\n", content - 1, fence.end - 1) + 1
        first_line_end = min(self._text.find("\n", content) + 1 or closing, closing)
        opening = self._text[fence.start : content]
        if self._length(opening) > self._limit // 2:
            opening = fence.opening  # a long info string says nothing beyond the language
        first_line = opening + self._text[content:first_line_end] + fence.closing
        if self._size + self._length(first_line) > self._limit:
            self._flush()
        self._append(opening)
        self._fence = fence
        self._add(content, closing, 0)
        self._fence = None
        self._append(f"{fence.closing}\n{self._text[fence.end : block.end]}")

    def _pieces(self, start: int, end: int, level: int) -> Iterator[tuple[int, int]]:
        position = start
        for cut in self._cuts(start, end, level):
            if position < cut < end:
                yield position, cut
                position = cut
        yield position, end

    def _cuts(self, start: int, end: int, level: int) -> Iterator[int]:
        patterns = _CODE_CUTS if self._fence else _CUTS
        if level < len(patterns):
            found = (match.end() for match in patterns[level].finditer(self._text, start, end))
            return (cut for cut in found if self._fence or not self._kept.holds(cut))
        if level == len(patterns):
            return self._kept.borders(start, end)
        if level == len(patterns) + 1:
            piece = self._text[start:end]
            return (start + match.end() for match in _GRAPHEME.finditer(piece))
        return iter(range(start, end))

    def _length(self, text: str) -> int:
        return length(text, self._unit)

    def _shown(self, piece: str) -> int:
        """What a piece takes at the end of a part, where trailing white space is cut off."""
        if self._fence is None:
            return self._length(piece.rstrip())
        return self._length(piece.removesuffix("\n")) + self._length(f"\n{self._fence.closing}")

    def _room_for(self, piece: str) -> bool:
        return self._size + self._shown(piece) <= self._limit

    def _fits_alone(self, start: int, end: int) -> bool:
        opening = self._length(self._fence.opening) if self._fence else 0
        return opening + self._shown(self._text[start:end]) <= self._limit

    def _append(self, piece: str) -> None:
        if not self._part and self._fence is None:
            piece = piece.lstrip("\n") if piece.strip() else ""
            # At the very start of a message, an item's indent would make it a code block.
            piece = _without_indent(piece) if self._parts else piece
        if piece:
            self._part.append(piece)
            self._size += self._length(piece)

    def _flush(self) -> None:
        part = "".join(self._part).rstrip()
        self._part, self._size = [], 0
        if self._fence is not None:
            part += f"\n{self._fence.closing}"
            self._part = [self._fence.opening]
            self._size = self._length(self._fence.opening)
        if part:
            self._parts.append(part)


def _without_indent(piece: str) -> str:
    item = _NESTED_ITEM.match(piece)
    return piece[item.end() :] if item else piece


class _Kept:
    """Stretches that are cut only when nothing else is left: formulas and code spans."""

    def __init__(self, text: str) -> None:
        formulas = [(span.start, span.end) for span in math.find(text)]
        spans = code.spans(text, code.fences(text))
        self._starts, self._ends = _columns(sorted(formulas + spans))

    def holds(self, cut: int) -> bool:
        """Whether a cut there would go through one of them."""
        index = bisect_right(self._starts, cut - 1) - 1
        return index >= 0 and cut < self._ends[index]

    def borders(self, start: int, end: int) -> Iterator[int]:
        """The ends of stretches within a range, where what follows them may be cut off."""
        first = bisect_right(self._ends, start)
        for index in range(first, len(self._starts)):
            if self._starts[index] >= end:
                return
            yield self._starts[index]
            yield self._ends[index]


def _columns(pairs: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [start for start, _ in pairs], [end for _, end in pairs]
