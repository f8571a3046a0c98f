"""The `docent` command as people use it: real processes, their output and exit codes."""

import asyncio
import json
import os
import re
import signal
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession

ROOT = Path(__file__).parents[2]
SECONDS = 30
"""How long a start, an answer or an end may take on a slow machine."""


def environment(**extra: str) -> dict[str, str]:
    """A clean one: nothing that the person who runs the tests has set."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT), "DOCENT_PORT": "18787"} | extra


async def start(folder: Path, *arguments: str, **extra: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "bot", *arguments),
        cwd=folder,
        env=environment(**extra),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def docent(folder: Path, *arguments: str, **extra: str) -> tuple[int | None, str, str]:
    process = await start(folder, *arguments, **extra)
    async with asyncio.timeout(SECONDS):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


@asynccontextmanager
async def playground(
    folder: Path, **extra: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A running playground and all that it said up to its last line of greeting."""
    process = await start(folder, "demo", **extra)
    assert process.stdout is not None
    try:
        said = ""
        async with asyncio.timeout(SECONDS):
            while "Ctrl-C" not in said:
                line = await process.stdout.readline()
                assert line, (await process.communicate())[1].decode()
                said += line.decode()
        yield process, said
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def address(said: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found is not None
    return found[0]


async def test_the_version_is_that_of_the_project(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert await docent(tmp_path, "--version") == (0, f"{project['version']}\n", "")


async def test_help_lists_the_commands_that_are_there(tmp_path: Path) -> None:
    code, out, _ = await docent(tmp_path, "--help")

    assert code == 0
    assert {"demo", "status"} <= set(out.split())


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
async def test_the_demo_opens_a_page_and_ends_quietly(tmp_path: Path, name: signal.Signals) -> None:
    over_ssh = {"SSH_CONNECTION": "10.0.0.1 5022 10.0.0.2 22"}
    async with playground(tmp_path, **over_ssh) as (process, said):
        async with ClientSession() as web, web.get(address(said)) as page:
            assert page.status == 200
        process.send_signal(name)
        async with asyncio.timeout(SECONDS):
            _, err = await process.communicate()

    port = address(said).rpartition(":")[2]
    assert f"ssh -L {port}:127.0.0.1:{port} " in said
    assert said.count("\n  ") == 4
    assert (tmp_path / ".docent").stat().st_mode & 0o077 == 0
    assert (process.returncode, err.decode()) == (0, "")


async def test_status_works_beside_a_running_bot_and_a_second_bot_is_refused(
    tmp_path: Path,
) -> None:
    async with playground(tmp_path):
        code, out, err = await docent(tmp_path, "status", "--json")
        second = await docent(tmp_path, "demo")
        table = await docent(tmp_path, "status")

    assert (code, err) == (0, "")
    assert json.loads(out)["running"] is True
    assert json.loads(out)["database"] == str(tmp_path / ".docent" / "demo" / "docent.db")
    assert second[:2] == (1, "")
    assert second[2].count("\n") == 1
    assert "Traceback" not in second[2]
    assert table[0] == 0
    assert "not running" not in table[1]
    assert str(tmp_path / ".docent" / "demo") in table[1].splitlines()[0]
