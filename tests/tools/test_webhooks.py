"""A webhook function asks the operator's address, and whatever that does has an output."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.tools.outputs import CUT, DONE, INTERRUPTED, MAX_OUTPUT, UNREACHABLE, capped
from bot.tools.port import BadArgumentsError
from bot.tools.webhook_file import Entry
from bot.tools.webhooks import Webhook, open_webhooks
from tests.tools.calls import CALL
from tests.tools.receiver import (
    KEY,
    Answer,
    Receiver,
    hangs,
    hangs_up,
    receiving,
    refuses,
    says,
)


@asynccontextmanager
async def hook(url: str, *, repeatable: bool = False, limit: float = 10) -> AsyncIterator[Webhook]:
    entry = Entry(url=url, key=SecretStr(KEY), repeatable=repeatable, timeout=limit)
    async with open_webhooks({"look_up": entry}) as hooks:
        yield hooks["look_up"]


async def output(
    *answers: Answer, arguments: str = "{}", repeatable: bool = False
) -> tuple[str, Receiver]:
    async with receiving(*answers) as receiver, hook(receiver.url, repeatable=repeatable) as made:
        return await made.act(arguments, CALL), receiver


def error(text: str) -> str:
    return str(json.loads(text)["error"])


async def test_the_answer_to_a_signed_request_is_the_output() -> None:
    before = time.time()

    said, receiver = await output(says('{"meaning": "größer"}'), arguments='{"word": "größer"}')

    assert said == '{"meaning": "größer"}'
    ((request, body),) = receiver.asked
    assert (request.method, request.path_qs) == ("POST", "/functions?from=docent")
    assert request.headers["webhook-id"] == CALL.id
    assert request.content_type == "application/json"
    assert body["type"] == "function.called"
    assert datetime.fromisoformat(str(body["timestamp"])).timestamp() >= before
    assert body["data"] == {
        "name": "look_up",
        "arguments": {"word": "größer"},
        "call_id": "call_1",
        "run_id": "run_1",
        "thread_id": "thread_1",
        "assistant_id": "asst_tutor",
        "person": "p-1",
    }


@pytest.mark.parametrize("arguments", ["", "  ", "{}"])
async def test_no_arguments_are_an_empty_object(arguments: str) -> None:
    _, receiver = await output(says("1"), arguments=arguments)

    assert receiver.asked[0][1]["data"]["arguments"] == {}  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    "arguments", ["{", "[]", '"text"', "null", '{"a": NaN}', '{"a": "\\ud800"}', "[" * 100_000]
)
async def test_arguments_that_are_no_object_go_back_to_the_model(arguments: str) -> None:
    async with receiving(says("1")) as receiver, hook(receiver.url) as made:
        with pytest.raises(BadArgumentsError):
            await made.act(arguments, CALL)

        assert receiver.asked == []


@pytest.mark.parametrize(
    ("said", "kind", "expected"),
    [
        ("plain words", "text/plain", "plain words"),
        ("[1, 2]", "application/vnd.school+json", "[1, 2]"),
        ("\ufeff{}", "application/json", "{}"),
        ("", "application/json", DONE),
        ("", "text/plain", DONE),
    ],
)
async def test_json_and_text_are_taken_as_they_are(said: str, kind: str, expected: str) -> None:
    assert (await output(says(said, kind=kind)))[0] == expected


@pytest.mark.parametrize("said", ['{"cut', "<html>", "[" * 50_000])
async def test_what_only_claims_to_be_json_is_an_error(said: str) -> None:
    assert "not JSON" in error((await output(says(said)))[0])


@pytest.mark.parametrize(
    "answer",
    [says("x", kind="image/png"), says("{}", **{"Content-Encoding": "gzip"})],
    ids=["picture", "compressed"],
)
async def test_what_is_no_text_is_an_error(answer: Answer) -> None:
    assert "not text" in error((await output(answer))[0])


async def test_a_huge_answer_is_read_no_further_than_an_output_goes() -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(b"1" * 10_000)
            sent += 10_000

    said = capped((await output(endless))[0])

    assert said == "1" * MAX_OUTPUT + CUT
    assert sent < 100 * MAX_OUTPUT


@pytest.mark.parametrize("status", [301, 307, 400, 401, 404, 429, 500, 503])
async def test_another_status_is_told_and_nothing_else(status: int) -> None:
    said, receiver = await output(refuses(status, Location="/elsewhere"), says("found"))

    assert error(said) == f"The function answered with HTTP status {status}."
    assert len(receiver.asked) == 1


@pytest.mark.parametrize("first", [refuses(503), refuses(429), hangs_up])
async def test_a_repeatable_function_is_asked_again_under_the_same_id(first: Answer) -> None:
    said, receiver = await output(first, says('"found"'), repeatable=True)

    assert said == '"found"'
    assert [request.headers["webhook-id"] for request, _ in receiver.asked] == [CALL.id] * 2


async def test_asking_again_has_an_end() -> None:
    said, receiver = await output(refuses(500, Retry_After="0"), repeatable=True)

    assert "500" in error(said)
    assert len(receiver.asked) == 3


async def test_a_receiver_that_wants_to_be_left_alone_for_long_is_not_waited_for() -> None:
    said, receiver = await output(refuses(429, Retry_After="3600"), repeatable=True)

    assert "429" in error(said)
    assert len(receiver.asked) == 1


async def test_a_repeatable_function_is_not_asked_again_for_what_stays_wrong() -> None:
    _, receiver = await output(refuses(404), says("found"), repeatable=True)

    assert len(receiver.asked) == 1


async def test_a_connection_that_breaks_leaves_it_unknown_what_was_done() -> None:
    said, receiver = await output(hangs_up)

    assert said == INTERRUPTED
    assert len(receiver.asked) == 1


async def test_an_answer_that_does_not_come_is_given_up() -> None:
    async with receiving(hangs) as receiver, hook(receiver.url, limit=0.2) as made:
        with pytest.raises(TimeoutError):
            await made.act("{}", CALL)

        assert len(receiver.asked) == 1


async def test_stop_breaks_off_the_request() -> None:
    async with receiving(hangs) as receiver, hook(receiver.url, repeatable=True) as made:
        acting = asyncio.create_task(made.act("{}", CALL))
        async with asyncio.timeout(5):
            await receiver.arrived.wait()
            acting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await acting

        assert len(receiver.asked) == 1


async def test_an_address_where_nobody_listens_is_tried_again_and_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening, so that nobody else can be there
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        async with hook(url, limit=5) as made:
            assert await made.act("{}", CALL) == UNREACHABLE


async def test_a_certificate_that_nobody_vouches_for_gets_no_arguments() -> None:
    async with receiving(says("1"), untrusted=True) as receiver, hook(receiver.url) as made:
        assert await made.act("{}", CALL) == UNREACHABLE
        assert receiver.asked == []


async def test_a_host_name_that_no_resolver_takes_is_unreachable() -> None:
    async with hook(f"https://{'x' * 70}.example/") as made:
        assert await made.act("{}", CALL) == UNREACHABLE


async def test_many_calls_share_the_session() -> None:
    async with receiving(says("1")) as receiver, hook(receiver.url) as made:
        outputs = await asyncio.gather(*(made.act("{}", CALL) for _ in range(100)))

        assert set(outputs) == {"1"}


async def test_this_machine_is_reached_without_the_environments_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert (await output(says("1")))[0] == "1"


async def test_elsewhere_is_reached_through_the_environments_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[str] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append((await reader.readline()).decode())
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(proxy, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        async with hook("https://functions.example/") as made:
            assert await made.act("{}", CALL) == UNREACHABLE

    assert heard == ["CONNECT functions.example:443 HTTP/1.1\r\n"] * 3
