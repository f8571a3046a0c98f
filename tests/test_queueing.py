"""Who waits for a free place is told which one he has, in few writes, and only while he waits."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.events import PlaceRef
from bot.intake import accept_many
from bot.queueing import FIRST, LOOK, MAX_TOLD, Queueing, sign, tell
from bot.store import deliveries, runs
from bot.store.database import Store
from bot.store.deliveries import NewDelivery
from bot.store.records import Run
from bot.store.tables import deliveries as delivery_table
from bot.views import Notice, Reply, View
from tests.sims.clock import MovableClock
from tests.store.rows import NOW, SNAPSHOT, looking, mention, opened, place, rows, writing

WITHIN = 10.0  # seconds


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as store:
        yield store


async def queued(store: Store, *where: PlaceRef) -> list[Run]:
    mentions = [mention(where=each) for each in where]
    return [run for run in await store.write(accept_many, mentions, NOW) if run is not None]


async def crowd(store: Store, size: int) -> list[str]:
    """So many threads with a run each."""
    new = await queued(store, *(place(f"t{number}") for number in range(size)))
    return [run.thread_id for run in new]


async def notes(store: Store) -> dict[str, str]:
    """What stands below the newest reply of each place."""
    async with looking(store) as tx:
        found = [deliveries.get(tx, row.slot) for row in rows(tx, delivery_table)]
    return {
        row.place.key: row.view.note
        for row in found
        if row is not None and isinstance(row.view, Reply)
    }


async def test_the_number_is_written_where_the_reply_will_be(store: Store) -> None:
    (run,) = await queued(store, place("t1"))
    changed = await store.write(tell, {run.thread_id: 7}, NOW)

    async with looking(store) as tx:
        (row,) = deliveries.of_run(tx, run.id)
    assert changed == [place("t1").id]
    assert row.slot_no == 0
    assert isinstance(row.view, Reply)
    assert (row.view.live, [one.label for one in row.view.actions]) == (True, ["Stop"])
    assert "number 7 in the queue" in row.view.note


async def test_the_next_number_changes_the_same_message_and_the_same_one_nothing(
    store: Store,
) -> None:
    (run,) = await queued(store, place("t1"))
    for number in (7, 3):
        assert await store.write(tell, {run.thread_id: number}, NOW) == [place("t1").id]
    assert await store.write(tell, {run.thread_id: 3}, NOW) == []

    async with looking(store) as tx:
        (row,) = deliveries.of_run(tx, run.id)
    assert row.view_version == 2
    assert (await notes(store))["t1"].endswith("number 3 in the queue.")


async def test_only_the_next_run_of_a_thread_has_a_number(store: Store) -> None:
    first, second = await queued(store, place("t1"), place("t1"))
    await store.write(tell, {first.thread_id: 1}, NOW)

    async with looking(store) as tx:
        views = [deliveries.of_run(tx, run.id)[0].view for run in (first, second)]
    assert ["queue" in view.note for view in views if isinstance(view, Reply)] == [True, False]


async def test_what_started_meanwhile_is_not_told(store: Store) -> None:
    (run,) = await queued(store, place("t1"))
    async with writing(store) as tx:
        runs.start(tx, run.id, SNAPSHOT, NOW, NOW + timedelta(minutes=10))

    assert await store.write(tell, {run.thread_id: 1}, NOW) == []
    assert await notes(store) == {}


async def test_a_run_in_backoff_says_itself_why_it_waits(store: Store) -> None:
    (run,) = await queued(store, place("t1"))
    async with writing(store) as tx:
        later = NOW + timedelta(seconds=1)
        runs.move(tx, run.id, source=["queued"], target="queued", now=NOW, not_before=later)

    assert await store.write(tell, {run.thread_id: 1}, NOW) == []
    assert await store.write(tell, {run.thread_id: 1}, later) == [place("t1").id]


async def test_text_that_was_written_before_stays_and_other_views_are_left_alone(
    store: Store,
) -> None:
    cut, told = await queued(store, place("t1"), place("t2"))
    async with writing(store) as tx:
        views: tuple[View, View] = (Reply(text="one two", live=True), Notice(text="Something"))
        new = [
            NewDelivery(run_id=run.id, slot_no=0, place=run.place, view=view)
            for run, view in zip((cut, told), views, strict=True)
        ]
        deliveries.insert_many(tx, new)
    changed = await store.write(tell, {cut.thread_id: 1, told.thread_id: 2}, NOW)

    async with looking(store) as tx:
        first, second = (deliveries.of_run(tx, run.id)[0].view for run in (cut, told))
    assert changed == [place("t1").id]
    assert isinstance(first, Reply)
    assert (first.text, "number 1" in first.note) == ("one two", True)
    assert second == Notice(text="Something")


@dataclass(slots=True)
class Room:
    """A queue, and the places that it had shown anew."""

    store: Store
    waiting: list[str]
    clock: MovableClock = field(default_factory=MovableClock)
    delivered: list[list[str]] = field(default_factory=list)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        queueing = Queueing(
            self.store,
            self.clock,
            lambda: list(self.waiting),
            deliver=lambda places: self.delivered.append(list(places)),
        )
        task = asyncio.create_task(queueing.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def later(self, happened: Callable[[], bool]) -> None:
        """Let looks happen until a state is reached."""
        async with asyncio.timeout(WITHIN):
            while not happened():
                await self.clock.advance(LOOK)
                await asyncio.sleep(0.01)


async def test_a_long_queue_is_told_in_portions_and_then_only_its_head_is_kept_up_to_date(
    store: Store,
) -> None:
    size = MAX_TOLD + 50
    room = Room(store, await crowd(store, size))
    async with room.watched():
        await room.later(lambda: len(room.delivered) >= 2)
        told = await notes(store)
        room.delivered.clear()
        room.waiting.pop(0)
        await room.later(lambda: any(room.delivered))
        after = await notes(store)

    assert len(told) == size
    assert told["t0"].endswith("number 1 in the queue.")
    assert told[f"t{size - 1}"].endswith(f"number {size} in the queue.")
    assert len(next(filter(None, room.delivered))) == FIRST
    assert after["t1"].endswith("number 1 in the queue.")
    assert after[f"t{size - 1}"] == told[f"t{size - 1}"]


async def test_who_is_seen_once_has_not_waited_long_and_is_not_told(store: Store) -> None:
    first, second = await crowd(store, 2)
    room = Room(store, [first])
    async with room.watched():
        await room.later(lambda: bool(room.delivered))
        room.waiting[:] = [second]
        seen_once = await notes(store)

    assert list(seen_once) == ["t0"]


async def test_a_database_that_fails_for_a_while_does_not_end_the_looks(store: Store) -> None:
    (thread,) = await crowd(store, 1)
    async with writing(store) as tx:
        tx.exec_driver_sql("ALTER TABLE deliveries RENAME TO hidden")
    room = Room(store, [thread])
    async with room.watched():
        for _ in range(4):
            await room.clock.advance(LOOK)
            await store.read(lambda _: None)
        assert room.delivered == []
        async with writing(store) as tx:
            tx.exec_driver_sql("ALTER TABLE hidden RENAME TO deliveries")
        await room.later(lambda: bool(room.delivered))

    assert list(await notes(store)) == ["t0"]


def test_a_sign_of_life_is_a_reply_in_the_making() -> None:
    view = sign("run_1", "Soon")

    assert (view.text, view.note, view.live) == ("", "Soon", True)
