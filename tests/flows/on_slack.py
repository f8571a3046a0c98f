"""The real engine and adapter between two simulated servers: Slack and the provider."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.engine import Model, open_engine
from bot.tools import TOOLS
from tests.adapters.slack.bot import adapter_for
from tests.sims.clock import MovableClock
from tests.sims.openai import OpenAISim
from tests.sims.slack.server import SlackSim


@asynccontextmanager
async def running(slack: SlackSim, model: OpenAISim, home: Path) -> AsyncIterator[MovableClock]:
    """One life of the bot, and its clock."""
    clock = MovableClock()
    adapter = adapter_for(slack)
    served = Model(base_url=model.base_url, api_key="test", name="model-1")
    opened = open_engine(home / "docent.db", [adapter], served, TOOLS, clock)
    async with opened as engine:
        life = asyncio.create_task(engine.run())
        try:
            await slack.until(lambda: slack.connected)
            yield clock
        finally:
            life.cancel()
            await asyncio.wait([life])
            if not life.cancelled() and (error := life.exception()) is not None:
                raise error
