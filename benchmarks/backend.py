"""A bare server of the Responses API in a process of its own, as fast as asyncio can be.

It answers every question the same way over `seconds`, the very first one at once so that it can
warm up who asks, and notes when each request had arrived and when the last token left.
`python -m benchmarks.backend` is that process.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from pydantic import TypeAdapter

from benchmarks.answers import events, question_of
from benchmarks.processes import allow_open_files

ROOT = Path(__file__).parents[1]
STARTS_WITHIN = 20.0
BACKLOG = 4_096
"""Connections that wait to be accepted; Linux allows no more by default."""

STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Times:
    """Of one request, on the clock that all processes of a machine share (`time.monotonic`)."""

    arrived: float
    last_token: float


TIMES = TypeAdapter(dict[str, Times])


@dataclass(frozen=True, slots=True)
class Backend:
    """A running server."""

    base_url: str

    async def times(self) -> dict[str, Times]:
        """What became of each question since the last look."""
        url = self.base_url.removesuffix("/v1") + "/times"
        return TIMES.validate_json(await asyncio.to_thread(_get, url))


def _get(url: str) -> bytes:
    with urlopen(url, timeout=STARTS_WITHIN) as response:  # noqa: S310 - our own server
        body: bytes = response.read()
        return body


@asynccontextmanager
async def serving(*, pieces: int, seconds: float = 0.0) -> AsyncIterator[Backend]:
    """A server whose answers come in `pieces` over `seconds`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.backend", str(pieces), str(seconds)),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("no pipes")
    try:
        async with asyncio.timeout(STARTS_WITHIN):
            port = int(await process.stdout.readline())
        yield Backend(f"http://127.0.0.1:{port}/v1")
    finally:
        process.stdin.close()  # which ends it, also when this process is killed
        await process.wait()


@dataclass(slots=True)
class _Script:
    pieces: int
    seconds: float
    asked: int = 0
    times: dict[str, Times] = field(default_factory=dict)


class _Connection(asyncio.Protocol):
    """One connection, kept alive; requests on it come one after the other."""

    def __init__(self, script: _Script) -> None:
        self._script = script
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - its signature
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, rest = bytes(self._received).partition(b"\r\n\r\n")
        if not end:
            return
        request, *lines = head.split(b"\r\n")
        headers = dict(line.lower().split(b": ", 1) for line in lines)
        if len(rest) < (length := int(headers.get(b"content-length", b"0"))):
            return
        self._received = bytearray(rest[length:])
        if request.startswith(b"GET"):
            self._tell_times()
        else:
            self._answer(rest[:length])

    def _tell_times(self) -> None:
        body = TIMES.dump_json(self._script.times)
        self._script.times = {}
        self._write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))

    def _answer(self, body: bytes) -> None:
        arrived = time.monotonic()
        script = self._script
        script.asked += 1
        question = question_of(json.loads(body)["input"])
        before, pieces, after = events(question, script.pieces, script.asked)
        self._write(STREAM + b"".join(map(_chunk, before)))
        waiting = [_chunk(piece) for piece in pieces]
        waiting[-1] += b"".join(map(_chunk, after)) + END
        if script.seconds == 0 or script.asked == 1:
            script.times[question] = Times(arrived, time.monotonic())
            self._write(b"".join(waiting))
            return
        loop, between = asyncio.get_running_loop(), script.seconds / len(waiting)
        for number, piece in enumerate(waiting[:-1], 1):
            loop.call_later(number * between, self._write, piece)
        loop.call_later(script.seconds, self._finish, question, arrived, waiting[-1])

    def _finish(self, question: str, arrived: float, last: bytes) -> None:
        self._script.times[question] = Times(arrived, time.monotonic())
        self._write(last)

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


def _chunk(event: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(event), event)


async def _serve(pieces: int, seconds: float) -> None:
    allow_open_files()
    script = _Script(pieces, seconds)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(script), "127.0.0.1", 0, backlog=BACKLOG)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    owner = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(owner), sys.stdin)
    await owner.read()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
