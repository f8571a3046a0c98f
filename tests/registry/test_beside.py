"""The shell changes assistants beside a bot that works: nobody waits in vain, nothing is lost."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import OperatorError
from bot.jsons import Json
from bot.registry import changes
from bot.registry.vault import Vault
from bot.store import assistants
from bot.store.database import reading_current, writing
from bot.views import Reply
from tests.cli.test_commands import docent
from tests.flows.bench import Bench
from tests.registry.desk import OPERATOR, furnished
from tests.sims.answers import Answer, Text
from tests.sims.openai import Asked, OpenAISim
from tests.sims.platform import PlatformSim, Posted

THREADS = 4
CHANGES = 15
"""Of each thread."""
PROCESSES = 2
QUESTIONS = 40
PAUSE = 0.05
"""Seconds between two questions: 20 in a second. Changes go on for as long as they do."""


def adding(line: str) -> Callable[[Json], Json]:
    return lambda body: body | {"instructions": f"{body['instructions']}\n{line}"}


def change_often(database: Path, name: str, pause: float = 0.0) -> None:
    for number in range(CHANGES):
        time.sleep(pause)
        with writing(database) as tx:
            changes.update(
                tx,
                OPERATOR,
                "asst_tutor",
                adding(f"{name}-{number}"),
                Vault(database),
                now=datetime.now(UTC),
            )


async def change_by_command(folder: Path, number: int) -> None:
    told = await docent(
        folder,
        *("assistants", "update", "asst_tutor", "--metadata", f"process{number}=done"),
        *("--home", str(folder)),
    )
    assert told[::2] == (0, ""), told


async def ask_often(people: PlatformSim) -> None:
    for number in range(QUESTIONS):
        await people.mention(f"question {number}", place=f"t{number}")
        await asyncio.sleep(PAUSE)  # the pace of a busy channel is what is tried here


def answer(_: Asked) -> Answer:
    return Answer((Text("An answer."),))


def answered(posted: Posted) -> bool:
    return isinstance(posted.view, Reply) and posted.view.text == "An answer."


async def test_many_changes_beside_a_busy_bot_are_all_there_and_nobody_waits(
    tmp_path: Path,
) -> None:
    database = tmp_path / "docent.db"
    async with PlatformSim() as people, OpenAISim(answer) as model:
        async with Bench(people, model, database).running():
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(ask_often(people))
                for number in range(THREADS):
                    tasks.create_task(
                        asyncio.to_thread(change_often, database, f"t{number}", 2 * PAUSE)
                    )
                for number in range(PROCESSES):
                    tasks.create_task(change_by_command(tmp_path, number))
            await people.until(lambda: sum(answered(one) for one in people.messages) == QUESTIONS)
        told = [str(asked.body.get("instructions")) for asked in model.requests]

    with reading_current(database) as tx:
        tutor = assistants.find(tx, "asst_tutor", None)
        history = assistants.versions(tx, "asst_tutor", None)
    assert tutor is not None
    lines = str(tutor.body["instructions"]).split("\n")
    assert {f"t{t}-{n}" for t in range(THREADS) for n in range(CHANGES)} <= set(lines)
    assert tutor.body["metadata"] == {f"process{n}": "done" for n in range(PROCESSES)}
    assert tutor.version == len(history) == 1 + THREADS * CHANGES + PROCESSES
    assert len(told) == QUESTIONS
    assert len(set(told)) > 1


async def test_a_change_counts_from_the_next_run_on(tmp_path: Path) -> None:
    database = tmp_path / "docent.db"
    async with (
        PlatformSim() as people,
        OpenAISim(answer) as model,
        Bench(people, model, database).running(),
    ):
        await people.mention("first")
        await model.request_arrived(1)
        await asyncio.to_thread(change_often, database, "new")
        await people.mention("second")
        second = await model.request_arrived(2)

    assert "new-0" in str(second.body["instructions"])
    assert "new-0" not in str(model.requests[0].body["instructions"])


def test_no_database_is_made_by_mistake(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="no database"), writing(tmp_path / "docent.db"):
        pass

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE alembic_version SET version_num = 'next'", "newer Docent"),
        ("UPDATE alembic_version SET version_num = '0001'", "older Docent"),
        ("DELETE FROM alembic_version", "older Docent"),
    ],
)
async def test_a_database_of_another_release_is_not_touched(
    tmp_path: Path, statement: str, words: str
) -> None:
    async with furnished(tmp_path):
        pass
    database = tmp_path / "docent.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(statement)
        connection.commit()

    for beside in (writing, reading_current):
        with pytest.raises(OperatorError, match=words), beside(database):
            pass


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "docent.db").write_text("nothing of the kind" * 100)

    with pytest.raises(OperatorError, match="cannot be used"), writing(tmp_path / "docent.db"):
        pass


async def test_what_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    async with furnished(tmp_path):
        pass
    database = tmp_path / "docent.db"

    def fail() -> None:
        with writing(database) as tx:
            assistants.insert_missing(tx, "asst_half", {}, datetime.now(UTC))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with reading_current(database) as tx:
        assert assistants.find(tx, "asst_half", None) is None
