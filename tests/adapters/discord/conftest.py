"""The scripted Discord, alone or with a tutor in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.discord.tutor import Tutor
from tests.sims.discord.sim import DiscordSim
from tests.sims.openai import OpenAISim


@pytest.fixture
async def sim() -> AsyncIterator[DiscordSim]:
    async with DiscordSim() as sim:
        yield sim


@pytest.fixture
async def tutor(tmp_path: Path) -> AsyncIterator[Tutor]:
    async with DiscordSim() as discord, OpenAISim() as model:
        yield Tutor(discord, model, tmp_path / "docent.db")
