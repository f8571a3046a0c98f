"""One task per key at a time, and no wake-up is lost, however the wake-ups fall."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.lanes import Lanes

WITHIN = 10.0  # seconds


@dataclass(slots=True)
class Work:
    """Takes what was left for a key; `switches` says how often it lets others go on meanwhile."""

    switches: int = 0
    left: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    at_once: Counter[str] = field(default_factory=Counter)
    most_at_once: int = 0
    starts: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self, key: str) -> None:
        self.starts[key] += 1
        self.at_once[key] += 1
        self.most_at_once = max(self.most_at_once, self.at_once.total())
        assert self.at_once[key] == 1, "twice at once"
        try:
            await self._take(key)
        finally:
            self.at_once[key] -= 1
            async with self.changed:
                self.changed.notify_all()

    async def _take(self, key: str) -> None:
        taken = self.left.pop(key, 0)
        for _ in range(self.switches):
            await asyncio.sleep(0)
        if self.failures[key]:
            self.failures[key] -= 1
            self.left[key] += taken
            raise OSError("the disk is full")
        self.done[key] += taken

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(WITHIN), self.changed:
            await self.changed.wait_for(happened)


@asynccontextmanager
async def running(work: Work, limit: int = 100) -> AsyncIterator[Lanes]:
    lanes = Lanes(work, limit=limit)
    task = asyncio.create_task(lanes.run())
    try:
        yield lanes
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


# Each step leaves something for a key and wakes it, then lets the workers go on for a while.
WAKES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5)), max_size=40)


@settings(max_examples=80, deadline=None)
@given(WAKES, st.integers(0, 4), st.integers(1, 3))
def test_whatever_is_left_before_a_wake_up_is_taken(
    wakes: list[tuple[str, int]], switches: int, limit: int
) -> None:
    async def walk() -> Work:
        work = Work(switches)
        async with running(work, limit) as lanes:
            for key, pause in wakes:
                work.left[key] += 1
                lanes.wake([key])
                for _ in range(pause):
                    await asyncio.sleep(0)
            await work.until(lambda: work.done.total() == len(wakes))
        return work

    work = asyncio.run(walk())
    assert work.done == Counter(key for key, _ in wakes)
    assert work.most_at_once <= limit


async def test_a_key_that_is_woken_while_it_is_worked_on_is_worked_on_once_more() -> None:
    work = Work(switches=10)
    async with running(work) as lanes:
        lanes.wake(["a"])
        while not work.at_once["a"]:  # noqa: ASYNC110 - exactly in the middle of it
            await asyncio.sleep(0)
        lanes.wake(["a", "a", "a"])
        await work.until(lambda: work.starts["a"] == 2 and not work.at_once["a"])

    assert work.starts == {"a": 2}


async def test_many_wake_ups_before_the_start_are_one() -> None:
    work = Work()
    lanes = Lanes(work, limit=1)
    lanes.wake(["a", "b", "a", "a"])
    task = asyncio.create_task(lanes.run())
    await work.until(lambda: work.starts.total() == 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert work.starts == {"a": 1, "b": 1}


async def test_work_that_fails_is_tried_again_and_disturbs_nobody() -> None:
    work = Work(failures=Counter(a=1))
    async with running(work) as lanes:
        work.left.update(a=1, b=1)
        lanes.wake(["a", "b"])
        await work.until(lambda: work.done["b"] == 1)
        assert work.done["a"] == 0
        await work.until(lambda: work.done["a"] == 1)

    assert work.starts == {"a": 2, "b": 1}


async def test_what_waits_for_a_second_try_leaves_its_place_to_others() -> None:
    work = Work(failures=Counter(a=1))
    async with running(work, limit=1) as lanes:
        work.left.update(a=1, b=1)
        lanes.wake(["a"])
        await work.until(lambda: work.starts["a"] == 1 and not work.at_once["a"])
        lanes.wake(["b"])
        await work.until(lambda: work.done["b"] == 1)

        assert work.starts["a"] == 1


async def test_a_key_can_be_woken_by_its_own_work() -> None:
    work = Work()
    lanes: Lanes

    async def chain(key: str) -> None:
        await work(key)
        if work.starts[key] < 3:
            lanes.wake([key])

    lanes = Lanes(chain, limit=1)
    task = asyncio.create_task(lanes.run())
    lanes.wake(["a"])
    await work.until(lambda: work.starts["a"] == 3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert work.starts == {"a": 3}


async def test_stopping_stops_the_work_too() -> None:
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def forever(_: str) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    lanes = Lanes(forever, limit=1)
    task = asyncio.create_task(lanes.run())
    lanes.wake(["a"])
    async with asyncio.timeout(WITHIN):
        await begun.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert stopped.is_set()
    assert task.cancelled()


async def test_keys_that_wait_are_listed_and_taken_in_the_order_of_their_wake_ups() -> None:
    order: list[str] = []
    gate = asyncio.Event()

    async def work(key: str) -> None:
        order.append(key)
        await gate.wait()

    lanes = Lanes(work, limit=2)
    task = asyncio.create_task(lanes.run())
    keys = [f"k{number}" for number in range(5_000)]
    lanes.wake(keys)
    lanes.wake(reversed(keys))
    async with asyncio.timeout(WITHIN):
        while len(order) < 2:  # noqa: ASYNC110 - a moment of the loop
            await asyncio.sleep(0)
        waiting, tasks = lanes.waiting(), len(asyncio.all_tasks())
        gate.set()
        while len(order) < len(keys):  # noqa: ASYNC110
            await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert waiting == keys[2:]
    assert tasks <= 4  # this one, the lanes and those at work
    assert order == keys
    assert lanes.waiting() == []


async def test_who_has_more_to_do_goes_behind_those_who_wait() -> None:
    order: list[str] = []
    lanes: Lanes

    async def work(key: str) -> None:
        order.append(key)
        if order.count("busy") < 3:
            lanes.wake(["busy"])
        await asyncio.sleep(0)

    lanes = Lanes(work, limit=1)
    task = asyncio.create_task(lanes.run())
    lanes.wake(["busy", "one", "two"])
    async with asyncio.timeout(WITHIN):
        while len(order) < 5:  # noqa: ASYNC110
            await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert order == ["busy", "one", "two", "busy", "busy"]
