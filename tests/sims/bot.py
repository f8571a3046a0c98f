"""The bot as a process of its own: the real engine with the adapter of the scripted platform."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import logs
from bot.cli.signals import until_stopped
from bot.clock import SystemClock
from bot.engine import Model, open_engine
from bot.errors import OperatorError
from bot.tools import TOOLS
from tests.sims.wire import WireAdapter


def main(arguments: Sequence[str] | None = None) -> None:
    """One life, from the command line; what an operator should read goes to stderr."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--platform", required=True)
    parser.add_argument("--provider", required=True)
    chosen = parser.parse_args(arguments)
    logs.set_up("info")
    life = _life(chosen.database, chosen.platform, chosen.provider)
    try:
        asyncio.run(until_stopped(life))
    except OperatorError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


async def _life(database: Path, platform: str, provider: str) -> None:
    model = Model(base_url=provider, api_key="test", name="model-1")
    adapters = [WireAdapter(platform)]
    async with open_engine(database, adapters, model, TOOLS, SystemClock()) as engine:
        await engine.run()


if __name__ == "__main__":
    main()
