"""Servers that cannot be reached, or that are no servers of this kind."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.responses import Responses, TellPerson, TryAgain
from tests.sims.provider import events

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
EVENTS = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
CREATED = b'data: {"type": "response.created", "response": {}}\n\n'


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """The address of a server that does what `handler` does to each request."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            begun = await reader.readexactly(1)
            if begun == b"P":  # of POST, and not of a TLS greeting
                await reader.readuntil(b"\r\n\r\n")
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


async def reason(base_url: str) -> str:
    """What an attempt ends with, as operators find it in the log."""
    async with Responses(
        base_url=base_url, api_key="k", first_event_timeout=timedelta(seconds=5)
    ) as provider:
        try:
            await events(provider)
        except TryAgain as error:
            return error.reason
        except TellPerson as error:
            return f"{error.code}: {error.blame}"
    return "answered"


async def write(writer: asyncio.StreamWriter, *chunks: bytes) -> None:
    for chunk in chunks:
        writer.write(chunk)
        await writer.drain()


async def test_nobody_listens_there() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

        assert await reason(f"http://127.0.0.1:{port}/v1") == "connection"


async def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")

    assert await reason("https://docent.invalid/v1") == "dns"


async def test_a_name_that_cannot_be_one_is_the_operators_mistake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")

    assert await reason(f"https://{'a' * 70}.invalid/v1") == "unavailable: address"


async def test_a_server_without_tls_behind_an_https_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")

    async def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await write(writer, EVENTS)

    async with serving(plain) as address:
        assert await reason(f"https://{address}") == "tls"


async def test_a_server_that_has_no_certificate() -> None:
    async def nothing(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        pass

    async with serving(nothing, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)) as address:
        assert await reason(f"https://{address}") in {"tls", "connection"}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ((), "connection"),
        ((b"\x00\x01 what?\r\n\r\n",), "connection"),
        ((b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n",), "interrupted"),
        ((EVENTS,), "interrupted"),
        ((EVENTS, CREATED), "interrupted"),
        ((EVENTS, CREATED, b'data: {"type": "resp'), "garbled"),
        (
            (EVENTS.replace(b"\r\n\r\n", b"\r\ntransfer-encoding: chunked\r\n\r\nzz"),),
            "connection",
        ),
        ((EVENTS.replace(b"\r\n\r\n", b"\r\ncontent-encoding: gzip\r\n\r\nno"),), "interrupted"),
    ],
    ids=str,
)
async def test_a_connection_that_ends_in_the_middle(said: tuple[bytes, ...], why: str) -> None:
    async def half(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await write(writer, *said)

    async with serving(half) as address:
        assert await reason(f"http://{address}") == why


async def test_of_an_endless_error_only_the_beginning_is_read() -> None:
    async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await write(writer, b"HTTP/1.1 500 No\r\ncontent-type: application/json\r\n\r\n")
        while True:
            await write(writer, b"x" * 65_536)

    started = time.monotonic()
    async with serving(endless) as address:
        assert await reason(f"http://{address}") == "http_500"

    assert time.monotonic() - started < 3


async def test_an_error_that_never_ends_its_sentence_is_a_silence() -> None:
    async def hanging(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await write(writer, b"HTTP/1.1 500 No\r\ncontent-length: 10\r\n\r\nx")
        await reader.read()
        await reader.read()

    async with (
        serving(hanging) as address,
        Responses(
            base_url=f"http://{address}",
            api_key="k",
            first_event_timeout=timedelta(milliseconds=200),
        ) as provider,
    ):
        with pytest.raises(TryAgain, match="no_first_event"):
            await events(provider)
