"""One running offline tutor for all tests here: its calculator takes seconds to start."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio
from openai import AsyncOpenAI

from bot import offline


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def url() -> AsyncIterator[str]:
    async with offline.serve(longest_reply=timedelta(0)) as base:
        yield base


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def client(url: str) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=url, api_key="unused", max_retries=0) as opened:
        yield opened
