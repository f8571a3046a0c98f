"""The real engine and adapter between two simulated servers: Discord and the provider."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from bot.engine import Model, open_engine
from bot.tools import TOOLS
from tests.adapters.discord.desk import adapter_of
from tests.sims.clock import MovableClock
from tests.sims.discord.sim import DiscordSim
from tests.sims.openai import OpenAISim


@dataclass(slots=True)
class Tutor:
    """The bot between both simulators; `running` is one life of it."""

    discord: DiscordSim
    model: OpenAISim
    database: Path
    clock: MovableClock = field(default_factory=MovableClock)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        model = Model(base_url=self.model.base_url, api_key="test", name="model-1")
        adapters = [adapter_of(self.discord)]
        before = len(self.discord.gateway.sessions)
        async with open_engine(self.database, adapters, model, TOOLS, self.clock) as engine:
            life = asyncio.create_task(engine.run())
            try:
                await self.discord.until(lambda: len(self.discord.gateway.sessions) > before)
                yield
            finally:
                life.cancel()
                await asyncio.wait([life])
                if not life.cancelled() and (error := life.exception()) is not None:
                    raise error

    def runs(self) -> int:
        with closing(sqlite3.connect(self.database)) as database:
            (number,) = database.execute("SELECT count(*) FROM runs").fetchone()
            return int(number)
