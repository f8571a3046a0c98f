"""What an operator does before the first start: a token that works, the link that invites."""

import asyncio
from urllib.parse import urlencode

import aiohttp
import discord
from discord.http import Route
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from adapters.discord.connection import point_api
from bot.adapter import Finding
from bot.strings import say

PATIENCE = 15.0
INVITE = "https://discord.com/oauth2/authorize"
SCOPES = ("bot", "applications.commands")
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    attach_files=True,
)
"""Exactly what the code uses."""
MESSAGE_CONTENT = (1 << 18) | (1 << 19)
"""The application's flags: the intent is granted, or switched on below 100 servers."""


class _Application(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    name: str
    flags: int = 0
    interactions_endpoint_url: str | None = None


class _Server(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str


_SERVERS = TypeAdapter(list[_Server])


def invite_url(application_id: int | str) -> str:
    """The link with which an admin installs the bot, with exactly what it needs."""
    query = {
        "client_id": application_id,
        "scope": " ".join(SCOPES),
        "permissions": PERMISSIONS.value,
    }
    return f"{INVITE}?{urlencode(query)}"


def next_step() -> str:
    """What to do on Discord once everything is right."""
    return say("discord.next_step")


async def check(
    *, bot_token: str, api_url: str | None = None, message_content: bool = False
) -> list[Finding]:
    """What Discord says of the token and its application; each finding says what to do."""
    point_api(api_url)
    client = discord.Client(intents=discord.Intents(guilds=True), max_ratelimit_timeout=30.0)
    try:
        async with asyncio.timeout(PATIENCE), client:
            await client.login(bot_token)
            application = _Application.model_validate(
                await client.http.request(Route("GET", "/applications/@me"))
            )
            servers = _SERVERS.validate_python(
                await client.http.request(Route("GET", "/users/@me/guilds"))
            )
    except discord.LoginFailure:
        return [_failed("wrong_token")]
    except ValidationError:
        return [_failed("unreadable")]
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        return [_failed("unreached", reason=type(error).__name__)]
    return _findings(application, servers, message_content=message_content)


def _findings(
    application: _Application, servers: list[_Server], *, message_content: bool
) -> list[Finding]:
    found = [Finding(state="ok", text=say("discord.token_ok", name=application.name))]
    if application.interactions_endpoint_url:
        found.append(_failed("endpoint_set"))
    if message_content and not application.flags & MESSAGE_CONTENT:
        found.append(_failed("intent_missing"))
    if not servers:
        told = say("discord.no_server", url=invite_url(application.id))
        found.append(Finding(state="warning", text=told))
    return found


def _failed(key: str, **values: object) -> Finding:
    return Finding(state="failed", text=say(f"discord.{key}", **values))
