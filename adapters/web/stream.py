"""The event stream: JSON lines with every message that changes, as it is when it is sent."""

import asyncio
import json

from aiohttp import web

from adapters.web.feed import Feed, Watcher
from adapters.web.guard import refusal
from adapters.web.people import Person
from adapters.web.playground import Playground
from adapters.web.rendering import Rendering
from bot.jsons import Json
from bot.strings import say

BEAT_SECONDS = 15.0
"""Between two signs of life on a silent stream; the page reconnects after 40 s without one."""

WRITE_SECONDS = 20.0
"""A stream that takes this long to take a line is dead; the page comes back by itself."""


class Streams:
    """Event streams over one playground."""

    def __init__(self, playground: Playground, feed: Feed, rendering: Rendering) -> None:
        self._playground = playground
        self._feed = feed
        self._rendering = rendering

    async def serve(self, request: web.Request, person: Person) -> web.StreamResponse:
        """Stream to one page until it leaves, falls behind or the server shuts down.

        The first line is a greeting: what changes after it will be sent, so a page that loads its
        messages after the greeting misses nothing.
        """
        with self._feed.watching(person.user) as watcher:
            if watcher is None:
                return refusal(503, say("web.too_many"))
            stream = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
            try:
                await stream.prepare(request)
                await _send(stream, {"type": "hello"})
                while not watcher.closed:
                    await self._send_changes(stream, watcher)
            except (TimeoutError, ConnectionResetError):
                pass  # the page reconnects and loads what it missed
            return stream

    async def _send_changes(self, stream: web.StreamResponse, watcher: Watcher) -> None:
        try:
            async with asyncio.timeout(BEAT_SECONDS):
                changed = await watcher.changes()
        except TimeoutError:
            await _send(stream, {"type": "beat"})
            return
        for message_id in changed:
            message = await self._playground.message(message_id)
            if message is None:
                await _send(stream, {"type": "gone", "id": message_id})
            elif message.accepted:
                shown = await self._rendering.message(message)
                await _send(stream, {"type": "message", "message": shown})


async def _send(stream: web.StreamResponse, line: Json) -> None:
    async with asyncio.timeout(WRITE_SECONDS):
        await stream.write(json.dumps(line).encode() + b"\n")
