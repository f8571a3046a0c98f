"""`docent status`: what the database says, for people or as JSON."""

from dataclasses import asdict
from pathlib import Path

import typer
from rich.table import Table

from bot.cli.terminal import as_json, console, facts, plain
from bot.status import StatusReport, status
from bot.strings import say


def show(database: Path, *, json: bool) -> None:
    """Print the report of one database. Raises OperatorError."""
    report = status(database)
    if json:
        typer.echo(as_json({"database": str(database), **asdict(report)}))
        return
    out = console()
    out.print(plain(say("cli.status_title", path=database), "bold"))
    out.print(_facts(report))


def _facts(report: StatusReport) -> Table:
    running = say("cli.status_running_yes" if report.running else "cli.status_running_no")
    rows: list[tuple[str, str | None]] = [
        (say("cli.status_running"), running),
        (say("cli.status_threads"), str(report.threads)),
    ]
    rows += [
        (say("cli.status_runs", status=name), str(number))
        for name, number in sorted(report.runs.items())
    ]
    rows += [
        (say("cli.status_questions"), str(report.open_questions)),
        (say("cli.status_deliveries"), str(report.unsettled_deliveries)),
    ]
    return facts(rows)
