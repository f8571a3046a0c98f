"""A bot started as an operator starts it, between a simulated Slack and a simulated model."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession

from bot.jsons import Json
from tests.cli.test_commands import SECONDS, docent, start
from tests.cli.within import within
from tests.sims.answers import Call, Text
from tests.sims.openai import Asked, OpenAISim, Reaction
from tests.sims.slack.server import SlackSim
from tests.sims.slack.web_api import APP_TOKEN, BOT_TOKEN


def healthy(asked: Asked) -> Reaction:
    """A model that calls what it is told to, and says that it is ready."""
    choice = asked.body.get("tool_choice")
    return Call("report", {"works": True}, "call_0") if choice else Text("ready")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@dataclass(slots=True)
class Running:
    """`said` are the lines for people, `logged` those for programs."""

    process: asyncio.subprocess.Process
    port: int
    said: list[str] = field(default_factory=list)
    logged: list[Json] = field(default_factory=list)

    async def page(self, path: str) -> tuple[int, str]:
        url = f"http://127.0.0.1:{self.port}{path}"
        async with ClientSession() as web, web.get(url) as response:
            return response.status, await response.text()

    async def page_says(self, path: str, text: str) -> str:
        """Wait until a page has that text."""
        async with asyncio.timeout(SECONDS):
            while text not in (page := (await self.page(path))[1]):  # noqa: ASYNC110 - over HTTP
                await asyncio.sleep(0.05)
            return page

    async def until_said(self, text: str) -> str:
        async with asyncio.timeout(SECONDS):
            while not (found := [line for line in self.said if text in line]):  # noqa: ASYNC110 - a process
                await asyncio.sleep(0.02)
            return found[0]

    async def ended(self) -> int:
        async with asyncio.timeout(SECONDS):
            return await self.process.wait()


@dataclass(slots=True)
class Site:
    """A folder in which an operator works, and the servers that the bot talks to."""

    folder: Path
    slack: SlackSim
    model: OpenAISim
    port: int = field(default_factory=free_port)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": self.slack.api_url,
            "OPENAI_BASE_URL": self.model.base_url,
            "OPENAI_API_KEY": "sk-test",
            "DOCENT_MODEL": "tutor-1",
            "DOCENT_PORT": str(self.port),
        }

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    async def docent(self, *arguments: str, **other: str) -> tuple[int | None, str, str]:
        return await docent(self.folder, *arguments, **(self.environment | other))

    async def within(self, *arguments: str, **other: str) -> tuple[int | None, str, str]:
        return await within(self.folder, *arguments, **(self.environment | other))

    @asynccontextmanager
    async def running(self, *arguments: str, **other: str) -> AsyncIterator[Running]:
        """`docent run` from its start until the test has seen enough."""
        process = await start(self.folder, "run", *arguments, **(self.environment | other))
        bot = Running(process, self.port)
        assert process.stdout is not None
        assert process.stderr is not None
        readers = [
            asyncio.create_task(_log(process.stdout, bot.logged)),
            asyncio.create_task(_lines(process.stderr, bot.said)),
        ]
        try:
            yield bot
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await asyncio.gather(*readers)


@asynccontextmanager
async def open_site(folder: Path) -> AsyncIterator[Site]:
    async with SlackSim() as slack, OpenAISim(healthy, models={"tutor-1": None}) as model:
        yield Site(folder, slack, model)


async def _lines(stream: asyncio.StreamReader, kept: list[str]) -> None:
    while line := await stream.readline():
        kept.append(line.decode().rstrip("\n"))


async def _log(stream: asyncio.StreamReader, kept: list[Json]) -> None:
    """Every line has to be an object."""
    while line := await stream.readline():
        kept.append(json.loads(line))
