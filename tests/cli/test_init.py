"""`docent init` at a terminal and in scripts: asked, tried, written, or nothing at all."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.database import open_store
from tests.cli.bots import Site, open_site
from tests.cli.ttys import at_terminal
from tests.cli.within import within
from tests.sims.answers import Failure, Text
from tests.sims.discord.sim import DiscordSim
from tests.sims.discord.world import TOKEN
from tests.sims.slack.web_api import APP_TOKEN, BOT_TOKEN

CTRL_C = b"\x03"
OTHERS = 0o077
"""What the group and everybody else may do."""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
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
    assert (tmp_path / ".env").stat().st_mode & OTHERS == 0
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
    code, out, err = await within(tmp_path, "init")

    assert (code, out) == (2, "")
    assert "docent init --from-env" in err
    assert err.count("\n") == 1


async def test_scripts_have_what_is_set_tried_and_written(site: Site, tmp_path: Path) -> None:
    code, out, err = await site.within("init", "--from-env")
    again = await site.within("status", "--json")

    assert (code, err) == (0, "")
    assert "docent run" in out
    assert f"SLACK_BOT_TOKEN={BOT_TOKEN}\n" in settings(tmp_path)
    assert (tmp_path / ".env").stat().st_mode & OTHERS == 0
    assert json.loads(again[1])["running"] is False


async def test_what_it_makes_is_for_nobody_else(site: Site, tmp_path: Path) -> None:
    """In a folder too that somebody made before, such as the playground."""
    home = tmp_path / ".docent"
    home.mkdir(mode=0o755)
    code, _, err = await site.within("init", "--from-env")
    told = await site.within("doctor")

    assert (code, err) == (0, "")
    assert [path.name for path in home.iterdir() if path.stat().st_mode & OTHERS] == []
    assert told[0] == 0
    assert "chmod" not in told[1]


async def test_beside_a_running_bot_it_says_to_restart_it(site: Site) -> None:
    async with open_store(site.folder / ".docent" / "docent.db"):
        code, out, _ = await site.within("init", "--from-env")

    assert code == 0
    assert "restart it" in out


async def test_on_discord_it_says_how_to_go_on_there(site: Site) -> None:
    async with DiscordSim() as discord:
        given = {"DISCORD_BOT_TOKEN": TOKEN, "DISCORD_API_URL": discord.api_url}
        no_slack = {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": ""}
        code, out, _ = await site.within("init", "--from-env", **given, **no_slack)

    assert code == 0
    assert "In Discord, mention the bot" in out
    assert "In Slack" not in out


async def test_a_wrong_key_fails_with_its_sentence_and_writes_nothing(site: Site) -> None:
    refusal = Failure(401, code="invalid_api_key", message="sk-test is no key")
    site.model.models, site.model.responder = refusal, lambda _: refusal
    code, out, err = await site.within("init", "--from-env")

    assert (code, err) == (1, "")
    assert "OPENAI_API_KEY" in out
    assert "sk-test" not in out
    assert site.files() == []


async def test_a_missing_scope_is_named(site: Site) -> None:
    site.slack.scopes = "app_mentions:read,commands"
    code, out, _ = await site.within("init", "--from-env")

    assert code == 1
    assert "chat:write" in out
    assert site.files() == []


async def test_a_model_without_functions_is_told(site: Site) -> None:
    site.model.responder = lambda _: Text("I would rather talk.")
    code, out, _ = await site.within("init", "--from-env")

    assert code == 0
    assert "did not call a function" in out


async def test_half_of_slack_is_told(site: Site) -> None:
    code, _, err = await site.within("init", "--from-env", SLACK_APP_TOKEN="")

    assert code == 2
    assert "SLACK_APP_TOKEN is missing" in err
    assert site.files() == []


async def test_in_a_folder_without_settings_it_is_the_folder_that_is_named(tmp_path: Path) -> None:
    code, _, err = await within(tmp_path, "init", "--from-env")

    assert code == 2
    assert f"there is no .env in {tmp_path}" in err
