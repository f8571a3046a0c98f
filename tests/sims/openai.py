"""A scripted and strict server of the Responses API on loopback.

    async with OpenAISim() as sim:
        sim.answer(Text("hi"))
        sim.answer(Reasoning(), Calls(("display_quiz", {…}, "call_1")))
        sim.fail(429, code="rate_limit_exceeded", headers={"retry-after": "2"})
        … run the bot against sim.base_url …
        await sim.request_arrived(2)

Every request is kept in `sim.requests` and judged by OpenAI's rules. A request for which nothing
was scripted, or which OpenAI's OpenAPI file or its rules refuse, fails the test when the server is
left; the last not where the test is about such requests (`forgiving`). So does one that names a
person, see `names`.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web
from pydantic import JsonValue

from bot.jsons import Json
from tests.sims import spec
from tests.sims.answers import Answer, Edit, Failure, Part, Raw
from tests.sims.names import named
from tests.sims.rules import Memory, refusal
from tests.sims.streams import events_of

WITHIN = 10.0  # seconds that a test waits for what should have happened at once
LARGEST_REQUEST = 64 * 2**20


@dataclass(slots=True, eq=False)
class Asked:
    """One request and what became of it."""

    body: Json
    headers: Mapping[str, str]
    refused: Failure | None = None
    sent: int = 0
    ended: bool = False
    broken_off: bool = False

    @property
    def items(self) -> list[Json]:
        """The input as items; a text is one message."""
        given = self.body.get("input")
        if isinstance(given, list):
            return [each for each in given if isinstance(each, dict)]
        return [{"role": "user", "content": given}]


Reaction = Answer | Failure | Raw | Part
Responder = Callable[[Asked], Reaction]


@dataclass(slots=True)
class OpenAISim:
    """The server. `responder` answers what the queue does not; `unsupported` names parameters
    that it refuses as a model without them does. `models` are what it lists: names with the day
    on which they are shut down, `vector_stores` the ids of those that it has. `people` are the ids
    of persons whom no request may name, besides those that all tests know. Attributes may change
    while it runs."""

    responder: Responder | None = None
    unsupported: set[str] = field(default_factory=set)
    forgiving: bool = False
    models: dict[str, str | None] | Failure = field(default_factory=dict)
    vector_stores: set[str] | Failure = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    base_url: str = ""
    requests: list[Asked] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _peers: set[object] = field(default_factory=set)
    _queue: list[Reaction] = field(default_factory=list)
    _memory: Memory = field(default_factory=Memory)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _released: asyncio.Event = field(default_factory=asyncio.Event)
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_post("/v1/responses", self._respond)
        app.router.add_get("/v1/models", self._list)
        app.router.add_get("/v1/vector_stores/{id}", self._vector_store)
        app.router.add_route("*", "/{path:.*}", self._unknown)
        # A client that hangs up ends the handler, so that `broken_off` tells of it.
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}/v1"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
        assert self._runner is not None
        await self._runner.cleanup()
        if error is None and self.complaints:
            raise AssertionError("\n".join(self.complaints))

    @property
    def connections(self) -> int:
        """How many connections clients have opened for requests."""
        return len(self._peers)

    def answer(
        self,
        *parts: Part,
        reason: str | None = None,
        edits: tuple[Edit, ...] = (),
        cut_after: int | None = None,
        hold_before: int | None = None,
        hold_at_end: bool = False,
    ) -> None:
        """Script the next response; see `Answer`."""
        answer = Answer(parts, reason, edits, cut_after, hold_before, hold_at_end)
        self._queue.append(answer)

    def fail(
        self,
        status: int,
        code: str | None = None,
        *,
        message: str = "scripted",
        param: str | None = None,
        type_: str = "invalid_request_error",
        headers: Mapping[str, str] | None = None,
        body: JsonValue = None,
    ) -> None:
        """Script the next response as an HTTP error."""
        self._queue.append(Failure(status, code, message, param, type_, headers or {}, body))

    def send(self, *chunks: bytes, content_type: str = "text/event-stream") -> None:
        """Script the next response as bytes."""
        self._queue.append(Raw(chunks, content_type))

    def release(self) -> None:
        """Let every held response go on, and hold none from here on."""
        self._released.set()

    def hold_again(self) -> None:
        """Hold responses again that say so."""
        self._released.clear()

    async def request_arrived(self, number: int, within: float = WITHIN) -> Asked:
        """The request of that number, from 1. Raises TimeoutError."""
        await self._until(lambda: len(self.requests) >= number, within)
        return self.requests[number - 1]

    async def event_sent(self, count: int, *, number: int = 1, within: float = WITHIN) -> Asked:
        """Wait until that request has got so many events. Raises TimeoutError."""
        asked = await self.request_arrived(number, within)
        await self._until(lambda: asked.sent >= count, within)
        return asked

    async def broken_off(self, number: int = 1, within: float = WITHIN) -> Asked:
        """Wait until the client has hung up on that request. Raises TimeoutError."""
        asked = await self.request_arrived(number, within)
        await self._until(lambda: asked.broken_off, within)
        return asked

    async def _until(self, happened: Callable[[], bool], within: float) -> None:
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(happened)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _unknown(self, request: web.Request) -> web.Response:
        self.complaints.append(f"nobody serves {request.method} {request.path}")
        failure = Failure(404, message="unknown path")
        return web.json_response(failure.json, status=404)

    async def _vector_store(self, request: web.Request) -> web.Response:
        if isinstance(self.vector_stores, Failure):
            return web.json_response(self.vector_stores.json, status=self.vector_stores.status)
        store = request.match_info["id"]
        if store not in self.vector_stores:
            gone: Json = {"message": "No vector store found", "type": "invalid_request_error"}
            return web.json_response({"error": gone}, status=404)
        return web.json_response({"id": store, "object": "vector_store", "status": "completed"})

    async def _list(self, _: web.Request) -> web.Response:
        if isinstance(self.models, Failure):
            return web.json_response(self.models.json, status=self.models.status)
        listing: Json = {
            "object": "list",
            "data": [
                {
                    "id": name,
                    "object": "model",
                    "created": 1_790_000_000,
                    "owned_by": "scripted",
                    "shutdown_date": day,
                }
                for name, day in self.models.items()
            ],
        }
        wrong = spec.problem("ListModelsResponse", listing)
        if wrong is not None:
            self.complaints.append(wrong)
        return web.json_response(listing)

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        self._peers.add(request.transport.get_extra_info("peername"))
        body: Json = await request.json()
        asked = Asked(body=body, headers=dict(request.headers))
        self.requests.append(asked)
        await self._tell()
        try:
            return await self._react(request, asked)
        except (asyncio.CancelledError, ConnectionError):
            asked.broken_off = True
            raise
        finally:
            asked.ended = True
            await self._tell()

    async def _react(self, request: web.Request, asked: Asked) -> web.StreamResponse:
        asked.refused = self._judge(asked)
        reaction = asked.refused or self._next(asked)
        match reaction:
            case Failure():
                headers = {"x-request-id": f"req_{len(self.requests)}", **reaction.headers}
                return web.json_response(reaction.json, status=reaction.status, headers=headers)
            case Raw():
                return await self._raw(request, reaction)
            case Answer():
                return await self._stream(request, asked, reaction)
            case _:
                return await self._stream(request, asked, Answer((reaction,)))

    def _judge(self, asked: Asked) -> Failure | None:
        if not asked.headers.get("Authorization", "").startswith("Bearer "):
            return Failure(401, code="invalid_api_key", message="no key")
        if people := named(json.dumps(asked.body, ensure_ascii=False), self.people):
            self.complaints.append(f"request {len(self.requests)} names {', '.join(people)}")
        for name in sorted(self.unsupported & asked.body.keys()):
            message = f"Unsupported parameter: '{name}' is not supported with this model."
            return Failure(400, code="unsupported_parameter", message=message, param=name)
        broken = refusal(asked.body, self._memory)
        if broken is not None:
            if not self.forgiving:
                self.complaints.append(f"request {len(self.requests)}: {broken.message}")
            return broken
        wrong = spec.problem("CreateResponse", asked.body)
        if wrong is not None:
            self.complaints.append(wrong)
            return Failure(400, code="invalid_value", message=wrong)
        return None

    def _next(self, asked: Asked) -> Reaction:
        if self._queue:
            return self._queue.pop(0)
        if self.responder is not None:
            return self.responder(asked)
        self.complaints.append(f"nothing was scripted for request {len(self.requests)}")
        return Failure(400, code="nothing_scripted")

    async def _raw(self, request: web.Request, raw: Raw) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": raw.content_type})
        await response.prepare(request)
        for chunk in raw.chunks:
            await response.write(chunk)
        await response.write_eof()
        return response

    async def _stream(
        self, request: web.Request, asked: Asked, answer: Answer
    ) -> web.StreamResponse:
        number = self.requests.index(asked) + 1
        events = events_of(answer, asked.body, number)
        self._learn(events)
        if not asked.body.get("stream"):
            return web.json_response(events[-1]["response"])
        headers = {"content-type": "text/event-stream; charset=utf-8"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        for place, event in enumerate(events):
            if place == answer.cut_after:
                break
            if place == answer.hold_before:
                await self._released.wait()
            await response.write(_wire(event))
            asked.sent += 1
            await self._tell()
        if answer.cut_after is not None:
            assert request.transport is not None
            request.transport.close()
            return response
        if answer.hold_at_end:
            await self._released.wait()
        await response.write_eof()
        return response

    def _learn(self, events: list[Json]) -> None:
        done = [event["item"] for event in events if event["type"] == "response.output_item.done"]
        self._memory.learn([item for item in done if isinstance(item, dict)])


def _wire(event: Json) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
