"""The people on the scripted platform: they write, give commands, press and fill in forms."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.events import (
    ButtonToken,
    Click,
    Event,
    EventKey,
    Mention,
    Order,
    PersonRef,
    PlaceRef,
    Submission,
    WorkspaceId,
)
from tests.sims.posts import Sent

REACHES = timedelta(minutes=15)  # how long an order can be answered privately (Discord)


@dataclass(slots=True)
class Crowd(ABC):
    """Everybody who uses the platform; `known` are the ids of those who did anything so far.

    A private reach ends when it `closes`.
    """

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    closes: dict[str, datetime] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    _number: int = 0

    @abstractmethod
    async def send(self, event: Event) -> Sent:
        """Deliver an event to the bot, now or when it listens."""

    def place(self, name: str, *, direct: bool = False) -> PlaceRef:
        return PlaceRef(
            platform="sim",
            workspace=WorkspaceId("sim:one"),
            key=name,
            direct=direct,
            parent=None if direct or name == "channel" else "channel",
        )

    def private(self, by: str) -> PlaceRef:
        """Where only that person reads, in the channel, by a way that is opened now."""
        reach = self._key("reach")
        ends = self.closes[reach] = self.clock() + REACHES
        place = self.place(f"private-{by}")
        return replace(place, private=True, reach=reach, expires_at=ends)

    def person(self, user: str) -> PersonRef:
        self.known.add(user)
        return PersonRef(scope="sim", user=user)

    async def mention(
        self,
        text: str,
        *,
        by: str = "ada",
        place: str = "t1",
        direct: bool = False,
        key: str = "",
        locale: str = "",
        reply_to: str | None = None,
    ) -> Sent:
        """Somebody writes to the bot."""
        mention = Mention(
            key=EventKey(key or self._key("message")),
            place=self.place(place, direct=direct),
            person=self.person(by),
            text=text,
            at=self.clock(),
            locale=locale,
            reply_to=reply_to,
        )
        return await self.send(mention)

    async def order(
        self, text: str, *, by: str = "ada", place: str = "channel", key: str = "", locale: str = ""
    ) -> Sent:
        """Somebody gives a command."""
        order = Order(
            key=EventKey(key or self._key("order")),
            place=self.place(place),
            private=self.private(by),
            person=self.person(by),
            text=text,
            at=self.clock(),
            locale=locale,
        )
        return await self.send(order)

    async def click(
        self,
        token: ButtonToken,
        *,
        by: str = "ada",
        place: str = "t1",
        key: str = "",
        locale: str = "",
    ) -> Sent:
        click = Click(
            key=EventKey(key or self._key("click")),
            place=self.place(place),
            person=self.person(by),
            token=token,
            at=self.clock(),
            locale=locale,
        )
        return await self.send(click)

    async def submit(
        self,
        token: ButtonToken,
        text: str = "",
        *,
        by: str = "ada",
        place: str = "t1",
        key: str = "",
        values: Mapping[str, str] | None = None,
    ) -> Sent:
        """Somebody sends a form: an answer, or `values` of other fields."""
        submission = Submission(
            key=EventKey(key or self._key("form")),
            place=self.place(place),
            person=self.person(by),
            token=token,
            values={"answer": text} if values is None else values,
            at=self.clock(),
        )
        return await self.send(submission)

    def _key(self, kind: str) -> str:
        self._number += 1
        return f"sim:{kind}:{self._number}"
