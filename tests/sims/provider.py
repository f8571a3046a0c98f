"""The real client against the scripted server, as tests of the engine need it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.jsons import Json
from bot.responses import Finished, Request, Responses, StreamEvent, TextDelta
from tests.sims.openai import OpenAISim

HELLO: Json = {"role": "user", "content": "hello"}
TOOL: Json = {
    "type": "function",
    "name": "display_quiz",
    "description": "Show a quiz.",
    "strict": False,
    "parameters": {"type": "object", "properties": {}},
}
ASK = Request(model="tutor-1", instructions="Be kind.", input=(HELLO,), tools=(TOOL,))
PATIENT = timedelta(seconds=10)


@asynccontextmanager
async def client(
    sim: OpenAISim,
    *,
    first: timedelta = PATIENT,
    idle: timedelta = PATIENT,
    longest: timedelta = PATIENT,
) -> AsyncIterator[Responses]:
    async with Responses(
        base_url=sim.base_url,
        api_key="sk-test",
        first_event_timeout=first,
        idle_timeout=idle,
        longest=longest,
    ) as provider:
        yield provider


async def events(
    provider: Responses, request: Request = ASK, seen: list[StreamEvent] | None = None
) -> list[StreamEvent]:
    """All events of one response; those before an error are in `seen`."""
    seen = [] if seen is None else seen
    async for event in provider.stream(request):
        seen.append(event)
    return seen


async def end(provider: Responses, request: Request = ASK) -> Finished:
    *_, last = await events(provider, request)
    assert isinstance(last, Finished)
    return last


def said(seen: list[StreamEvent]) -> str:
    return "".join(event.text for event in seen if isinstance(event, TextDelta))


def text_of(item: Json) -> object:
    content = item["content"]
    assert isinstance(content, list)
    assert isinstance(content[0], dict)
    return content[0].get("text")
