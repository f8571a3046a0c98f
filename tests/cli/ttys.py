"""A terminal in which a command asks and a person answers."""

import asyncio
import fcntl
import os
import pty
import re
import struct
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.cli.test_commands import SECONDS, environment

# Passwords are asked for at the terminal that controls the process, not at its input.
LAUNCH = """
import fcntl, runpy, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
runpy.run_module("bot", run_name="__main__")
"""
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
ROWS, COLUMNS = 50, 200


@dataclass(slots=True)
class Terminal:
    """`shown` is all that stood on it, without colours."""

    process: asyncio.subprocess.Process
    handle: int
    shown: str = ""
    _seen: int = 0

    async def until(self, text: str) -> None:
        """Wait until that text is shown, below what was waited for before."""
        async with asyncio.timeout(SECONDS):
            while (place := self.shown.find(text, self._seen)) < 0:  # noqa: ASYNC110 - a terminal
                await asyncio.sleep(0.02)
        self._seen = place + len(text)

    async def answer(self, question: str, text: str) -> None:
        await self.until(question)
        await self.until(":")
        os.write(self.handle, f"{text}\n".encode())

    def press(self, key: bytes) -> None:
        os.write(self.handle, key)

    async def ended(self) -> int:
        async with asyncio.timeout(SECONDS):
            return await self.process.wait()

    def read(self) -> None:
        with suppress(OSError):  # nobody is at the other end any more
            text = os.read(self.handle, 65_536).decode(errors="replace")
            self.shown += _COLOURS.sub("", text).replace("\r\n", "\n")


@asynccontextmanager
async def at_terminal(folder: Path, *arguments: str, **extra: str) -> AsyncIterator[Terminal]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-c", LAUNCH, *arguments),
        cwd=folder,
        env=environment(TERM="xterm", **extra),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    terminal = Terminal(process, ours)
    loop = asyncio.get_running_loop()
    loop.add_reader(ours, terminal.read)
    try:
        yield terminal
    finally:
        loop.remove_reader(ours)
        if process.returncode is None:
            process.kill()
        await process.wait()
        terminal.read()
        os.close(ours)
