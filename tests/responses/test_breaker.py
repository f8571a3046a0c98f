"""A provider that is down costs one probe, and comes back with the first sign of life."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from structlog.testing import capture_logs

from bot.responses import ProviderDown, Responses, TellPerson, TryAgain
from bot.responses.breaker import LONGEST_PAUSE, THRESHOLD, Attempt, Breaker, growing_pause
from tests.sims.answers import Failure, Text
from tests.sims.openai import OpenAISim
from tests.sims.provider import PATIENT, end, events

PAUSE = timedelta(seconds=10)
DEAD = TryAgain("connection")


@dataclass
class Seconds:
    """A clock that is set by hand."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def breaker(clock: Callable[[], float], threshold: int = 3) -> Breaker:
    return Breaker("test", threshold=threshold, pause=lambda openings: openings * PAUSE, now=clock)


def fail(tested: Breaker, error: Exception = DEAD) -> None:
    with suppress(TryAgain, TellPerson), tested.attempt():
        raise error


def refuses(tested: Breaker) -> timedelta | None:
    """How long it tells a caller to stay away, or None if it lets one through, who gives up."""
    attempt = tested.attempt()
    try:
        attempt.__enter__()
    except ProviderDown as down:
        return down.after
    attempt.__exit__(asyncio.CancelledError, asyncio.CancelledError(), None)
    return None


def opened(clock: Seconds) -> Breaker:
    tested = breaker(clock)
    for _ in range(3):
        fail(tested)
    return tested


def test_failures_in_a_row_open_it_and_callers_are_told_when_to_come_back() -> None:
    clock = Seconds()
    tested = breaker(clock)
    fail(tested)
    fail(tested)
    assert refuses(tested) is None

    fail(tested)
    clock.now = 4.0
    after = refuses(tested)

    assert after is not None
    assert timedelta(seconds=6) <= after <= timedelta(seconds=8)


@pytest.mark.parametrize("sign", [None, TellPerson("unavailable"), TellPerson("too_long")])
def test_any_sign_of_life_starts_the_count_anew(sign: Exception | None) -> None:
    tested = breaker(Seconds())
    for _ in range(5):
        fail(tested)
        fail(tested)
        if sign is None:
            with tested.attempt():
                pass
        else:
            fail(tested, sign)

    assert refuses(tested) is None


def test_after_the_pause_one_caller_is_the_probe_and_others_stay_away() -> None:
    clock = Seconds()
    tested = opened(clock)
    clock.now = 10.0

    with tested.attempt() as probe:
        assert refuses(tested) is not None
        probe.alive()
        assert refuses(tested) is None


def test_each_failed_probe_makes_the_pause_longer() -> None:
    clock = Seconds()
    tested = opened(clock)
    clock.now = 10.0
    fail(tested)
    clock.now = 29.9
    assert refuses(tested) is not None

    clock.now = 30.0

    assert refuses(tested) is None


def test_while_a_probe_hangs_callers_ask_less_and_less_often() -> None:
    clock = Seconds()
    tested = opened(clock)
    clock.now = 10.0

    with suppress(TryAgain), tested.attempt():
        first = refuses(tested)
        clock.now = 50.0
        later = refuses(tested)
        raise DEAD

    assert first is not None
    assert later is not None
    assert timedelta(seconds=2) <= first < timedelta(seconds=3)
    assert later >= timedelta(seconds=40)


def test_a_probe_that_is_cancelled_lets_another_one_through() -> None:
    clock = Seconds()
    tested = opened(clock)
    clock.now = 10.0
    with pytest.raises(asyncio.CancelledError), tested.attempt():
        raise asyncio.CancelledError

    with tested.attempt():
        assert refuses(tested) is not None


def test_what_began_before_it_opened_is_no_news_when_it_fails() -> None:
    clock = Seconds()
    tested = breaker(clock)
    slow = [tested.attempt() for _ in range(10)]
    for attempt in slow:
        attempt.__enter__()
    for _ in range(3):
        fail(tested)
    clock.now = 10.0
    with tested.attempt():
        for attempt in slow[:5]:
            attempt.__exit__(TryAgain, DEAD, None)
        assert refuses(tested) is not None
    for attempt in slow[5:]:
        attempt.__exit__(TryAgain, DEAD, None)

    assert refuses(tested) is None


def test_what_began_before_it_opened_closes_it_when_it_succeeds() -> None:
    clock = Seconds()
    tested = breaker(clock)
    with tested.attempt() as slow:
        for _ in range(3):
            fail(tested)
        assert refuses(tested) is not None
        slow.alive()

    assert refuses(tested) is None


def test_going_down_and_coming_back_are_logged_once() -> None:
    clock = Seconds()
    with capture_logs() as logs:
        tested = opened(clock)
        for _ in range(3):
            clock.now += 100
            fail(tested)
        clock.now += 100
        with tested.attempt() as probe:
            probe.alive()

    assert [log["event"] for log in logs] == ["provider_down", "provider_back"]
    assert logs[1]["seconds"] == 400.0


def test_the_pause_grows_to_a_minute() -> None:
    clock = Seconds()
    tested = Breaker("test", threshold=1, now=clock)
    fail(tested)
    pauses = []
    for _ in range(20):
        pauses.append(refuses(tested) or timedelta())
        clock.now += 2 * LONGEST_PAUSE.total_seconds()
        fail(tested)

    assert timedelta(seconds=2) <= growing_pause(1) <= timedelta(seconds=6)
    assert LONGEST_PAUSE <= pauses[-1] <= 1.25 * LONGEST_PAUSE


