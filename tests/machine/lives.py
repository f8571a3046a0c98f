"""The bot's lives on one database file: started, ended in good order, or killed."""

import asyncio
import sqlite3
from collections.abc import Coroutine, Generator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakSet

from tests.flows.bench import Bench

T = TypeVar("T")

WITHIN = 20.0  # seconds that a start, an end or a state may take on a loaded machine


class Lives:
    """One life at a time; a kill leaves exactly what was committed at that moment.

    Signals to real processes are the business of `tests/crash`. Here everything in memory is
    thrown away: the file is copied between two steps of the event loop, all tasks of the life are
    cancelled at once, and what they still write goes to the file that is thrown away too.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._tasks: WeakSet[asyncio.Task[Any]] = WeakSet()
        self._life: asyncio.Task[None] | None = None
        self._reader: sqlite3.Connection | None = None
        self._over = asyncio.Event()
        asyncio.get_running_loop().set_task_factory(self._task)

    def _task(
        self,
        loop: asyncio.AbstractEventLoop,
        coro: Coroutine[Any, Any, T] | Generator[Any, None, T],
        **given: Any,
    ) -> asyncio.Task[T]:
        """What a task of the bot starts belongs to the bot; the simulators live on."""
        task: asyncio.Task[T] = asyncio.Task(coro, loop=loop, **given)
        if asyncio.current_task(loop) in self._tasks:
            self._tasks.add(task)
        return task

    @property
    def living(self) -> bool:
        return self._life is not None

    async def start(self) -> None:
        """Begin a life and wait until it listens. Raises what ends it before that."""
        self._over.clear()
        self._life = asyncio.create_task(self._live())
        self._tasks.add(self._life)
        async with asyncio.timeout(WITHIN):
            while not self._bench.people.connected:
                await asyncio.wait([self._life], timeout=0.002)
                if self._life.done():
                    await self._life

    async def end(self) -> None:
        """As a supervisor ends it. Raises what went wrong in this life."""
        assert self._life is not None
        self.close()
        self._over.set()
        await self._gone(self._life)
        await self._life
        self._life = None

    async def kill(self) -> None:
        assert self._life is not None
        copy = self._bench.database.with_suffix(".copy")
        with closing(sqlite3.connect(copy)) as target:
            self.reading().backup(target)
        for task in list(self._tasks):
            task.cancel()
        await self._gone(self._life)
        self._life = None
        self.close()
        self._put_back(copy)

    def _put_back(self, copy: Path) -> None:
        database = self._bench.database
        for name in ("-wal", "-shm"):
            database.with_name(database.name + name).unlink(missing_ok=True)
        copy.replace(database)

    def reading(self) -> sqlite3.Connection:
        """Sees what is stored now, each time it is asked, until this life is over."""
        if self._reader is None:
            self._reader = sqlite3.connect(f"file:{self._bench.database}?mode=ro", uri=True)
        return self._reader

    def close(self) -> None:
        """Stop reading."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    async def _live(self) -> None:
        async with self._bench.running():
            await self._over.wait()

    async def _gone(self, life: asyncio.Task[None]) -> None:
        await asyncio.wait([life], timeout=WITHIN)
        assert life.done(), "the bot does not end"
        async with asyncio.timeout(WITHIN):
            while self._bench.people.connected:  # noqa: ASYNC110 - its end tells nobody
                await asyncio.sleep(0)
