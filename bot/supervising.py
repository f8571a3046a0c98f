"""Keeps every adapter at work: one that fails is started again, and the others go on."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

import structlog

from bot import backoff
from bot.adapter import Adapter, Door
from bot.errors import OperatorError

STARTING = 60.0
"""Seconds after the start in which what an operator must mend, such as a wrong token, ends the
program with its sentence. Later it is logged and tried again, so that the others go on."""
STEADY = 60.0
"""Seconds after which an adapter counts as having worked: its next failure is a first one."""

log = structlog.get_logger()


class Supervisor:
    """`pause` is the wait before the nth restart in a row."""

    def __init__(
        self,
        adapters: Iterable[Adapter],
        *,
        starting: float = STARTING,
        pause: Callable[[int], timedelta] = backoff.pause,
    ) -> None:
        self._adapters = {adapter.platform: adapter for adapter in adapters}
        self._starting = starting
        self._pause = pause

    def connected(self) -> Mapping[str, bool]:
        """Which platforms are heard now."""
        return {platform: one.is_connected for platform, one in self._adapters.items()}

    async def run(self, door: Door) -> None:
        """Until cancelled. Raises OperatorError, soon after the start alone."""
        async with asyncio.TaskGroup() as tasks:
            for adapter in self._adapters.values():
                tasks.create_task(self._keep(adapter, door))

    async def _keep(self, adapter: Adapter, door: Door) -> None:
        loop = asyncio.get_running_loop()
        started, failures = loop.time(), 0
        while True:
            began = loop.time()
            error = await self._once(adapter, door)
            now = loop.time()
            said = None if error is None else for_operators(error)
            if said is not None and now - started < self._starting:
                raise said
            failures = 1 if now - began >= STEADY else failures + 1
            pause = self._pause(failures).total_seconds()
            log.error(
                "adapter_ended",
                platform=adapter.platform,
                exc_info=error,
                advice=None if said is None else str(said),
                pause=round(pause, 1),
            )
            await asyncio.sleep(pause)

    async def _once(self, adapter: Adapter, door: Door) -> BaseException | None:
        """Let it run to its end; what it failed with."""
        try:
            await adapter.run(door)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            return error  # a library cancelled its own work: nobody asked us to end
        except Exception as error:  # noqa: BLE001 - whatever it is, the other platforms go on
            return error
        return None


def for_operators(error: BaseException) -> OperatorError | None:
    """The sentence within an error, which tasks may have wrapped in groups."""
    match error:
        case OperatorError():
            return error
        case BaseExceptionGroup(exceptions=errors):
            return next(filter(None, map(for_operators, errors)), None)
    return None
