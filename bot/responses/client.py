"""One streamed response of a Responses API server, asked for by way of `openai`."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, suppress
from datetime import timedelta
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import structlog
from openai import APIStatusError, AsyncAPIResponse
from openai.types.responses import Response

from bot.jsons import Json
from bot.responses.breaker import Attempt, Breaker
from bot.responses.errors import Refusal, TryAgain, advised_wait, short, sort
from bot.responses.models import OfferedModel, offered
from bot.responses.reading import Finished, Reading, StreamEvent
from bot.responses.repairs import mended
from bot.responses.requests import Request, body_of, unwanted
from bot.responses.server_events import MAX_EVENT, Garbled, ServerEvents, WholeResponse, decode
from bot.responses.transport import TRANSPORT_ERRORS, open_client, unreached

OPENAI = "https://api.openai.com/v1"
DRAIN_TIMEOUT = 0.5  # seconds for a finished stream to end by itself, so that its connection lives
NO_SUCH_PATH = frozenset({404, 405, 501})
MAX_WORDS = 4000  # characters of an error without a code that are searched for a reason

_log = structlog.get_logger()


class Responses:
    """A provider behind one base URL (OpenAI without one), to be used as a context manager.

    It asks once per call: waiting and asking again belong to the caller. What a model refuses of
    the optional parameters is left out at once and remembered. `first_event_timeout` ends a wait
    for the first sign of life, `idle_timeout` a silence after it, `longest` any response. `now`
    is the clock, in seconds, by which a provider that is down is left alone; the loop's without.
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
        now: Callable[[], float] | None = None,
    ) -> None:
        if not (api_key.isascii() and api_key.isprintable()):
            raise ValueError("the API key holds characters that no key has")
        self._base_url = base_url or OPENAI
        self._first = first_event_timeout.total_seconds()
        self._idle = idle_timeout.total_seconds()
        self._longest = longest.total_seconds()
        self._left_out: dict[str, frozenset[str]] = {}
        self._client = open_client(self._base_url, api_key)
        self._breaker = Breaker(self.provider, now=now)

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

    @property
    def is_down(self) -> bool:
        """Whether the provider is left alone for now, apart from a probe now and then."""
        return self._breaker.is_open

    async def stream(self, request: Request) -> AsyncGenerator[StreamEvent, None]:
        """The events of one response; the last one is Finished.

        Close the generator (`contextlib.aclosing`) to break off the HTTP response. Raises
        TryAgain (ProviderDown without asking), TellPerson or RequestRejected.
        """
        reading = Reading()
        deadline = asyncio.get_running_loop().time() + self._longest
        with self._breaker.attempt() as attempt:
            async with AsyncExitStack() as stack:
                response = await self._open(stack, request, attempt)
                incoming = self._incoming(response, deadline)
                async with aclosing(incoming):
                    async for event in incoming:
                        attempt.alive()
                        for ours in reading.take(event):
                            yield ours
                            if isinstance(ours, Finished):
                                await _drain(incoming)
                                return
            raise TryAgain("interrupted")

    async def models(self) -> tuple[OfferedModel, ...] | None:
        """What the provider offers; None if it keeps no list.

        Raises TryAgain, TellPerson or RequestRejected.
        """
        listing = bytearray()
        try:
            async with (
                asyncio.timeout(self._first),
                self._client.models.with_streaming_response.list() as response,
            ):
                async for chunk in response.iter_bytes():
                    listing += chunk
                    if len(listing) > MAX_EVENT:
                        return None
            return offered(decode(bytes(listing)))
        except Garbled:
            return None
        except APIStatusError as error:
            if error.status_code in NO_SUCH_PATH:
                return None
            raise sort(_refusal(error)) from None
        except TRANSPORT_ERRORS as error:
            raise unreached(error) from None

    async def has_vector_store(self, store_id: str) -> bool:
        """Whether the provider still has it. Raises TryAgain, TellPerson or RequestRejected."""
        try:
            async with (
                asyncio.timeout(self._first),
                self._client.vector_stores.with_streaming_response.retrieve(store_id),
            ):
                return True
        except APIStatusError as error:
            if error.status_code == 404:
                return False
            raise sort(_refusal(error)) from None
        except TRANSPORT_ERRORS as error:
            raise unreached(error) from None

    async def _open(
        self, stack: AsyncExitStack, request: Request, attempt: Attempt
    ) -> AsyncAPIResponse[Response]:
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
                if error.status_code < 500:
                    attempt.alive()
                refusal = _refusal(error)
                if better := mended(refusal, items):
                    what, items = better
                    _log.warning(
                        "thread_mended",
                        what=what,
                        provider=self.provider,
                        model=request.model,
                        request=refusal.request_id,
                    )
                elif name := unwanted(refusal, error.response.text[:MAX_WORDS], body):
                    left_out |= {name}
                else:
                    raise sort(refusal) from None
            except TRANSPORT_ERRORS as error:
                raise unreached(error) from None
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
        except TRANSPORT_ERRORS:
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
