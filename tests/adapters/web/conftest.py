"""A playground that runs, with the test's door behind it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.web.adapter import WebAdapter
from tests.adapters.web.page import Page, running
from tests.contract.door import NotebookDoor


@pytest.fixture
def door() -> NotebookDoor:
    return NotebookDoor()


@pytest.fixture
async def served(tmp_path: Path, door: NotebookDoor) -> AsyncIterator[tuple[WebAdapter, Page]]:
    async with running(tmp_path, door) as pair:
        yield pair


@pytest.fixture
def adapter(served: tuple[WebAdapter, Page]) -> WebAdapter:
    return served[0]


@pytest.fixture
def page(served: tuple[WebAdapter, Page]) -> Page:
    return served[1]
