"""Webhook functions: a signed POST to the operator's address, whose answer is the output."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import standardwebhooks
import structlog
from pydantic import RootModel
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential_jitter,
)

from bot.addresses import is_on_this_machine
from bot.jsons import Json
from bot.tools.answers import UnansweredError, read
from bot.tools.arguments import parse
from bot.tools.outputs import INTERRUPTED, UNREACHABLE, error_output
from bot.tools.port import BadArgumentsError, Call
from bot.tools.webhook_file import Entry

EVENT = "function.called"
CONNECTIONS = 64
"""To one host at once, so that a slow one does not take them from the others."""
ATTEMPTS = 3

_BACKOFF = wait_exponential_jitter(multiplier=0.5, max=5, jitter=0.5)  # seconds

log = structlog.get_logger()


class _AnyArguments(RootModel[Json]):
    """The receiver knows which arguments it takes."""


@asynccontextmanager
async def open_webhooks(entries: Mapping[str, Entry]) -> AsyncIterator[dict[str, "Webhook"]]:
    """The functions of a file, by name, as long as the context is open."""
    connector = aiohttp.TCPConnector(
        limit=0,
        limit_per_host=CONNECTIONS,
        # When a kept connection breaks, nobody can tell whether the request on it was read.
        force_close=True,
    )
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=None),  # every call has its own
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        headers={
            "Accept": "application/json, text/*;q=0.9",
            "Accept-Encoding": "identity",
            "User-Agent": "Docent",
        },
    ) as session:
        yield {
            name: Webhook(name=name, entry=entry, session=session)
            for name, entry in entries.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A function behind an address; it uses a session that others share."""

    name: str
    entry: Entry
    session: aiohttp.ClientSession

    @property
    def definition(self) -> Json | None:
        return self.entry.definition(self.name)

    @property
    def repeatable(self) -> bool:
        return self.entry.repeatable

    async def act(self, arguments: str, call: Call) -> str:
        """Raises BadArgumentsError, and TimeoutError."""
        body = self._body(arguments, call)
        retrying = AsyncRetrying(
            retry=retry_if_exception(
                lambda error: isinstance(error, UnansweredError) and error.may_repeat
            ),
            stop=stop_after_attempt(ATTEMPTS) | stop_before_delay(self.entry.timeout),
            wait=_wait,
            reraise=True,
        )
        try:
            async with asyncio.timeout(self.entry.timeout):
                return await retrying(self._post, body, call)
        except UnansweredError as error:
            log.warning(
                "webhook_unanswered",
                run=call.run_id,
                call=call.id,
                name=self.name,
                reason=error.reason,
            )
            return error.output

    async def _post(self, body: str, call: Call) -> str:
        """Ask once. Raises UnansweredError."""
        try:
            async with self.session.post(
                self.entry.url,
                data=body.encode(),
                headers=self._headers(body, call),
                proxy=_proxy(self.entry.url),
                # A redirect would carry signed arguments to an address nobody configured.
                allow_redirects=False,
            ) as response:
                if not 200 <= response.status < 300:
                    raise self._refused(response)
                return await read(response)
        except (aiohttp.ClientSSLError, UnicodeError) as error:
            # A certificate that nobody vouches for, or a host name that no resolver takes.
            raise UnansweredError(_kind(error), UNREACHABLE) from None
        except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError) as error:
            # Nothing was sent, so asking again is safe whatever the function does.
            raise UnansweredError(_kind(error), UNREACHABLE, may_repeat=True) from None
        except (aiohttp.ClientError, OSError) as error:
            raise UnansweredError(_kind(error), INTERRUPTED, may_repeat=self.repeatable) from None

    def _headers(self, body: str, call: Call) -> dict[str, str]:
        """Those of Standard Webhooks, which any of its libraries can verify."""
        now = datetime.now(UTC)
        signer = standardwebhooks.Webhook(self.entry.key.get_secret_value())
        return {
            "Content-Type": "application/json",
            "webhook-id": call.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signer.sign(msg_id=call.id, timestamp=now, data=body),
        }

    def _refused(self, response: aiohttp.ClientResponse) -> UnansweredError:
        advice = response.headers.get("Retry-After", "")
        return UnansweredError(
            f"status {response.status}",
            error_output(f"The function answered with HTTP status {response.status}."),
            may_repeat=self.repeatable and (response.status == 429 or response.status >= 500),
            after=float(advice) if advice.isascii() and advice.isdecimal() else None,
        )

    def _body(self, arguments: str, call: Call) -> str:
        """Raises BadArgumentsError."""
        # Some models write nothing where there are no arguments.
        given = parse(_AnyArguments, arguments.strip() or "{}").root
        body = {
            "type": EVENT,
            "timestamp": datetime.now(UTC).isoformat(),
            "data": {
                "name": self.name,
                "arguments": given,
                "call_id": call.id,
                "run_id": call.run_id,
                "thread_id": call.thread_id,
                "assistant_id": call.assistant_id,
                "person": call.person,
            },
        }
        try:
            text = json.dumps(body, ensure_ascii=False, allow_nan=False)
            text.encode()
        except ValueError:
            raise BadArgumentsError("The arguments hold what JSON cannot carry.") from None
        return text


def _wait(state: RetryCallState) -> float:
    """Seconds until the next attempt."""
    error = state.outcome.exception() if state.outcome else None
    advice = error.after if isinstance(error, UnansweredError) else None
    return _BACKOFF(state) if advice is None else advice


def _proxy(url: str) -> str | None:
    """The environment's proxy; none for this machine, which no proxy reaches."""
    host = urlsplit(url).hostname or ""
    if is_on_this_machine(host) or proxy_bypass(host):
        return None
    return getproxies().get("https")


def _kind(error: Exception) -> str:
    return type(error).__qualname__
