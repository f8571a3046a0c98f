"""The Discord adapter over the real wire, with the small working door or the real engine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.discord.adapter import DiscordAdapter
from bot.adapter import Door
from tests.sims.discord.sim import DiscordSim
from tests.sims.discord.world import TOKEN


def adapter_of(sim: DiscordSim, *, message_content: bool = False) -> DiscordAdapter:
    return DiscordAdapter(
        bot_token=TOKEN,
        api_url=sim.api_url,
        gateway_url=sim.gateway_url,
        message_content=message_content,
    )


@asynccontextmanager
async def running(
    sim: DiscordSim, door: Door, *, message_content: bool = False
) -> AsyncIterator[DiscordAdapter]:
    """One life of the adapter, connected."""
    adapter = adapter_of(sim, message_content=message_content)
    life = asyncio.create_task(adapter.run(door))
    try:
        before = len(sim.gateway.sessions)
        await sim.until(lambda: len(sim.gateway.sessions) > before and sim.connected)
        yield adapter
    finally:
        life.cancel()
        await asyncio.wait([life])
        if not life.cancelled() and (error := life.exception()) is not None:
            raise error
