"""Whole runs per second over many threads, in order: from the message to its shown reply."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from benchmarks import asking
from benchmarks.backend import serving
from benchmarks.platform import Asked, StubPlatform
from benchmarks.processes import alone
from benchmarks.provider import StubResponses
from benchmarks.report import NO_GOAL, Figure, Goal
from benchmarks.stage import (
    ask_all,
    check_stored,
    in_turn,
    questions,
    warm_up,
    working,
)
from benchmarks.stored import Transaction, Write, of, read, store, writing

THREADS, EACH = 500, 5
QUICK_THREADS = 50
PIECES = 5
ROUNDS = 3
GOAL = Goal(least=150)

STARTED = "UPDATE runs SET status = 'in_progress', snapshot = ?, started_at = ? WHERE id = ?"
ENDED = "UPDATE runs SET status = 'completed', usage = ?, finished_at = ? WHERE id = ?"
TRIED = "UPDATE deliveries SET state = 'sending', intent_at = ?, tried_at = ? WHERE slot = ?"
CREATED = "UPDATE deliveries SET state = 'sent', ref = ? WHERE slot = ?"
SAID = "UPDATE deliveries SET view = ?, view_version = view_version + 1 WHERE slot = ?"
SHOWN = "UPDATE deliveries SET shown_version = view_version WHERE slot = ?"


@dataclass(frozen=True, slots=True)
class Rate:
    """Runs per second; `all_saved` is when the last message was acknowledged, `processor` the
    seconds of a processor that one run takes, which says more on a machine that is not quiet."""

    per_second: float
    all_saved: float = 0.0
    processor: float = 0.0


def measure(folder: Path, *, quick: bool) -> Iterator[Figure]:
    asked = questions(QUICK_THREADS if quick else THREADS, EACH)
    rounds = range(1 if quick else ROUNDS)
    files = [folder / f"runs-{number}.db" for number in rounds]
    pairs = [
        (alone(at_the_port, file, asked), alone(_stored, file, file.with_suffix(".bare")))
        for file in files
    ]
    yield figure("stub provider", asked, pairs, "sqlite3, same rows, a commit per step", GOAL)
    pairs = [
        (alone(over_http, folder / f"http-{number}.db", asked), alone(_asked_only, asked))
        for number in rounds
    ]
    yield figure("over HTTP", asked, pairs, "openai client, same server")


def figure(
    what: str,
    asked: Asked,
    pairs: Sequence[tuple[Rate, Rate]],
    against: str,
    goal: Goal = NO_GOAL,
) -> Figure:
    """Whole runs per second: the median of several pairs."""
    count = sum(map(len, asked.values()))
    all_saved = median(ours.all_saved for ours, _ in pairs)
    processor = median(ours.processor for ours, _ in pairs) * 1000
    return Figure(
        name=f"whole runs, {len(asked)} threads, {what}",
        value=median(ours.per_second for ours, _ in pairs),
        unit="runs/s",
        reference=median(bare.per_second for _, bare in pairs),
        against=against,
        goal=goal,
        note=f"{count:,} at once, all saved after {all_saved:.1f} s; {processor:.1f} ms CPU a run",
    )


def at_the_port(database: Path, asked: Asked) -> Rate:
    """With a provider that is an object: the model's answer costs nothing."""
    return asyncio.run(_whole_runs(database, asked, StubResponses(PIECES)))


def over_http(database: Path, asked: Asked) -> Rate:
    """The same with a server in another process, through the real client."""

    async def served() -> Rate:
        async with serving(pieces=PIECES) as backend:
            return await _whole_runs(database, asked, backend.base_url)

    return asyncio.run(served())


async def _whole_runs(database: Path, asked: Asked, provider: str | StubResponses) -> Rate:
    platform = StubPlatform(live=True)
    count = sum(map(len, asked.values()))
    async with working(database, platform, provider) as engine:
        await warm_up(engine.door, platform, PIECES)
        begun, worked = perf_counter(), process_time()
        all_saved = await ask_all(engine.door, in_turn(asked))
        await platform.all_shown(asked, PIECES)
        took, worked = perf_counter() - begun, process_time() - worked
    check_stored(database, asked)
    return Rate(count / took, all_saved, worked / count)


def _asked_only(asked: Asked) -> Rate:
    """The bare client: every thread asks its questions one after the other."""

    async def served() -> Rate:
        async with (
            serving(pieces=PIECES) as backend,
            asking.client(backend.base_url, PIECES) as client,
        ):
            begun = perf_counter()
            async with asyncio.TaskGroup() as tasks:
                for said in asked.values():
                    tasks.create_task(asking.ask_in_turn(client, said, PIECES))
            return Rate(sum(map(len, asked.values())) / (perf_counter() - begun))

    return asyncio.run(served())


def _stored(source: Path, target: Path) -> Rate:
    transactions = list(_transactions(source))
    count = len(read(source, "runs")["runs"].rows)
    with writing(target) as connection:
        begun = perf_counter()
        for writes in transactions:
            store(connection, writes)
        return Rate(count / (perf_counter() - begun))


def _transactions(source: Path) -> Iterator[Transaction]:
    """The rows of finished runs: accepted all at once, then a transaction for every step.

    The steps are start, intent, created, end of the round, shown.
    """
    names = ("workspaces", "places", "threads", "bindings", "runs", "items", "events")
    rows = read(source, *names, "steps", "deliveries")
    said = [item for item in rows["items"].rows if item[rows["items"].columns.index("round")] == 0]
    yield [
        *(
            rows[name].inserted(rows[name].rows)
            for name in names
            if name not in ("items", "events")
        ),
        rows["items"].inserted(said),
        rows["events"].inserted(rows["events"].rows),
    ]
    runs, slots = rows["runs"], rows["deliveries"]
    known = set(said)
    items = {
        run: [item for item in own if item not in known]
        for run, own in rows["items"].by("run_id").items()
    }
    steps, shown = rows["steps"].by("run_id"), slots.by("run_id")
    wanted = ("id", "snapshot", "started_at", "usage", "finished_at")
    for run, snapshot, started, usage, finished in zip(*map(runs.values, wanted), strict=True):
        mine = [dict(zip(slots.columns, row, strict=True)) for row in shown[run]]
        yield [Write(STARTED, [(snapshot, started, run)]), slots.inserted(of(shown, [run]))]
        yield [Write(TRIED, [(slot["intent_at"], slot["tried_at"], slot["slot"]) for slot in mine])]
        yield [Write(CREATED, [(slot["ref"], slot["slot"]) for slot in mine])]
        yield [
            rows["items"].inserted(items[run]),
            rows["steps"].inserted(of(steps, [run])),
            Write(ENDED, [(usage, finished, run)]),
            Write(SAID, [(slot["view"], slot["slot"]) for slot in mine]),
        ]
        yield [Write(SHOWN, [(slot["slot"],) for slot in mine])]
