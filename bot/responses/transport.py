"""The connection to a provider: the client of `openai` as Docent uses it."""

import ssl
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
import httpx2  # the transport of `openai`, for its exceptions and time-outs
from openai import APIConnectionError, AsyncOpenAI, DefaultAioHttpClient

from bot.addresses import is_on_this_machine
from bot.responses.errors import TellPerson, TryAgain

CONNECT_TIMEOUT = 10.0  # seconds, for the connection alone
MAX_CONNECTIONS = 4096  # more than runs that one process executes at once
IDLE_CONNECTION = 15.0  # seconds; a tool's output mostly comes sooner than that
MAX_ERROR = 64 * 2**10  # bytes of an error's body; real ones have some hundred

TRANSPORT_ERRORS: tuple[type[Exception], ...] = (
    APIConnectionError,
    httpx2.HTTPError,
    httpx2.StreamError,
    aiohttp.ClientError,
    OSError,
    UnicodeError,  # a host name that no resolver takes
)


def open_client(base_url: str, api_key: str) -> AsyncOpenAI:
    """A client that asks once and has no patience of its own."""
    return AsyncOpenAI(
        base_url=base_url,
        api_key=api_key or "none",  # servers on one's own machine ask for none
        max_retries=0,
        http_client=DefaultAioHttpClient(
            # Silence is ended by our own deadlines: they know the first event from later ones.
            timeout=httpx2.Timeout(None, connect=CONNECT_TIMEOUT),
            limits=httpx2.Limits(max_connections=MAX_CONNECTIONS, keepalive_expiry=IDLE_CONNECTION),
            # A redirect would carry the conversation to an address nobody configured.
            follow_redirects=False,
            # A proxy from the environment cannot reach this machine's own servers.
            trust_env=not _on_this_machine(base_url),
            event_hooks={"response": [_bounded]},
        ),
    )


def unreached(error: BaseException) -> TryAgain | TellPerson:
    """Why a request got no answer at all: `no_first_event`, `dns`, `tls` or `connection`."""
    cause: BaseException | None = error
    while cause is not None:
        match cause:
            case UnicodeError():
                return TellPerson("unavailable", detail="no host name", blame="address")
            case aiohttp.ClientConnectorDNSError():
                return TryAgain("dns")
            case aiohttp.ClientSSLError() | ssl.SSLError():
                return TryAgain("tls")
        cause = cause.__cause__ or cause.__context__
    return TryAgain("no_first_event" if isinstance(error, TimeoutError) else "connection")


class _Beginning(httpx2.AsyncByteStream):
    """The beginning of a body, and no more of it."""

    def __init__(self, body: httpx2.AsyncByteStream) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MAX_ERROR
        async for chunk in self._body:
            yield chunk[:left]
            left -= len(chunk)
            if left <= 0:
                return

    async def aclose(self) -> None:
        await self._body.aclose()


async def _bounded(response: httpx2.Response) -> None:
    """The library reads the whole body of an error."""
    if response.is_error and isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Beginning(response.stream)


def _on_this_machine(base_url: str) -> bool:
    try:
        return is_on_this_machine(urlsplit(base_url).hostname or "")
    except ValueError:
        return False
