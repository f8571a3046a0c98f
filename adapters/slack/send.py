"""Calls of Slack's Web API, their errors sorted by what the caller does."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.blocks import Rendered
from adapters.slack.places import Spot
from bot.adapter import Gone, Refused, Unknown
from bot.jsons import Json

SLACK = "https://slack.com/api/"
DEADLINE = 10.0
"""Seconds for one call; Slack answers most within one."""
MAX_CONNECTIONS = 100
METADATA = "docent_message"
"""The type of the metadata that names a message's slot."""

SOON = timedelta(seconds=5)
OPERATOR = timedelta(minutes=1)
"""Between two tries while only the operator can help: a token that was revoked."""


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GONE = _codes("""
    channel_not_found is_archived message_not_found thread_not_found user_not_found users_not_found
    user_disabled cannot_dm_bot cant_delete_message
""")
_TOKEN = _codes("""
    invalid_auth not_authed account_inactive token_revoked token_expired missing_scope
""")
_DOUBTFUL = _codes("internal_error fatal_error request_timeout service_unavailable")
_BLOCKS = _codes("invalid_blocks invalid_blocks_format msg_blocks_too_long")


class BlocksRefused(Refused):
    """Slack does not take the blocks; it may take simpler ones."""


class SlackMessage(BaseModel):
    """One message as Slack's history has it."""

    model_config = ConfigDict(frozen=True)

    ts: str = Field(pattern=r"^[0-9]{1,12}\.[0-9]{1,6}$")
    user: str = ""
    bot_id: str = ""
    subtype: str = ""
    metadata: Json = {}

    @property
    def slot(self) -> str | None:
        payload = self.metadata.get("event_payload")
        ours = self.metadata.get("event_type") == METADATA and isinstance(payload, dict)
        slot = payload.get("slot") if ours and isinstance(payload, dict) else None
        return slot if isinstance(slot, str) else None


class _Page(BaseModel):
    messages: list[SlackMessage] = []
    response_metadata: dict[str, JsonValue] | None = None

    @property
    def next(self) -> str:
        return str((self.response_metadata or {}).get("next_cursor") or "")


_ANSWER: TypeAdapter[Json] = TypeAdapter(Json)


class WebApi:
    """One workspace's Web API. Everything raises Refused, Unknown or Gone.

    No retry handlers: a post that may have been taken must not be sent again without a look.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self._direct: dict[str, str] = {}

    async def target(self, spot: Spot) -> tuple[str, str | None]:
        """The channel and thread in which what is said at a spot is shown."""
        if spot.person is not None:
            return await self.open_direct(spot.person), None
        if spot.channel is None:
            raise Gone(spot.team)
        return spot.channel, spot.thread

    async def post(
        self, channel: str, message: Rendered, *, slot: str, thread: str | None = None
    ) -> str:
        """Post once; returns the time stamp that names the message."""
        return _named(
            await self.call(
                "chat.postMessage",
                {
                    "channel": channel,
                    "thread_ts": thread,
                    "metadata": {"event_type": METADATA, "event_payload": {"slot": slot}},
                    "unfurl_links": False,
                    "unfurl_media": False,
                    **_content(message),
                },
            ),
            "ts",
        )

    async def update(self, channel: str, ts: str, message: Rendered) -> None:
        """Show another content. The metadata stay, since they are not mentioned."""
        await self.call("chat.update", {"channel": channel, "ts": ts, **_content(message)})

    async def whisper(
        self, channel: str, user: str, message: Rendered, *, thread: str | None = None
    ) -> None:
        """Show something to one person in a channel until they reload."""
        await self.call(
            "chat.postEphemeral",
            {"channel": channel, "user": user, "thread_ts": thread, **_content(message)},
        )

    async def delete(self, channel: str, ts: str) -> None:
        await self.call("chat.delete", params={"channel": channel, "ts": ts})

    async def open_direct(self, user: str) -> str:
        """The channel of a person's direct messages."""
        if user not in self._direct:
            answer = await self.call("conversations.open", params={"users": user})
            channel = answer.get("channel")
            self._direct[user] = _named(channel if isinstance(channel, dict) else {}, "id")
        return self._direct[user]

    async def messages(
        self, channel: str, *, thread: str | None, since: float = 0, pages: int, page: int = 200
    ) -> list[SlackMessage] | None:
        """The messages of a channel's root or of a thread, oldest first; None for too many."""
        method = "conversations.history" if thread is None else "conversations.replies"
        params = {
            "channel": channel,
            "oldest": f"{since:.6f}",
            "limit": str(page),
            "include_all_metadata": "true",
            **({} if thread is None else {"ts": thread}),
        }
        found: list[SlackMessage] = []
        for _ in range(pages):
            answer = await self.call(method, params=params, verb="GET")
            try:
                read = _Page.model_validate(answer)
            except ValidationError as error:
                raise Unknown(method) from error
            found += read.messages
            if not read.next:
                return sorted(found, key=lambda one: float(one.ts))
            params["cursor"] = read.next
        return None

    async def call(
        self,
        method: str,
        body: Mapping[str, JsonValue] | None = None,
        *,
        params: Mapping[str, str] | None = None,
        verb: str = "POST",
    ) -> Json:
        """One call, either with a JSON body or with parameters."""
        sent = None if body is None else {k: v for k, v in body.items() if v is not None}
        given = None if params is None else {**params}
        with _sorted_errors(method):
            async with asyncio.timeout(DEADLINE):
                response = await self.client.api_call(
                    method, http_verb=verb, json=sent, params=given
                )
            return _ANSWER.validate_python(response.data)

    async def identity(self) -> tuple[Json, frozenset[str] | None]:
        """Who the token belongs to, and which scopes it was granted, where Slack says so."""
        with _sorted_errors("auth.test"):
            async with asyncio.timeout(DEADLINE):
                response = await self.client.auth_test()
            headers = {name.lower(): value for name, value in response.headers.items()}
            granted = headers.get("x-oauth-scopes")
            scopes = None if granted is None else frozenset(re.findall(r"[\w:.-]+", granted))
            return _ANSWER.validate_python(response.data), scopes


