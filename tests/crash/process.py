"""The bot as a process that is started, killed from outside, and started again."""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.jsons import Json
from tests.sims.openai import OpenAISim
from tests.sims.platform import PlatformSim

ROOT = Path(__file__).parents[2]
WITHIN = 30.0  # seconds that a start, an end or a stored state may take on a loaded machine
LOOK = 0.02  # seconds between two looks at a database, which tells nobody of its changes
LOG_TAIL = 4_000  # characters of a life's log that a failed test shows


class Cradle:
    """Bears processes that have everything imported already: a start costs no second that way.

    Beyond that they are processes like any other, each with its own signals, files and end.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.cradle"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """End it; what it bore ends with it."""
        self._process.communicate(timeout=WITHIN)

    async def start(self, arguments: list[str], log: Path) -> int:
        """A new process with its log; returns its id."""
        return await self._ask({"start": [*arguments], "log": str(log)})

    async def end_of(self, pid: int) -> int:
        """Wait for a process to end; the exit code, or the signal below zero."""
        return await self._ask({"await": pid})

    async def _ask(self, request: Json) -> int:
        async with asyncio.timeout(WITHIN):
            return int(await asyncio.to_thread(self._exchange, json.dumps(request)))

    def _exchange(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


@dataclass(slots=True)
class Bot:
    """One database with one bot after another on it, between people and a model that outlive it."""

    folder: Path
    people: PlatformSim
    model: OpenAISim
    cradle: Cradle
    pid: int | None = None
    lives: list[Path] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.folder / "docent.db"

    @property
    def arguments(self) -> list[str]:
        """Its command line."""
        places = ["--database", str(self.database), "--platform", self.people.url]
        return [*places, "--provider", self.model.base_url]

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.pid is not None:
            await self.end()
        for log in self.lives:  # shown by pytest beside a test that failed
            sys.stderr.write(f"{log.name}:\n{log.read_text()[-LOG_TAIL:]}\n")
        if error is None:
            self._nothing_broke()

    async def start(self) -> None:
        """Return when it listens to the platform."""
        await self.launch()
        await self.people.until(lambda: self.people.connected, WITHIN)

    async def launch(self) -> None:
        """Return as soon as the process is there."""
        self.lives.append(self.folder / f"life-{len(self.lives) + 1}.log")
        self.pid = await self.cradle.start(self.arguments, self.lives[-1])

    async def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it from outside, wait until all it had open is gone, and look at what it left."""
        assert self.pid is not None
        os.kill(self.pid, how)
        code = await self.cradle.end_of(self.pid)
        self.pid = None
        assert code == (-how if how == signal.SIGKILL else 0)
        await self.people.until(lambda: not self.people.connected and not self.people.held)
        self._check_database()

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """A look at what is stored, beside the running bot."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return database.execute(query, values).fetchall()

    async def stored(self, fits: Callable[[], bool]) -> None:
        """Wait until the database says so. Raises TimeoutError."""
        async with asyncio.timeout(WITHIN):
            while not fits():  # noqa: ASYNC110 - a database tells nobody of its changes
                await asyncio.sleep(LOOK)

    async def settled(self) -> None:
        """Wait until no create is under way and every message shows its newest stored view."""
        unsettled = (
            "SELECT slot FROM deliveries WHERE state IN ('sending', 'doubt')"
            " OR state = 'new' OR (state = 'sent' AND shown_version < view_version)"
        )
        await self.stored(lambda: not self.rows(unsettled))

    def _check_database(self) -> None:
        # A copy, because opening the file would already be the recovery that the bot must manage.
        left = self.folder / "left"
        left.mkdir(exist_ok=True)
        for path in self.folder.glob("docent.db*"):
            shutil.copy(path, left)
        with closing(sqlite3.connect(left / "docent.db")) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        shutil.rmtree(left)

    def _nothing_broke(self) -> None:
        for log in self.lives:
            text = log.read_text()
            assert "Traceback" not in text, text[-LOG_TAIL:]
            assert '"level": "error"' not in text, text[-LOG_TAIL:]
