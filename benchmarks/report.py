"""Figures with their references and goals, as a table and as JSON."""

import json
import os
import platform
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

GB = 2**30


class BenchmarkFailedError(Exception):
    """Something was lost, doubled or out of order: the figures would mean nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Bounds for the figure itself, for its ratio to the reference, or for what it has more."""

    least: float | None = None
    most: float | None = None
    least_ratio: float | None = None
    most_ratio: float | None = None
    most_more: float | None = None

    def __str__(self) -> str:
        bounds = (
            ("≥ {}", self.least),
            ("≤ {}", self.most),
            ("≥ {}×", self.least_ratio),
            ("≤ {}×", self.most_ratio),
            ("≤ +{}", self.most_more),
        )
        return ", ".join(text.format(bound) for text, bound in bounds if bound is not None)

    def met(self, value: float, reference: float) -> bool:
        """Whether every bound is kept."""
        ratio = value / reference if reference else float("inf")
        return all(
            (
                self.least is None or value >= self.least,
                self.most is None or value <= self.most,
                self.least_ratio is None or ratio >= self.least_ratio,
                self.most_ratio is None or ratio <= self.most_ratio,
                self.most_more is None or value - reference <= self.most_more,
            )
        )


NO_GOAL = Goal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value; `reference` is what `against` reached in the same run."""

    name: str
    value: float
    unit: str
    reference: float
    against: str
    goal: Goal = NO_GOAL
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.reference if self.reference else None

    @property
    def met(self) -> bool | None:
        return None if self.goal == NO_GOAL else self.goal.met(self.value, self.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where and how it was measured. `load` is the mean of the minute before."""

    at: str
    command: str
    system: str
    cores: int
    memory_gb: float
    python: str
    sqlite: str
    load: float

    @classmethod
    def here(cls) -> "Machine":
        return cls(
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            command=" ".join(["python -m benchmarks", *sys.argv[1:]]),
            system=f"{platform.system()} {platform.machine()}",
            cores=os.cpu_count() or 0,
            memory_gb=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GB, 1),
            python=platform.python_version(),
            sqlite=sqlite3.sqlite_version,
            load=round(os.getloadavg()[0], 2),
        )

    def __str__(self) -> str:
        return (
            f"{self.at}, {self.system}, {self.cores} cores, {self.memory_gb} GB, "
            f"Python {self.python}, SQLite {self.sqlite}, load {self.load} at the start"
        )


HEADINGS = ("figure", "Docent", "bare", "ratio", "goal", "", "bare means", "note")


def show(console: Console, machine: Machine, figures: Sequence[Figure]) -> None:
    """The table that people read."""
    console.print(str(machine), highlight=False)
    table = Table(*HEADINGS)
    for column in table.columns[1:4]:
        column.justify = "right"
    for figure in figures:
        table.add_row(*_cells(figure))
    console.print(table)


def write(path: Path, machine: Machine, figures: Sequence[Figure]) -> None:
    """The same for programs, and as Markdown beside it."""
    rows = [
        asdict(figure) | {"goal": str(figure.goal), "ratio": figure.ratio, "met": figure.met}
        for figure in figures
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"machine": asdict(machine), "figures": rows}, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    lines = [HEADINGS, ["---"] * len(HEADINGS), *map(_cells, figures)]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    path.with_suffix(".md").write_text(f"`{machine.command}`, {machine}\n\n{table}\n", "utf-8")


def _cells(figure: Figure) -> list[str]:
    return [
        figure.name,
        f"{_rounded(figure.value)} {figure.unit}",
        _rounded(figure.reference),
        "" if figure.ratio is None else f"{figure.ratio:.2f}×",
        str(figure.goal),
        {True: "met", False: "missed", None: ""}[figure.met],
        figure.against,
        figure.note,
    ]


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"
