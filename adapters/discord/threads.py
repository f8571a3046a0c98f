"""Threads that the bot opens under the messages that mention it."""

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass, field

import structlog

from adapters.discord.send import HAS_THREAD, Missing, Sending
from bot.adapter import Gone, Refused, Unknown
from bot.events import PlaceRef
from bot.strings import say
from bot.text.cleaning import one_line

NAME = 60
"""Characters of a thread's name; Discord takes 100, lists show fewer."""
ARCHIVED_AFTER = 24 * 60
"""Minutes without a message until Discord folds a thread away (one of 60, 1440, 4320, 10080)."""
HAS_A_THREAD = 1 << 5
"""The flag of a message under which a thread was opened, if it is deleted by now too."""
PATIENCE = 10.0
"""Seconds for opening one: its limit is strict (136 s seen), and an answer in place is better."""
KEPT = 5_000
"""Threads whose state is remembered."""

_MENTION = re.compile(r"<@[!&]?[0-9]{1,20}>")

log = structlog.get_logger()


@dataclass(slots=True)
class _Thread:
    """`name` is that of a thread yet to be opened; `refused` says that the channel must do."""

    name: str | None = None
    refused: bool = False
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a message goes: into a thread or channel, or as a reply to a message there."""

    channel: int
    under: int | None = None


def name_of(question: str) -> str:
    """A thread's name: the question in short."""
    return one_line(_MENTION.sub("", question), NAME) or say("discord.thread")


class Threads:
    """A thread has the id of the message that it was opened under, so it has a place before."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, _Thread] = OrderedDict()

    def expect(self, thread: int, name: str) -> None:
        """There will be a thread as soon as somebody needs it."""
        if thread not in self._known:
            self._remember(thread).name = name

    async def spot(self, sending: Sending, place: PlaceRef) -> Spot:
        """Where messages of a place go now; opens its thread if that is still to be done."""
        thread, channel = int(place.key), int(place.parent or place.key)
        known = self._known.get(thread)
        if known is None:
            return Spot(thread)
        async with known.opening:
            if known.name is not None:
                await self._open(sending, channel, thread, known)
        return Spot(channel, under=thread) if known.refused else Spot(thread)

    async def recovered(self, sending: Sending, place: PlaceRef) -> Spot:
        """Where messages go after the thread was not found: it was not opened before a restart, or
        it was deleted. Raises Gone, Refused and Unknown."""
        if place.parent is None:
            raise Gone(place.key)
        starter = await sending.message(int(place.parent), int(place.key))
        flags = starter.get("flags")
        if isinstance(flags, int) and flags & HAS_A_THREAD:
            raise Gone(place.key)
        self._known.pop(int(place.key), None)
        self.expect(int(place.key), name_of(str(starter.get("content") or "")))
        return await self.spot(sending, place)

    async def _open(self, sending: Sending, channel: int, thread: int, known: _Thread) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await sending.thread(channel, thread, known.name or "", ARCHIVED_AFTER)
        except Refused as refused:
            known.refused = str(HAS_THREAD) not in str(refused)
        except (Missing, Unknown, TimeoutError):
            known.refused = True
        known.name = None
        if known.refused:
            log.info("thread_not_opened", channel=channel, message=thread)

    def _remember(self, thread: int) -> _Thread:
        known = self._known.setdefault(thread, _Thread())
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return known
