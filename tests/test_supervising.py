"""Adapters are kept at work: one that fails is started again and the others go on."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.adapter import Door
from bot.errors import OperatorError
from bot.supervising import Supervisor, for_operators
from tests.contract.door import NotebookDoor
from tests.sims.wire import LIMITS, WireAdapter

WITHIN = 5.0
NOT_LONG = timedelta(milliseconds=1)


class Scripted(WireAdapter):
    """Does something else at each start, and works from then on."""

    def __init__(self, platform: str, *starts: Callable[[], Awaitable[None]]) -> None:
        super().__init__("http://127.0.0.1:9", LIMITS)
        self._platform = platform
        self._starts = list(starts)
        self.started = 0
        self.works = asyncio.Event()

    @property
    def platform(self) -> str:
        return self._platform

    async def run(self, door: Door) -> None:  # noqa: ARG002 - nobody says anything
        self.started += 1
        if self._starts:
            await self._starts.pop(0)()
            return
        self.works.set()
        await asyncio.Event().wait()


class Choosy(Scripted):
    """Is connected when the test says so."""

    hears = False

    @property
    def is_connected(self) -> bool:
        return self.hears


async def crash() -> None:
    raise LookupError


async def end() -> None:
    return


async def cancel_itself() -> None:
    raise asyncio.CancelledError


async def refuse() -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_refuse())


async def _refuse() -> None:
    raise OperatorError("The token is wrong.")


@pytest.mark.parametrize("start", [crash, end, cancel_itself], ids=lambda each: each.__name__)
async def test_whatever_ends_is_started_again_and_the_others_go_on(
    start: Callable[[], Awaitable[None]],
) -> None:
    weak, steady = Scripted("weak", start, start), Scripted("steady")
    work = asyncio.create_task(
        Supervisor([weak, steady], pause=lambda _: NOT_LONG).run(NotebookDoor())
    )
    async with asyncio.timeout(WITHIN):
        await weak.works.wait()
    work.cancel()
    await asyncio.wait([work])

    assert (weak.started, steady.started) == (3, 1)
    assert work.cancelled()


async def test_at_the_start_what_the_operator_must_mend_ends_everything() -> None:
    work = Supervisor([Scripted("steady"), Scripted("wrong", refuse)]).run(NotebookDoor())

    async with asyncio.timeout(WITHIN):
        with pytest.raises(ExceptionGroup) as caught:
            await work
    assert str(for_operators(caught.value)) == "The token is wrong."


async def test_later_it_is_tried_again() -> None:
    adapter = Scripted("wrong", refuse)
    work = asyncio.create_task(
        Supervisor([adapter], starting=0, pause=lambda _: NOT_LONG).run(NotebookDoor())
    )
    async with asyncio.timeout(WITHIN):
        await adapter.works.wait()
    work.cancel()
    await asyncio.wait([work])

    assert adapter.started == 2


async def test_the_wait_grows_with_failures_in_a_row() -> None:
    asked: list[int] = []

    def pause(failures: int) -> timedelta:
        asked.append(failures)
        return NOT_LONG

    adapter = Scripted("weak", crash, crash, crash)
    work = asyncio.create_task(Supervisor([adapter], pause=pause).run(NotebookDoor()))
    async with asyncio.timeout(WITHIN):
        await adapter.works.wait()
    work.cancel()
    await asyncio.wait([work])

    assert asked == [1, 2, 3]


async def test_who_is_heard_is_known() -> None:
    one, other = Choosy("one"), Choosy("other")
    supervisor = Supervisor([one, other])
    one.hears = True

    assert supervisor.connected() == {"one": True, "other": False}
