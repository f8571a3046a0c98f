"""Requests to Discord's REST API, their errors sorted by what the caller does."""

import io
import json
from datetime import timedelta

import aiohttp
import discord
from discord.http import HTTPClient, Route
from pydantic import JsonValue, TypeAdapter, ValidationError

from adapters.discord.message import FILE_NAME, Shown
from bot.adapter import Gone, Refused, Unknown
from bot.jsons import Json

LATER = timedelta(seconds=5)
"""When Discord does not say itself when to try again."""

# Codes of Discord's "Opcodes and status codes".
UNKNOWN_CHANNEL = 10_003
UNKNOWN_MESSAGE = 10_008
UNKNOWN_WEBHOOK = 10_015
MISSING_ACCESS = 50_001
CANNOT_DM = 50_007
INVALID_TOKEN = 50_027
THREAD_ARCHIVED = 50_083
TOO_MANY_OLD_EDITS = 30_046
HAS_THREAD = 160_004
THREAD_LOCKED = 160_005

_GONE = {
    UNKNOWN_CHANNEL,
    10_004,  # unknown server
    UNKNOWN_MESSAGE,
    10_013,  # unknown user
    MISSING_ACCESS,
    CANNOT_DM,
    INVALID_TOKEN,
    THREAD_ARCHIVED,
    THREAD_LOCKED,
}

_WAITS = {
    401: timedelta(minutes=1),  # a token that was reset needs the operator
    429: LATER,
    # The response to an interaction is on its way, so that nothing can follow it yet.
    UNKNOWN_WEBHOOK: timedelta(seconds=1),
    TOO_MANY_OLD_EDITS: timedelta(minutes=1),
}
"""When to try again, by code or status."""

_VALUE: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


