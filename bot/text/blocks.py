"""Markdown as blocks that belong together: paragraphs, lists, tables and fenced code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.text import code

_LIST_ITEM = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
_BLANK_LINES = re.compile(r"(?:[ \t]*\n)*")
_TABLE_RULE = re.compile(r"[ \t>]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-*+:?[ \t]*+)*+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """`text[start:end]`, the blank lines after it included; `fence` if it is fenced code."""

    start: int
    end: int
    fence: code.Fence | None = None


def blocks(text: str) -> Iterator[Block]:
    """The text as blocks in order; joined, they are the text."""
    position = 0
    for fence in code.fences(text):
        yield from _plain(text, position, fence.start)
        end = _past_blank_lines(text, fence.end)
        yield Block(start=fence.start, end=end, fence=fence)
        position = end
    yield from _plain(text, position, len(text))


def _past_blank_lines(text: str, position: int) -> int:
    match = _BLANK_LINES.match(text, position)
    return match.end() if match else position


def _plain(text: str, start: int, end: int) -> Iterator[Block]:
    lines = code.lines(text[start:end])
    first = 0
    for index in range(1, len(lines) + 1):
        if index == len(lines) or _begins(lines, first, index):
            size = sum(map(len, lines[first:index]))
            yield Block(start=start, end=start + size)
            start += size
            first = index


def _begins(lines: list[str], first: int, index: int) -> bool:
    """Whether a new block begins at the line `index`, the current one having begun at `first`."""
    line, before = lines[index], lines[index - 1]
    if not line.strip():
        return False
    if _LIST_ITEM.match(lines[first]):
        apart = not before.strip() or bool(_table_at(lines, index))
        return apart and not _LIST_ITEM.match(line) and not line[0].isspace()
    if not before.strip():
        return True
    in_table = _table_at(lines, first)
    if in_table:
        return "|" not in line
    return bool(_LIST_ITEM.match(line)) or _table_at(lines, index)


def _table_at(lines: list[str], index: int) -> bool:
    if index + 1 >= len(lines) or "|" not in lines[index]:
        return False
    rule = lines[index + 1].rstrip()
    return "-" in rule and _TABLE_RULE.match(rule) is not None
