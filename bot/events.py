"""What comes in: one frozen value per thing a person did, already decoded by an adapter."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

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


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRef:
    """Where something is said: a channel's thread or a direct conversation.

    `key` is opaque outside its adapter and names the place for good. `parent` is the key of the
    channel whose settings the place inherits; a direct place has none.
    """

    platform: str
    workspace: WorkspaceId
    key: str
    direct: bool = False
    parent: str | None = None

    @property
    def id(self) -> str:
        return f"{self.platform}:{self.key}"

    @property
    def parent_id(self) -> str | None:
        return None if self.parent is None else f"{self.platform}:{self.parent}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A message to the bot: a mention, a direct message or a follow-up, without the mention."""

    key: EventKey
    place: PlaceRef
    person: PersonRef
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A press of one of our buttons; the token is as the platform returned it, so hostile."""

    key: EventKey
    place: PlaceRef
    person: PersonRef
    token: ButtonToken
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A submitted form: the token it was opened with and what the person wrote."""

    key: EventKey
    place: PlaceRef
    person: PersonRef
    token: ButtonToken
    text: str
    at: datetime


Event = Mention | Click | Submission
