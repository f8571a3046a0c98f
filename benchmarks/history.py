"""The main figures again with a million old items in the database."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from statistics import median
from time import perf_counter
from typing import TypeVar

from benchmarks import accept, latency, runs
from benchmarks.platform import StubPlatform
from benchmarks.processes import MB, alone
from benchmarks.provider import StubResponses
from benchmarks.report import Figure, Goal
from benchmarks.stage import ask_all, in_turn, questions, working

ITEMS, QUICK_ITEMS = 1_000_000, 20_000
ITEMS_OF_A_RUN = 3
"""What was said, reasoning, the reply."""
TURNS = 25
"""Finished runs on each old thread."""
ROUNDS = 3
WAITING, ACCEPTED = 64, 20_000
CACHE = -1_000_000
"""kB, so that the random keys of the indexes do not wait for the disk while the rows are made."""

SLOWER = Goal(most_ratio=1.2)
FEWER = Goal(least_ratio=0.83)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Files:
    """A database with old items and one without; every measurement gets a fresh copy."""

    old: Path
    empty: Path

    def both(self, work: Callable[[Path], T]) -> tuple[T, T]:
        return self._on(self.old, work), self._on(self.empty, work)

    def _on(self, file: Path, work: Callable[[Path], T]) -> T:
        copy = file.with_name(f"copy-of-{file.name}")
        copyfile(file, copy)
        try:
            return work(copy)
        finally:
            for each in copy.parent.glob(f"{copy.stem}.*"):
                each.unlink()


def measure(folder: Path, *, quick: bool) -> Iterator[Figure]:
    files = Files(folder / "old.db", folder / "empty.db")
    alone(_one_run, files.empty)
    copyfile(files.empty, files.old)
    alone(_grow, files.old, QUICK_ITEMS if quick else ITEMS)
    rounds = range(1 if quick else ROUNDS)
    note = f"{files.old.stat().st_size / MB:,.0f} MB"

    asked = questions(runs.QUICK_THREADS if quick else runs.THREADS, runs.EACH)
    worked = [files.both(lambda file: alone(runs.at_the_port, file, asked)) for _ in rounds]
    yield runs.figure(f"old items ({note})", asked, worked, "the same without", FEWER)
    count = ACCEPTED // (10 if quick else 1)
    rates = [files.both(lambda file: alone(accept.accepted, file, WAITING, count)) for _ in rounds]
    pairs = [(old.per_second, empty.per_second) for old, empty in rates]
    yield _figure(f"accept, {WAITING} at once", "events/s", pairs, FEWER, note)
    count = latency.QUICK_RUNS if quick else latency.RUNS
    old, empty = files.both(lambda file: alone(latency.waits, file, count, load=False))
    yield from latency.figures(old, empty, "old items", "the same without", SLOWER)
    pairs = [files.both(lambda file: alone(_opened, file)) for _ in rounds]
    yield _figure("open the engine", "s", pairs, Goal(most=3), note)


def _figure(
    name: str, unit: str, pairs: list[tuple[float, float]], goal: Goal, note: str
) -> Figure:
    return Figure(
        name=f"{name}, old items",
        value=median(old for old, _ in pairs),
        unit=unit,
        reference=median(empty for _, empty in pairs),
        against="the same without",
        goal=goal,
        note=note,
    )


def _opened(database: Path) -> float:
    """Seconds until an engine is open, in a process that has loaded its modules before."""

    async def opened() -> float:
        begun = perf_counter()
        async with working(database, StubPlatform(live=True), StubResponses(1)):
            return perf_counter() - begun

    return asyncio.run(opened())


def _one_run(database: Path) -> None:
    """A real run, whose rows the old ones are copies of."""

    async def run() -> None:
        platform, asked = StubPlatform(live=True), questions(1, 1, "template-")
        async with working(database, platform, StubResponses(runs.PIECES)) as engine:
            await ask_all(engine.door, in_turn(asked))
            await platform.all_shown(asked, runs.PIECES)

    asyncio.run(run())


def _grow(database: Path, count: int) -> None:
    runs_count = count // ITEMS_OF_A_RUN
    with closing(sqlite3.connect(database)) as connection:
        for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = {CACHE}"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute(OLD_THREADS, (runs_count // TURNS,))
        connection.execute(OLD_RUNS, (TURNS,))
        for table, (source, changed) in COPIES.items():
            _copy(connection, table, source, changed)
        connection.commit()
        connection.execute("PRAGMA journal_mode = WAL")


OLD_THREADS = """
    CREATE TEMP TABLE old_threads AS
    WITH RECURSIVE numbers(number) AS
        (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ?)
    SELECT 'thread_' || lower(hex(randomblob(12))) AS thread, 'bench:old-' || number AS place
    FROM numbers
"""
OLD_RUNS = """
    CREATE TEMP TABLE old_runs AS
    WITH RECURSIVE turns(turn) AS
        (SELECT 1 UNION ALL SELECT turn + 1 FROM turns WHERE turn < ?)
    SELECT 'run_' || lower(hex(randomblob(12))) AS run, lower(hex(randomblob(7))) AS slot,
        thread, place, turn FROM old_threads, turns
"""
PLACE = "json_set(t.place, '$.key', substr(o.place, 7))"
OF_RUN = {"run_id": "o.run"}
COPIES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "places": ("old_threads", {"id": "o.place"}),
    "threads": ("old_threads", {"id": "o.thread", "next_turn": f"{TURNS + 1}"}),
    "bindings": ("old_threads", {"scope_key": "o.place", "thread_id": "o.thread"}),
    "runs": (
        "old_runs",
        {
            "id": "o.run",
            "thread_id": "o.thread",
            "turn": "o.turn",
            "place_id": "o.place",
            "place": PLACE,
        },
    ),
    "events": (
        "old_runs",
        {"key": "'bench:' || o.slot", "thread_id": "o.thread", **OF_RUN},
    ),
    "items": (
        "old_runs",
        {"id": "NULL", "source_key": "iif(t.source_key IS NULL, NULL, o.slot)", **OF_RUN},
    ),
    "steps": ("old_runs", {"id": "'step_' || lower(hex(randomblob(12)))", **OF_RUN}),
    "deliveries": (
        "old_runs",
        {
            "slot": "o.slot",
            "seq": "o.rowid + 1",
            "place_id": "o.place",
            "place": PLACE,
            **OF_RUN,
        },
    ),
}
"""Where each table's old rows come from, and in what they differ from those of the real run."""


def _copy(
    connection: sqlite3.Connection, table: str, source: str, changed: Mapping[str, str]
) -> None:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changed.get(column, f"t.{column}") for column in columns)
    connection.execute(f"CREATE TEMP TABLE template_{table} AS SELECT * FROM {table}")  # noqa: S608 - our own names
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) "  # noqa: S608
        f"SELECT {values} FROM {source} AS o, template_{table} AS t"
    )
