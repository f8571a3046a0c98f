"""The real engine between a stub platform and a stub provider, with what must come out of it."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from benchmarks.platform import PLATFORM, Asked, StubPlatform
from benchmarks.provider import NOWHERE, StubResponses
from benchmarks.report import BenchmarkFailedError
from bot.adapter import Accepted, Door, NotSaved
from bot.clock import SystemClock
from bot.engine import Engine, Model, open_engine
from bot.events import EventKey, Mention, PersonRef, PlaceRef, WorkspaceId
from bot.limits import Limits
from bot.quota import Quota
from bot.requests import Provider
from bot.rights import Roster
from bot.store.database import open_store
from bot.tools import TOOLS

LIMITS = Limits(max_executing=4_000, runs_per_minute=10**6, tokens_per_day=10**12)
"""So high that nothing is refused; what it takes to look is part of the figures."""


def questions(threads: int, each: int, name: str = "") -> Asked:
    return {
        f"{name}{thread}": [f"{name}{thread} question {number}" for number in range(each)]
        for thread in range(threads)
    }


def mention(place: str, question: str) -> Mention:
    """One person's message. Each question is asked only once."""
    return Mention(
        key=EventKey(f"{PLATFORM}:{place}:{question}"),
        place=PlaceRef(
            platform=PLATFORM,
            workspace=WorkspaceId(PLATFORM),
            key=place,
            parent="channel",
        ),
        person=PersonRef(scope=PLATFORM, user=f"U{place}"),
        text=question,
        at=datetime.now(UTC),
    )


@asynccontextmanager
async def working(
    database: Path, platform: StubPlatform, provider: str | StubResponses
) -> AsyncIterator[Engine]:
    """The engine at work; the provider is a base URL or a stub at the port."""
    base_url = provider if isinstance(provider, str) else NOWHERE
    model = Model(base_url=base_url, api_key="bench", name="bench")
    opened = open_engine(database, [platform], model, TOOLS, SystemClock(), limits=LIMITS)
    async with opened as engine:
        if isinstance(provider, str):
            async with _running(engine):
                yield engine
            return
    async with provider, open_store(database) as store:
        port = Provider(responses=provider, model="bench", secret=b"bench")
        adapters = {PLATFORM: platform}
        roster = Roster(store, adapters)
        quota = Quota(LIMITS)
        engine = Engine(store, SystemClock(), adapters, port, TOOLS, quota=quota, roster=roster)
        async with _running(engine):
            yield engine


@asynccontextmanager
async def _running(engine: Engine) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        life = tasks.create_task(engine.run())
        yield
        life.cancel()


async def ask_all(door: Door, mentions: Iterable[Mention]) -> float:
    """Ask all at once; the seconds after which the last one was saved.

    Raises BenchmarkFailedError unless each was accepted.
    """
    begun = monotonic()
    try:
        receipts = await asyncio.gather(*(door.accept(mention) for mention in mentions))
    except NotSaved as error:
        raise BenchmarkFailedError(f"not saved after {monotonic() - begun:.1f} s") from error
    if any(receipt != Accepted() for receipt in receipts):
        raise BenchmarkFailedError("a message was not accepted")
    return monotonic() - begun


def in_turn(asked: Asked) -> list[Mention]:
    """Every place's first question, then every place's second one, and so on."""
    longest = max(map(len, asked.values()))
    return [
        mention(place, said[number])
        for number in range(longest)
        for place, said in asked.items()
        if number < len(said)
    ]


async def warm_up(door: Door, platform: StubPlatform, pieces: int) -> None:
    """One run before those that count: statements are compiled, modules loaded."""
    asked = questions(1, 1, "warm-up-")
    await ask_all(door, in_turn(asked))
    await platform.all_shown(asked, pieces)


def check_stored(database: Path, asked: Asked) -> None:
    """Every run is completed and every message is settled. Raises BenchmarkFailedError."""
    places = json.dumps([f"{PLATFORM}:{place}" for place in asked])
    with closing(sqlite3.connect(database)) as connection:
        ended = dict(connection.execute(ENDED, (places,)))
        ((unsettled,),) = connection.execute(UNSETTLED)
    if ended != {"completed": sum(map(len, asked.values()))} or unsettled:
        raise BenchmarkFailedError(f"stored runs: {ended}, unsettled messages: {unsettled}")


ENDED = """
    SELECT status, count(*) FROM runs
    WHERE place_id IN (SELECT value FROM json_each(?)) GROUP BY status
"""
UNSETTLED = "SELECT count(*) FROM deliveries WHERE state <> 'sent'"
