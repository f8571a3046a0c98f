"""What belongs to a platform that is not connected in this start waits for it, without a fuss."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.adapter import Door
from bot.engine import Model, open_engine
from tests.flows.bench import Bench
from tests.flows.lessons import quiz
from tests.sims.answers import Text
from tests.sims.platform import WITHIN, Fault
from tests.sims.wire import LIMITS, WireAdapter

DAYS = timedelta(days=8)
"""Longer than any question stays open."""
LOOKS = 3
"""How often the alarm looks at everything in the start without the platform."""


class Other(WireAdapter):
    """The only platform of a start; nobody says anything there."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", LIMITS)
        self.connected = asyncio.Event()

    @property
    def platform(self) -> str:
        return "other"

    async def run(self, door: Door) -> None:  # noqa: ARG002 - nobody says anything
        self.connected.set()
        await asyncio.Event().wait()


@asynccontextmanager
async def without_the_platform(bench: Bench) -> AsyncIterator[list[EventDict]]:
    """A start in which another platform alone is connected; yields what is logged in it."""
    model = Model(base_url=bench.model.base_url, api_key="test", name="model-1")
    other = Other()
    opened = open_engine(bench.database, [other], model, bench.tools, bench.clock)
    with capture_logs() as logged:
        async with opened as engine:
            life = asyncio.create_task(engine.run())
            async with asyncio.timeout(WITHIN):
                await other.connected.wait()
            yield logged
            life.cancel()
            await asyncio.wait([life])
            assert life.cancelled()


def stored(bench: Bench) -> list[tuple[object, ...]]:
    """What such a start must not touch."""
    return [
        *bench.rows("SELECT id, status, round, attempts, started_at FROM runs ORDER BY id"),
        # A create that was cut is in doubt from the next start on, whoever is connected.
        *bench.rows(
            "SELECT slot, replace(state, 'sending', 'doubt'), attempts, shown_version"
            " FROM deliveries ORDER BY slot"
        ),
        *bench.rows("SELECT id, state FROM questions ORDER BY id"),
    ]


async def waiting_for_its_turn(bench: Bench) -> None:
    """A run whose provider is down."""
    bench.model.fail(503)
    await bench.people.mention("hi")
    async with asyncio.timeout(WITHIN):
        while not bench.rows("SELECT 1 FROM runs WHERE not_before IS NOT NULL"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def cut_by_a_stop(bench: Bench) -> None:
    """A run that was at work when the bot stopped."""
    bench.model.answer(Text("Half of it, and the rest"), hold_at_end=True, hold_before=4)
    await bench.people.mention("hi")
    await bench.model.event_sent(4)


async def parked(bench: Bench) -> None:
    """A quiz whose time is over in the meantime."""
    bench.model.answer(quiz())
    await bench.people.mention("a quiz")
    await bench.people.question(1)


async def on_its_way(bench: Bench) -> None:
    """A reply that the platform refused for now."""
    bench.people.faults = [Fault(429, retry_after=3_600)] * 10
    bench.model.answer(Text("Subtract 11 first."))
    await bench.people.mention("hi")
    refused = "SELECT 1 FROM deliveries WHERE not_before IS NOT NULL"
    finished = "SELECT 1 FROM runs WHERE status = 'completed'"
    async with asyncio.timeout(WITHIN):  # the platform itself sees nothing that it could wait for
        while not (bench.rows(refused) and bench.rows(finished)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    "happens",
    [waiting_for_its_turn, cut_by_a_stop, parked, on_its_way],
    ids=lambda each: each.__name__,
)
async def test_nothing_of_it_is_started_failed_or_shown(
    bench: Bench, happens: Callable[[Bench], Awaitable[None]]
) -> None:
    async with bench.running():
        await happens(bench)
    before, asked = stored(bench), len(bench.model.requests)

    async with without_the_platform(bench) as logged:
        for _ in range(LOOKS):
            await bench.clock.advance(DAYS)

    assert stored(bench) == before
    assert len(bench.model.requests) == asked
    assert [line["event"] for line in logged if line["log_level"] != "info"] == []


async def test_when_it_is_connected_again_everything_goes_on(bench: Bench) -> None:
    async with bench.running():
        await waiting_for_its_turn(bench)
    async with without_the_platform(bench):
        await bench.clock.advance(DAYS)

    bench.model.answer(Text("Here I am."))
    async with bench.running():
        await bench.people.said("Here I am.")


async def test_a_reply_on_its_way_arrives_when_it_is_connected_again(bench: Bench) -> None:
    async with bench.running():
        await on_its_way(bench)
    async with without_the_platform(bench):
        await bench.clock.advance(DAYS)

    bench.people.faults.clear()
    async with bench.running():
        await bench.people.said("Subtract 11 first.")


async def test_a_quiz_whose_time_was_over_meanwhile_says_so_afterwards(bench: Bench) -> None:
    async with bench.running():
        await parked(bench)
    async with without_the_platform(bench):
        await bench.clock.advance(DAYS)
    async with bench.running():
        await bench.people.until(lambda: "time to answer is over" in str(bench.people.texts()))
