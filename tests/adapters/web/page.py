"""The page without a browser: it sends what the page sends and reads what it would show."""

import asyncio
import io
import json
import re
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
from pydantic import JsonValue, TypeAdapter

from adapters.web.adapter import WebAdapter
from bot.adapter import Door
from bot.jsons import Json

JSON: TypeAdapter[Json] = TypeAdapter(Json)
JSONS: TypeAdapter[list[Json]] = TypeAdapter(list[Json])
PATIENCE = 5.0


class Page:
    """An open page, acting as one person at a time."""

    def __init__(self, address: str, session: aiohttp.ClientSession, token: str) -> None:
        self.address = address
        self.session = session
        self.token = token

    @property
    def headers(self) -> dict[str, str]:
        return {"X-Docent-Token": self.token, "Origin": self.address}

    async def get(self, path: str, **query: str) -> tuple[int, Json]:
        url = f"{self.address}/api/{path}"
        async with self.session.get(url, params=query, headers=self.headers) as response:
            return response.status, JSON.validate_json(await response.read())

    async def post(self, path: str, body: Json | bytes, *, locale: str = "") -> tuple[int, Json]:
        data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        url = f"{self.address}/api/{path}"
        async with self.session.post(
            url, data=data, headers=self.headers, params={"locale": locale}
        ) as response:
            return response.status, JSON.validate_json(await response.read())

    async def say(
        self,
        text: str,
        *,
        place: str = "channel",
        person: str = "ada",
        key: str = "",
        locale: str = "",
    ) -> tuple[int, Json]:
        key = key or secrets.token_hex(16)
        body: Json = {"person": person, "id": key, "place": place, "text": text}
        return await self.post("message", body, locale=locale)

    async def ask(self, text: str = "@tutor hello", person: str = "ada") -> str:
        """Start a thread with the tutor; returns its key."""
        key = secrets.token_hex(16)
        status, _ = await self.say(text, person=person, key=key)
        assert status == 200
        return f"channel/{key}"

    async def act(
        self, path: str, message: str, token: str, person: str = "ada", **more: JsonValue
    ) -> tuple[int, Json]:
        body: Json = {"person": person, "message": message, "token": token, **more}
        if path != "form":
            body.setdefault("id", secrets.token_hex(16))
        return await self.post(path, body)

    async def messages(self, place: str, person: str = "ada") -> list[Json]:
        status, answer = await self.get("messages", place=place, person=person)
        assert status == 200
        return JSONS.validate_python(answer["messages"])

    @asynccontextmanager
    async def lines(self, person: str = "ada") -> AsyncIterator[AsyncIterator[Json]]:
        """The event stream, from its greeting on."""
        url = f"{self.address}/api/events?person={person}"
        async with self.session.get(url, headers=self.headers) as response:

            async def read() -> AsyncIterator[Json]:
                async for line in response.content:
                    yield JSON.validate_json(line)

            lines = read()
            greeting = await anext(lines)
            assert greeting == {"type": "hello"}
            yield lines


@asynccontextmanager
async def running(
    home: Path, door: Door, *, switch: bool = True, learners: int = 0, port: int = 0
) -> AsyncIterator[tuple[WebAdapter, Page]]:
    """An adapter that serves, and a page opened from it; stopped as the core stops it."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    adapter = WebAdapter(home, sock, switch=switch, learners=learners)
    run = asyncio.create_task(adapter.run(door))
    try:
        async with aiohttp.ClientSession() as session:
            yield adapter, await _opened(adapter.address, session, run)
    finally:
        run.cancel()
        with suppress(asyncio.CancelledError):
            await run


async def _opened(address: str, session: aiohttp.ClientSession, run: asyncio.Task[None]) -> Page:
    async with asyncio.timeout(PATIENCE):
        while not run.done():
            with suppress(aiohttp.ClientConnectionError):
                async with session.get(address) as response:
                    found = re.search('docent-token" content="([0-9a-f]+)"', await response.text())
                    assert found is not None
                    return Page(address, session, found[1])
            await asyncio.sleep(0.01)
    await run
    raise AssertionError("the adapter stopped by itself")


async def until(state: Callable[[], bool]) -> None:
    """Wait for a state, at most PATIENCE seconds."""
    async with asyncio.timeout(PATIENCE):
        while not state():  # noqa: ASYNC110 - the state is on the other side of a socket
            await asyncio.sleep(0.01)
