"""A bot to kill, between people and a model that live on."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.crash.process import Bot, Cradle
from tests.crash.tutor import Tutor
from tests.sims.openai import OpenAISim
from tests.sims.platform import PlatformSim


@pytest.fixture(scope="session")
def cradle() -> Iterator[Cradle]:
    cradle = Cradle()
    yield cradle
    cradle.close()


@pytest.fixture
async def people() -> AsyncIterator[PlatformSim]:
    async with PlatformSim() as people:
        yield people


@pytest.fixture
def tutor() -> Tutor:
    return Tutor()


@pytest.fixture
async def model(tutor: Tutor, people: PlatformSim) -> AsyncIterator[OpenAISim]:
    async with OpenAISim(responder=tutor.answer, people=people.known) as model:
        yield model


@pytest.fixture
async def bot(
    tmp_path: Path, people: PlatformSim, model: OpenAISim, cradle: Cradle
) -> AsyncIterator[Bot]:
    async with Bot(tmp_path, people, model, cradle) as bot:
        yield bot
