"""What a run waits for because of us: before its request is sent, and after its last token."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from openai import AsyncOpenAI

from benchmarks import asking
from benchmarks.answers import answer_to
from benchmarks.backend import Times, serving
from benchmarks.platform import Asked, StubPlatform
from benchmarks.processes import alone, percentile
from benchmarks.report import NO_GOAL, Figure, Goal
from benchmarks.stage import ask_all, mention, questions, working
from bot.adapter import Door

RUNS, QUICK_RUNS = 300, 50
WARM_UP = 20
PER_SECOND = 10
"""Light load: a new message every tenth of a second, whether or not the ones before are done."""
PIECES, SECONDS = 5, 0.05
"""So that the last token comes by itself, as it does from a model."""


@dataclass(frozen=True, slots=True)
class Waits:
    """In milliseconds, of each run."""

    before: list[float]
    after: list[float]


def measure(folder: Path, *, quick: bool) -> Iterator[Figure]:
    count = QUICK_RUNS if quick else RUNS
    for load in (False, True):
        ours = alone(waits, folder / f"latency-{load}.db", count, load=load)
        bare = alone(_bare_waits, count, load=load)
        yield from figures(ours, bare, "light load" if load else "idle", "openai client")


def figures(
    ours: Waits, reference: Waits, state: str, against: str, goal: Goal = NO_GOAL
) -> Iterator[Figure]:
    """Both waits, p50 and p99."""
    for percent in (50, 99):
        yield Figure(
            name=f"event → request sent, {state}, p{percent}",
            value=percentile(ours.before, percent),
            unit="ms",
            reference=percentile(reference.before, percent),
            against=against,
            goal=goal,
        )
    for percent in (50, 99):
        yield Figure(
            name=f"last token → reply created, {state}, p{percent}",
            value=percentile(ours.after, percent),
            unit="ms",
            reference=percentile(reference.after, percent),
            against=against,
            goal=goal,
        )


def waits(database: Path, count: int, *, load: bool) -> Waits:
    """Through the engine, on a platform without live messages: on others the last edit also waits
    for the platform's own interval."""

    async def served() -> Waits:
        platform = StubPlatform(live=False)
        asked = questions(count, 1)
        async with (
            serving(pieces=PIECES, seconds=SECONDS) as backend,
            working(database, platform, backend.base_url) as engine,
        ):
            warm_up = questions(WARM_UP, 1, "warm-up-")
            await _one_by_one(engine.door, platform, warm_up)
            await backend.times()
            begin = _spread if load else _one_by_one
            begun = await begin(engine.door, platform, asked)
            return _waits(begun, await backend.times(), platform.shown_at)

    return asyncio.run(served())


async def _one_by_one(door: Door, platform: StubPlatform, asked: Asked) -> dict[str, float]:
    begun: dict[str, float] = {}
    for place, said in asked.items():
        begun[said[0]] = monotonic()
        await ask_all(door, [mention(place, said[0])])
        await platform.all_shown({place: said}, PIECES)
    return begun


async def _spread(door: Door, platform: StubPlatform, asked: Asked) -> dict[str, float]:
    begun: dict[str, float] = {}
    async with asyncio.TaskGroup() as tasks:
        for place, said in asked.items():
            begun[said[0]] = monotonic()
            tasks.create_task(ask_all(door, [mention(place, said[0])]))
            await asyncio.sleep(1 / PER_SECOND)
    await platform.all_shown(asked, PIECES)
    return begun


def _bare_waits(count: int, *, load: bool) -> Waits:
    """The same with nothing between the message and the client."""

    async def served() -> Waits:
        async with (
            serving(pieces=PIECES, seconds=SECONDS) as backend,
            asking.client(backend.base_url, PIECES) as client,
        ):
            await _ask_bare(client, WARM_UP, "warm-up-", load=False)
            await backend.times()
            begun, ended = await _ask_bare(client, count, "", load=load)
            return _waits(begun, await backend.times(), ended)

    return asyncio.run(served())


async def _ask_bare(
    client: AsyncOpenAI, count: int, name: str, *, load: bool
) -> tuple[dict[str, float], dict[str, float]]:
    begun: dict[str, float] = {}
    ended: dict[str, float] = {}

    async def ask(question: str) -> None:
        begun[question] = monotonic()
        ended[answer_to(question, PIECES)] = await asking.ask(client, question, PIECES)

    async with asyncio.TaskGroup() as tasks:
        for said in questions(count, 1, name).values():
            asked = tasks.create_task(ask(said[0]))
            await (asyncio.sleep(1 / PER_SECOND) if load else asked)
    return begun, ended


def _waits(
    begun: Mapping[str, float], times: Mapping[str, Times], shown_at: Mapping[str, float]
) -> Waits:
    return Waits(
        before=[(times[question].arrived - at) * 1000 for question, at in begun.items()],
        after=[
            (shown_at[answer_to(question, PIECES)] - times[question].last_token) * 1000
            for question in begun
        ],
    )
