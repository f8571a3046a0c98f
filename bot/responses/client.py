"""One streamed response of a Responses API server; the only importer of `openai`."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, suppress
from datetime import timedelta
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import aiohttp
import httpx2  # the transport of `openai`, for its exceptions and time-outs
import structlog
from openai import (
    APIConnectionError,
    APIStatusError,
    AsyncAPIResponse,
    AsyncOpenAI,
    DefaultAioHttpClient,
)
from openai.types.responses import Response

from bot.jsons import Json
from bot.responses.errors import (
    Refusal,
    TryAgain,
    advised_wait,
    short,
    sort,
)
from bot.responses.reading import Finished, Reading, StreamEvent
from bot.responses.requests import (
    Request,
    body_of,
    foreign_reasoning,
    unwanted,
    without_reasoning,
)
from bot.responses.server_events import Garbled, ServerEvents, WholeResponse

OPENAI = "https://api.openai.com/v1"
CONNECT_TIMEOUT = 10.0  # seconds, for the connection alone
DRAIN_TIMEOUT = 0.5  # seconds for a finished stream to end by itself, so that its connection lives
MAX_CONNECTIONS = 4096  # more than runs that one process executes at once
MAX_WORDS = 4000  # characters of an error without a code that are searched for a reason
IDLE_CONNECTION = 15.0  # seconds; a tool's output mostly comes sooner than that

_TRANSPORT_ERRORS = (
    APIConnectionError,
    httpx2.HTTPError,
    httpx2.StreamError,
    aiohttp.ClientError,
    OSError,
)

_log = structlog.get_logger()


class Responses:
    """A provider behind one base URL (OpenAI without one), to be used as a context manager.

    It asks once per call: waiting and asking again belong to the caller. What a model refuses of
    the optional parameters is left out at once and remembered. `first_event_timeout` ends a wait
    for the first sign of life, `idle_timeout` a silence after it, `longest` any response.
    Raises ValueError for a key that fits no HTTP header.
    """

    def __init__(
        self,
        *,
        base_url: str | None,
        api_key: str,
        first_event_timeout: timedelta = timedelta(seconds=60),
        idle_timeout: timedelta = timedelta(seconds=120),
        longest: timedelta = timedelta(minutes=30),
    ) -> None:
        if not (api_key.isascii() and api_key.isprintable()):
            raise ValueError("the API key holds characters that no key has")
        self._base_url = base_url or OPENAI
        self._first = first_event_timeout.total_seconds()
        self._idle = idle_timeout.total_seconds()
        self._longest = longest.total_seconds()
        self._left_out: dict[str, frozenset[str]] = {}
        self._client = AsyncOpenAI(
            base_url=self._base_url,
            api_key=api_key or "none",  # servers on one's own machine ask for none
            max_retries=0,
            http_client=DefaultAioHttpClient(
                # Silence is ended by our own deadlines: they know the first event from later ones.
                timeout=httpx2.Timeout(None, connect=CONNECT_TIMEOUT),
                limits=httpx2.Limits(
                    max_connections=MAX_CONNECTIONS, keepalive_expiry=IDLE_CONNECTION
                ),
                # A redirect would carry the conversation to an address nobody configured.
                follow_redirects=False,
                # A proxy from the environment cannot reach this machine's own servers.
                trust_env=not _on_this_machine(self._base_url),
            ),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.close()

    @property
    def provider(self) -> str:
        """The base URL without credentials: what encrypted reasoning belongs to."""
        parts = urlsplit(self._base_url)
        host = parts.netloc.rpartition("@")[2].lower()
        return f"{parts.scheme.lower()}://{host}{parts.path.rstrip('/')}"

    async def stream(self, request: Request) -> AsyncGenerator[StreamEvent, None]:
        """The events of one response; the last one is Finished.

        Close the generator (`contextlib.aclosing`) to break off the HTTP response. Raises
        TryAgain, TellPerson or RequestRejected.
        """
        reading = Reading()
        deadline = asyncio.get_running_loop().time() + self._longest
        async with AsyncExitStack() as stack:
            response = await self._open(stack, request)
            incoming = self._incoming(response, deadline)
            async with aclosing(incoming):
                async for event in incoming:
                    for ours in reading.take(event):
                        yield ours
                        if isinstance(ours, Finished):
                            await _drain(incoming)
                            return
        raise TryAgain("interrupted")

    async def _open(self, stack: AsyncExitStack, request: Request) -> AsyncAPIResponse[Response]:
        """Send the request, again without what the server says it does not take."""
        left_out = self._left_out.get(request.model, frozenset())
        items = request.input
        while True:
            body = body_of(request, items, left_out)
            try:
                async with asyncio.timeout(self._first):
                    response = await stack.enter_async_context(
                        self._client.responses.with_streaming_response.create(extra_body=body)
                    )
            except APIStatusError as error:
                refusal = _refusal(error)
                words = error.response.text[:MAX_WORDS]
                if foreign_reasoning(refusal) and items != (bare := without_reasoning(items)):
                    _log.warning("reasoning_left_out", provider=self.provider, model=request.model)
                    items = bare
                elif name := unwanted(refusal, words, body):
                    left_out |= {name}
                else:
                    raise sort(refusal) from None
            except TimeoutError:
                raise TryAgain("no_first_event") from None
            except _TRANSPORT_ERRORS:
                raise TryAgain("connection") from None
            else:
                self._remember(request.model, left_out)
                return response

    def _remember(self, model: str, left_out: frozenset[str]) -> None:
        """Only once a request without them was accepted: an error's words alone prove little."""
        for name in sorted(left_out - self._left_out.get(model, frozenset())):
            _log.info("parameter_left_out", provider=self.provider, model=model, parameter=name)
        self._left_out[model] = left_out

    async def _incoming(
        self, response: AsyncAPIResponse[Response], deadline: float
    ) -> AsyncGenerator[Json, None]:
        """The provider's events. Raises TryAgain."""
        chunks = response.iter_bytes()
        whole = "json" in response.headers.get("content-type", "")
        events = WholeResponse() if whole else ServerEvents()
        silence, reason = self._first, "no_first_event"
        try:
            while (chunk := await self._chunk(chunks, silence, deadline, reason)) is not None:
                silence, reason = self._idle, "idle"
                for event in events.feed(chunk):
                    yield event
            for event in events.finish():
                yield event
        except Garbled as error:
            raise TryAgain(error.reason) from None

    async def _chunk(
        self, chunks: AsyncIterator[bytes], silence: float, deadline: float, reason: str
    ) -> bytes | None:
        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(min(now + silence, deadline)):
                return await anext(chunks, None)
        except TimeoutError:
            raise TryAgain(reason if now + silence <= deadline else "too_slow") from None
        except _TRANSPORT_ERRORS:
            raise TryAgain("interrupted") from None


def _refusal(error: APIStatusError) -> Refusal:
    told = isinstance(error.body, dict) and "message" in error.body
    return Refusal(
        status=error.status_code,
        code=short(error.code),
        type=short(error.type),
        param=short(error.param),
        message=error.message if told else error.response.text[:MAX_WORDS],
        request_id=short(error.request_id) or None,
        after=advised_wait(error.response.headers),
    )


async def _drain(incoming: AsyncGenerator[Json, None]) -> None:
    """Read what is left, if it ends soon: only a connection that was read out is used again."""
    with suppress(TimeoutError, TryAgain):
        async with asyncio.timeout(DRAIN_TIMEOUT):
            async for _ in incoming:
                pass


def _on_this_machine(base_url: str) -> bool:
    try:
        host = urlsplit(base_url).hostname or ""
    except ValueError:
        return False
    return host in {"localhost", "::1"} or host.startswith("127.")