@asynccontextmanager
async def web_api(token: str, api_url: str | None = None) -> AsyncIterator[WebApi]:
    """The Web API over connections that are kept."""
    timeout = aiohttp.ClientTimeout(total=DEADLINE)
    connector = aiohttp.TCPConnector(limit=MAX_CONNECTIONS)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
        client = AsyncWebClient(
            token=token,
            base_url=api_url or SLACK,
            timeout=int(DEADLINE),
            session=session,
            retry_handlers=[],
        )
        yield WebApi(client)


def _content(message: Rendered) -> dict[str, JsonValue]:
    # Names and channels in hostile text must not become links that ping.
    return {
        "blocks": [*message.blocks],
        "text": message.text,
        "link_names": False,
        "parse": "none",
    }


def _named(answer: Json, name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str):
        raise Unknown(name)
    return value


@contextmanager
def _sorted_errors(method: str) -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        raise _sorted(error, method) from error
    except aiohttp.ClientConnectorError as error:  # it never got there
        raise Refused(type(error).__name__, retry_after=SOON) from error
    except (TimeoutError, aiohttp.ClientError, SlackClientError, OSError) as error:
        raise Unknown(type(error).__name__) from error
    except (AttributeError, TypeError, ValueError) as error:
        # The SDK stumbles over bodies that are no JSON object.
        raise Unknown(f"{method}: {type(error).__name__}") from error


def _sorted(error: SlackApiError, method: str) -> Exception:
    response = error.response
    status = int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
    data = getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    reason = f"{method}: {code or status}"
    if status == 429 or code in {"ratelimited", "rate_limited"}:
        return Refused(reason, retry_after=_retry_after(response))
    if code in _GONE:
        return Gone(reason)
    if code in _TOKEN:
        return Refused(reason, retry_after=OPERATOR)
    if code in _BLOCKS:
        return BlocksRefused(reason)
    if not code or code in _DOUBTFUL or status >= 500:
        return Unknown(reason)
    return Refused(reason)


def _retry_after(response: object) -> timedelta:
    headers = getattr(response, "headers", None)
    said = str(headers.get("Retry-After", "")) if isinstance(headers, Mapping) else ""
    return timedelta(seconds=min(int(said), 3600)) if said.isdecimal() and len(said) < 6 else SOON
