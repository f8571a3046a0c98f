"""One file, one writer, one engine; what cannot be used is refused with a sentence."""

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from bot.errors import OperatorError
from bot.store import counts, due, runs, threads
from bot.store.database import Store, StoreError, is_running, open_store, reading
from bot.store.migrate import back_up
from bot.store.tables import metadata, workspaces
from tests.store.rows import NOW, looking, opened, started, writing

NOBODY = 65534


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as store:
        yield store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "docent.db"


@contextmanager
def without_privileges() -> Iterator[None]:
    """Rights of files say nothing to root."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if before == 0:
            os.seteuid(before)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others can reach too."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


async def refused(path: Path) -> OperatorError:
    with pytest.raises(OperatorError) as refusal:
        async with open_store(path):
            pass
    return refusal.value


def refusal(path: Path) -> str:
    return str(asyncio.run(refused(path)))


def begun(path: Path) -> None:
    """A database with one workspace, made and closed again."""

    async def begin() -> None:
        async with open_store(path) as store:
            await add_workspace(store, "sim:one")

    asyncio.run(begin())


async def add_workspace(store: Store, name: str) -> None:
    async with writing(store) as tx:
        tx.execute(insert(workspaces).values(id=name, settings={}, created_at=NOW))


async def names(store: Store) -> list[str]:
    async with looking(store) as tx:
        return list(tx.scalars(select(workspaces.c.id).order_by(workspaces.c.id)))


async def test_a_new_database_has_exactly_the_tables_of_this_program(store: Store) -> None:
    async with looking(store) as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []


async def test_a_new_database_has_every_partial_index(store: Store) -> None:
    async with looking(store) as tx:
        found = tx.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index'"))
        made = {row.name: row.sql or "" for row in found}

    for table in metadata.tables.values():
        for index in table.indexes:
            condition = index.dialect_options["sqlite"]["where"]
            assert condition is None or made[str(index.name)].endswith(f"WHERE {condition}")


async def test_what_is_written_survives_the_next_start(path: Path) -> None:
    async with open_store(path) as store:
        await add_workspace(store, "sim:one")
    async with open_store(path) as store:
        assert await names(store) == ["sim:one"]


async def test_a_commit_is_on_disk_when_it_returns(store: Store) -> None:
    async with writing(store) as tx:
        assert tx.scalar(text("PRAGMA journal_mode")) == "wal"
        assert tx.scalar(text("PRAGMA synchronous")) == 2  # FULL
        assert tx.scalar(text("PRAGMA foreign_keys")) == 1


async def test_a_thread_has_at_most_one_executing_run(store: Store) -> None:
    async with writing(store) as tx:
        first = started(tx)

    with pytest.raises(IntegrityError, match="thread_id"):
        async with writing(store) as tx:
            started(tx)
    async with writing(store) as tx:
        runs.move(tx, first.id, source=["in_progress"], target="requires_action", now=NOW)
    async with writing(store) as tx:
        second = started(tx)
    assert second.thread_id == first.thread_id


async def test_a_cancelling_run_still_holds_its_thread(store: Store) -> None:
    async with writing(store) as tx:
        first = started(tx)
        runs.move(tx, first.id, source=["in_progress"], target="cancelling", now=NOW)

    with pytest.raises(IntegrityError, match="thread_id"):
        async with writing(store) as tx:
            started(tx)


async def test_a_failed_write_leaves_nothing(store: Store) -> None:
    async def write() -> None:
        async with writing(store) as tx:
            tx.execute(insert(workspaces).values(id="lost", settings={}, created_at=NOW))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write()

    assert await names(store) == []
    await add_workspace(store, "kept")
    assert await names(store) == ["kept"]


async def test_writes_take_turns_and_reads_do_not_wait_for_them(store: Store) -> None:
    async with asyncio.timeout(5), writing(store) as tx:
        tx.execute(insert(workspaces).values(id="half", settings={}, created_at=NOW))
        assert await names(store) == []
    async with asyncio.TaskGroup() as tasks:
        for number in range(20):
            tasks.create_task(add_workspace(store, f"w{number:02}"))
    assert await names(store) == ["half", *(f"w{number:02}" for number in range(20))]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM workspaces",
        "CREATE TABLE mine (id)",
        "DROP TABLE runs",
        "PRAGMA user_version=7",
    ],
)
async def test_a_read_cannot_write(store: Store, statement: str) -> None:
    with pytest.raises(StoreError):
        async with looking(store) as tx:
            tx.execute(text(statement))


async def test_a_look_from_outside_cannot_write_and_does_not_disturb(
    store: Store, path: Path
) -> None:
    await add_workspace(store, "sim:one")
    with reading(path) as tx:
        assert list(tx.scalars(select(workspaces.c.id))) == ["sim:one"]
        await add_workspace(store, "sim:two")
    with pytest.raises(StoreError), reading(path) as tx:
        tx.execute(text("DELETE FROM workspaces"))
    assert await names(store) == ["sim:one", "sim:two"]


@contextmanager
def open_to_others(folder: Path) -> Iterator[None]:
    """As where the playground was there first: its folder is closed, the one around it is not."""
    folder.chmod(0o755)
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def read_by_others(folder: Path) -> dict[str, bool]:
    return {each.name: bool(each.stat().st_mode & 0o077) for each in folder.glob("*.db*")}


async def test_other_users_of_the_machine_cannot_read_it_whatever_the_folder_lets_them(
    path: Path,
) -> None:
    with open_to_others(path.parent):
        async with open_store(path) as store:
            await store.write(counts.try_to_write)
            back_up(path, path.with_name("docent.db.before"))
            found = read_by_others(path.parent)

    assert found.keys() >= {"docent.db", "docent.db-wal", "docent.db.before"}
    assert not any(found.values())


async def test_a_second_engine_on_one_file_is_refused(path: Path) -> None:
    async with open_store(path) as store:
        assert "Another Docent already runs" in str(await refused(path))
        assert is_running(path)
        await add_workspace(store, "sim:one")
    assert not is_running(path)
    async with open_store(path) as store:
        assert await names(store) == ["sim:one"]


def test_a_start_that_failed_does_not_keep_the_file(path: Path) -> None:
    path.write_bytes(b"this is no database, but text of some length " * 100)
    # As long as somebody looks at the error, everything that it saw is kept alive.
    error = asyncio.run(refused(path))

    path.unlink()
    begun(path)
    assert str(path) in str(error)


def test_a_file_that_is_no_database_is_refused_and_untouched(path: Path) -> None:
    content = b"SQLite or not, this is somebody's diary.\n" * 1_000
    path.write_bytes(content)

    assert "file is not a database" in refusal(path)
    assert path.read_bytes() == content


def test_a_folder_in_the_place_of_the_file_is_refused(path: Path) -> None:
    path.mkdir()

    assert str(path) in refusal(path)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")

    assert "cannot be used" in refusal(tmp_path / "data" / "docent.db")


def test_a_damaged_database_is_refused(path: Path) -> None:
    begun(path)
    damaged = bytearray(path.read_bytes())
    damaged[100:2_000] = b"\xff" * 1_900
    path.write_bytes(damaged)

    assert "cannot be used" in refusal(path)


def test_a_read_only_folder_is_refused(folder: Path) -> None:
    folder.chmod(0o555)
    with without_privileges():
        sentence = refusal(folder / "docent.db")

    assert sentence.startswith(f"{folder / 'docent.db'} cannot be used (Permission denied)")
    assert list(folder.iterdir()) == []


def test_a_read_only_database_is_refused(folder: Path) -> None:
    path = folder / "docent.db"
    begun(path)
    path.chmod(0o444)
    path.with_suffix(".lock").unlink(missing_ok=True)
    folder.chmod(0o777)
    with without_privileges():
        assert "cannot be used" in refusal(path)


async def test_after_a_kill_nobody_owns_a_thread_and_those_with_work_are_ready(
    store: Store,
) -> None:
    async with writing(store) as tx:
        cut = started(tx)
        threads.lease(tx, cut.thread_id, "engine_before", NOW)
    async with writing(store) as tx:
        threads.recover(tx)
        assert due.ready(tx, None) == [cut.thread_id]
        (left,) = [runs.get(tx, cut.id)]
        runs.requeue_left(tx, cut.thread_id)
        again = runs.get(tx, cut.id)
    assert (left and left.status, again and again.status) == ("in_progress", "queued")


async def test_a_worker_whose_thread_was_taken_may_not_write(store: Store) -> None:
    async with writing(store) as tx:
        cut = started(tx)
        first = threads.lease(tx, cut.thread_id, "one", NOW)
        threads.mark_ready(tx, cut.thread_id)
        second = threads.lease(tx, cut.thread_id, "two", NOW)
    assert first is not None
    assert second is not None
    with pytest.raises(threads.LostLeaseError):
        async with writing(store) as tx:
            threads.fence(tx, cut.thread_id, first)
    async with writing(store) as tx:
        threads.fence(tx, cut.thread_id, second)


def test_the_file_is_an_ordinary_database_for_other_programs(path: Path) -> None:
    begun(path)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert other.execute("SELECT id FROM workspaces").fetchall() == [("sim:one",)]
