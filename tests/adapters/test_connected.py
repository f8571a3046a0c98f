"""An adapter says that it hears its platform only as long as that is so."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.adapters.discord import desk
from tests.adapters.slack import bot
from tests.contract.door import NotebookDoor
from tests.contract.test_contract import STAGES
from tests.sims.discord.sim import DiscordSim
from tests.sims.slack.server import SlackSim

WITHIN = 15.0


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN):
        while not happened():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("platform", sorted(STAGES))
async def test_it_is_connected_while_it_runs_and_not_after(platform: str, tmp_path: Path) -> None:
    async with STAGES[platform](tmp_path) as stage:
        adapter = stage.adapter
        await until(lambda: adapter.is_connected)

    assert not adapter.is_connected


async def test_a_token_that_slack_takes_back_leaves_it_deaf() -> None:
    async with SlackSim() as slack, bot.running(slack, NotebookDoor()) as adapter:
        slack.tokens.clear()
        await slack.disconnect()
        await until(lambda: not adapter.is_connected)


async def test_a_discord_that_is_away_is_not_heard() -> None:
    async with AsyncExitStack() as there:
        sim = await there.enter_async_context(DiscordSim())
        async with desk.running(sim, NotebookDoor()) as adapter:
            await until(lambda: adapter.is_connected)
            await there.aclose()
            await until(lambda: not adapter.is_connected)
