"""A simulated workspace with the adapter in it and the test's door behind that."""

from collections.abc import AsyncIterator

import pytest

from adapters.slack.adapter import SlackAdapter
from tests.adapters.slack.bot import running
from tests.contract.door import NotebookDoor
from tests.sims.slack.server import SlackSim


@pytest.fixture
def door() -> NotebookDoor:
    return NotebookDoor()


@pytest.fixture
async def slack() -> AsyncIterator[SlackSim]:
    async with SlackSim(ack_seconds=0.5) as workspace:
        yield workspace


@pytest.fixture
async def adapter(slack: SlackSim, door: NotebookDoor) -> AsyncIterator[SlackAdapter]:
    async with running(slack, door) as connected:
        yield connected
