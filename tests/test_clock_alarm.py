"""The alarm rings when something is due, and neither bad luck nor a bad run stops it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.alarm import Alarm
from bot.clock import SystemClock
from bot.store import deliveries, runs, threads
from bot.store.database import Store
from bot.store.records import Run, RunStatus
from bot.store.tables import deliveries as delivery_table
from bot.views import Reply
from tests.sims.platform import MovableClock
from tests.store.rows import opened, place, started, writing

SOON, LATER = timedelta(hours=1), timedelta(hours=2)
WITHIN = 10.0  # seconds


@dataclass(slots=True)
class Rung:
    """What the alarm has asked for so far."""

    threads: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    expired: list[str] = field(default_factory=list)
    alarm: Alarm | None = None

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(WITHIN):
            while not happened():  # noqa: ASYNC110 - the alarm says nothing when it waits
                await asyncio.sleep(0.005)

    def nudge(self) -> None:
        assert self.alarm is not None
        self.alarm.nudge()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as store:
        yield store


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@asynccontextmanager
async def ringing(
    store: Store,
    clock: MovableClock,
    *,
    poisoned: tuple[str, ...] = (),
    put_off: timedelta | None = None,
) -> AsyncIterator[Rung]:
    """`put_off` is how long a run is given more, the first time that it is to expire."""
    rung = Rung()

    async def expire(run_id: str) -> None:
        rung.expired.append(run_id)
        if run_id in poisoned:
            raise KeyError(run_id)
        async with writing(store) as tx:
            if put_off is not None and rung.expired.count(run_id) == 1:
                runs.expire_at(tx, run_id, clock.now() + put_off)
                return
            waiting: list[RunStatus] = ["queued", "requires_action"]
            runs.move(tx, run_id, source=waiting, target="expired", now=clock.now())

    rung.alarm = Alarm(
        store, clock, wake=rung.threads.extend, deliver=rung.places.extend, expire=expire
    )
    task = asyncio.create_task(rung.alarm.run())
    try:
        yield rung
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled(), "the alarm went off the wall"


async def parked(store: Store, clock: MovableClock, after: timedelta, where: str = "t1") -> Run:
    """A run whose questions close after a while."""
    async with writing(store) as tx:
        run = started(tx, where=place(where))
        runs.move(
            tx,
            run.id,
            source=["in_progress"],
            target="requires_action",
            now=clock.now(),
            expires_at=clock.now() + after,
        )
    return run


async def waiting(store: Store, clock: MovableClock, after: timedelta) -> Run:
    """A run in backoff."""
    async with writing(store) as tx:
        run = started(tx)
        runs.move(
            tx,
            run.id,
            source=["in_progress"],
            target="queued",
            now=clock.now(),
            not_before=clock.now() + after,
        )
    return run


async def test_open_questions_close_at_their_deadline(store: Store, clock: MovableClock) -> None:
    run = await parked(store, clock, SOON)
    later = await parked(store, clock, LATER, "t2")
    async with ringing(store, clock) as rung:
        await clock.advance(SOON - timedelta(minutes=1))
        assert rung.expired == []
        await clock.advance(timedelta(minutes=1))
        await rung.until(lambda: rung.expired == [run.id])
        await clock.advance(LATER - SOON)
        await rung.until(lambda: rung.expired == [run.id, later.id])


async def test_a_deadline_that_is_put_off_is_not_overslept(
    store: Store, clock: MovableClock
) -> None:
    run = await parked(store, clock, timedelta())

    async with ringing(store, clock, put_off=timedelta(seconds=5)) as rung:
        await rung.until(lambda: rung.expired == [run.id])
        await clock.advance(timedelta(seconds=6))
        await rung.until(lambda: rung.expired == [run.id, run.id])


async def test_deadlines_that_passed_while_nobody_ran_are_found_at_the_start(
    store: Store, clock: MovableClock
) -> None:
    second = await parked(store, clock, LATER, "t1")
    first = await parked(store, clock, SOON, "t2")
    await clock.advance(timedelta(days=3))
    async with ringing(store, clock) as rung:
        await rung.until(lambda: len(rung.expired) == 2)

    assert rung.expired == [first.id, second.id]


async def test_a_run_in_backoff_is_woken_when_its_time_has_come(
    store: Store, clock: MovableClock
) -> None:
    run = await waiting(store, clock, SOON)
    async with ringing(store, clock) as rung:
        await clock.advance(SOON)
        await rung.until(lambda: run.thread_id in rung.threads)

    assert rung.expired == []


async def test_a_nearer_time_is_seen_when_it_is_told(store: Store, clock: MovableClock) -> None:
    await parked(store, clock, LATER, "t2")
    async with ringing(store, clock) as rung:
        run = await waiting(store, clock, timedelta(seconds=20))
        rung.nudge()
        await clock.advance(timedelta(seconds=20))
        await rung.until(lambda: run.thread_id in rung.threads)

    assert rung.expired == []


async def test_many_nudges_at_once_do_no_harm(store: Store, clock: MovableClock) -> None:
    run = await parked(store, clock, SOON)
    async with ringing(store, clock) as rung:
        for _ in range(100):
            rung.nudge()
            await asyncio.sleep(0)
        await clock.advance(SOON)
        await rung.until(lambda: rung.expired == [run.id])


@pytest.mark.parametrize("column", ["not_before", "sweep_at"])
async def test_a_delivery_is_looked_at_when_its_wait_is_over(
    store: Store, clock: MovableClock, column: str
) -> None:
    async with writing(store) as tx:
        run = started(tx)
        row = deliveries.put(tx, run, 0, Reply(text="hello"))
        tx.execute(
            update(delivery_table)
            .where(delivery_table.c.slot == row.slot)
            .values({column: clock.now() + SOON})
        )
    async with ringing(store, clock) as rung:
        await clock.advance(SOON)
        await rung.until(lambda: run.place.id in rung.places)


async def test_a_run_that_cannot_be_ended_does_not_keep_the_others_open(
    store: Store, clock: MovableClock
) -> None:
    bad = await parked(store, clock, SOON, "t1")
    good = await parked(store, clock, LATER, "t2")
    await clock.advance(LATER)
    async with ringing(store, clock, poisoned=(bad.id,)) as rung:
        await rung.until(lambda: good.id in rung.expired)
        last = await parked(store, clock, SOON, "t3")
        rung.nudge()
        await clock.advance(SOON)
        await rung.until(lambda: last.id in rung.expired)


@pytest.mark.parametrize("moved", [timedelta(minutes=2), timedelta(hours=-1)], ids=["on", "back"])
async def test_all_that_is_ready_is_looked_at_also_when_the_clock_is_set(
    store: Store, clock: MovableClock, moved: timedelta
) -> None:
    async with ringing(store, clock) as rung:
        async with writing(store) as tx:
            run = started(tx)
            threads.mark_ready(tx, run.thread_id)
        await clock.advance(moved)
        rung.nudge()
        await rung.until(lambda: run.thread_id in rung.threads)


async def test_the_machines_clock_waits_until_then_and_not_longer() -> None:
    clock = SystemClock()
    before = clock.now()
    async with asyncio.timeout(WITHIN):
        await clock.until(before - timedelta(days=1))
        await clock.until(before)
        await clock.until(before + timedelta(milliseconds=20))

    assert clock.now() >= before + timedelta(milliseconds=20)
    assert clock.now().utcoffset() == timedelta(0)
