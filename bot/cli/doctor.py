"""`docent doctor`: what the checks found, for people or as JSON."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import typer

from bot import logs
from bot.cli.terminal import as_json, console, plain
from bot.doctor import Check, State, examine
from bot.settings import Settings
from bot.strings import say

COLOURS: dict[State, str] = {"ok": "green", "warning": "yellow", "failed": "red"}
WIDTH = 8
"""Of the longest word for a state, and a blank."""


async def show(load: Callable[[], Settings], home: Path | None, *, json: bool) -> bool:
    """Print every check; False if one failed."""
    logs.set_up("error")
    out = console()
    checks: list[Check] = []
    async for check in examine(load, home):
        checks.append(check)
        if not json:
            word = say(f"doctor.state_{check.state}").ljust(WIDTH)
            # One line each, however long: other programs read them too.
            out.print(plain(word, COLOURS[check.state]), plain(check.sentence), soft_wrap=True)
    good = not any(check.state == "failed" for check in checks)
    if json:
        typer.echo(as_json({"ok": good, "checks": [asdict(check) for check in checks]}))
    return good
