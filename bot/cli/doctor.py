"""`docent doctor`: what the checks found, for people or as JSON."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import typer
from rich.console import Console

from bot import logs
from bot.cli.terminal import as_json, console, plain
from bot.doctor import Check, Look, State, examine
from bot.settings import Settings
from bot.strings import say

COLOURS: dict[State, str] = {"ok": "green", "warning": "yellow", "failed": "red"}
WIDTH = 8
"""Of the longest word for a state, and a blank."""


async def show(load: Callable[[], Settings], home: Path | None, *, look: Look, json: bool) -> bool:
    """Print every check; False if one failed."""
    logs.set_up("error")
    out = console()
    checks: list[Check] = []
    async for check in examine(load, home, look=look):
        checks.append(check)
        if not json:
            tell(out, check)
    good = not any(check.state == "failed" for check in checks)
    if json:
        typer.echo(as_json({"ok": good, "checks": [asdict(check) for check in checks]}))
    return good


def tell(out: Console, check: Check) -> None:
    """One line, however long: other programs read it too."""
    word = say(f"doctor.state_{check.state}").ljust(WIDTH)
    out.print(plain(word, COLOURS[check.state]), plain(check.sentence), soft_wrap=True)
