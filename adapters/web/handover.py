"""From a person's message to the door: who it is for, saved first, handed over exactly once."""

import asyncio
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from adapters.web.decode import NewMessage, asking, kept_in, mentions_tutor, order
from adapters.web.feed import Feed
from adapters.web.people import Person, is_private, owner_of, place_of, root_of
from adapters.web.playground import Message, Playground
from bot.adapter import Accepted, AskManners, Door, NotSaved, Receipt
from bot.events import Event

ACCEPT_SECONDS = 10.0
"""How long a person waits for "saved"; a commit takes milliseconds, a full disk fails at once."""

SCREEN_SECONDS = 2.0
"""The core answers within one; the rest is for a busy machine."""

REDELIVERY_SECONDS = 2.0
"""Between two attempts to hand over what a crash or a full disk left behind."""

log = structlog.get_logger()


class NotHere(Exception):  # noqa: N818 - named after what the page asked for
    """The place or the message does not exist, or is not this person's to see."""


class Late(NotSaved):
    """The core took too long, so whether the event is saved is not known."""


class Handover:
    """What people say in the playground, stored and handed to the door if it is for the tutor."""

    def __init__(self, playground: Playground, feed: Feed, door: Door) -> None:
        self._playground = playground
        self._feed = feed
        self._door = door

    async def readable(self, person: Person, key: str) -> None:
        """Pass if the person may see the place. Raises NotHere."""
        if owner_of(key) not in {None, person.user} or not await self._playground.has(key):
            raise NotHere(key)

    async def writable(self, person: Person, key: str) -> None:
        """Pass if the person may write in the place. Raises NotHere."""
        if is_private(key):
            raise NotHere(key)
        await self.readable(person, key)

    async def say(self, person: Person, new: NewMessage, locale: str) -> tuple[Message, Receipt]:
        """Store a message and hand it over if it is for the tutor. Raises NotHere and NotSaved."""
        await self.writable(person, new.place)
        asked = await self._for_tutor(person, new)
        return await self._keep(_said(person, new, new.place, asked=asked), locale)

    async def obey(
        self, person: Person, new: NewMessage, locale: str
    ) -> tuple[Message | None, Receipt]:
        """Hand a command over, its words kept where they are worth it. Raises NotHere and
        NotSaved."""
        await self.writable(person, new.place)
        kept = kept_in(new, person.user)
        said = _said(person, new, kept or new.place, asked=True)
        if kept is not None:
            return await self._keep(said, locale)
        return None, await self.accept(order(said, new.place, locale))

    async def accept(self, event: Event) -> Receipt:
        """Hand an event over. Raises NotSaved, also when it takes too long."""
        try:
            async with asyncio.timeout(ACCEPT_SECONDS):
                return await self._door.accept(event)
        except TimeoutError as error:
            raise Late from error

    async def redeliver(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Hand over what was stored but perhaps never accepted; returns what still waits."""
        for index, known in enumerate(messages):
            try:
                message = await self._playground.message(known.id)
                if message is not None and not message.accepted:
                    await self._hand_over(message)
                    self.changed(message)
            except (NotSaved, sqlite3.Error):
                log.warning("redelivery_waits", message=known.id)
                return messages[index:]
        return ()

    async def redeliver_all(self, messages: Sequence[Message]) -> None:
        """Try again until everything is handed over."""
        while messages:
            await asyncio.sleep(REDELIVERY_SECONDS)
            messages = await self.redeliver(messages)

    def changed(self, message: Message) -> None:
        """Show a message, and the number of replies below its thread's root, to who may see it."""
        self._feed.mark(message.id, owner_of(message.place))
        if root := root_of(message.place):
            self._feed.mark(root, None)

    async def _keep(self, said: Message, locale: str) -> tuple[Message, Receipt]:
        try:
            message = await self._playground.save(said)
            if (message.author, message.place) != (said.author, said.place):
                raise NotHere(said.id)
            receipt: Receipt = Accepted()
            if not message.accepted:
                receipt = await self._first_time(message, locale)
        except sqlite3.Error as error:
            log.warning("message_not_stored", message=said.id, error=type(error).__name__)
            raise NotSaved from error
        self.changed(message)
        return message, receipt

    async def _for_tutor(self, person: Person, new: NewMessage) -> bool:
        """Mentions, everything in a DM, and in a thread with the tutor what its manners say.

        A tutor that answers whatever people say to each other is a nuisance.
        """
        if owner_of(new.place) or mentions_tutor(new.text):
            return True
        root = root_of(new.place)
        speakers = None if root is None else await self._playground.speakers(root)
        if speakers is None:
            return False
        try:
            async with asyncio.timeout(SCREEN_SECONDS):
                manners = await self._door.screen(AskManners(place=place_of(new.place)))
        except TimeoutError as error:
            raise NotSaved from error  # it would be a guess, and the page asks again by itself
        if manners.follow_ups == "alone":
            return speakers == {person.user}
        return manners.follow_ups == "always"

    async def _first_time(self, message: Message, locale: str) -> Receipt:
        try:
            return await self._hand_over(message, locale)
        except Late:
            raise  # it may be saved, and then its thread needs its root; asking again is safe
        except NotSaved:
            # Its author keeps the text and may change it, so it must not come back by itself.
            await self._playground.forget(message.id)
            raise

    async def _hand_over(self, message: Message, locale: str = "") -> Receipt:
        receipt = await self.accept(asking(message, locale))
        await self._playground.mark_accepted(message.id)
        return receipt


def _said(person: Person, new: NewMessage, place: str, *, asked: bool) -> Message:
    return Message(
        seq=0,
        id=new.id,
        place=place,
        author=person.user,
        at=datetime.now(UTC),
        text=new.text,
        asked=asked,
        accepted=not asked,
    )
