"""`docent doctor` over real HTTP: what it finds, what it says to do, and its exit code."""

import json
import re
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.doctor import Check, examine
from bot.jsons import Json
from bot.settings import Settings
from bot.store import assistants
from bot.store.database import open_store
from tests.cli.test_commands import docent
from tests.cli.within import within
from tests.sims.answers import Call, Failure, Reasoning, Text
from tests.sims.openai import Asked, OpenAISim, Reaction

MESSAGE: Json = {
    "type": "message",
    "role": "assistant",
    "content": [{"type": "output_text", "text": "ready"}],
}


def healthy(asked: Asked) -> Reaction:
    """A model that says what it is asked for, and calls what it is told to."""
    return Call("report", {"works": True}, "call_1") if asked.body.get("tools") else Text("ready")


def settings(home: Path, base_url: str | None, **more: object) -> Settings:
    given = {"openai_base_url": base_url, "openai_api_key": "sk-test", "docent_model": "tutor-1"}
    return Settings.load(None, {"docent_home": home, **given, **more})


async def checked(home: Path, base_url: str | None, **more: object) -> dict[str, Check]:
    return {check.name: check async for check in examine(lambda: settings(home, base_url, **more))}


def states(checks: dict[str, Check]) -> dict[str, str]:
    return {name: check.state for name, check in checks.items()}


async def test_a_good_set_up_is_told_line_by_line(tmp_path: Path) -> None:
    async with OpenAISim(healthy, models={"tutor-1": None}) as sim:
        given = {"OPENAI_BASE_URL": sim.base_url, "DOCENT_MODEL": "tutor-1"}
        code, out, err = await docent(tmp_path, "doctor", **given)

        assert (code, err) == (0, "")
        found = [line.split(maxsplit=1) for line in out.splitlines()]
        assert [state for state, _ in found if state != "ok"] == ["warning"]
        assert "docent init" in next(told for state, told in found if state == "warning")
        assert str(tmp_path / ".docent") in out.splitlines()[1]
        assert len(sim.requests) == 2


async def test_a_wrong_key_is_told_with_what_to_do_and_exit_code_1(tmp_path: Path) -> None:
    refusal = Failure(401, code="invalid_api_key", message="sk-secret is no key")
    async with OpenAISim(lambda _: refusal, models=refusal) as sim:
        given = {
            "OPENAI_BASE_URL": sim.base_url,
            "DOCENT_MODEL": "tutor-1",
            "OPENAI_API_KEY": "sk-secret",
        }
        code, out, err = await within(tmp_path, "doctor", "--json", "--home", "elsewhere", **given)

        report = json.loads(out)
        assert (code, err) == (1, "")
        assert report["ok"] is False
        found = {check["name"]: check for check in report["checks"]}
        assert found["provider"]["state"] == "failed"
        assert "OPENAI_API_KEY" in found["provider"]["sentence"]
        assert "elsewhere" in found["database"]["sentence"]
        assert "sk-secret" not in out


async def test_settings_that_cannot_be_read_are_the_only_check(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"DOCENT_PORT=1\n\xff\xfe\x00")

    code, out, err = await within(tmp_path, "doctor")

    assert (code, err) == (1, "")
    assert out.startswith("failed   .env, line 2: ")
    assert out.count("\n") == 1


async def test_without_a_model_it_says_which_settings_are_missing(tmp_path: Path) -> None:
    found = await checked(tmp_path, None, docent_model=None)

    assert states(found) == {
        "settings": "ok",
        "home": "ok",
        "model": "failed",
        "folder": "ok",
        "database": "ok",
        "installation": "ok",
    }
    assert "DOCENT_MODEL" in found["model"].sentence


async def test_the_playground_needs_no_model(tmp_path: Path) -> None:
    async with open_store(tmp_path / ".docent" / "demo" / "docent.db"):
        pass

    code, out, err = await within(tmp_path, "doctor")

    assert (code, err) == (0, "")
    assert f"those of the playground, in {tmp_path / '.docent' / 'demo'}" in out
    assert re.search(r"(?m)^warning .*docent demo --live", out)


async def test_a_key_that_cannot_be_one_is_told(tmp_path: Path) -> None:
    found = await checked(tmp_path, None, openai_api_key="sk-ä")

    assert found["model"].state == "failed"
    assert "OPENAI_API_KEY" in found["model"].sentence


