"""What an operator is told before the first start."""

import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from adapters.discord import install
from adapters.discord.adapter import DiscordAdapter
from bot.errors import OperatorError
from bot.strings import say
from tests.adapters.discord.desk import adapter_of
from tests.contract.door import NotebookDoor
from tests.sims.discord.sim import DiscordSim
from tests.sims.discord.world import TOKEN
from tests.sources import ROOT


@pytest.fixture
async def sim() -> AsyncIterator[DiscordSim]:
    async with DiscordSim() as sim:
        yield sim


async def test_a_good_token_is_called_by_the_name_of_its_bot(sim: DiscordSim) -> None:
    [found] = await install.check(bot_token=TOKEN, api_url=sim.api_url)

    assert (found.state, found.text) == ("ok", "Discord knows the bot tutor.")


async def test_a_wrong_token_an_intent_and_no_network_each_say_what_to_do(sim: DiscordSim) -> None:
    wrong = await install.check(bot_token="wrong", api_url=sim.api_url)  # noqa: S106
    unread = await install.check(bot_token=TOKEN, api_url=sim.api_url, message_content=True)
    lost = await install.check(bot_token=TOKEN, api_url="http://127.0.0.1:9/api/v10")
    sim.application_flags = 1 << 19
    granted = await install.check(bot_token=TOKEN, api_url=sim.api_url, message_content=True)

    assert [(found.state, found.text) for found in wrong] == [
        ("failed", say("discord.wrong_token"))
    ]
    assert [found.state for found in unread] == ["ok", "failed"]
    assert "Message Content Intent" in unread[1].text
    assert [found.state for found in lost] == ["failed"]
    assert "cannot be reached" in lost[0].text
    assert [found.state for found in granted] == ["ok"]


async def test_a_wrong_token_and_a_missing_intent_end_the_run(sim: DiscordSim) -> None:
    wrong = DiscordAdapter(bot_token="wrong", api_url=sim.api_url)  # noqa: S106
    with pytest.raises(OperatorError, match="DISCORD_BOT_TOKEN"):
        await wrong.run(NotebookDoor())
    with pytest.raises(OperatorError, match="Message Content Intent"):
        await adapter_of(sim, message_content=True).run(NotebookDoor())


def test_the_manifest_asks_for_exactly_what_the_link_does() -> None:
    text = (ROOT / "manifests" / "discord.md").read_text("utf-8")
    found = re.search(r"https://discord\.com/oauth2/\S+", text)

    assert found is not None
    assert found[0] == install.invite_url("APPLICATION_ID")
    query = parse_qs(urlsplit(found[0]).query)
    allowed = {name for name, may in discord.Permissions(int(query["permissions"][0])) if may}
    assert allowed == {
        "attach_files",
        "create_public_threads",
        "read_message_history",
        "send_messages",
        "send_messages_in_threads",
        "read_messages",  # discord.py's word for viewing a channel
    }
