"""The bench that flow tests start from."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.flows.bench import Bench
from tests.sims.openai import OpenAISim
from tests.sims.platform import PlatformSim


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with PlatformSim() as people, OpenAISim() as model:
        yield Bench(people, model, tmp_path / "docent.db")


@pytest.fixture
async def bot(bench: Bench) -> AsyncIterator[Bench]:
    async with bench.running():
        yield bench