async def test_a_server_that_is_not_there_costs_one_look(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
        found = await checked(tmp_path, url)

    assert states(found)["provider"] == "failed"
    assert "streaming" not in found
    assert "cannot be reached" in found["provider"].sentence


@pytest.mark.parametrize(
    ("failure", "says"),
    [
        (Failure(404, code="model_not_found", param="model"), "DOCENT_MODEL"),
        (Failure(404, body="nothing here"), "/v1"),
        (Failure(429, code="insufficient_quota"), "credit"),
        (Failure(402), "credit"),
        (Failure(503), "Try again"),
        (Failure(400, code="invalid_value", param="store"), "Try another model"),
    ],
    ids=lambda value: value.status if isinstance(value, Failure) else value,
)
async def test_a_refused_request_says_where_to_look(
    tmp_path: Path, failure: Failure, says: str
) -> None:
    async with OpenAISim(lambda _: failure, models=Failure(404)) as sim:
        found = await checked(tmp_path, sim.base_url)

        assert found["provider"].state == "ok"
        assert found["streaming"].state == "failed"
        assert says in found["streaming"].sentence
        assert "functions" not in found
        assert "shutdown" not in found


async def test_a_server_that_does_not_stream_is_a_warning(tmp_path: Path) -> None:
    whole = {"object": "response", "status": "completed", "output": [MESSAGE]}
    async with OpenAISim(healthy) as sim:
        sim.send(json.dumps(whole).encode(), content_type="application/json")
        found = await checked(tmp_path, sim.base_url)

        assert states(found)["streaming"] == "warning"
        assert states(found)["functions"] == "ok"
        assert "one piece" in found["streaming"].sentence


async def test_a_model_that_says_nothing_is_a_warning(tmp_path: Path) -> None:
    async with OpenAISim(healthy) as sim:
        sim.answer()
        found = await checked(tmp_path, sim.base_url)

        assert states(found)["streaming"] == "warning"


async def test_a_model_that_thinks_first_is_as_good(tmp_path: Path) -> None:
    async with OpenAISim(healthy) as sim:
        sim.answer(Reasoning(), Text("ready"))
        sim.answer(Reasoning(), Call("report", {}, "call_1"))

        assert set(states(await checked(tmp_path, sim.base_url)).values()) == {"ok"}


async def test_a_server_that_ignores_which_function_to_call_is_a_warning(tmp_path: Path) -> None:
    async with OpenAISim(lambda _: Text("I would rather talk.")) as sim:
        found = await checked(tmp_path, sim.base_url)

        assert found["functions"].state == "warning"
        assert sim.requests[1].body["tool_choice"] == {"type": "function", "name": "report"}


async def test_a_server_that_refuses_to_be_told_is_asked(tmp_path: Path) -> None:
    async with OpenAISim(healthy, unsupported={"tool_choice"}) as sim:
        found = await checked(tmp_path, sim.base_url)

        assert found["functions"].state == "ok"
        assert "tool_choice" not in sim.requests[-1].body


async def test_a_server_without_functions_fails(tmp_path: Path) -> None:
    async with OpenAISim(healthy, unsupported={"tools"}) as sim:
        found = await checked(tmp_path, sim.base_url)

        assert found["functions"].state == "failed"


async def test_models_in_use_that_end_soon_are_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with open_store(home / "docent.db") as store:
        now = SystemClock().now()
        bodies: dict[str, Json] = {"a": {"model": "stored-1"}, "b": {}, "c": {"model": 7}}
        for name, body in bodies.items():
            await store.write(assistants.insert_missing, f"asst_{name}", body, now)
    listed = {"tutor-1": "2027-01-14", "stored-1": "2026-12-11", "unused-1": "2026-12-01"}
    async with OpenAISim(healthy, models=dict(listed)) as sim:
        checks = [check async for check in examine(lambda: settings(home, sim.base_url))]

    ending = [check.sentence for check in checks if check.name == "shutdown"]
    assert {check.state for check in checks} == {"ok", "warning"}
    assert len(ending) == 2
    assert "2027-01-14" in ending[0]
    assert "stored-1" in ending[1]


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "docent.db").write_text("Dear diary")
    async with OpenAISim(healthy, models={"tutor-1": None}) as sim:
        found = await checked(tmp_path, sim.base_url)

    assert found["database"].state == "failed"
    assert "docent.db" in found["database"].sentence
    assert found["shutdown"].state == "ok"


async def test_a_database_of_a_newer_docent_is_told(tmp_path: Path) -> None:
    async with open_store(tmp_path / "docent.db"):
        pass
    with closing(sqlite3.connect(tmp_path / "docent.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    found = await checked(tmp_path, None)

    assert found["database"].state == "failed"
    assert "made by a newer Docent" in found["database"].sentence


async def test_where_a_platform_is_set_up_a_database_is_missed(tmp_path: Path) -> None:
    found = await checked(tmp_path, None, discord_bot_token="a.b.c")  # noqa: S106

    assert found["database"].state == "warning"
    assert "docent run refuses" in found["database"].sentence


async def test_each_wrong_setting_is_a_line_of_its_own(tmp_path: Path) -> None:
    swapped = {"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xoxb-1"}
    code, out, _ = await within(tmp_path, "doctor", **swapped)

    assert code == 1
    assert [line.split()[1] for line in out.splitlines()] == [*swapped]
