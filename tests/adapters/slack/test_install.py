"""What `init` and `doctor` say of the tokens, and whether the manifest is what the code needs."""

import re

import pytest

from adapters.slack.install import SCOPES, check, next_step
from tests.sims.slack.rules import ARGUMENTS
from tests.sims.slack.server import ALL_SCOPES, Fault, SlackSim
from tests.sims.slack.web_api import APP_TOKEN, BOT_TOKEN
from tests.sources import ROOT

MANIFEST = (ROOT / "manifests" / "slack.yaml").read_text("utf-8")


async def looked(slack: SlackSim, bot: str = BOT_TOKEN, app: str = APP_TOKEN) -> list[str]:
    found = await check(bot_token=bot, app_token=app, api_url=slack.api_url)
    return [f"{one.state}: {one.text}" for one in found]


async def test_what_is_right_is_said_in_three_lines(slack: SlackSim) -> None:
    assert await looked(slack) == [
        "ok: Docent is tutor in the workspace Math.",
        "ok: The app may do all that Docent needs.",
        "ok: Socket Mode can be used.",
    ]
    assert "/invite" in next_step()


async def test_a_missing_scope_is_named(slack: SlackSim) -> None:
    slack.scopes = ALL_SCOPES.replace("im:write,", "").replace("commands,", "")

    assert any(
        line.startswith("failed: The app lacks commands, im:write") for line in await looked(slack)
    )


@pytest.mark.parametrize(
    ("bot", "app", "sentence"),
    [
        (APP_TOKEN, BOT_TOKEN, "the wrong way round"),
        ("xoxp-user", APP_TOKEN, "SLACK_BOT_TOKEN must begin with xoxb-"),
        (BOT_TOKEN, "secret", "SLACK_APP_TOKEN must begin with xapp-"),
        ("xoxb-old", APP_TOKEN, "Slack refuses SLACK_BOT_TOKEN (invalid_auth)"),
        (BOT_TOKEN, "xapp-old", "Slack refuses SLACK_APP_TOKEN (invalid_auth)"),
    ],
    ids=["swapped", "user token", "no app token", "revoked bot", "revoked app"],
)
async def test_wrong_tokens_are_told_apart(
    slack: SlackSim, bot: str, app: str, sentence: str
) -> None:
    failed = [line for line in await looked(slack, bot, app) if line.startswith("failed")]

    assert len(failed) == 1
    assert sentence in failed[0]
    assert bot not in failed[0]


async def test_a_slack_that_cannot_be_reached_is_not_the_tokens_fault(slack: SlackSim) -> None:
    slack.faults["auth.test"] = [Fault(status=503, body="down")]

    assert "Slack cannot be reached" in (await looked(slack))[0]


def test_the_manifest_asks_for_the_scopes_that_the_code_needs() -> None:
    scopes = MANIFEST.partition("    bot:\n")[2].partition("\nsettings:")[0]

    assert set(re.findall(r"^      - ([a-z_:]+)", scopes, re.MULTILINE)) == SCOPES
    assert set(ALL_SCOPES.split(",")) == SCOPES


def test_the_manifest_subscribes_to_what_the_code_hears() -> None:
    events = MANIFEST.partition("bot_events:\n")[2].partition("  interactivity:")[0]

    assert set(re.findall(r"- ([a-z_.]+)", events)) == {
        "app_mention",
        "message.channels",
        "message.groups",
        "message.im",
    }


def test_the_code_calls_only_what_the_simulator_serves() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "adapters" / "slack").glob("*.py")]
    called = {
        name
        for source in sources
        for name in re.findall(
            r'"((?:auth|apps|chat|conversations|users|usergroups|views)\.[a-zA-Z.]+)"', source
        )
    }

    assert called <= set(ARGUMENTS)
