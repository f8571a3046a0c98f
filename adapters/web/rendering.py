"""Stored messages as the page gets them."""

import asyncio
from collections import OrderedDict

from adapters.web.people import CHANNEL, is_private, shown_in, thread_key
from adapters.web.playground import Message
from adapters.web.render import body
from bot.jsons import Json
from bot.strings import language

KEPT_BODIES = 1_000
"""Rendered messages kept in memory, so that a reload of the page does not parse them again."""


class Rendering:
    """Messages as the page gets them; texts are parsed in a thread, beside the event loop."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[tuple[str, str], tuple[int, Json]] = OrderedDict()

    async def message(self, message: Message) -> Json:
        """The whole message, with our own words in the language spoken now.

        Several calls for the same version parse it once or, rarely, twice.
        """
        name = (language(), message.id)
        kept = self._bodies.get(name)
        if kept is None or kept[0] != message.version:
            kept = (message.version, await asyncio.to_thread(body, message))
            self._bodies[name] = kept
            while len(self._bodies) > KEPT_BODIES:
                self._bodies.popitem(last=False)
        self._bodies.move_to_end(name)
        return {
            "id": message.id,
            "seq": message.seq,
            "place": shown_in(message.place),
            "private": is_private(message.place),
            "version": message.version,
            "at": message.at.isoformat(),
            "author": message.author,
            "thread": thread_key(message.id) if message.place == CHANNEL else None,
            "replies": message.replies,
            "body": kept[1],
        }
