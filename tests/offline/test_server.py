import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import aiohttp
import pytest
from openai import AsyncOpenAI, BadRequestError, NotFoundError
from openai.types.responses import (
    Response,
)

from tests.offline.talking import (
    QUIZ,
    SEED,
    Items,
    calls,
    say,
    user,
)

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_stream_has_its_events_in_order_and_its_deltas_are_the_text(
    client: AsyncOpenAI,
) -> None:
    kinds: list[str] = []
    numbers: list[int] = []
    text = ""
    final: Response | None = None
    async for event in await client.responses.create(
        model="offline-tutor", input=SEED, tools=[QUIZ], stream=True
    ):
        numbers.append(event.sequence_number)
        if event.type not in kinds[-1:]:
            kinds.append(event.type)
        if event.type == "response.output_text.delta":
            text += event.delta
        if event.type == "response.completed":
            final = event.response

    assert final is not None
    assert final.output_text == text
    assert list(range(len(numbers))) == numbers
    assert [kind.removeprefix("response.") for kind in kinds] == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "output_item.added",
        "function_call_arguments.delta",
        "function_call_arguments.done",
        "output_item.done",
        "completed",
    ]
    assert final.usage is not None
    assert final.usage.total_tokens == final.usage.input_tokens + final.usage.output_tokens > 20


async def test_the_strict_stream_helper_takes_the_stream(client: AsyncOpenAI) -> None:
    async with client.responses.stream(model="offline-tutor", input="what is 7*8?") as stream:
        final = await stream.get_final_response()

    assert final.output_text == r"\(7 \cdot 8 = 56\)"


async def test_a_reply_is_cut_where_no_more_tokens_are_allowed(client: AsyncOpenAI) -> None:
    response = await client.responses.create(
        model="offline-tutor", input="Explain linear algebra", max_output_tokens=16
    )

    assert response.status == "incomplete"
    assert response.incomplete_details is not None
    assert response.incomplete_details.reason == "max_output_tokens"
    assert len(response.output_text) == 64


async def test_a_dangling_call_is_a_bad_request(client: AsyncOpenAI) -> None:
    items: Items = [user("quiz me")]
    (call,) = calls(await say(client, items))

    with pytest.raises(BadRequestError) as refused:
        await say(client, [*items, user("hello?")])

    assert f"No tool output found for function call {call.call_id}." in refused.value.message
    assert refused.value.type == "invalid_request_error"


async def test_models_are_listed_and_unknown_ones_are_not_there(client: AsyncOpenAI) -> None:
    assert [model.id async for model in client.models.list()] == ["offline-tutor"]
    with pytest.raises(NotFoundError):
        await client.models.retrieve("gpt-0")


NESTED = b"[" * 900 + b"]" * 900
DEEP = (
    b'{"model": "m", "input": "hi", "tools": [{"type": "function", "name": "f", '
    b'"parameters": {"a": ' + NESTED + b"}}]}"
)
BODIES: Iterable[tuple[bytes, str, int]] = [
    (b"", "application/json", 400),
    (b"{", "application/json", 400),
    (b"[]", "application/json", 400),
    (b'{"model": "m", "input": NaN}', "application/json", 400),
    (b"[" * 100_000, "application/json", 400),
    (b"\xff\xfe", "application/json", 400),
    (b'{"model": "m", "input": "hi"}', "text/plain", 400),
    (b'{"model": "m", "input": "\\ud800\\u0000 hi"}', "application/json", 200),
    (b'{"model": "m", "input": 1e999}', "application/json", 400),
    (b'{"model": "m", "input": []}', "application/json", 200),
    (DEEP, "application/json", 400),
    (json.dumps({"model": "m", "input": "x" * 100_000}).encode(), "application/json", 200),
]


@pytest.mark.parametrize(("body", "kind", "status"), BODIES)
async def test_raw_bodies_are_answered_or_refused_in_shape(
    url: str, body: bytes, kind: str, status: int
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/responses", data=body, headers={"Content-Type": kind}) as response,
    ):
        answered = await response.json()

    assert status == response.status
    assert ("error" in answered) == (status != 200) or answered["error"] is None


async def test_an_unknown_path_has_an_error_in_shape(url: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/files") as response:
        answered = await response.json()

    assert response.status == 404
    assert answered["error"]["type"] == "invalid_request_error"


async def test_an_abandoned_stream_does_no_harm(client: AsyncOpenAI) -> None:
    stream = await client.responses.create(
        model="offline-tutor", input="Explain algebra", stream=True
    )
    await anext(aiter(stream))
    await stream.close()

    assert (await say(client, [user("1+1")])).output_text == r"\(1 + 1 = 2\)"


async def test_a_calculation_that_hangs_is_given_up_and_the_next_one_works(
    client: AsyncOpenAI,
) -> None:
    start = time.monotonic()
    hung = await say(client, [user("expand (x+y+z+a+b+c)^60")])

    assert "it takes me too long" in hung.output_text
    assert time.monotonic() - start < 15
    assert (await say(client, [user("what is 7*8?")])).output_text == r"\(7 \cdot 8 = 56\)"


_CHILD = """
import asyncio
from openai import AsyncOpenAI
from bot import offline

async def main() -> None:
    async with offline.serve() as url, AsyncOpenAI(base_url=url, api_key="x") as client:
        await client.responses.create(model="m", input="1 + 1")
        print("started", flush=True)
        await client.responses.create(model="m", input="expand (x+y+z+a+b+c)^60")

asyncio.run(main())
"""


def children(parent: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True
    ).stdout
    pairs = [line.split() for line in listed.splitlines()]
    return [int(pid) for pid, ppid in pairs if int(ppid) == parent]


def lives(pid: int) -> bool:
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], check=False, capture_output=True, text=True
    ).stdout.strip()
    return bool(listed) and not listed.startswith("Z")


@pytest.mark.crash
@pytest.mark.skipif(sys.platform == "win32", reason="ps is a POSIX tool")
async def test_the_worker_dies_with_a_parent_that_is_killed_in_the_middle_of_a_job() -> None:
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _CHILD),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert parent.stdout is not None
        async with asyncio.timeout(20):
            while b"started" not in await parent.stdout.readline():
                pass
            workers = children(parent.pid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            parent.kill()
        await parent.communicate()

    assert len(workers) == 1
    async with asyncio.timeout(10):
        while lives(workers[0]):  # noqa: ASYNC110 - another process sets no event of ours
            await asyncio.sleep(0.05)
