"""A tool that acts by itself, and whose every act a test can count, hold and let fail."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.jsons import Json
from bot.tools.port import Call


@dataclass(slots=True, eq=False)
class Oven:
    """Bakes what it is asked for. `acts` holds the arguments of each act, in order; of these some
    have finished and some were broken off."""

    name: str = "bake"
    repeatable: bool = False
    acts: list[str] = field(default_factory=list)
    finished: int = 0
    broken_off: int = 0
    fails: Callable[[], Exception] | None = None
    _may_finish: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self._may_finish.set()

    @property
    def definition(self) -> Json:
        properties: Json = {"what": {"type": "string"}}
        return {
            "name": self.name,
            "description": "Bakes what is asked for.",
            "parameters": {"type": "object", "properties": properties},
        }

    def hold(self) -> None:
        """Acts begin, but do not end yet."""
        self._may_finish.clear()

    def release(self) -> None:
        self._may_finish.set()

    async def act(self, arguments: str, call: Call) -> str:  # noqa: ARG002 - its signature
        self.acts.append(arguments)
        async with self._changed:
            self._changed.notify_all()
        try:
            await self._may_finish.wait()
        except asyncio.CancelledError:
            self.broken_off += 1
            raise
        if self.fails is not None:
            raise self.fails()
        self.finished += 1
        return f'{{"baked": {arguments}}}'

    async def acting(self, count: int = 1, within: float = 10.0) -> None:
        """Wait until that act has begun. Raises TimeoutError."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(lambda: len(self.acts) >= count)
