"""The bot as a process of its own: the real engine with the adapter of the scripted platform."""

import argparse
import asyncio
from pathlib import Path

from bot.clock import SystemClock
from bot.engine import Model, open_engine
from bot.tools import TOOLS
from tests.sims.wire import WireAdapter


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--platform", required=True)
    parser.add_argument("--provider", required=True)
    chosen = parser.parse_args()
    model = Model(base_url=chosen.provider, api_key="test", name="model-1")
    adapters = [WireAdapter(chosen.platform)]
    async with open_engine(chosen.database, adapters, model, TOOLS, SystemClock()) as engine:
        await engine.run()


if __name__ == "__main__":
    asyncio.run(main())
