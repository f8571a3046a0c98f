"""`docent workspaces` as people use it: real processes, their output and exit codes."""

import asyncio
import json
import re
import sys
from pathlib import Path

import pytest

from bot.cli import workspace_acts as acts
from bot.cli.workspace_acts import Wishes
from bot.jsons import Json
from bot.registry import changes
from bot.registry.changes import New
from bot.registry.errors import RegistryError
from bot.registry.vault import Vault
from bot.store.database import writing
from tests.cli.test_commands import SECONDS, docent, environment
from tests.registry.desk import OPERATOR, furnished
from tests.store.rows import NOW

HOSTILE = "[bold]\x1b[2J\u202e"
INHERIT = Wishes(assistant=(None,), text=())


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    """Its data are where `docent demo` keeps them."""
    async with furnished(tmp_path):
        return tmp_path


async def run(home: Path, *arguments: str) -> tuple[int | None, str, str]:
    return await docent(home, "workspaces", *arguments, "--home", str(home))


def page(capsys: pytest.CaptureFixture[str]) -> Json:
    shown: Json = json.loads(capsys.readouterr().out)
    return shown


async def test_a_channel_gets_an_assistant_and_the_rest_inherits(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = New(body={"name": "Quizmaster"})
    with writing(home / "docent.db") as tx:
        quiz = changes.create(tx, OPERATOR, new, Vault(home / "docent.db"), NOW).id
    told = await run(home, "set", "sim:one", "--place", "sim:channel", "--assistant", quiz)
    acts.show(home, "sim:one", limit=5, json=False)
    shown = capsys.readouterr().out
    log = await run(home, "audit", "--workspace", "sim:one")
    with writing(home / "docent.db") as tx:
        changes.delete(tx, OPERATOR, quiz, NOW)
    acts.show(home, "sim:one", limit=5, json=False)
    deleted = capsys.readouterr().out
    acts.change(home, "sim:one", "sim:channel", INHERIT, json=False)
    acts.change(home, "sim:one", "sim:channel", INHERIT, json=False)
    acts.show(home, "sim:one", limit=5, json=False)

    assert told == (0, "sim:channel is set; it counts from the next run on.\n", "")
    assert re.search(rf"(?m)^sim:channel +{quiz} +here *$", shown)
    change = rf"shell\S* +sim:one +place.updated +sim:channel +assistant_id: not set → {quiz}"
    assert re.search(change, log[1])
    assert f"asst_tutor ({quiz} is deleted)" in deleted
    after = capsys.readouterr().out
    assert "is like that already" in after
    assert re.search(r"(?m)^sim:channel +asst_tutor *$", after)


async def test_instructions_come_from_the_standard_input(home: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot", "workspaces", "set", "sim:one"),
        *("--additional-instructions", "-", "--json", "--home", str(home)),
        cwd=home,
        env=environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(SECONDS):
        out, _ = await process.communicate("Prüfung am Freitag.\n".encode())

    assert json.loads(out)["additional_instructions"] == "Prüfung am Freitag."


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("no assistant asst_x", ("set", "sim:one", "--assistant", "asst_x")),
        ("a place sim:x of sim:one", ("set", "sim:one", "--place", "sim:x", "--inherit")),
        ("no workspace sim:x", ("show", "sim:x")),
    ],
)
async def test_what_is_not_there_is_a_sentence(
    home: Path, words: str, arguments: tuple[str, ...]
) -> None:
    code, out, err = await run(home, *arguments)

    assert (code, out, err.count("\n")) == (1, "", 1)
    assert words in err


async def test_a_command_that_contradicts_itself_is_wrong(home: Path) -> None:
    both = await run(home, "set", "sim:one", "--assistant", "asst_tutor", "--inherit")

    assert both[0] == 2
    assert "either --assistant or" in both[2]


def test_workspaces_are_listed_with_what_is_in_them(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    acts.list_all(home, json=True)
    data = page(capsys)["data"]
    acts.list_all(home, json=False)

    assert isinstance(data, list)
    assert isinstance(data[0], dict)
    assert (data[0]["id"], data[0]["places"], data[0]["assistant_id"]) == ("sim:one", 1, None)
    assert re.search(r"(?m)^sim:one +asst_tutor +1 +0 +0 +0 +\S+ \S+Z", capsys.readouterr().out)


def test_what_a_place_inherits_is_shown_with_where_it_is_set(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wishes = Wishes(assistant=("asst_tutor",), text=(HOSTILE,))
    acts.change(home, "sim:one", None, wishes, json=True)
    capsys.readouterr()
    acts.show(home, "sim:one", limit=5, json=True)
    shown = page(capsys)
    acts.show(home, "sim:one", limit=5, json=False)
    table = capsys.readouterr().out
    acts.audit_of(home, None, limit=1, json=True)
    change = page(capsys)

    assert shown["assistant_id"] == "asst_tutor"
    assert isinstance(shown["places"], dict)
    assert shown["places"]["data"] == [
        {
            "id": "sim:channel",
            "object": "place",
            "channel": None,
            "assistant_id": None,
            "additional_instructions": None,
            "in_effect": {
                "assistant_id": "asst_tutor",
                "assistant_from": "sim:one",
                "additional_instructions": "[bold][2J\u202e",
                "additional_instructions_from": "sim:one",
            },
        }
    ]
    assert "[bold][2J\\u202e" in table
    assert "\u202e" not in table
    assert (change["first_id"], change["last_id"], change["has_more"]) == (2, 2, True)


def test_all_that_is_wished_is_set_or_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wishes = Wishes(assistant=("asst_tutor",), text=("x" * 256_001,))
    with pytest.raises(RegistryError, match="256,000"):
        acts.change(home, "sim:one", None, wishes, json=False)
    acts.audit_of(home, None, limit=1, json=False)

    assert capsys.readouterr().out == "There are no changes.\n"


async def test_without_a_database_nothing_is_made(tmp_path: Path) -> None:
    code, _, err = await run(tmp_path, "list")

    assert (code, "There is no database" in err) == (1, True)
    assert not (tmp_path / "docent.db").exists()
