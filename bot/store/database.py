"""One SQLite file: one writer, a pool of readers that cannot write, one engine at a time."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from contextvars import copy_context
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import OperatorError
from bot.store.migrate import check_current, migrate, revisions
from bot.store.writer import Writer
from bot.strings import say

P = ParamSpec("P")
T = TypeVar("T")

BUSY_TIMEOUT = 5_000
"""Milliseconds that a statement waits for another process, such as the shell beside the bot."""
PATIENCE_BESIDE = 30_000
"""Milliseconds that a command waits for the bot and for other commands: people wait with it."""
READERS = 4
LOCK_PATIENCE = 1.0
"""Seconds: a look from the shell (`is_running`) holds the lock for a moment."""

Tx = Connection
"""A connection inside one transaction, as `Store.write` and `Store.read` give it."""

StoreError = DBAPIError
"""The database could not do it: full, read-only, locked for too long, broken."""

StoreUnavailable = OperationalError
"""Of these, what has nothing to do with what was to be written."""


def _engine(path: Path, *, writer: bool, patience: int = BUSY_TIMEOUT) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=1 if writer else READERS,
        max_overflow=0,
        hide_parameters=True,  # they hold what people wrote
    )

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # The driver must not open transactions by itself: `begin` below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {patience}")
        if writer:
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("PRAGMA foreign_keys = ON")
            # What is deleted is overwritten: it may be what somebody wants to be forgotten. In
            # everyday work this costs nothing that can be measured.
            cursor.execute("PRAGMA secure_delete = ON")
        else:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


class Store:
    """The open database. A transaction is a plain function of a connection and what it needs: it
    cannot wait for anything but the database, and takes one hop to a thread, however long it is. It
    runs in a copy of its caller's context: what it says is in the language spoken there."""

    def __init__(self, writer: Engine, readers: Engine) -> None:
        self._writer = Writer(writer)
        self._readers = readers
        self._threads = ThreadPoolExecutor(READERS, "docent-reader")

    async def write(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`work(tx, …)` in a write transaction, durable when this returns.

        Raises StoreError, and what the work raises: then nothing of it is stored. Writes that
        wait share a commit; if one of them fails they are run again, one by one: work must be
        safe to repeat after a rollback.
        """
        return await self._writer.run(lambda tx: work(tx, *args, **kwargs), urgent=False)

    async def write_first(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`write`, before all that waits: for what a platform wants acknowledged in seconds."""
        return await self._writer.run(lambda tx: work(tx, *args, **kwargs), urgent=True)

    async def read(
        self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`work(tx, …)` over one consistent state. Raises StoreError, and what the work raises."""

        def look() -> T:
            with self._readers.begin() as tx:
                return work(tx, *args, **kwargs)

        context = copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, look)

    def close(self) -> None:
        """Finish what is under way."""
        self._threads.shutdown()
        self._writer.close()
        self._readers.dispose()


@contextmanager
def reading(path: Path) -> Iterator[Tx]:
    """A look at a database that another process may own, without any right to write."""
    engine = _engine(path, writer=False)
    try:
        with engine.begin() as tx:
            yield tx
    finally:
        engine.dispose()


@contextmanager
def writing(path: Path) -> Iterator[Tx]:
    """One short write transaction beside the process that has the engine role, if one has.

    Raises OperatorError: there is no database, it is older or newer than this program, or it cannot
    be written.
    """
    with _beside(path, writer=True) as tx:
        yield tx


@contextmanager
def reading_current(path: Path) -> Iterator[Tx]:
    """The same as `writing`, without any right to write: one consistent look."""
    with _beside(path, writer=False) as tx:
        yield tx


@contextmanager
def _beside(path: Path, *, writer: bool) -> Iterator[Tx]:
    try:
        if not path.is_file():
            raise OperatorError(say("store.missing", path=path))
    except OSError as error:  # nobody may look into the folder
        raise OperatorError(say("store.unusable", path=path, reason=_reason(error))) from error
    revisions()  # read before the lock is taken, not under it
    engine = _engine(path, writer=writer, patience=PATIENCE_BESIDE)
    try:
        # Nothing else may open the file here: closing it would free this process's locks on it.
        with engine.begin() as tx:
            check_current(tx, path)
            yield tx
    except (DBAPIError, OSError) as error:
        raise OperatorError(say("store.unusable", path=path, reason=_reason(error))) from error
    finally:
        engine.dispose()


@asynccontextmanager
async def open_store(path: Path) -> AsyncIterator[Store]:
    """Take the engine role on a database file, migrate it and open it.

    Raises OperatorError: another engine has the file, it cannot be written, it is broken or newer
    than this program.
    """
    async with AsyncExitStack() as stack:
        stack.callback(_engine_role(path).release)
        await asyncio.to_thread(_migrated, path)
        store = Store(_engine(path, writer=True), _engine(path, writer=False))
        stack.push_async_callback(asyncio.to_thread, store.close)
        yield store


def is_running(path: Path) -> bool:
    """Whether some process has the engine role on a database file."""
    lock = _lock(path)
    try:
        with lock.acquire(timeout=0):
            return False
    except Timeout:
        return True


def _lock(path: Path) -> FileLock:
    # The system frees it when its holder ends, however it ends.
    return FileLock(path.with_suffix(".lock"))


def _engine_role(path: Path) -> FileLock:
    lock = _lock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire(timeout=LOCK_PATIENCE)
    except Timeout as error:
        raise OperatorError(say("store.second_engine", path=path)) from error
    except OSError as error:
        raise OperatorError(say("store.unusable", path=path, reason=_reason(error))) from error
    return lock


def _migrated(path: Path) -> None:
    try:
        if path.exists():
            path.open("r+b").close()  # SQLite opens what it may only read without a word
        else:
            path.touch(mode=0o600)  # the files that SQLite puts beside it get the same rights
        migrate(path)
    except (DBAPIError, sqlite3.Error, OSError) as error:
        raise OperatorError(say("store.unusable", path=path, reason=_reason(error))) from error


def _reason(error: Exception) -> str:
    """What is wrong in the words of the system, without statements and paths."""
    if isinstance(error, DBAPIError):
        return str(error.orig)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)
