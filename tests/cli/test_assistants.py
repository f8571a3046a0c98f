"""`docent assistants` as people use it: what it prints and where, and its exit codes."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.assistant_acts import Desk
from bot.jsons import Json
from bot.registry.wishes import Wishes
from tests.cli.test_commands import docent
from tests.cli.within import within
from tests.registry.desk import furnished

PRINTED = """{'id': 'asst_qvXmYlZV8zhABI2RtPzDfV6z',
 'created_at': 1736340398,
 'description': None,
 'instructions': 'You are a personal math tutor. Answer briefly.',
 'metadata': {},
 'model': 'gpt-4o',
 'name': 'Math [bold]Tutor[/bold]',
 'object': 'assistant',
 'tools': [{'function': {'name': 'get_weather'}, 'type': 'function'}],
 'response_format': 'auto',
 'temperature': 1.0,
 'tool_resources': {'code_interpreter': None, 'file_search': None},
 'top_p': 1.0} 'tools': [],
"""
MATH = "asst_qvXmYlZV8zhABI2RtPzDfV6z"


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    async with furnished(tmp_path):
        return tmp_path


async def said(home: Path, *arguments: str) -> str:
    """What a command prints that succeeds."""
    code, out, err = await within(home, "assistants", *arguments, "--home", str(home))
    assert (code, err) == (0, ""), err
    return out


async def refused(home: Path, *arguments: str) -> str:
    """The sentence of a command that does not."""
    code, out, err = await within(home, "assistants", *arguments, "--home", str(home))
    assert (code, out) == (1, "")
    assert "Traceback" not in err
    return err


async def test_what_a_notebook_printed_is_imported_and_explained(home: Path) -> None:
    (home / "saved.txt").write_text(PRINTED)
    table = await said(home, "import", "saved.txt")
    code, again, _ = await docent(home, "assistants", "import", "saved.txt", "--home", str(home))
    page = await said(home, "show", MATH)

    for words in (MATH, "Math [bold]Tutor[/bold]", "2027-01-14", "get_weather", "lost"):
        assert words in table
    assert (code, "--replace" in again) == (1, True)
    assert "No code here" in page
    assert "personal math tutor" in page


async def test_a_trial_of_an_import_takes_nothing_from_a_bot_that_writes(home: Path) -> None:
    (home / "saved.txt").write_text(PRINTED)
    with closing(sqlite3.connect(home / "docent.db", isolation_level=None)) as bot:
        bot.execute("BEGIN IMMEDIATE")
        told = await said(home, "import", "saved.txt", "--dry-run")
        bot.execute("ROLLBACK")

    assert "Nothing was stored" in told
    assert MATH not in await said(home, "list")


async def test_an_assistant_is_made_changed_and_deleted(home: Path) -> None:
    (home / "say.txt").write_text("Be brief.\n")
    made: Json = json.loads(
        await said(home, "create", "--template", "quizmaster", "--model", "m1", "--json")
    )
    name = str(made["id"])
    changed: Json = json.loads(
        await said(
            home,
            *("update", name, "--instructions-file", "say.txt", "--temperature", "0.5"),
            *("--remove-tool", "ask_person", "--metadata", "course=algebra", "--clear", "model"),
            *("--truncation", "5", "--tool-choice", "required", "--no-parallel-tool-calls"),
            *("--response-format", "json_object", "--max-output-tokens", "100", "--json"),
        )
    )
    history = await said(home, "history", name)
    outdated = await refused(home, "delete", name, "--if-version", "1")
    await said(home, "delete", name)

    assert (made["version"], made["name"], made["model"]) == (1, "Quizmaster", "m1")
    assert (changed["version"], changed["instructions"]) == (2, "Be brief.")
    assert (changed["model"], changed["temperature"]) == ("", 0.5)
    assert changed["metadata"] == {"course": "algebra"}
    assert changed["truncation_strategy"] == {"type": "last_messages", "last_messages": 5}
    assert changed["parallel_tool_calls"] is False
    assert "ask_person" not in str(changed["tools"])
    assert "display_quiz" in str(changed["tools"])
    assert [line.split()[0] for line in history.splitlines()] == ["Version", "1", "2"]
    assert "at version 2, no longer at 1" in outdated
    assert name not in await said(home, "list")


async def test_export_is_what_import_takes(home: Path) -> None:
    before = await said(home, "export")
    (home / "all.json").write_text(before)

    assert "unchanged" in await said(home, "import", "all.json", "--replace")
    assert json.loads(before)["data"][0]["id"] == "asst_tutor"


async def test_a_workspace_sees_and_changes_its_own(home: Path) -> None:
    created = await said(home, "create", "--name", "Ours", "--workspace", "sim:one", "--json")
    ours = json.loads(created)["id"]
    theirs = ("--workspace", "sim:two")

    assert ours not in await said(home, "list", *theirs)
    assert "no assistant" in await refused(home, "update", ours, "--name", "x", *theirs)


async def test_mistakes_end_with_a_sentence(home: Path) -> None:
    (home / "tools.json").write_text("[{]")
    mistakes = {
        "cannot be understood": ("update", "asst_tutor", "--tools-file", "tools.json"),
        "at most 2": ("update", "asst_tutor", "--temperature", "3"),
        "It cannot choose zip": ("update", "asst_tutor", "--tool-choice", "zip"),
    }
    for words, arguments in mistakes.items():
        assert words in await refused(home, *arguments)


def test_an_assistant_is_shown_beside_a_broken_list_of_webhooks(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "webhooks.toml").write_text("[look_up\n")
    Desk(home, None, as_json=False).show("asst_tutor", None)
    out, err = capsys.readouterr()

    assert "display_quiz" in out
    assert "No code here" not in out
    assert "webhooks.toml is not TOML" in err
    assert err.count("\n") == 1


def test_a_new_assistant_is_told_with_where_it_may_answer(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wishes = Wishes(fields={"instructions": "Be kind."}, metadata={})
    Desk(home, None, as_json=False).create(None, wishes)
    everywhere = capsys.readouterr().out
    Desk(home, "sim:one", as_json=False).create(None, wishes)
    ours = capsys.readouterr().out

    assert re.search(r"docent workspaces set WORKSPACE --assistant asst_\w+\n$", everywhere)
    assert re.search(r"docent workspaces set sim:one --assistant asst_\w+\n$", ours)


async def test_without_a_database_nothing_is_made(tmp_path: Path) -> None:
    assert "There is no database" in await refused(tmp_path, "list")
    assert not (tmp_path / "docent.db").exists()