class Missing(Gone):
    """What the request names is not there; `code` says what."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Sending:
    """Requests of one login."""

    def __init__(self, http: HTTPClient, application: int) -> None:
        self._http = http
        self._application = application

    @property
    def application(self) -> int:
        return self._application

    async def post(self, channel: int, shown: Shown, **more: JsonValue) -> Json:
        """A message in a channel. Raises Missing, Gone, Refused and Unknown."""
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel)
        return await self._object(route, shown.json | more, shown.whole)

    async def edit(self, channel: int, message: int, shown: Shown) -> None:
        route = Route(
            "PATCH",
            "/channels/{channel_id}/messages/{message_id}",
            channel_id=channel,
            message_id=message,
        )
        await self._object(route, shown.json, shown.whole)

    async def delete(self, channel: int, message: int) -> None:
        route = Route(
            "DELETE",
            "/channels/{channel_id}/messages/{message_id}",
            channel_id=channel,
            message_id=message,
        )
        await self.request(route)

    async def message(self, channel: int, message: int) -> Json:
        route = Route(
            "GET",
            "/channels/{channel_id}/messages/{message_id}",
            channel_id=channel,
            message_id=message,
        )
        return await self._object(route)

    async def history(self, channel: int, *, after: int, limit: int) -> list[Json]:
        """Messages newer than an id, newest first; at most 100."""
        route = Route("GET", "/channels/{channel_id}/messages", channel_id=channel)
        value = await self.request(route, params={"after": after, "limit": limit})
        if not isinstance(value, list):
            raise Unknown("not a list")
        return [entry for entry in value if isinstance(entry, dict)]

    async def dm(self, user: int) -> int:
        """The id of the direct channel with a person."""
        opened = await self._object(Route("POST", "/users/@me/channels"), {"recipient_id": user})
        return _id(opened)

    async def thread(self, channel: int, message: int, name: str, minutes: int) -> None:
        route = Route(
            "POST",
            "/channels/{channel_id}/messages/{message_id}/threads",
            channel_id=channel,
            message_id=message,
        )
        await self._object(route, {"name": name, "auto_archive_duration": minutes})

    async def typing(self, channel: int) -> None:
        await self.request(Route("POST", "/channels/{channel_id}/typing", channel_id=channel))

    async def respond(
        self, interaction: int, token: str, body: Json, whole: str | None = None
    ) -> None:
        """The one response to an interaction, within three seconds; `whole` is the file of the
        message in it. Raises Missing, Gone, Refused and Unknown."""
        route = Route(
            "POST",
            "/interactions/{interaction_id}/{interaction_token}/callback",
            interaction_id=interaction,
            interaction_token=token,
        )
        await self.request(route, body, whole)

    async def follow_up(self, token: str, shown: Shown) -> int:
        """A message that one person sees; fills the deferred response if there is one."""
        route = Route(
            "POST",
            "/webhooks/{webhook_id}/{webhook_token}",
            webhook_id=self._application,
            webhook_token=token,
        )
        return _id(await self._object(route, shown.private, shown.whole))

    async def edit_follow_up(self, token: str, message: int, shown: Shown) -> None:
        await self._object(self._follow_up("PATCH", token, message), shown.json, shown.whole)

    async def edit_pressed(self, token: str, shown: Shown) -> None:
        """The message whose button was pressed, after a deferred response (type 6)."""
        await self._object(self._follow_up("PATCH", token, "@original"), shown.json, shown.whole)

    async def delete_follow_up(self, token: str, message: int) -> None:
        await self.request(self._follow_up("DELETE", token, message))

    async def put(self, route: Route, body: list[JsonValue]) -> None:
        await self.request(route, body)

    def _follow_up(self, method: str, token: str, message: int | str) -> Route:
        return Route(
            method,
            "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
            webhook_id=self._application,
            webhook_token=token,
            message_id=message,
        )

    async def _object(
        self, route: Route, body: Json | None = None, whole: str | None = None
    ) -> Json:
        value = await self.request(route, body, whole)
        if not isinstance(value, dict):
            raise Unknown("not an object")
        return value

    async def request(
        self,
        route: Route,
        body: Json | list[JsonValue] | None = None,
        whole: str | None = None,
        params: dict[str, int | str] | None = None,
    ) -> JsonValue:
        """Raises Missing, Gone, Refused and Unknown."""
        try:
            if whole is not None and isinstance(body, dict):
                answer = await self._with_file(route, body, whole)
            elif body is not None:
                answer = await self._http.request(route, json=body)
            else:
                answer = await self._http.request(route, params=params)
            return _VALUE.validate_python(answer)
        except discord.RateLimited as error:
            raise Refused("rate limit", retry_after=timedelta(seconds=error.retry_after)) from error
        except discord.HTTPException as error:
            raise _sorted(error) from error
        except aiohttp.ClientConnectorError as error:
            raise Refused("not connected", retry_after=LATER) from error
        except (OSError, aiohttp.ClientError, TimeoutError, ValidationError) as error:
            raise Unknown(type(error).__name__) from error

    async def _with_file(self, route: Route, body: Json, whole: str) -> object:
        file = discord.File(io.BytesIO(whole.encode()), FILE_NAME)
        form: list[dict[str, object]] = [
            {"name": "payload_json", "value": json.dumps(body)},
            {
                "name": "files[0]",
                "value": file.fp,
                "filename": FILE_NAME,
                "content_type": "text/markdown",
            },
        ]
        return await self._http.request(route, files=[file], form=form)


def _id(value: Json) -> int:
    try:
        return int(str(value["id"]))
    except (KeyError, ValueError) as error:
        raise Unknown("no id") from error


def _sorted(error: discord.HTTPException) -> Exception:
    """What Discord's answer means for the caller."""
    if error.code in _GONE:
        return Missing(error.code)
    if error.status >= 500:
        return Unknown(f"status {error.status}")
    later = _WAITS.get(error.code) or _WAITS.get(error.status)
    return Refused(f"status {error.status}, code {error.code}", retry_after=later)
