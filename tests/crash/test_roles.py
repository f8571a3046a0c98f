"""Who may work on a database: one engine, and beside it whoever only looks."""

import asyncio
import sys

import pytest

from bot.status import status
from bot.strings import say
from tests.crash.lesson import HELLO
from tests.crash.process import ROOT, WITHIN, Bot

pytestmark = pytest.mark.crash


async def test_a_second_start_on_a_database_refuses_and_the_first_goes_on(bot: Bot) -> None:
    await bot.people.mention("a quiz, please")
    await bot.people.question()

    second = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.sims.bot",
        *bot.arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(WITHIN):
        printed, told = await second.communicate()

    assert second.returncode == 1
    assert told.decode() == say("store.second_engine", path=bot.database) + "\n"
    assert not printed
    await bot.people.mention("hello", place="t2")
    await bot.people.said(HELLO, "t2")
    assert bot.people.quiz() is not None


async def test_the_status_is_told_beside_a_running_bot_and_after_its_kill(bot: Bot) -> None:
    await bot.people.mention("a quiz, please")
    await bot.people.question()
    await bot.settled()

    beside = status(bot.database)
    await bot.end()
    after = status(bot.database)

    assert (beside.running, after.running) == (True, False)
    for report in (beside, after):
        assert report.threads == 1
        assert report.runs == {"requires_action": 1}
        assert report.open_questions == 2
        assert report.unsettled_deliveries == 0
    await bot.start()
    assert (status(bot.database)).running
