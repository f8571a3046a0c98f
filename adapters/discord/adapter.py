"""Discord as a platform: one login at a time, again whenever it breaks."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import discord
import structlog

from adapters.discord import commands, people
from adapters.discord.connection import Connection, point_api, point_gateway
from adapters.discord.handover import Handover
from adapters.discord.interactions import Interactions
from adapters.discord.places import PLATFORM, in_dm
from adapters.discord.posts import Posts
from adapters.discord.send import Sending
from adapters.discord.threads import Threads
from bot.adapter import (
    CannotLook,
    Capabilities,
    Door,
    MessageRef,
    Refused,
    Rights,
    Seen,
)
from bot.errors import OperatorError
from bot.events import PersonRef, PlaceRef, WorkspaceId
from bot.strings import say
from bot.views import SlotId, View

CAPABILITIES = Capabilities(
    # Discord takes 2,000; escapes, hosts of links and small print take the rest.
    max_text=1_800,
    text_unit="utf16",
    max_buttons=25,  # five rows of five
    # Five edits in five seconds for a whole channel (discord/discord-api-docs#20).
    edit_interval=timedelta(seconds=1.25),
    live=True,
)

START_SECONDS = 10.0
"""How long a request waits for a login before it is refused for now."""
AT_ONCE = 2_000
"""Events that are being handled; more than that are dropped, loudly."""
SYNC_SECONDS = 60.0
CLOSE_SECONDS = 3.0
MAX_PAUSE = 60.0
"""Seconds between two logins that failed."""

Work = Callable[[], Awaitable[None]]

log = structlog.get_logger()


class DiscordAdapter:
    """The bot behind a token. `message_content` says that it may read what people write without
    mentioning it: an intent that the application must have.

    The two addresses hold for the whole process; without them Discord's own are used.
    """

    def __init__(
        self,
        *,
        bot_token: str,
        api_url: str | None = None,
        gateway_url: str | None = None,
        message_content: bool = False,
    ) -> None:
        point_api(api_url)
        point_gateway(gateway_url)
        self._token = bot_token
        self._message_content = message_content
        self._threads = Threads()
        self._sharing = people.Sharing()
        self._client: Connection | None = None
        self._posts: Posts | None = None
        self._open = asyncio.Event()

    @property
    def platform(self) -> str:
        return PLATFORM

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    @property
    def is_connected(self) -> bool:
        """Whether the gateway is open, all parts of it."""
        return self._client is not None and self._client.is_open

    async def run(self, door: Door) -> None:
        """Stay connected until cancelled. Raises OperatorError where only the operator can help."""
        failures = 0
        while True:
            started = asyncio.get_running_loop().time()
            try:
                await self._session(door)
            except Exception as error:  # noqa: BLE001 - whatever it was, the next login may do
                _judge(error)
            lasted = asyncio.get_running_loop().time() - started
            failures = 0 if lasted > MAX_PAUSE else failures + 1
            await asyncio.sleep(min(2.0 ** (failures - 1), MAX_PAUSE))

    async def _session(self, door: Door) -> None:
        """One login, until it breaks."""
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
            handling = _Handling(tasks)
            client = Connection(
                message_content=self._message_content,
                heard=lambda message: handling.start(lambda: handover.hear(message)),
                done=lambda interaction: handling.start(lambda: interactions.take(interaction)),
            )
            stack.push_async_callback(client.close)
            await client.login(self._token)
            if client.user is None or client.application_id is None:
                raise LookupError("no user")
            sending = Sending(client.http, client.application_id)
            handover = Handover(
                door, sending, self._threads, client.user, message_content=self._message_content
            )
            interactions = Interactions(door, sending)
            self._posts = Posts(
                sending, self._threads, client.user.id, reply_button=not self._message_content
            )
            self._client = client
            stack.callback(self._closed)
            self._open.set()
            tasks.create_task(_synchronize(sending))
            await _listen(client)
            raise ConnectionError("closed")

    def _closed(self) -> None:
        self._open.clear()
        self._client = self._posts = None

    async def create(self, place: PlaceRef, slot: SlotId, view: View) -> MessageRef:
        """Post once. Raises Refused, Unknown or Gone."""
        return await (await self._ready()).create(place, slot, view)

    async def edit(self, message: MessageRef, view: View) -> MessageRef:
        """Make the message show the whole view; idempotent. Raises Refused, Unknown or Gone."""
        return await (await self._ready()).edit(message, view)

    async def delete(self, message: MessageRef) -> None:
        """Remove our own message; one that is gone already is fine. Raises Refused or Unknown."""
        await (await self._ready()).delete(message)

    async def recent(self, place: PlaceRef, since: datetime, limit: int) -> Sequence[Seen]:
        """Our own messages of a place since a time, oldest first. Raises CannotLook."""
        try:
            posts = await self._ready()
        except Refused as error:
            raise CannotLook("not connected") from error
        return await posts.recent(place, since, limit)

    def direct(self, person: PersonRef) -> PlaceRef:
        """A person's direct messages with the bot; those of strangers are gone."""
        return in_dm(person.user)

    async def rights(self, person: PersonRef, workspace: WorkspaceId) -> Rights:
        """What the person is in the server, asked now; fails closed."""
        if self._client is None:
            return Rights()
        return await people.rights(self._client, person, workspace)

    async def shared(self, person: PersonRef) -> Collection[WorkspaceId]:
        """The servers that the person shares with the bot, as far as Discord says so in time."""
        if self._client is None:
            return ()
        return await self._sharing.of(self._client, person)

    async def _ready(self) -> Posts:
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._open.wait()
        except TimeoutError as error:
            raise Refused("not connected", retry_after=timedelta(seconds=5)) from error
        if self._posts is None:
            raise Refused("not connected", retry_after=timedelta(seconds=1))
        return self._posts


class _Handling:
    """Events in hand: each in a task of the login's own, and not more than can be borne."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._now = 0

    def start(self, work: Work) -> None:
        if self._now >= AT_ONCE:
            log.error("event_dropped", at_once=AT_ONCE)
            return
        handled = self._handle(work)
        try:
            self._tasks.create_task(handled)
        except RuntimeError:  # the login is over
            handled.close()
            log.warning("event_too_late")

    async def _handle(self, work: Work) -> None:
        self._now += 1
        try:
            await work()
        except Exception:
            # Whatever it was, it concerns this one event: the connection goes on.
            log.exception("event_failed")
        finally:
            self._now -= 1


async def _listen(client: Connection) -> None:
    """Until the connection breaks for good. Raises what discord.py raises."""
    connecting = asyncio.create_task(client.connect())
    try:
        await asyncio.wait([connecting])
    finally:
        # Within a reconnect discord.py swallows the cancellation; the close ends it for sure.
        connecting.cancel()
        await client.close()
        await asyncio.wait([connecting], timeout=CLOSE_SECONDS)
    await connecting


def _judge(error: Exception) -> None:
    """Raises OperatorError for what no other login can heal."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, discord.LoginFailure):
        raise OperatorError(say("discord.wrong_token")) from error
    if isinstance(error, discord.PrivilegedIntentsRequired):
        raise OperatorError(say("discord.intent_missing")) from error
    log.warning("login_lost", platform=PLATFORM, exc_info=error)


async def _synchronize(sending: Sending) -> None:
    """Commands as they are now; old ones work until the next start tries again."""
    try:
        async with asyncio.timeout(SYNC_SECONDS):
            await commands.synchronize(sending)
    except Exception as error:
        log.warning("commands_not_set", exc_info=error)
