"""Transactions that wait share a commit, and fail alone."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import event, insert, select

from bot.store.database import Store, StoreError, Tx
from bot.store.tables import workspaces
from bot.strings import language, say, speaking
from tests.store.rows import NOW, opened


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as store:
        yield store


def add(tx: Tx, name: str) -> str:
    tx.execute(insert(workspaces).values(id=name, settings={}, created_at=NOW))
    return name


def add_and_fail(tx: Tx, name: str) -> None:
    add(tx, name)
    raise ZeroDivisionError


async def names(store: Store) -> set[str]:
    return await store.read(lambda tx: set(tx.scalars(select(workspaces.c.id))))


async def test_writes_that_wait_share_a_commit_and_each_gets_its_own_result(store: Store) -> None:
    go_on, commits = Event(), list[object]()

    def hold(tx: Tx) -> None:
        event.listen(tx.engine, "commit", commits.append)
        go_on.wait(10)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(store.write(hold))
        added = [tasks.create_task(store.write(add, f"w{number}")) for number in range(50)]
        await asyncio.sleep(0)  # each of them has said what it wants
        go_on.set()

    assert [task.result() for task in added] == [f"w{number}" for number in range(50)]
    assert await names(store) == {f"w{number}" for number in range(50)}
    assert len(commits) <= 2


async def test_a_write_that_fails_among_others_fails_alone(store: Store) -> None:
    go_on = Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(store.write(lambda _: go_on.wait(10)))
        before = tasks.create_task(store.write(add, "before"))
        failing = asyncio.ensure_future(store.write(add_and_fail, "lost"))
        after = tasks.create_task(store.write(add, "after"))
        await asyncio.sleep(0)
        go_on.set()

    with pytest.raises(ZeroDivisionError):
        await failing
    assert (before.result(), after.result()) == ("before", "after")
    assert await names(store) == {"before", "after"}


async def test_who_stops_waiting_does_not_undo_the_write_or_harm_the_next_one(
    store: Store,
) -> None:
    go_on = Event()

    def slow(tx: Tx) -> None:
        go_on.wait(10)
        add(tx, "given up")

    given_up = asyncio.create_task(store.write(slow))
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    go_on.set()

    await store.write(add, "next")
    assert await names(store) == {"given up", "next"}


async def test_urgent_writes_go_before_those_that_wait(store: Store) -> None:
    go_on, done = Event(), list[str]()

    def note(_: Tx, name: str) -> None:
        done.append(name)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(store.write(lambda _: go_on.wait(10)))
        await asyncio.sleep(0)
        for number in range(3):
            tasks.create_task(store.write(note, f"waits {number}"))
        tasks.create_task(store.write_first(note, "urgent"))
        await asyncio.sleep(0)
        go_on.set()

    assert done == ["urgent", "waits 0", "waits 1", "waits 2"]


async def test_a_flood_of_urgent_writes_does_not_stop_all_others(store: Store) -> None:
    over = asyncio.Event()

    async def flood() -> None:
        while not over.is_set():
            await store.write_first(lambda tx: tx.execute(select(workspaces.c.id)).all())

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        for _ in range(200):
            tasks.create_task(flood())
        for number in range(20):
            await store.write(add, f"w{number}")
        over.set()


async def test_a_file_that_is_no_database_for_a_while_fails_each_write_and_holds_none(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store, asyncio.timeout(30):
        await store.write(add, "before")
        path = tmp_path / "docent.db"
        with closing(sqlite3.connect(path)) as beside:
            beside.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with path.open("r+b") as file:
            header = file.read(100)
            file.seek(0)
            file.write(bytes(100))
        lost = [store.write(add, f"lost {number}") for number in range(3)]
        outcomes = await asyncio.gather(*lost, return_exceptions=True)
        with path.open("r+b") as file:
            file.write(header)

        assert all(isinstance(outcome, StoreError) for outcome in outcomes)


async def test_work_that_shares_a_commit_speaks_the_language_of_its_own_caller(
    store: Store,
) -> None:
    go_on, commits = Event(), list[object]()

    def hold(tx: Tx) -> str:
        event.listen(tx.engine, "commit", commits.append)
        go_on.wait(10)
        return language()

    def speak(tx: Tx, name: str) -> str:
        add(tx, f"{name} {language()}")
        return say("run.stop")

    async def spoken(wanted: str, name: str) -> str:
        with speaking(wanted):
            return await store.write(speak, name)

    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(store.write(hold))
        said = [tasks.create_task(spoken(wanted, "said in")) for wanted in ("de", "es", "en")]
        await asyncio.sleep(0)  # each of them has said what it wants
        go_on.set()

    assert first.result() == "en"
    assert [task.result() for task in said] == ["Stopp", "Detener", "Stop"]
    assert await names(store) == {"said in de", "said in es", "said in en"}
    assert len(commits) <= 2


async def test_work_is_said_in_the_same_language_when_it_is_repeated(store: Store) -> None:
    go_on = Event()

    async def spoken(wanted: str, name: str) -> str:
        with speaking(wanted):
            return await store.write(lambda tx: (add(tx, name), language())[1])

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(store.write(lambda _: go_on.wait(10)))
        before = tasks.create_task(spoken("es", "before"))
        failing = asyncio.ensure_future(store.write(add_and_fail, "lost"))
        after = tasks.create_task(spoken("de", "after"))
        await asyncio.sleep(0)
        go_on.set()

    with pytest.raises(ZeroDivisionError):
        await failing
    assert (before.result(), after.result()) == ("es", "de")


async def test_a_look_is_said_in_the_language_of_its_caller(store: Store) -> None:
    async def spoken(wanted: str) -> str:
        with speaking(wanted):
            return await store.read(lambda _: say("run.stop"))

    said = await asyncio.gather(spoken("es"), spoken("de"), spoken("xx"))

    assert list(said) == ["Detener", "Stopp", "Stop"]
