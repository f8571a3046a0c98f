"""What a machine can have wrong, told by `init`, `doctor`, `run` and `status` in one sentence."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.database import open_store
from tests.cli.bots import Site, open_site
from tests.cli.test_commands import SECONDS, environment

COMMANDS = {"init": ("init", "--from-env"), "doctor": ("doctor",), "run": ("run", "--new")}
ONE_BY_ONE = """
import sys
from bot.cli import main
for command in sys.argv[1:]:
    sys.argv = ["docent", *command.split()]
    try:
        main()
    except SystemExit as end:
        print(f"exit {end.code or 0}", flush=True)
"""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path) as site:
        yield site


async def limited(folder: Path, *arguments: str, **extra: str) -> tuple[int | None, str]:
    """A command that may write no byte into any file, as on a full disk; what it says."""
    process = await asyncio.create_subprocess_exec(
        "sh",
        *("-c", 'ulimit -f 0; exec "$@"', "sh"),
        *(sys.executable, "-P", "-m", "bot", *arguments),
        cwd=folder,
        env=environment(**extra),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(SECONDS):
        out, _ = await process.communicate()
    return process.returncode, out.decode()


async def without_rights(folder: Path, *commands: str) -> list[tuple[int, str]]:
    """Commands, one after the other, that may do no more than others do: root keeps no privilege
    but its name. The exit code of each and what it says."""
    drop = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()
    process = await asyncio.create_subprocess_exec(
        *drop,
        *(sys.executable, "-P", "-c", ONE_BY_ONE, *commands),
        cwd=folder,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(SECONDS):
        out, _ = await process.communicate()
    *said, rest = re.split(r"(?m)^exit (\d+)\n", out.decode())
    assert rest == ""
    return [(int(code), text) for text, code in zip(said[::2], said[1::2], strict=True)]


def complaints(said: str) -> list[str]:
    """The lines that say what is wrong."""
    return [line for line in said.splitlines() if not line.startswith(("ok", "warning"))]


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_full_disk_is_told(site: Site, command: str) -> None:
    code, said = await limited(site.folder, *COMMANDS[command], **site.environment)

    assert code == 1
    (told,) = complaints(said)
    assert str(site.folder) in told
    assert "free space" in told
    assert site.files() == []


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_folder_that_cannot_be_written_is_told(site: Site, command: str) -> None:
    (site.folder / "file").touch()
    home = str(site.folder / "file" / "home")
    code, said, err = await site.within(*COMMANDS[command], DOCENT_HOME=home)

    assert code == 1
    told = next(line for line in complaints(said + err) if home in line)
    assert "cannot be used" in told
    assert "rights" in told
    assert site.files() == ["file"]


async def test_doctor_says_that_a_bot_runs(site: Site) -> None:
    async with open_store(site.folder / ".docent" / "docent.db"):
        code, said, _ = await site.within("doctor")

    assert code == 0
    assert "a second one would be refused" in said


async def test_a_folder_without_rights_is_told_without_a_traceback(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with open_store(home / "docent.db"):
        pass
    commands = [f"{name} --home {home}" for name in ("status", "doctor", "backup")]
    home.chmod(0)
    try:
        told = await without_rights(tmp_path, *commands, f"assistants list --home {home}")
    finally:
        home.chmod(0o700)

    assert len(told) == 4
    for code, said in told:
        assert code == 1
        assert "Traceback" not in said
        assert "Permission denied" in said
        assert str(home) in said
