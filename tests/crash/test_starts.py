"""Kills while a bot still starts: the next start goes on from whatever is there."""

from pathlib import Path

import pytest

from tests.crash.lesson import HELLO
from tests.crash.process import Bot, Cradle
from tests.sims.openai import OpenAISim
from tests.sims.platform import PlatformSim

pytestmark = pytest.mark.crash


@pytest.mark.parametrize("file", ["docent.lock", "docent.db", "docent.db-wal", "docent.secret"])
async def test_a_first_start_that_was_killed_is_made_good_by_the_next(
    tmp_path: Path, people: PlatformSim, model: OpenAISim, cradle: Cradle, file: str
) -> None:
    bot = Bot(tmp_path, people, model, cradle)
    await people.mention("hello")
    await bot.launch()
    await bot.stored((tmp_path / file).exists)
    await bot.end()

    async with bot:
        await people.said(HELLO)
        await bot.settled()

        assert people.texts() == [HELLO]
        assert len((tmp_path / "docent.secret").read_bytes()) == 32
