"""The worker process from outside: one job at a time, killed and replaced at its deadline."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog
from pydantic import ValidationError

import bot
from bot.offline.solving.problems import RESULT, Grade, Make, Result, Trouble, Work

JOB_SECONDS = 4.0
# Importing SymPy takes 3 s on a quiet machine.
START_SECONDS = 60.0
# People wait this long for the jobs of others; then they are told.
TURN_SECONDS = 20.0
# Far above any honest result.
MAX_LINE_BYTES = 2**20

SLOW = "it takes me too long"
BUSY = "I am busy with other questions; please ask again in a moment"
BROKEN = "my calculator stopped; please ask again in a moment"

log = structlog.get_logger()


class Worker:
    """Ask for the result of jobs; every failure comes back as Trouble."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._ready = False
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        await self._start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stop()

    async def ask(self, job: Work | Grade | Make) -> Result:
        """The result of a job within its deadline; a job that is cut costs only the worker."""
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._turn.acquire()
        except TimeoutError:
            return Trouble(text=BUSY)
        try:
            return await self._ask(job)
        finally:
            self._turn.release()

    async def _ask(self, job: Work | Grade | Make) -> Result:
        line = job.model_dump_json().encode() + b"\n"
        finished = False
        try:
            await self._become_ready()
            async with asyncio.timeout(JOB_SECONDS):
                answer = await self._exchange(line)
            finished = True
        except TimeoutError:
            log.warning("offline_worker_deadline", job=job.job, ready=self._ready)
            return Trouble(text=SLOW if self._ready else BROKEN)
        except (OSError, EOFError, ValueError) as error:
            log.warning("offline_worker_lost", job=job.job, error=type(error).__name__)
            return Trouble(text=BROKEN)
        finally:
            # Cut in the middle, by whatever: the pipe may still bring the old result.
            if not finished:
                await self._restart()
        return _decoded(answer, job.job)

    async def _exchange(self, line: bytes) -> bytes:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        process.stdin.write(line)
        await process.stdin.drain()
        answer = await process.stdout.readline()
        if not answer.endswith(b"\n"):
            raise EOFError
        return answer

    async def _become_ready(self) -> None:
        if self._process is None:
            await self._start()
        if self._ready or self._process is None or self._process.stdout is None:
            return
        async with asyncio.timeout(START_SECONDS):
            if not await self._process.stdout.readline():
                raise EOFError
        self._ready = True

    async def _start(self) -> None:
        self._ready = False
        root = str(Path(bot.__file__).parent.parent)
        # A bare environment: the worker needs no settings and must see no tokens.
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH") if name in os.environ}
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "bot.offline.solving.worker"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=MAX_LINE_BYTES,
            env={**kept, "PYTHONPATH": root},
        )

    async def _restart(self) -> None:
        """Replace the process; the new one warms up while nobody waits for it."""
        await self._stop()
        with contextlib.suppress(OSError):
            await self._start()

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        with contextlib.suppress(OSError):
            await process.communicate()


def _decoded(line: bytes, job: str) -> Result:
    try:
        found = RESULT.validate_json(line)
    except ValidationError:
        log.warning("offline_worker_garbled", job=job)
        return Trouble(text=BROKEN)
    if isinstance(found, Trouble) and found.error is not None:
        log.error("offline_worker_bug", job=job, error=found.error)
    return found
