"""Where code is in Markdown: fenced blocks and code spans, in which nothing else is markup."""

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass

_FENCE = re.compile(r"(?P<indent>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(?P<marker>`{3,}|~{3,})")
_RUN = re.compile(r"`+")
_ESCAPE_OR_RUN = re.compile(r"\\.|`+", re.DOTALL)
_BLANK_LINE = re.compile(r"\n[ \t>]*(?=\n)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A fenced block from the start of its first line to the end of its last, newline included."""

    start: int
    end: int
    indent: str
    marker: str
    language: str
    closed: bool

    @property
    def opening(self) -> str:
        """The line that opens the block again after a cut."""
        return f"{self.indent}{self.marker}{self.language}\n"

    @property
    def closing(self) -> str:
        """The line that closes the block."""
        return f"{self.indent}{self.marker}"


def fences(text: str) -> list[Fence]:
    """All fenced blocks in order; one that nobody closes reaches to the end of the text."""
    found: list[Fence] = []
    opened: Fence | None = None
    position = 0
    for line in lines(text):
        start, position = position, position + len(line)
        if opened is None:
            opened = _opened(line, start)
        elif _closes(line, opened.marker):
            found.append(_until(opened, position, closed=True))
            opened = None
    if opened is not None:
        found.append(_until(opened, position, closed=False))
    return found


def lines(text: str) -> list[str]:
    """The lines with their newlines; joined, they are the text."""
    # Not splitlines: it also cuts at form feeds and other separators that Markdown leaves alone.
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _opened(line: str, start: int) -> Fence | None:
    match = _FENCE.match(line)
    if match is None:
        return None
    marker = match["marker"]
    info = line[match.end() :].strip()
    if marker[0] == "`" and "`" in info:
        return None  # CommonMark: that is a code span
    return Fence(
        start=start,
        end=start,
        indent=re.sub(r"[^\s>]", " ", match["indent"]),
        marker=marker,
        language=info.split()[0] if info else "",
        closed=False,
    )


def _closes(line: str, marker: str) -> bool:
    rest = line.lstrip(" \t>").rstrip()
    return len(rest) >= len(marker) and rest == marker[0] * len(rest)


def _until(fence: Fence, end: int, *, closed: bool) -> Fence:
    return Fence(
        start=fence.start,
        end=end,
        indent=fence.indent,
        marker=fence.marker,
        language=fence.language,
        closed=closed,
    )


def blank_lines(text: str) -> list[int]:
    """Where blank lines begin: no inline markup reaches across one."""
    return [match.start() for match in _BLANK_LINE.finditer(text)]


def spans(text: str, blocks: list[Fence]) -> list[tuple[int, int]]:
    """All code spans outside the fenced blocks, backticks included, in order."""
    found: list[tuple[int, int]] = []
    borders = sorted([*blank_lines(text), *(block.start for block in blocks), len(text)])
    runs = _runs_by_length(text)
    position, ahead = 0, iter(blocks)
    block = next(ahead, None)
    while match := _ESCAPE_OR_RUN.search(text, position):
        while block is not None and block.end <= match.start():
            block = next(ahead, None)
        if block is not None and block.start <= match.start():
            position = block.end
            continue
        position = match.end()
        if match[0][0] == "`":
            end = _span_end(match, runs, borders[bisect_left(borders, match.end())])
            if end is not None:
                found.append((match.start(), end))
                position = end
    return found


def _runs_by_length(text: str) -> dict[int, list[int]]:
    runs: defaultdict[int, list[int]] = defaultdict(list)
    for match in _RUN.finditer(text):
        runs[len(match[0])].append(match.start())
    return runs


def _span_end(opener: re.Match[str], runs: dict[int, list[int]], border: int) -> int | None:
    length = len(opener[0])
    starts = runs.get(length, [])
    index = bisect_left(starts, opener.end())
    if index < len(starts) and starts[index] < border:
        return starts[index] + length
    return None


def areas(text: str) -> list[tuple[int, int]]:
    """All code of a text, blocks and spans, in order and without overlap."""
    blocks = fences(text)
    return sorted([*((block.start, block.end) for block in blocks), *spans(text, blocks)])
