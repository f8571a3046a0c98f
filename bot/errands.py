"""Work that goes on to its end when its caller stops waiting: what it stored must also be woken."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

MAX_UNDER_WAY = 2_000
"""Clicks and screens at once; beyond that the caller is refused at once."""


class Errands:
    """`run` owns them."""

    def __init__(self) -> None:
        self._tasks = asyncio.TaskGroup()
        self._under_way = 0

    async def run(self) -> None:
        async with self._tasks:
            await asyncio.Event().wait()

    async def finish(self, work: Coroutine[Any, Any, Result], seconds: float) -> Result:
        """The work's result. Raises TimeoutError, and what the work raises."""
        if self._under_way >= MAX_UNDER_WAY:
            work.close()
            raise TimeoutError
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._tasks.create_task(self._carry_out(work, result))
        async with asyncio.timeout(seconds):
            return await result

    async def _carry_out(
        self, work: Coroutine[Any, Any, Result], result: asyncio.Future[Result]
    ) -> None:
        self._under_way += 1
        try:
            outcome = await work
        except Exception as error:  # noqa: BLE001 - it is the caller's
            if not result.done():
                result.set_exception(error)
        else:
            if not result.done():
                result.set_result(outcome)
        finally:
            self._under_way -= 1
            result.cancel()  # nothing to do for a result that is there
