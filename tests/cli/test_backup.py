"""`docent backup` beside a running bot, and a life that goes on from the copy."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import backup, installation
from bot.errors import OperatorError
from bot.settings import Settings
from tests.cli.test_commands import docent
from tests.cli.within import within
from tests.flows.bench import Bench
from tests.flows.lessons import quiz
from tests.sims.answers import Text
from tests.sims.openai import OpenAISim
from tests.sims.platform import PlatformSim
from tests.test_health import full_disk


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with PlatformSim() as people, OpenAISim() as model:
        yield Bench(people, model, tmp_path / "home" / "docent.db")


def at(home: Path) -> Settings:
    return Settings.checked({"docent_home": home})


async def test_a_quiz_that_was_open_is_answered_after_the_restore(
    bench: Bench, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    async with bench.running():
        bench.model.answer(quiz())
        await bench.people.mention("a quiz, please")
        first = await bench.people.question(1)
        (home / "webhooks.toml").write_text("")
        copy = tmp_path / "copies" / "one"
        names = await asyncio.to_thread(backup.take, at(home), copy)
        # What comes after the copy is lost with the disk.
        await bench.people.submit(first.actions[0].token, "lost with the disk")
        await bench.people.question(2)

    assert names == ["docent.db", "docent.secret", "webhooks.toml"]
    assert copy.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in copy.iterdir()} == {0o600}
    shutil.rmtree(home)
    shutil.copytree(copy, home)
    assert installation.secret(home / "docent.db") == installation.secret(copy / "docent.db")

    async with bench.running():
        await bench.people.acknowledged(await bench.people.submit(first.actions[0].token, "6x"))
        second = await bench.people.question(2)
        bench.model.answer(Text("Well done."))
        await bench.people.click(second.choices[1].token)
        await bench.people.said("Well done.")

    (output,) = bench.rows("SELECT output FROM tool_calls")
    assert "6x" in str(output)
    assert "lost with the disk" not in str(output)


async def test_the_command_says_where_the_copy_is_and_how_to_go_back(
    bench: Bench, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    async with bench.running():
        named = await docent(tmp_path, "backup", "copy", "--home", "home")
        again = await within(tmp_path, "backup", "copy", "--home", "home")
        code, out, err = await within(tmp_path, "backup", "--json", "--home", "home")

    assert named[0] == 0
    assert str(tmp_path / "copy") in named[1]
    assert f"cp -a {tmp_path / 'copy'} {home}" in named[1]
    assert again[0] == 1
    assert "is there already" in again[2]
    assert (code, err) == (0, "")
    said = json.loads(out)
    assert said["files"] == ["docent.db", "docent.secret"]
    assert Path(said["backup"]).parent == home / "backups"


def made(home: Path) -> Path:
    """A database with a megabyte in it."""
    home.mkdir()
    with closing(sqlite3.connect(home / "docent.db")) as database, database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE t (x)")
        database.execute("INSERT INTO t VALUES (zeroblob(1000000))")
    return home / "docent.db"


def test_a_full_disk_leaves_no_half_of_a_copy(tmp_path: Path) -> None:
    database, small = made(tmp_path / "home"), tmp_path / "small"
    small.write_bytes(bytes(50_000))

    with full_disk(small), pytest.raises(OperatorError, match="No copy was made") as caught:
        backup.take(at(database.parent), tmp_path / "copy")
    assert "free space" in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "small"]


def test_nothing_that_was_there_already_is_touched(tmp_path: Path) -> None:
    database = made(tmp_path / "home")
    other = tmp_path / "copy.part" / "letters"
    other.parent.mkdir()
    other.write_text("mine")
    backup.take(at(database.parent), tmp_path / "copy")

    assert other.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "copy.part", "home"]


def test_a_damaged_database_is_not_copied(tmp_path: Path) -> None:
    database = made(tmp_path / "home")
    content = bytearray(database.read_bytes())
    content[4096:8192] = b"x" * 4096
    database.write_bytes(content)

    with pytest.raises(OperatorError, match=r"docent\.db"):
        backup.take(at(database.parent), tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_without_a_name_the_copy_is_named_after_the_time(tmp_path: Path) -> None:
    now = datetime(2026, 11, 22, 17, 40, tzinfo=UTC)

    target = backup.default_target(at(tmp_path), now)
    assert target == tmp_path / "backups" / "2026-11-22T174000Z"
