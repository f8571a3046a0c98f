"""The waits of one execution: the only places where Stop or the end of its time breaks it off.

Database work is never broken off: it goes on in its thread, and what it stored must be acted on.
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

Result = TypeVar("Result")


class BrokenOffError(Exception):
    """The wait is over before its time; the run's stored status says why."""


class Leash:
    """`stop` and the end of the execution's time break off what it waits for."""

    def __init__(self) -> None:
        self._deadline: float | None = None
        self._stopped = False
        self._scope: asyncio.Timeout | None = None

    def end_after(self, seconds: float) -> None:
        """When the execution's time is over."""
        self._deadline = asyncio.get_running_loop().time() + seconds

    def stop(self) -> None:
        """End the present wait, and every later one at once."""
        self._stopped = True
        if self._scope is not None and not self._scope.expired():
            self._scope.reschedule(asyncio.get_running_loop().time())

    async def wait(self, awaitable: Awaitable[Result]) -> Result:
        """What the awaitable gives. Raises BrokenOffError, and what the awaitable raises."""
        deadline = 0.0 if self._stopped else self._deadline
        scope = asyncio.timeout_at(deadline)
        try:
            async with scope:
                self._scope = scope
                return await awaitable
        except TimeoutError:
            if scope.expired():
                raise BrokenOffError from None
            raise
        finally:
            self._scope = None
