"""Asking for the end is a normal end."""

import asyncio
import os
import signal

import pytest

from bot.cli.signals import STOPS, until_stopped


@pytest.mark.parametrize("name", STOPS)
async def test_a_signal_ends_the_work_after_its_clean_up(name: signal.Signals) -> None:
    cleaned = asyncio.Event()

    async def work() -> None:
        os.kill(os.getpid(), name)
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.set()

    async with asyncio.timeout(5):
        await until_stopped(work())

    assert cleaned.is_set()


async def test_work_that_ends_or_fails_by_itself_does_so() -> None:
    async def fail() -> None:
        raise LookupError

    await until_stopped(asyncio.sleep(0))
    with pytest.raises(LookupError):
        await until_stopped(fail())


async def test_cancelling_from_outside_is_no_normal_end() -> None:
    async def cancelled() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await until_stopped(cancelled())
