"""Views as messages: created once, edited, found again by their slot."""

import re
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime

import discord

from adapters.discord import custom_ids
from adapters.discord.message import Shown
from adapters.discord.places import (
    Channel,
    Dm,
    Posted,
    Private,
    Whispered,
    message,
    spot,
)
from adapters.discord.render import drawn
from adapters.discord.send import UNKNOWN_CHANNEL, Missing, Sending
from adapters.discord.threads import Spot, Threads
from bot.adapter import CannotLook, Gone, MessageRef, Refused, Seen, Unknown
from bot.events import PlaceRef
from bot.jsons import Json
from bot.views import SlotId, View

NONCE = re.compile(r"[a-z0-9]{1,16}")
TRIED = 1_000
"""Texts of creates that are kept, to know them again when their nonce is forgotten."""
PAGE = 100
"""Messages that Discord gives at once."""
PAGES = 5
DM_CHANNELS = 5_000


class Posts:
    """Messages of one login."""

    def __init__(self, sending: Sending, threads: Threads, me: int, *, reply_button: bool) -> None:
        self._sending = sending
        self._threads = threads
        self._me = me
        self._reply_button = reply_button
        self._tried: OrderedDict[str, SlotId] = OrderedDict()
        self._dms: OrderedDict[int, int] = OrderedDict()

    async def create(self, place: PlaceRef, slot: SlotId, view: View) -> MessageRef:
        """Raises Refused, Unknown and Gone."""
        match spot(place):
            case Channel():
                return await self._in_channel(place, slot, view)
            case Dm(user=user):
                channel = await self._dm(user)
                posted = await self._post(Spot(channel), slot, await drawn(view, slot))
                return Posted(channel, posted, slot, direct=True).ref
            case Private() if place.reach and not place.is_over(datetime.now(UTC)):
                written = await self._sending.follow_up(place.reach, await drawn(view, slot))
                return Whispered(place.reach, written, slot).ref
            case _:
                raise Gone(place.key)

    async def edit(self, ref: MessageRef, view: View) -> MessageRef:
        match message(ref):
            case Posted() as posted:
                button = self._reply_button and not posted.direct
                whole = await drawn(view, posted.slot, reply_button=button)
                await self._sending.edit(posted.channel, posted.id, whole)
            case Whispered() as whispered:
                whole = await drawn(view, whispered.slot)
                await self._sending.edit_follow_up(whispered.token, whispered.id, whole)
            case None:
                raise Gone(ref.key)
        return ref

    async def delete(self, ref: MessageRef) -> None:
        try:
            match message(ref):
                case Posted() as posted:
                    await self._sending.delete(posted.channel, posted.id)
                case Whispered() as whispered:
                    await self._sending.delete_follow_up(whispered.token, whispered.id)
                case None:
                    return
        except Gone:
            return

    async def recent(self, place: PlaceRef, since: datetime, limit: int) -> Sequence[Seen]:
        """Raises CannotLook: what only one person sees, nobody can look up."""
        try:
            match spot(place):
                case Dm(user=user):
                    channel = await self._dm(user)
                    found = await self._look(channel, since, direct=True)
                case Channel(id=channel):
                    found = await self._look(channel, since)
                    if place.parent is not None:
                        found += await self._look(int(place.parent), since, under=channel)
                case _:
                    raise CannotLook(place.key)
        except (Refused, Unknown, Gone) as error:
            raise CannotLook(str(error)) from error
        return sorted(found, key=lambda seen: seen.at)[:limit]

    async def _in_channel(self, place: PlaceRef, slot: SlotId, view: View) -> MessageRef:
        whole = await drawn(view, slot, reply_button=self._reply_button)
        where = await self._threads.spot(self._sending, place)
        try:
            posted = await self._post(where, slot, whole)
        except Missing as missing:
            if missing.code != UNKNOWN_CHANNEL or where.under is not None:
                raise
            where = await self._threads.recovered(self._sending, place)
            posted = await self._post(where, slot, whole)
        return Posted(where.channel, posted, slot).ref

    async def _post(self, where: Spot, slot: SlotId, whole: Shown) -> int:
        """With the slot as nonce, by which Discord itself knows a repetition for some minutes."""
        self._tried[_signature(where.channel, whole.content)] = slot
        while len(self._tried) > TRIED:
            self._tried.popitem(last=False)
        more: Json = {"nonce": slot, "enforce_nonce": True}
        if where.under is not None:
            under: Json = {"message_id": str(where.under), "fail_if_not_exists": False}
            more["message_reference"] = under
        return int(str((await self._sending.post(where.channel, whole, **more))["id"]))

    async def _dm(self, user: int) -> int:
        if user not in self._dms:
            self._dms[user] = await self._sending.dm(user)
            while len(self._dms) > DM_CHANNELS:
                self._dms.popitem(last=False)
        return self._dms[user]

    async def _look(
        self, channel: int, since: datetime, *, under: int | None = None, direct: bool = False
    ) -> list[Seen]:
        """Our messages of a channel; `under` takes those alone that answer that message."""
        after, found = discord.utils.time_snowflake(since), list[Seen]()
        for _ in range(PAGES):
            try:
                page = await self._sending.history(channel, after=after, limit=PAGE)
            except Missing as missing:
                if missing.code != UNKNOWN_CHANNEL or under is not None or direct:
                    raise
                return []  # the thread is not opened yet
            entries = sorted(page, key=lambda entry: int(str(entry["id"])))
            found += [
                self._seen(entry, channel, direct=direct)
                for entry in entries
                if self._is_ours(entry, under)
            ]
            if len(page) < PAGE:
                break
            after = int(str(entries[-1]["id"]))
        return found

    def _is_ours(self, entry: Json, under: int | None) -> bool:
        author, reference = entry.get("author"), entry.get("message_reference")
        ours = isinstance(author, dict) and str(author.get("id")) == str(self._me)
        if under is None or not ours:
            return ours
        return isinstance(reference, dict) and str(reference.get("message_id")) == str(under)

    def _seen(self, entry: Json, channel: int, *, direct: bool) -> Seen:
        number = int(str(entry["id"]))
        slot = self._slot_of(entry, channel)
        return Seen(
            message=Posted(channel, number, slot, direct=direct).ref,
            slot=slot,
            at=discord.utils.snowflake_time(number),
        )

    def _slot_of(self, entry: Json, channel: int) -> SlotId | None:
        """By the nonce, the buttons, or the very text that was tried."""
        nonce = entry.get("nonce")
        if isinstance(nonce, str) and NONCE.fullmatch(nonce):
            return SlotId(nonce)
        for custom_id in _custom_ids(entry):
            pressed = custom_ids.pressed(custom_id)
            if pressed is not None and pressed.slot is not None:
                return pressed.slot
        return self._tried.get(_signature(channel, str(entry.get("content"))))


def _signature(channel: int, content: str) -> str:
    return f"{channel}:{content}"


def _custom_ids(entry: Json) -> list[str]:
    rows = entry.get("components")
    return [
        str(button.get("custom_id", ""))
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and isinstance(buttons := row.get("components"), list)
        for button in buttons
        if isinstance(button, dict)
    ]
