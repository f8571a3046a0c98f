"""A database that takes no writes for a while, as on a full disk: nothing is lost or doubled."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.store.database import BUSY_TIMEOUT
from tests.flows.bench import Bench
from tests.flows.lessons import quiz
from tests.sims.answers import Text


@asynccontextmanager
async def blocked(bench: Bench) -> AsyncIterator[None]:
    """Somebody else holds the only write lock."""
    blocker = sqlite3.connect(bench.database, isolation_level=None, timeout=0)
    async with asyncio.timeout(10):
        while not blocker.in_transaction:
            with suppress(sqlite3.OperationalError):
                blocker.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(0)
    try:
        yield
    finally:
        blocker.rollback()
        blocker.close()


async def test_what_could_not_be_saved_comes_again_and_counts_once(bot: Bench) -> None:
    bot.model.answer(quiz())
    await bot.people.mention("Quiz me", place="t1")
    first = await bot.people.question(1, place="t1")
    bot.model.answer(Text("Half of it"), hold_before=3)
    bot.model.answer(Text("Half of it"))
    await bot.people.mention("Tell me", place="t2")
    await bot.model.request_arrived(2)

    async with blocked(bot):
        bot.model.release()
        written = await bot.people.submit(first.actions[0].token, "6x", place="t1")
        # Each write waits for the lock in turn: the answer's, and that of the other reply.
        await bot.people.until(lambda: written.deliveries > 1, within=4 * BUSY_TIMEOUT / 1000)

    await bot.people.said("Half of it", place="t2")
    await bot.people.question(2, place="t1")

    assert bot.people.texts("t2") == ["Half of it"]
    assert len(bot.people.shown("t1")) == 1
