"""`docent status`: what the database says, for people or as JSON."""

import json
from dataclasses import asdict
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from bot.status import StatusReport, status
from bot.strings import say


def show(database: Path, *, as_json: bool) -> None:
    """Print the report of one database. Raises OperatorError."""
    report = status(database)
    if as_json:
        typer.echo(json.dumps(asdict(report), indent=2, sort_keys=True))
    else:
        Console().print(_table(database, report))


def _table(database: Path, report: StatusReport) -> Table:
    running = say("cli.status_running_yes" if report.running else "cli.status_running_no")
    rows = [(say("cli.status_running"), running), (say("cli.status_threads"), str(report.threads))]
    rows += [
        (say("cli.status_runs", status=name), str(number))
        for name, number in sorted(report.runs.items())
    ]
    rows += [
        (say("cli.status_questions"), str(report.open_questions)),
        (say("cli.status_deliveries"), str(report.unsettled_deliveries)),
    ]
    table = Table(title=say("cli.status_title", path=database), show_header=False)
    for name, value in rows:
        table.add_row(name, value)
    return table
