"""`python -m benchmarks [figure …] [--quick]`: all figures, or those that are named."""

import tempfile
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.console import Console

from benchmarks import accept, flight, history, latency, runs, start
from benchmarks.report import Figure, Machine, show, write

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".docent" / "bench"
"""On the disk of the checkout: a temporary folder is memory on many systems."""


class Measure(Protocol):
    def __call__(self, folder: Path, *, quick: bool) -> Iterator[Figure]: ...


class Name(StrEnum):
    ACCEPT = "accept"
    RUNS = "runs"
    FLIGHT = "flight"
    LATENCY = "latency"
    HISTORY = "history"
    START = "start"


FIGURES: dict[Name, Measure] = {
    Name.ACCEPT: accept.measure,
    Name.RUNS: runs.measure,
    Name.FLIGHT: flight.measure,
    Name.LATENCY: latency.measure,
    Name.HISTORY: history.measure,
    Name.START: start.measure,
}


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    names: Annotated[list[Name] | None, typer.Argument(help="which figures; all without")] = None,
    *,
    quick: Annotated[bool, typer.Option(help="small numbers, to see whether it works")] = False,
    results: Annotated[Path, typer.Option(help="the JSON file")] = HOME / "results.json",
) -> None:
    """Measure, print a table and write it as JSON."""
    machine, console = Machine.here(), Console(width=160)
    figures: list[Figure] = []
    for name in names or FIGURES:
        HOME.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=HOME) as folder:
            for figure in FIGURES[name](Path(folder), quick=quick):
                console.print(f"{figure.name}: {figure.value:,.3g} {figure.unit}")
                figures.append(figure)
    show(console, machine, figures)
    write(results, machine, figures)


if __name__ == "__main__":
    app()
