"""The bare reference for requests: the openai client, with the same transport and no bot."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic

import httpx2
from openai import AsyncOpenAI, DefaultAioHttpClient
from openai.types.responses import ResponseCompletedEvent, ResponseTextDeltaEvent

from benchmarks.answers import answer_to
from benchmarks.report import BenchmarkFailedError
from bot.assistants import DEFAULT

MAX_CONNECTIONS = 4_096


@asynccontextmanager
async def client(base_url: str, pieces: int) -> AsyncIterator[AsyncOpenAI]:
    """A client that has asked once before."""
    limits = httpx2.Limits(max_connections=MAX_CONNECTIONS)
    transport = DefaultAioHttpClient(limits=limits, timeout=httpx2.Timeout(None), trust_env=False)
    async with AsyncOpenAI(
        base_url=base_url, api_key="bench", max_retries=0, http_client=transport
    ) as opened:
        await ask(opened, "warm-up", pieces)
        yield opened


async def ask(client: AsyncOpenAI, question: str, pieces: int) -> float:
    """The time of the response's last event. Raises BenchmarkFailedError for a wrong answer."""
    answer, ended = "", 0.0
    async with await client.responses.create(
        model="bench",
        instructions=str(DEFAULT["instructions"]),
        input=[{"type": "message", "role": "user", "content": question}],
        store=False,
        stream=True,
    ) as stream:
        async for event in stream:
            match event:
                case ResponseTextDeltaEvent():
                    answer += event.delta
                case ResponseCompletedEvent():
                    ended = monotonic()
                case _:
                    pass
    if answer != answer_to(question, pieces) or not ended:
        raise BenchmarkFailedError(f"the bare client got {answer!r}")
    return ended


async def ask_in_turn(client: AsyncOpenAI, questions: Sequence[str], pieces: int) -> None:
    for question in questions:
        await ask(client, question, pieces)
