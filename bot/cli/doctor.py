"""`docent doctor`: what the checks found, for people or as JSON."""

import json
from collections.abc import Callable
from dataclasses import asdict

import typer

from bot import logs
from bot.doctor import Check, State, examine
from bot.settings import Settings
from bot.strings import say

COLOURS: dict[State, str] = {"ok": "green", "warning": "yellow", "failed": "red"}
WIDTH = 8
"""Of the longest word for a state, and a blank."""


async def show(load: Callable[[], Settings], *, as_json: bool) -> bool:
    """Print every check; False if one failed."""
    logs.set_up("error")
    checks: list[Check] = []
    async for check in examine(load):
        checks.append(check)
        if not as_json:
            typer.echo(_line(check))
    good = not any(check.state == "failed" for check in checks)
    if as_json:
        report = {"ok": good, "checks": [asdict(check) for check in checks]}
        typer.echo(json.dumps(report, indent=2, ensure_ascii=False))
    return good


def _line(check: Check) -> str:
    word = say(f"doctor.state_{check.state}").ljust(WIDTH)
    return f"{typer.style(word, fg=COLOURS[check.state])} {check.sentence}"
