"""Tables, which Discord cannot show: aligned as code, or as a list where they are wide."""

import unicodedata
from collections.abc import Sequence

from adapters.discord.escaping import code_block, escaped
from bot.text.plain import plain

WIDEST = 60
"""Columns of a code block that a narrow window shows without breaking lines."""
GAP = "  "

Rows = Sequence[Sequence[str]]


def table(rows: Rows) -> str:
    """The first row is the head; cells are Markdown."""
    cells = [[plain(cell) for cell in row] for row in rows]
    if not cells:
        return ""
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    if sum(widths) + len(GAP) * (len(widths) - 1) > WIDEST:
        return _listed(cells)
    head, *body = (_aligned(row, widths) for row in cells)
    rule = GAP.join("─" * width for width in widths)
    return code_block("\n".join([head, rule, *body]))


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
    return GAP.join(padded).rstrip()


def _listed(rows: Rows) -> str:
    head, *body = rows
    lines: list[str] = []
    for row in body:
        for number, (name, cell) in enumerate(zip(head, row, strict=True)):
            named = f"**{escaped(name)}:** " if name else ""
            lines.append(f"{'- ' if number == 0 else '  - '}{named}{escaped(cell)}")
    return "\n".join(lines) or ", ".join(map(escaped, head))


def _width(text: str) -> int:
    """Columns: signs of East Asian scripts and emoji take two, combining ones none."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) > 0 for sign in text)