def test_a_clock_that_was_set_back_locks_nobody_out() -> None:
    clock = Seconds(now=5_000)
    tested = opened(clock)

    clock.now = 100

    assert refuses(tested) is None


class Anything(RuleBasedStateMachine):
    """Callers come, fail, succeed and give up in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Seconds()
        self.breaker = breaker(self.clock)
        self.running: list[Attempt] = []

    @rule(seconds=st.floats(0, 40))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule()
    def come(self) -> None:
        attempt = self.breaker.attempt()
        with suppress(ProviderDown):
            attempt.__enter__()
            self.running.append(attempt)

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def go(self, data: st.DataObject) -> None:
        attempt = self.running.pop(data.draw(st.integers(0, len(self.running) - 1)))
        error = data.draw(st.sampled_from([DEAD, None, asyncio.CancelledError()]))
        if error is None:
            attempt.alive()
        attempt.__exit__(None if error is None else type(error), error, None)
        if error is None:
            assert refuses(self.breaker) is None

    @invariant()
    def nobody_is_locked_out(self) -> None:
        """Once all who were let through have left, somebody is let through again in time."""
        if not self.running:
            away = refuses(self.breaker)
            if away is not None:
                assert away <= timedelta(hours=1)
                self.clock.now += away.total_seconds()
                assert refuses(self.breaker) is None


TestAnything = Anything.TestCase
TestAnything.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@asynccontextmanager
async def client(
    sim: OpenAISim, clock: Seconds, first: timedelta = PATIENT
) -> AsyncIterator[Responses]:
    async with Responses(
        base_url=sim.base_url, api_key="k", first_event_timeout=first, now=clock
    ) as provider:
        yield provider


async def outcome(provider: Responses) -> str:
    try:
        await events(provider)
    except TryAgain as error:
        return error.reason
    except TellPerson as error:
        return error.code
    return "answered"


async def test_a_dead_server_is_not_asked_by_a_queue_of_callers() -> None:
    async with OpenAISim(lambda _: Failure(503)) as sim, client(sim, Seconds()) as down:
        for _ in range(THRESHOLD):
            assert await outcome(down) == "http_503"

        many = await asyncio.gather(*(outcome(down) for _ in range(200)))

        assert set(many) == {"provider_down"}
        assert len(sim.requests) == THRESHOLD


async def test_one_of_many_callers_probes_and_its_success_opens_the_way_for_all() -> None:
    clock = Seconds()
    async with OpenAISim(lambda _: Failure(500)) as sim, client(sim, clock) as down:
        for _ in range(THRESHOLD):
            await outcome(down)
        clock.now += 60
        sim.responder = lambda _: Text("back")
        sim.answer(Text("back"), hold_before=0)
        callers = [asyncio.create_task(outcome(down)) for _ in range(50)]
        await sim.request_arrived(THRESHOLD + 1)
        async with asyncio.timeout(10):
            while sum(caller.done() for caller in callers) < 49:
                await asyncio.wait(callers, return_when=asyncio.FIRST_COMPLETED)

        sim.release()
        seen = await asyncio.gather(*callers)

        assert sorted(seen) == ["answered", *["provider_down"] * 49]
        assert len(sim.requests) == THRESHOLD + 1
        assert (await end(down)).status == "completed"


async def test_a_probe_whose_reader_is_cancelled_is_followed_by_another() -> None:
    clock = Seconds()
    async with OpenAISim(lambda _: Failure(500)) as sim, client(sim, clock) as down:
        for _ in range(THRESHOLD):
            await outcome(down)
        clock.now += 60
        sim.answer(Text("late"), hold_before=0)
        probe = asyncio.create_task(outcome(down))
        await sim.request_arrived(THRESHOLD + 1)
        assert await outcome(down) == "provider_down"
        probe.cancel()
        with suppress(asyncio.CancelledError):
            await probe
        sim.answer(Text("back"))

        assert await outcome(down) == "answered"


async def test_silence_before_the_first_event_opens_it() -> None:
    first = timedelta(milliseconds=50)
    async with OpenAISim() as sim, client(sim, Seconds(), first) as silent:
        for _ in range(THRESHOLD):
            sim.answer(Text("late"), hold_before=0)

        seen = [await outcome(silent) for _ in range(THRESHOLD)]

        assert set(seen) == {"no_first_event"}
        assert await outcome(silent) == "provider_down"


async def test_a_server_that_refuses_is_there() -> None:
    async with OpenAISim(lambda _: Failure(429)) as sim, client(sim, Seconds()) as busy:
        seen = [await outcome(busy) for _ in range(3 * THRESHOLD)]

        assert set(seen) == {"http_429"}


async def test_a_stream_that_is_cut_after_its_first_event_opens_nothing() -> None:
    async with OpenAISim() as sim, client(sim, Seconds()) as provider:
        for _ in range(2 * THRESHOLD):
            sim.answer(Text("half"), cut_after=2)

        seen = [await outcome(provider) for _ in range(2 * THRESHOLD)]

        assert set(seen) == {"interrupted"}
