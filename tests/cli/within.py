"""The `docent` command within this process, which starts faster than one of its own.

For what a command says and how it ends. What signals, locks and other processes have to do with it
is tested with real ones (`tests.cli.test_commands.docent`).
"""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

from bot.cli import main
from tests.cli.test_commands import SECONDS, environment


async def within(folder: Path, *arguments: str, **extra: str) -> tuple[int | None, str, str]:
    """What `docent` returns for the same arguments: the exit code, what it printed, and where."""
    async with asyncio.timeout(SECONDS):
        return await asyncio.to_thread(_run, folder, arguments, environment(**extra))


def _run(folder: Path, arguments: tuple[str, ...], env: Mapping[str, str]) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    with chdir(folder), _started_with(arguments, env), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return code, out.getvalue(), err.getvalue()


@contextmanager
def _started_with(arguments: tuple[str, ...], env: Mapping[str, str]) -> Iterator[None]:
    """Arguments, environment, input and umask as a process of its own has them."""
    before = dict(os.environ), sys.argv, sys.stdin, os.umask(0o022)
    os.environ.clear()
    os.environ.update(env)
    sys.argv, sys.stdin = ["docent", *arguments], StringIO()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before[0])
        _, sys.argv, sys.stdin, mask = before
        os.umask(mask)
