"""`docent workspaces` as people use it: what it prints and where, and its exit codes."""

import asyncio
import json
import re
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import workspace_acts as acts
from bot.cli.workspace_wishes import Wishes
from bot.cli.workspaces import app
from bot.jsons import Json
from bot.registry import changes
from bot.registry.changes import New
from bot.registry.errors import RegistryError
from bot.registry.vault import Vault
from bot.settings import Settings
from bot.store.database import writing
from tests.cli.test_commands import SECONDS, environment
from tests.cli.within import within
from tests.registry.desk import OPERATOR, furnished
from tests.store.rows import NOW

HOSTILE = "[bold]\x1b[2J\u202e"
INHERIT = Wishes(assistant=(None,))


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    """Its data are where `docent demo` keeps them."""
    async with furnished(tmp_path):
        return tmp_path


async def run(home: Path, *arguments: str) -> tuple[int | None, str, str]:
    return await within(home, "workspaces", *arguments, "--home", str(home))


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

    assert json.loads(out)["settings"] == {"additional_instructions": "Prüfung am Freitag."}


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
    wishes = Wishes(assistant=("asst_tutor",), text=HOSTILE)
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
    assert isinstance(shown["places"]["data"], list)
    (channel,) = shown["places"]["data"]
    assert isinstance(channel, dict)
    in_effect = channel.pop("in_effect")
    assert channel == {
        "id": "sim:channel",
        "object": "place",
        "channel": None,
        "assistant_id": None,
        "settings": {},
    }
    assert isinstance(in_effect, dict)
    assert (in_effect["assistant_id"], in_effect["assistant_from"]) == ("asst_tutor", "sim:one")
    assert isinstance(in_effect["settings"], dict)
    assert in_effect["settings"]["additional_instructions"] == {
        "value": "[bold][2J\u202e",
        "from": ["sim:one"],
    }
    assert in_effect["settings"]["follow_ups"] == {"value": "alone", "from": []}
    assert "[bold][2J\\u202e" in table
    assert "\u202e" not in table
    assert (change["first_id"], change["last_id"], change["has_more"]) == (1, 1, False)


def test_all_that_is_wished_is_set_or_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wishes = Wishes(assistant=("asst_tutor",), text="x" * 256_001)
    with pytest.raises(RegistryError, match="256,000"):
        acts.change(home, "sim:one", None, wishes, json=False)
    acts.audit_of(home, None, limit=1, json=False)

    assert capsys.readouterr().out == "There are no changes.\n"


async def test_without_a_database_nothing_is_made(tmp_path: Path) -> None:
    code, _, err = await run(tmp_path, "list")

    assert (code, "There is no database" in err) == (1, True)
    assert not (tmp_path / "docent.db").exists()


async def test_settings_and_instructors_are_set_together(home: Path) -> None:
    await run(home, "set", "sim:one", "--set", "tokens_per_day=5,000", "--set", "language=de")
    added = ("--add-instructor", "sim:one/U-ada", "--add-instructor", "group:S1")
    await run(home, "set", "sim:one", "--place", "sim:channel", *added)
    removed = ("--remove-instructor", "group:S1", "--add-instructor", "sim:one/U-ben")
    await run(home, "set", "sim:one", "--place", "sim:channel", *removed)
    await run(home, "set", "sim:one", "--clear", "language", "--set", "follow_ups=never")
    _, out, _ = await run(home, "show", "sim:one", "--json")
    shown = json.loads(out)

    assert shown["settings"] == {"tokens_per_day": 5000, "follow_ups": "never"}
    (channel,) = shown["places"]["data"]
    assert channel["settings"] == {"instructors": ["sim:one/U-ada", "sim:one/U-ben"]}
    in_effect = channel["in_effect"]["settings"]
    assert in_effect["follow_ups"] == {"value": "never", "from": ["sim:one"]}


async def test_extra_time_is_set_for_people_and_adds_up(home: Path) -> None:
    whole = "extra_time=sim:one/U-ada ×1,5; sim:one/U-ben = 2"
    await run(home, "set", "sim:one", "--set", whole)
    channel = ("--place", "sim:channel", "--set", "extra_time=sim:one/U-ben 1")
    await run(home, "set", "sim:one", *channel)
    shown = json.loads((await run(home, "show", "sim:one", "--json"))[1])
    table = (await run(home, "show", "sim:one"))[1]

    ada, ben = "sim:one/U-ada", "sim:one/U-ben"
    assert shown["settings"] == {"extra_time": {ada: 1.5, ben: 2}}
    in_effect = shown["places"]["data"][0]["in_effect"]["settings"]["extra_time"]
    assert in_effect == {"value": {ada: 1.5, ben: 1}, "from": ["sim:channel", "sim:one"]}
    assert f"{ada} ×1.5, {ben} ×2" in " ".join(table.split())


def test_the_operators_limit_stands_beside_a_workspaces_own(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    most = Settings.beside(home=home).docent_tokens_per_day
    own = Wishes(values={"runs_per_minute": "2", "tokens_per_day": str(most + 1)})
    acts.change(home, "sim:one", None, own, json=False)
    acts.show(home, "sim:one", limit=5, json=False)

    out = capsys.readouterr().out
    assert re.search(r"runs_per_minute +2 \(the operator allows \d+\) +here", out)
    counts = rf"tokens_per_day +{most + 1} \(the operator's {most:,} counts\) +here"
    assert re.search(counts, out)


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("There is no setting colour", ("--set", "colour=red")),
        ("There is no setting lent_by", ("--set", "lent_by=sim:two")),
        ("Follow-ups: This must be one of", ("--set", "follow_ups=maybe", "--set", "language=de")),
        ("Instructors: kim is neither", ("--add-instructor", "kim")),
        ("“kim ×2” is nobody's extra time", ("--set", "extra_time=kim ×2")),
    ],
)
async def test_a_wrong_setting_is_a_sentence_and_changes_nothing(
    home: Path, words: str, arguments: tuple[str, ...]
) -> None:
    code, out, err = await run(home, "set", "sim:one", *arguments)

    assert (code, out) == (1, "")
    assert words in err
    assert "There are no changes" in (await run(home, "audit"))[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--set", "follow_ups"),
        ("--set", "follow_ups=never", "--clear", "follow_ups"),
        ("--set", "instructors=", "--add-instructor", "group:S1"),
        (),
    ],
    ids=["no-value", "set-and-clear", "set-and-add", "nothing"],
)
def test_wishes_that_contradict_themselves_are_wrong(
    home: Path, arguments: tuple[str, ...]
) -> None:
    told = CliRunner().invoke(app, ["set", "sim:one", *arguments, "--home", str(home)])

    assert told.exit_code == 2
