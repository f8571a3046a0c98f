"""The health pages: `/healthz`, `/readyz` and `/metrics`, on an address of their own."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.health.metrics import exposition
from bot.health.pulse import Pulse
from bot.store.database import StoreError

SHUTDOWN = 1.0
"""Seconds that a page under way gets at the end."""
PLAIN = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@asynccontextmanager
async def serve(pulse: Pulse, sock: socket.socket) -> AsyncIterator[None]:
    """Answer on a listening socket, which is closed at the end."""
    pages = _Pages(pulse)
    app = web.Application(client_max_size=0)
    app.router.add_get("/healthz", pages.alive)
    app.router.add_get("/readyz", pages.ready)
    app.router.add_get("/metrics", pages.metrics)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN)
    await runner.setup()
    try:
        await web.SockSite(runner, sock).start()
        yield
    finally:
        await runner.cleanup()
        sock.close()


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
