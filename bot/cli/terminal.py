"""What the terminal gets to show: other people's text acts on nothing there."""

import json
import sys
from datetime import UTC, datetime

from pydantic import JsonValue
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.text.visible import visible

FILE_WIDTH = 200
"""Columns where the output is no terminal but a file or another program."""
INDENT = 4


def console() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else FILE_WIDTH)


def plain(text: str, style: str = "") -> Text:
    """Text as it is: no markup, nothing that a terminal obeys. Newlines stay."""
    return Text(visible(text), style)


def indented(text: str, style: str = "") -> Padding:
    """Text that cannot pass for a line of ours: all its lines stand in."""
    return Padding(plain(text, style), (0, 0, 0, INDENT), expand=False)


def table(*headings: str) -> Table:
    """A table whose first column, the ids, is never cut."""
    made = Table(box=None, pad_edge=False)
    for number, heading in enumerate(headings):
        made.add_column(heading, no_wrap=number == 0, overflow="fold")
    return made


def facts(pairs: list[tuple[str, str | None]]) -> Table:
    """Names and values; those without a value are left out."""
    made = Table(box=None, pad_edge=False, show_header=False)
    made.add_column(no_wrap=True, style="dim")
    made.add_column(overflow="fold")
    for name, value in pairs:
        if value:
            made.add_row(plain(name), plain(value))
    return made


def time(at: datetime | None) -> str:
    """To the second, in UTC."""
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def as_json(value: JsonValue, *, indent: int | None = 2) -> str:
    """ASCII alone, so that it too acts on no terminal."""
    return json.dumps(value, indent=indent, ensure_ascii=True).replace("\x7f", "\\u007f")
