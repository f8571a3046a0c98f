"""Accepting: events per second and their wait, against the same rows in the same batches."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.processes import alone, percentile
from benchmarks.report import BenchmarkFailedError, Figure, Goal
from benchmarks.stage import LIMITS, mention
from benchmarks.stored import Transaction, Write, of, read, store, writing
from bot.adapter import Accepted
from bot.clock import SystemClock
from bot.events import Mention
from bot.intake import Intake
from bot.quota import Quota
from bot.store.database import open_store

AT_ONCE = {1: 2_000, 64: 20_000, 256: 40_000}
"""Messages for each number of people who wait at the same time."""
QUICK = 10
WARM_UP = 50
ROUNDS = 3
PLACES = 500
"""Half of the messages come from so many places, the other half each from a new one."""
TURN_TAKEN = "UPDATE threads SET next_turn = next_turn + 1, ready = 1 WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Rate:
    """`waits` in seconds: of single messages, or of whole batches."""

    per_second: float
    waits: list[float]


def measure(folder: Path, *, quick: bool) -> Iterator[Figure]:
    for waiting, count in AT_ONCE.items():
        pairs = [
            _pair(folder, waiting, count // (QUICK if quick else 1), number)
            for number in range(1 if quick else ROUNDS)
        ]
        yield Figure(
            name=f"accept, {waiting} at once",
            value=median(ours.per_second for ours, _ in pairs),
            unit="events/s",
            reference=median(bare.per_second for _, bare in pairs),
            against="sqlite3, same rows and batches",
            goal=Goal(least_ratio=0.3),
        )
        yield Figure(
            name=f"accept, {waiting} at once, p99",
            value=median(percentile(ours.waits, 99) for ours, _ in pairs) * 1000,
            unit="ms",
            reference=median(percentile(bare.waits, 99) for _, bare in pairs) * 1000,
            against="sqlite3, one batch",
            goal=Goal(most=15),
            note=f"p50 {median(percentile(ours.waits, 50) for ours, _ in pairs) * 1000:.1f} ms",
        )


def _pair(folder: Path, waiting: int, count: int, number: int) -> tuple[Rate, Rate]:
    ours, bare = (folder / f"{who}-{waiting}-{number}.db" for who in ("accept", "bare"))
    return alone(accepted, ours, waiting, count), alone(_stored, ours, bare, waiting)


def accepted(database: Path, waiting: int, count: int) -> Rate:
    """What the intake makes of `count` messages when `waiting` people write at the same time."""
    return asyncio.run(_accepted(database, waiting, count))


async def _accepted(database: Path, waiting: int, count: int) -> Rate:
    coming = iter([_mention(number) for number in range(count)])
    waits: list[float] = []
    # Nobody is woken: it is the accepting that is measured, not what follows from it.
    async with open_store(database) as store, asyncio.TaskGroup() as tasks:
        intake = Intake(
            store,
            SystemClock(),
            wake=lambda _: None,
            deliver=lambda _: None,
            quota=Quota(LIMITS),
        )
        life = tasks.create_task(intake.run())

        async def person() -> None:
            for message in coming:
                begun = perf_counter()
                if await intake.hear(message) != Accepted():
                    raise BenchmarkFailedError("a message was not accepted")
                waits.append(perf_counter() - begun)

        for number in range(WARM_UP):
            await intake.hear(mention(f"warm-up-{number}", "Are you there?"))
        begun = perf_counter()
        await asyncio.gather(*(person() for _ in range(waiting)))
        took = perf_counter() - begun
        life.cancel()
    return Rate(count / took, waits)


def _mention(number: int) -> Mention:
    place = f"new-{number}" if number % 2 else f"old-{number // 2 % PLACES}"
    return mention(place, f"What is {number} plus {number}, and how would one prove it?")


def _stored(source: Path, target: Path, batch: int) -> Rate:
    transactions = list(_transactions(source, batch))
    waits = []
    with writing(target) as connection:
        begun = perf_counter()
        for writes in transactions:
            before = perf_counter()
            store(connection, writes)
            waits.append(perf_counter() - before)
        took = perf_counter() - begun
    return Rate(sum(len(writes[-1].values) for writes in transactions) / took, waits)


def _transactions(source: Path, batch: int) -> Iterator[Transaction]:
    """What stores every accepted message of a database anew, `batch` in each transaction."""
    rows = read(source, "workspaces", "places", "threads", "bindings", "runs", "items", "events")
    places, threads = rows["places"].by("id"), rows["threads"].by("id")
    bindings, runs = rows["bindings"].by("thread_id"), rows["runs"].by("id")
    items, events = rows["items"].by("run_id"), rows["events"].by("run_id")
    said = list(
        zip(*(rows["runs"].values(name) for name in ("id", "thread_id", "place_id")), strict=True)
    )
    known: set[object] = set()
    for start in range(0, len(said), batch):
        ids, in_threads, at_places = zip(*said[start : start + batch], strict=True)
        new = [thread for thread in dict.fromkeys(in_threads) if thread not in known]
        known.update(new)
        yield [
            rows["workspaces"].noted(rows["workspaces"].rows),
            rows["places"].noted(of(places, dict.fromkeys(at_places))),
            rows["threads"].inserted(of(threads, new)),
            rows["bindings"].inserted(of(bindings, new)),
            Write(TURN_TAKEN, [(thread,) for thread in dict.fromkeys(in_threads)]),
            rows["runs"].inserted(of(runs, ids)),
            rows["items"].inserted(of(items, ids)),
            rows["events"].inserted(of(events, ids)),
        ]
