"""What comes in: one frozen value per thing a person did, already decoded by an adapter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType, Self

EventKey = NewType("EventKey", str)
"""What the event *is* (a message's identity, an interaction's id), the same on every delivery."""

WorkspaceId = NewType("WorkspaceId", str)
"""A Slack team, a Discord guild, `discord:dm` or the playground."""

ButtonToken = NewType("ButtonToken", str)
"""What a button carries: at most 100 characters (Discord `custom_id`), made by the core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRef:
    """Who, within the scope in which the platform's user ids are unique.

    The scope begins with the platform's name: `slack:T1`, `discord`, `web`.
    """

    scope: str
    user: str

    @property
    def key(self) -> str:
        return f"{self.scope}/{self.user}"

    @classmethod
    def of(cls, key: str) -> Self:
        """The person whose key it is: no scope has a slash."""
        scope, _, user = key.partition("/")
        return cls(scope=scope, user=user)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRef:
    """Where something is said: a channel's thread or a direct conversation.

    `key` is opaque outside its adapter and names the place for good. `parent` is the key of the
    channel whose settings the place inherits; a direct place has none, or, where it is one of a
    person's several, what names them all.

    A private place is seen by one person alone, inside a channel: what they asked there privately
    is answered in it. Its key names the channel and the person, never a token that changes.
    Where a platform lets nothing be shown there any more after a time, `expires_at` is that time.
    """

    platform: str
    workspace: WorkspaceId
    key: str
    direct: bool = False
    parent: str | None = None
    private: bool = False
    reach: str | None = None
    """What the adapter needs to write into a private place, such as a response's token."""
    expires_at: datetime | None = None

    @property
    def id(self) -> str:
        return f"{self.platform}:{self.key}"

    @property
    def parent_id(self) -> str | None:
        return None if self.parent is None else f"{self.platform}:{self.parent}"

    @property
    def channel_id(self) -> str:
        """The id of the channel that it belongs to or is."""
        return self.parent_id or self.id

    def shares_channel(self, other: "PlaceRef") -> bool:
        """Whether both are in one channel, whatever the thread."""
        return (self.workspace, self.channel_id) == (other.workspace, other.channel_id)

    def is_over(self, now: datetime) -> bool:
        """Whether nothing more can be shown there, by this way at least."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A message to the bot: a mention, a direct message or a follow-up, without the mention.

    `locale` is the person's as the platform names it (`de`, `en-US`), empty where it does not.
    `reply_to` is the key of the message that it was written as a reply to, where the platform has
    such replies; one that ends in a slash is what that key begins with, where no more is known.
    """

    key: EventKey
    place: PlaceRef
    person: PersonRef
    text: str
    at: datetime
    locale: str = ""
    reply_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A press of one of our buttons; the token is as the platform returned it, so hostile."""

    key: EventKey
    place: PlaceRef
    person: PersonRef
    token: ButtonToken
    at: datetime
    locale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A submitted form: the token it was opened with, and what the person wrote or chose in each
    of its fields, by the field's name. Hostile: a value need be none of a field's choices."""

    key: EventKey
    place: PlaceRef
    person: PersonRef
    token: ButtonToken
    values: Mapping[str, str]
    at: datetime
    locale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A command given as one, `/tutor words`: `text` is the words.

    `private` is where the person alone sees what they ask with it, and how that changes; a direct
    conversation is private itself. `said` is the core's own: it was a message that begins with a
    command's word, so what it cannot be is a question.
    """

    key: EventKey
    place: PlaceRef
    private: PlaceRef
    person: PersonRef
    text: str
    at: datetime
    locale: str = ""
    said: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Settings of places as a form sends them, all of them or none: of the channel that the place
    belongs to, or of the whole workspace. None inherits; values are as people write them."""

    key: EventKey
    place: PlaceRef
    person: PersonRef
    level: Literal["channel", "workspace"]
    values: Mapping[str, str | None]
    at: datetime
    locale: str = ""


Event = Mention | Click | Submission | Order | Change
