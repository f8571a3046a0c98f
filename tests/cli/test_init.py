"""`docent init` at a terminal and in scripts: asked, tried, written, or nothing at all."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.database import open_store
from tests.cli.bots import Site, open_site
from tests.cli.test_commands import docent
from tests.cli.ttys import at_terminal
from tests.sims.answers import Failure, Text
from tests.sims.slack.web_api import APP_TOKEN, BOT_TOKEN

CTRL_C = b"\x03"


@pytest.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.chdir(tmp_path)
    async with open_site(tmp_path) as site:
        yield site


def settings(folder: Path) -> str:
    return (folder / ".env").read_text("utf-8")


async def test_a_new_operator_answers_and_every_mistake_is_told_at_once(
    site: Site, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("# ours\nDOCENT_PORT=9000\nDOCENT_MODEL=old # note\n")
    no_tokens = {"SLACK_API_URL": site.slack.api_url}
    async with at_terminal(tmp_path, "init", **no_tokens) as terminal:
        await terminal.answer("Which platform", "teams")
        await terminal.answer("Which platform", "slack")
        await terminal.answer("Bot token", APP_TOKEN)
        await terminal.until("belongs into SLACK_APP_TOKEN")
        await terminal.answer("Bot token", "xoxb-wrong")
        await terminal.answer("App-level token", APP_TOKEN)
        await terminal.until("failed")
        await terminal.answer("Go on all the same?", "n")
        await terminal.answer("Bot token", BOT_TOKEN)
        await terminal.answer("App-level token", "")  # keeps what was answered
        await terminal.answer("Address of the server", site.model.base_url)
        await terminal.answer("API key", "sk-test")
        await terminal.answer("Model [old]", "tutor-1")
        await terminal.until("docent run")
        assert await terminal.ended() == 0

    assert BOT_TOKEN not in terminal.shown
    assert "sk-test" not in terminal.shown
    assert settings(tmp_path) == (
        "# ours\nDOCENT_PORT=9000\nDOCENT_MODEL=tutor-1\n"
        f"SLACK_BOT_TOKEN={BOT_TOKEN}\nSLACK_APP_TOKEN={APP_TOKEN}\n"
        f"OPENAI_BASE_URL={site.model.base_url}\nOPENAI_API_KEY=sk-test\n"
    )
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / ".docent" / "docent.db").is_file()


async def test_ctrl_c_leaves_everything_as_it_was(site: Site, tmp_path: Path) -> None:
    async with at_terminal(tmp_path, "init", SLACK_API_URL=site.slack.api_url) as terminal:
        await terminal.answer("Which platform", "slack")
        await terminal.answer("Bot token", BOT_TOKEN)
        await terminal.until("App-level token")
        terminal.press(CTRL_C)
        assert await terminal.ended() == 1

    assert "Traceback" not in terminal.shown
    assert site.files() == []


async def test_without_a_terminal_it_says_what_scripts_use(tmp_path: Path) -> None:
    code, out, err = await docent(tmp_path, "init")

    assert (code, out) == (2, "")
    assert "docent init --from-env" in err
    assert err.count("\n") == 1


async def test_scripts_have_what_is_set_tried_and_written(site: Site, tmp_path: Path) -> None:
    said = await site.invoked("init", "--from-env")
    again = await site.invoked("status", "--json")

    assert said.exit_code == 0, said.output
    assert "docent run" in said.output
    assert f"SLACK_BOT_TOKEN={BOT_TOKEN}\n" in settings(tmp_path)
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert json.loads(again.output)["running"] is False


async def test_beside_a_running_bot_it_says_to_restart_it(site: Site) -> None:
    async with open_store(site.folder / ".docent" / "docent.db"):
        said = await site.invoked("init", "--from-env")

    assert said.exit_code == 0
    assert "restart it" in said.output


async def test_a_wrong_key_fails_with_its_sentence_and_writes_nothing(site: Site) -> None:
    refusal = Failure(401, code="invalid_api_key", message="sk-test is no key")
    site.model.models, site.model.responder = refusal, lambda _: refusal
    said = await site.invoked("init", "--from-env")

    assert said.exit_code == 1
    assert "OPENAI_API_KEY" in said.output
    assert "sk-test" not in said.output
    assert site.files() == []


async def test_a_missing_scope_is_named(site: Site) -> None:
    site.slack.scopes = "app_mentions:read,commands"
    said = await site.invoked("init", "--from-env")

    assert said.exit_code == 1
    assert "chat:write" in said.output
    assert site.files() == []


async def test_a_model_without_functions_is_told(site: Site) -> None:
    site.model.responder = lambda _: Text("I would rather talk.")
    said = await site.invoked("init", "--from-env")

    assert said.exit_code == 0
    assert "did not call a function" in said.output


async def test_half_of_slack_is_told(site: Site) -> None:
    said = await site.invoked("init", "--from-env", SLACK_APP_TOKEN="")

    assert "SLACK_APP_TOKEN is missing" in str(said.exception)
    assert site.files() == []
