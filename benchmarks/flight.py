"""Thousands of runs in flight at once: time and memory against the bare openai client."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

from benchmarks import asking
from benchmarks.backend import serving
from benchmarks.platform import StubPlatform
from benchmarks.processes import alone, peak_memory
from benchmarks.report import Figure, Goal
from benchmarks.stage import (
    ask_all,
    check_stored,
    in_turn,
    questions,
    warm_up,
    working,
)

RUNS, QUICK_RUNS = 2_000, 200
SECONDS, QUICK_SECONDS = 10.0, 2.0
PIECES = 20
"""In which a response arrives: twice a second."""


@dataclass(frozen=True, slots=True)
class Flight:
    """What it took: seconds by the clock and of a processor, and MB at most."""

    seconds: float
    processor: float
    memory: float


def measure(folder: Path, *, quick: bool) -> Iterator[Figure]:
    count, seconds = (QUICK_RUNS, QUICK_SECONDS) if quick else (RUNS, SECONDS)
    bare = alone(_asked_only, count, seconds)
    ours = alone(_flown, folder / "flight.db", count, seconds)
    name = f"{count:,} runs of {seconds:g} s in flight"
    yield Figure(
        name=name,
        value=ours.seconds,
        unit="s",
        reference=bare.seconds,
        against="openai client, same server",
        goal=Goal(most_ratio=1.3),
        note=f"processor {ours.processor:.1f} s, bare {bare.processor:.1f} s",
    )
    yield Figure(
        name=f"{name}, memory",
        value=ours.memory,
        unit="MB",
        reference=bare.memory,
        against="openai client, same server",
        goal=Goal(most_more=150),
    )


def _flown(database: Path, count: int, seconds: float) -> Flight:
    asked = questions(count, 1)

    async def served() -> Flight:
        platform = StubPlatform(live=True)
        async with (
            serving(pieces=PIECES, seconds=seconds) as backend,
            working(database, platform, backend.base_url) as engine,
        ):
            await warm_up(engine.door, platform, PIECES)
            begun, worked = perf_counter(), process_time()
            await ask_all(engine.door, in_turn(asked))
            await platform.all_shown(asked, PIECES)
            return Flight(perf_counter() - begun, process_time() - worked, peak_memory())

    flight = asyncio.run(served())
    check_stored(database, asked)
    return flight


def _asked_only(count: int, seconds: float) -> Flight:
    async def served() -> Flight:
        asked = [said for each in questions(count, 1).values() for said in each]
        async with (
            serving(pieces=PIECES, seconds=seconds) as backend,
            asking.client(backend.base_url, PIECES) as client,
        ):
            begun, worked = perf_counter(), process_time()
            async with asyncio.TaskGroup() as tasks:
                for question in asked:
                    tasks.create_task(asking.ask(client, question, PIECES))
            return Flight(perf_counter() - begun, process_time() - worked, peak_memory())

    return asyncio.run(served())
