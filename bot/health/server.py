"""The health pages: `/healthz`, `/readyz` and `/metrics`, on an address of their own."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CONTENT_TYPE_LATEST
from yarl import URL

from bot.health.metrics import exposition
from bot.health.pulse import Pulse
from bot.store.database import StoreError

SHUTDOWN = 1.0
"""Seconds that a page under way gets at the end."""
CONNECTIONS = 64
"""At most, so that whoever opens many cannot take the files that the bot needs."""
PATIENCE = 15.0
"""Seconds that a connection may last: a page takes no more than five, a slow one is not waited
for."""
LOOK = 1.0
HERE = "localhost"
PLAIN = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@asynccontextmanager
async def serve(
    pulse: Pulse, sock: socket.socket, *, patience: float = PATIENCE
) -> AsyncIterator[None]:
    """Answer on a listening socket, which is closed at the end; nobody for longer than their
    `patience` in seconds."""
    pages = _Pages(pulse)
    at_home = ip_address(sock.getsockname()[0]).is_loopback
    app = web.Application(client_max_size=0, middlewares=[_only_by_address] if at_home else [])
    app.router.add_get("/healthz", pages.alive)
    app.router.add_get("/readyz", pages.ready)
    app.router.add_get("/metrics", pages.metrics)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN)
    await runner.setup()
    if runner.server is None:
        raise LookupError("no server")
    connections = _Connections(runner.server, patience)
    listening = await asyncio.get_running_loop().create_server(connections.taken, sock=sock)
    watching = asyncio.create_task(connections.watch())
    try:
        yield
    finally:
        watching.cancel()
        listening.close()
        await runner.cleanup()
        sock.close()


@web.middleware
async def _only_by_address(request: web.Request, handler: Handler) -> web.StreamResponse:
    """On this machine alone nobody needs a name, except a page elsewhere whose name was made to
    point here (DNS rebinding)."""
    if _is_address(request.headers.get("Host", HERE)):
        return await handler(request)
    return web.Response(status=403, headers=PLAIN)


def _is_address(authority: str) -> bool:
    try:
        host = URL.build(scheme="http", authority=authority).host or ""
        return host == HERE or bool(ip_address(host))
    except ValueError:
        return False


class _Connections:
    """Takes so many at once, each for so long."""

    def __init__(self, server: web.Server, patience: float) -> None:
        self._server = server
        self._patience = patience

    def taken(self) -> asyncio.Protocol:
        """What serves the next connection."""
        if len(self._server.connections) >= CONNECTIONS:
            return _Refused()
        return self._server()

    async def watch(self) -> None:
        """Hang up on those that last too long, until cancelled."""
        loop, since = asyncio.get_running_loop(), dict[web.RequestHandler, float]()
        while True:
            now = loop.time()
            since = {each: since.get(each, now) for each in self._server.connections}
            for each, begun in since.items():
                if now - begun >= self._patience:
                    each.force_close()
            await asyncio.sleep(min(LOOK, self._patience))


class _Refused(asyncio.Protocol):
    """Hangs up at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


class _Pages:
    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse

    async def alive(self, _: web.Request) -> web.Response:
        """That anything answers is what it says."""
        return web.Response(text="ok\n", headers=PLAIN)

    async def ready(self, _: web.Request) -> web.Response:
        missing = await self._pulse.missing()
        if missing:
            lines = "".join(f"not ready: {what}\n" for what in missing)
            return web.Response(status=503, text=lines, headers=PLAIN)
        return web.Response(text="ok\n", headers=PLAIN)

    async def metrics(self, _: web.Request) -> web.Response:
        try:
            numbers = await self._pulse.numbers()
        except (StoreError, OSError, TimeoutError):
            numbers = None
        body = exposition(self._pulse, numbers)
        return web.Response(body=body, headers={**PLAIN, "Content-Type": CONTENT_TYPE_LATEST})
