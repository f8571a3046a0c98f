"""The adapter's life in tests: connected to the simulated workspace, stopped as by the core."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from adapters.slack.adapter import START_SECONDS, SlackAdapter
from bot.adapter import Door
from tests.sims.slack.server import WITHIN, SlackSim
from tests.sims.slack.web_api import APP_TOKEN, BOT_TOKEN


@asynccontextmanager
async def running(slack: SlackSim, door: Door) -> AsyncIterator[SlackAdapter]:
    """An adapter whose events arrive."""
    adapter = adapter_for(slack)
    run = asyncio.create_task(adapter.run(door))
    ready = asyncio.create_task(adapter.connected())
    try:
        await asyncio.wait([run, ready], timeout=WITHIN, return_when=asyncio.FIRST_COMPLETED)
        if run.done():
            await run
        assert ready.done()
        yield adapter
    finally:
        ready.cancel()
        run.cancel()
        with suppress(asyncio.CancelledError):
            await run


def adapter_for(slack: SlackSim, *, patience: float = START_SECONDS) -> SlackAdapter:
    return SlackAdapter(
        bot_token=BOT_TOKEN, app_token=APP_TOKEN, api_url=slack.api_url, patience=patience
    )
