"""A bot between the scripted platform and the scripted provider, all over real HTTP."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.adapter import Capabilities
from bot.engine import Model, open_engine
from bot.events import PersonRef
from bot.limits import NO_LIMITS, Limits
from bot.messages import text_of
from bot.tools import TOOLS
from bot.tools.port import Tool
from tests.sims.openai import OpenAISim
from tests.sims.platform import WITHIN, MovableClock, PlatformSim
from tests.sims.wire import LIMITS, WireAdapter

STEP = 0.2
"""Seconds that the bot gets to act on each step of the clock."""


@dataclass(slots=True)
class Bench:
    """What a flow test talks to. `running` is one life of the bot; several may follow."""

    people: PlatformSim
    model: OpenAISim
    database: Path
    clock: MovableClock = field(default_factory=MovableClock)
    limits: Capabilities = LIMITS
    tools: Mapping[str, Tool] = field(default_factory=lambda: dict(TOOLS))
    quota: Limits = NO_LIMITS
    admins: tuple[PersonRef, ...] = ()

    def __post_init__(self) -> None:
        self.model.people = self.people.known

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        model = Model(base_url=self.model.base_url, api_key="test", name="model-1")
        adapters = [WireAdapter(self.people.url, self.limits)]
        opened = open_engine(
            self.database,
            adapters,
            model,
            self.tools,
            self.clock,
            limits=self.quota,
            admins=self.admins,
        )
        async with opened as engine:
            life = asyncio.create_task(engine.run())
            try:
                yield
            finally:
                life.cancel()
                await asyncio.wait([life])
                if not life.cancelled() and (error := life.exception()) is not None:
                    raise error

    async def later(
        self, happened: Callable[[], bool], step: timedelta = timedelta(seconds=11)
    ) -> None:
        """Let time pass in steps until a state is reached. Raises TimeoutError."""
        async with asyncio.timeout(WITHIN):
            while not happened():
                await self.clock.advance(step)
                with suppress(TimeoutError):
                    await self.people.until(happened, within=STEP)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What is stored, seen from outside."""
        with closing(sqlite3.connect(self.database)) as database:
            return database.execute(query).fetchall()

    def change(self, statement: str, *values: object) -> None:
        """What an operator changes beside the bot."""
        with closing(sqlite3.connect(self.database)) as database, database:
            database.execute(statement, values)

    def said_to_model(self, number: int = -1) -> list[object]:
        """The texts and outputs of a request's input, in order."""
        return [
            text_of(item) or item.get("output") or item.get("name")
            for item in self.model.requests[number].items
        ]
