"""An operator's server: it keeps what it was asked, and answers what the test says."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import standardwebhooks
from aiohttp import web
from pydantic import JsonValue

from bot.jsons import Json

KEY = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""24 bytes in base64; as public as the tests."""

UNTRUSTED = Path(__file__).with_name("untrusted.pem")

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True, eq=False)
class Receiver:
    """`answers` are given in turn, the last one for good. Only genuine requests are answered."""

    url: str
    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[web.Request, Json]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def calls(self) -> list[JsonValue]:
        """The data of each request, in order."""
        return [body["data"] for _, body in self.asked]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = (await request.read()).decode()
        # Raises for a wrong signature or an old time, which is a 500 that no test expects.
        standardwebhooks.Webhook(KEY).verify(body, dict(request.headers))
        self.asked.append((request, json.loads(body)))
        self.arrived.set()
        number = min(len(self.asked), len(self.answers)) - 1
        return await self.answers[number](request)


@asynccontextmanager
async def receiving(*answers: Answer, untrusted: bool = False) -> AsyncIterator[Receiver]:
    """A receiver on loopback, with a certificate that nobody vouches for if asked for one."""
    receiver = Receiver("", list(answers))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.answer)
    tls: ssl.SSLContext | None = None
    if untrusted:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(UNTRUSTED)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    port = int(runner.addresses[0][1])
    receiver.url = f"{'https' if untrusted else 'http'}://127.0.0.1:{port}/functions?from=docent"
    try:
        yield receiver
    finally:
        await runner.cleanup()


def says(text: str, *, kind: str = "application/json", **headers: str) -> Answer:
    """Answers with that text."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type=kind, headers=headers)

    return answer


def refuses(status: int, **headers: str) -> Answer:
    """Answers with that status, and with words that nobody should see."""

    async def answer(_: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text="inner workings", headers=named)

    return answer


async def hangs(_: web.Request) -> web.StreamResponse:
    """Never answers."""
    await asyncio.Event().wait()
    raise AssertionError


async def hangs_up(request: web.Request) -> web.StreamResponse:
    """Breaks the connection off before it answers."""
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError
