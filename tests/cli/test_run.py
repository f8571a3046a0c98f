"""`docent run` between a Slack and a model: what it says, what it refuses, how it ends."""

import re
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.run import check, check_platforms
from bot.errors import OperatorError
from bot.settings import Settings, SettingsError
from tests.cli.bots import Site, free_port, open_site
from tests.cli.within import within
from tests.sims.answers import Failure, Text
from tests.sims.slack.server import ALL_SCOPES
from tests.sims.slack.web_api import APP_TOKEN, BOT_TOKEN


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path) as site:
        yield site


async def test_a_mention_is_answered_and_the_health_pages_tell_of_it(site: Site) -> None:
    async with site.running("--new") as bot:
        await bot.until_said("Health: ")
        await site.slack.until(lambda: site.slack.connected)
        await site.model.request_arrived(2)  # the probe of the model
        site.model.answer(Text("Subtract 11 first."))
        await site.slack.say("U1", "C1", "<@UBOT> solve 3x + 11 = 14")
        await site.slack.said("Subtract 11 first.")

        assert await bot.page("/healthz") == (200, "ok\n")
        assert await bot.page("/readyz") == (200, "ok\n")
        metrics = await bot.page_says("/metrics", 'docent_runs{status="completed"} 1.0')
        assert 'docent_connected{platform="slack"} 1.0' in metrics
        assert "docent_provider_down 0.0" in metrics
        assert re.search(r'docent_accept_seconds_count\{kind="mention"\} [1-9]', metrics)
        assert "U1" not in metrics

        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ended() == 0

    said = "\n".join(bot.said)
    assert str(site.folder / ".docent") in said
    assert "Slack" in said
    assert "tutor-1" in said
    assert [line["event"] for line in bot.logged].count("started") == 1
    assert "3x" not in str(bot.logged)


async def test_it_tells_systemd_and_a_second_process_that_it_runs(
    site: Site, tmp_path: Path
) -> None:
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.setblocking(False)
        async with site.running("--new", NOTIFY_SOCKET=str(path)) as bot:
            await bot.until_said("Health: ")
            await bot.page_says("/healthz", "ok")
            assert manager.recv(100) == b"READY=1"
            code, _, err = await site.within("run", DOCENT_PORT=str(free_port()))
            bot.process.send_signal(signal.SIGTERM)
            await bot.ended()
        assert manager.recv(100) == b"STOPPING=1"

    assert code == 1
    assert "Another Docent already runs" in err
    assert err.count("\n") == 1


async def test_nothing_starts_anew_in_a_folder_by_accident(site: Site) -> None:
    code, out, err = await site.within("run")

    assert (code, out) == (2, "")
    assert str(site.folder / ".docent" / "docent.db") in err
    assert "--new" in err
    assert err.count("\n") == 1
    assert not (site.folder / ".docent").exists()


async def test_new_is_for_new_installations_alone(site: Site) -> None:
    assert (await site.within("init", "--from-env"))[0] == 0
    code, out, err = await site.within("run", "--new")

    assert (code, out) == (2, "")
    assert "Start without --new" in err


WRONG = "xapp-wrong"
COMPLETE = {
    "slack_bot_token": "xoxb-1",
    "slack_app_token": "xapp-1",
    "openai_api_key": "sk-1",
    "docent_model": "tutor-1",
}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"slack_bot_token": None, "slack_app_token": None}, "No platform is set up"),
        ({"slack_app_token": None}, "SLACK_APP_TOKEN is missing"),
        ({"slack_bot_token": None}, "SLACK_BOT_TOKEN is missing"),
        ({"docent_model": None}, "DOCENT_MODEL"),
        ({"openai_api_key": None}, "OPENAI_API_KEY"),
    ],
    ids=["no platform", "no app token", "no bot token", "no model", "no key"],
)
def test_what_is_missing_is_said_in_a_sentence(
    tmp_path: Path, given: dict[str, object], says: str
) -> None:
    settings = Settings.checked({**COMPLETE, "docent_home": tmp_path, **given})

    with pytest.raises(SettingsError, match=says) as caught:
        check(settings, new=True)
    assert "\n" not in str(caught.value)


async def test_a_key_that_cannot_be_one_is_told(site: Site) -> None:
    code, out, err = await site.docent("run", "--new", OPENAI_API_KEY="sk-ä")

    assert (code, out) == (2, "")
    assert "OPENAI_API_KEY holds characters" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("scopes", "app_token", "says"),
    [
        ("app_mentions:read,commands", APP_TOKEN, "chat:write"),
        (ALL_SCOPES, WRONG, "SLACK_APP_TOKEN"),
    ],
    ids=["missing scope", "refused token"],
)
async def test_a_platform_that_refuses_is_a_sentence(
    site: Site, scopes: str, app_token: str, says: str
) -> None:
    site.slack.scopes = scopes
    given = {"slack_app_token": app_token, "slack_api_url": site.slack.api_url}
    with pytest.raises(OperatorError, match=says) as caught:
        await check_platforms(Settings.checked({"slack_bot_token": BOT_TOKEN, **given}))

    assert "\n" not in str(caught.value)
    assert WRONG not in str(caught.value)


async def test_a_platform_that_refuses_ends_the_start(site: Site) -> None:
    site.slack.tokens.clear()
    code, _, err = await site.docent("run", "--new")

    assert code == 1
    assert err.count("\n") == 1
    assert not (site.folder / ".docent").exists()


async def test_a_taken_port_is_told(site: Site) -> None:
    with socket.create_server(("127.0.0.1", site.port)):
        code, _, err = await site.docent("run", "--new")

    assert code == 1
    assert f"Port {site.port} for the health pages is taken" in err
    assert err.count("\n") == 1


async def test_a_model_without_functions_is_told_and_the_bot_goes_on(site: Site) -> None:
    site.model.responder = lambda _: Text("I would rather talk.")
    async with site.running("--new") as bot:
        told = await bot.until_said("did not call a function")
        assert "choose another model" in told
        assert (await bot.page("/readyz"))[0] == 200


async def test_a_wrong_key_of_the_model_is_told(site: Site) -> None:
    refusal = Failure(401, code="invalid_api_key", message="sk-test is no key")
    site.model.models, site.model.responder = refusal, lambda _: refusal
    async with site.running("--new") as bot:
        assert "OPENAI_API_KEY" in await bot.until_said("refuses the key")
    assert "sk-test" not in "".join(bot.said)


async def test_demo_hears_no_platform_that_is_set_up_badly(tmp_path: Path) -> None:
    given = {"SLACK_BOT_TOKEN": "nonsense", "OPENAI_API_KEY": "", "DOCENT_MODEL": ""}
    code, _, err = await within(tmp_path, "demo", "--live", **given)

    assert code == 2
    assert "OPENAI_API_KEY and DOCENT_MODEL" in err
