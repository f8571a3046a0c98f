"""The bench that flow tests start from, and what stands on both sides of the bot on Slack."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.flows.bench import Bench
from tests.sims.openai import OpenAISim
from tests.sims.platform import PlatformSim
from tests.sims.slack.server import SlackSim


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with PlatformSim() as people, OpenAISim() as model:
        yield Bench(people, model, tmp_path / "docent.db")


@pytest.fixture
async def bot(bench: Bench) -> AsyncIterator[Bench]:
    async with bench.running():
        yield bench


@pytest.fixture
def led_by_ada(bench: Bench) -> None:
    """Ada may start quizzes for others; the platform has the bot's clock."""
    bench.people.admins = {"ada"}
    bench.people.clock = bench.clock.now


@pytest.fixture
async def slack() -> AsyncIterator[SlackSim]:
    async with SlackSim() as workspace:
        yield workspace


@pytest.fixture
async def model() -> AsyncIterator[OpenAISim]:
    async with OpenAISim() as sim:
        yield sim
