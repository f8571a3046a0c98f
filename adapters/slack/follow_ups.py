"""Which messages without a mention are for us: those in our threads, while nobody else is there."""

import time
from collections import OrderedDict

from adapters.slack.decode import Said
from adapters.slack.send import WebApi
from bot.adapter import AskManners, Door, Gone, Inspect, NotSaved, Refused, Unknown

MAX_PAGES = 5
"""Pages of a thread that are looked through; in a longer one a mention is needed."""
ALONE_SECONDS = 300.0
"""How long a thread counts as looked through: who writes there meanwhile is heard."""
MAX_KEPT = 10_000


class FollowUps:
    """Remembers the threads in which several people write, and those with one."""

    def __init__(self, door: Door, api: WebApi, us: str) -> None:
        self._door = door
        self._api = api
        self._us = us
        self._shared: OrderedDict[str, None] = OrderedDict()
        self._alone: OrderedDict[str, tuple[str, float]] = OrderedDict()

    async def wanted(self, said: Said) -> bool:
        """Whether the message is for us. Raises NotSaved where that cannot be known now."""
        place = said.mention.place
        self._hear(place.key, said.mention.person.key)
        if said.surely_ours:
            return True
        if said.thread is None or said.others:
            return False
        try:
            return await self._is_ours(said, said.thread)
        except (TimeoutError, Refused, Unknown) as error:
            raise NotSaved(said.mention.key) from error
        except Gone:
            return False

    async def _is_ours(self, said: Said, thread: str) -> bool:
        place = said.mention.place
        follow_ups = (await self._door.screen(AskManners(place=place))).follow_ups
        if follow_ups == "never" or (follow_ups == "alone" and place.key in self._shared):
            return False
        if (
            await self._door.screen(Inspect(place=place, person=said.mention.person))
        ).thread_id is None:
            return False
        return follow_ups == "always" or await self._is_alone(said, thread)

    def _hear(self, key: str, person: str) -> None:
        alone = self._alone.get(key)
        if alone is not None and alone[0] != person:
            del self._alone[key]
            self._keep_shared(key)

    async def _is_alone(self, said: Said, thread: str) -> bool:
        key, person = said.mention.place.key, said.mention.person
        alone = self._alone.get(key)
        if alone is not None and alone[1] > time.monotonic():
            return True
        messages = await self._api.messages(said.channel, thread=thread, pages=MAX_PAGES)
        people = {one.user for one in messages or () if one.user and not one.bot_id}
        if messages is None or people - {self._us, person.user}:
            self._keep_shared(key)
            return False
        self._alone[key] = (person.key, time.monotonic() + ALONE_SECONDS)
        while len(self._alone) > MAX_KEPT:
            self._alone.popitem(last=False)
        return True

    def _keep_shared(self, key: str) -> None:
        self._shared[key] = None
        while len(self._shared) > MAX_KEPT:
            self._shared.popitem(last=False)
