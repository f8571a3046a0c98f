"""From a message to the door: whom it is for, saved first, answered below it in a thread."""

import asyncio
from collections import OrderedDict
from typing import TypeVar

import discord
import structlog

from adapters.discord import decode
from adapters.discord.places import in_channel, in_dm
from adapters.discord.render import drawn
from adapters.discord.send import Sending
from adapters.discord.threads import Threads, name_of
from bot.adapter import (
    Accepted,
    AskManners,
    Door,
    Gone,
    NotSaved,
    Receipt,
    Refused,
    Unknown,
)
from bot.events import Mention, PlaceRef
from bot.strings import say
from bot.views import Notice, Private

ACCEPT = 25.0
"""Seconds that the core may take; its own deadline is shorter."""
TRIES = 3
PAUSE = 1.0
"""Seconds between two tries to save what Discord will not send again."""
REQUEST = 10.0
TOLD = 5_000
"""Threads of which it is remembered who was told how to go on, or who writes there."""
LOOKED_AT = 100
"""Messages of a thread that are read to see who writes there, the most that Discord gives."""

Kept = TypeVar("Kept")

log = structlog.get_logger()


class Handover:
    """Messages that people write."""

    def __init__(
        self,
        door: Door,
        sending: Sending,
        threads: Threads,
        me: discord.ClientUser,
        *,
        message_content: bool,
    ) -> None:
        self._door = door
        self._sending = sending
        self._threads = threads
        self._me = me
        self._message_content = message_content
        self._told: OrderedDict[int, None] = OrderedDict()
        self._writers: OrderedDict[int, set[int]] = OrderedDict()

    async def hear(self, message: discord.Message) -> None:
        """One message; those of programs and what people say to each other are left alone."""
        if message.author.bot or message.webhook_id is not None or message.is_system():
            return
        if (writers := self._writers.get(message.channel.id)) is not None:
            writers.add(message.author.id)
        try:
            if decode.is_for_us(message, self._me):
                await self._take(message, self._place(message))
            elif isinstance(message.channel, discord.Thread):
                await self._overhear(message, message.channel)
        except (Refused, Unknown, Gone, TimeoutError) as error:
            log.warning("message_not_handled", id=message.id, error=str(error))

    def _place(self, message: discord.Message) -> PlaceRef:
        """A message in a channel is answered in the thread below it, where one may be opened."""
        channel, guild = message.channel, message.guild
        if guild is None:
            return in_dm(message.author.id)
        if isinstance(channel, discord.Thread):
            return in_channel(guild.id, channel.id, channel.parent_id)
        if not isinstance(channel, discord.TextChannel) or not _may_open(channel):
            return in_channel(guild.id, channel.id)
        self._threads.expect(message.id, name_of(message.content))
        return in_channel(guild.id, message.id, channel.id)

    async def _take(self, message: discord.Message, place: PlaceRef) -> None:
        said = decode.mention(message, self._me, place)
        receipt = await self._saved(said)
        if receipt is None:
            await self._reply(message, say("discord.not_saved"))
            return
        if not isinstance(receipt, Accepted):
            return
        if receipt.private is not None:
            await self._tell(message, place, receipt.private)
            return
        async with asyncio.timeout(REQUEST):
            await self._sending.typing(await self._channel(message, place))

    async def _channel(self, message: discord.Message, place: PlaceRef) -> int:
        """Where the answer will be; opens the thread."""
        if place.direct:
            return message.channel.id
        return (await self._threads.spot(self._sending, place)).channel

    async def _saved(self, said: Mention) -> Receipt | None:
        """Discord sends nothing twice, so that is up to us; None when it could not be saved."""
        for left in reversed(range(TRIES)):
            try:
                async with asyncio.timeout(ACCEPT):
                    return await self._door.accept(said)
            except (NotSaved, TimeoutError):
                log.warning("message_not_saved", key=said.key, tries_left=left)
                await asyncio.sleep(PAUSE if left else 0)
        return None

    async def _tell(self, message: discord.Message, place: PlaceRef, private: Private) -> None:
        """For the person alone: directly, since messages have no private answer on Discord."""
        async with asyncio.timeout(REQUEST):
            try:
                channel = await self._sending.dm(message.author.id)
                await self._sending.post(channel, await drawn(private))
            except Gone:
                if not place.direct:
                    await self._reply(message, say("discord.cannot_write_directly"))

    async def _reply(self, message: discord.Message, text: str) -> None:
        async with asyncio.timeout(REQUEST):
            await self._sending.post(
                message.channel.id,
                await drawn(Notice(text=text)),
                message_reference={"message_id": str(message.id), "fail_if_not_exists": False},
            )

    async def _overhear(self, message: discord.Message, thread: discord.Thread) -> None:
        """A message in a thread without a mention: a follow-up, where we may read it."""
        if thread.owner_id != self._me.id:
            return
        if message.content:
            if self._message_content and await self._is_follow_up(message, thread):
                place = in_channel(thread.guild.id, thread.id, thread.parent_id)
                await self._take(message, place)
            return
        if message.attachments or message.stickers or thread.id in self._told:
            return
        _keep(self._told, thread.id, None)
        if not self._message_content:
            await self._reply(message, say("discord.how_to_go_on"))

    async def _is_follow_up(self, message: discord.Message, thread: discord.Thread) -> bool:
        place = in_channel(thread.guild.id, thread.id, thread.parent_id)
        try:
            manners = await self._door.screen(AskManners(place=place))
        except TimeoutError:
            return False
        if manners.follow_ups != "alone":
            return manners.follow_ups == "always"
        writers = await self._writers_of(thread)
        writers.add(message.author.id)
        return writers == {message.author.id}

    async def _writers_of(self, thread: discord.Thread) -> set[int]:
        """People who have written in a thread, whoever began it included."""
        known = self._writers.get(thread.id)
        if known is not None:
            return known
        writers: set[int] = set()
        async with asyncio.timeout(REQUEST):
            seen = await self._sending.history(thread.id, after=0, limit=LOOKED_AT)
            if thread.parent_id is not None:
                seen.append(await self._sending.message(thread.parent_id, thread.id))
        for entry in seen:
            author = entry.get("author")
            if isinstance(author, dict) and not author.get("bot"):
                writers.add(int(str(author.get("id", 0))))
        _keep(self._writers, thread.id, writers)
        return writers


def _may_open(channel: discord.TextChannel) -> bool:
    may = channel.permissions_for(channel.guild.me)
    return may.create_public_threads and may.send_messages_in_threads


def _keep(known: OrderedDict[int, Kept], key: int, value: Kept) -> None:
    known[key] = value
    while len(known) > TOLD:
        known.popitem(last=False)
