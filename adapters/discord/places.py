"""How servers, channels, threads and people are named beyond this adapter."""

import re
from dataclasses import dataclass
from datetime import datetime

from bot.adapter import MessageRef
from bot.events import PersonRef, PlaceRef, WorkspaceId
from bot.views import SlotId

PLATFORM = "discord"
DIRECT = WorkspaceId("discord:dm")
"""Direct messages, and whatever people ask where the bot itself is not installed."""

_ID = r"[1-9][0-9]{0,19}"
_SERVER = re.compile(rf"discord:({_ID})")
_CHANNEL = re.compile(_ID)
_DM = re.compile(rf"dm/({_ID})")
_PRIVATE = re.compile(rf"private/({_ID})/({_ID})")
_MESSAGE = re.compile(rf"(channel|dm)/({_ID})/({_ID})/([a-z0-9]{{0,16}})")
_RESPONSE = re.compile(rf"response/([^/\s]{{1,1000}})/({_ID})/([a-z0-9]{{0,16}})")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel or a thread of a server."""

    id: int


@dataclass(frozen=True, slots=True)
class Dm:
    user: int


@dataclass(frozen=True, slots=True)
class Private:
    """What one person alone sees in a channel."""

    channel: int
    user: int


Spot = Channel | Dm | Private


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of ours in a channel; `direct` says that the channel is a direct one."""

    channel: int
    id: int
    slot: SlotId | None
    direct: bool = False

    @property
    def ref(self) -> MessageRef:
        kind = "dm" if self.direct else "channel"
        key = f"{kind}/{self.channel}/{self.id}/{self.slot or ''}"
        return MessageRef(platform=PLATFORM, key=key)


@dataclass(frozen=True, slots=True)
class Whispered:
    """A message of ours that one person sees, reached by the token of what they did."""

    token: str
    id: int
    slot: SlotId | None

    @property
    def ref(self) -> MessageRef:
        key = f"response/{self.token}/{self.id}/{self.slot or ''}"
        return MessageRef(platform=PLATFORM, key=key)


def server_of(workspace: WorkspaceId) -> int | None:
    """The id of the server that a workspace is."""
    match = _SERVER.fullmatch(workspace)
    return int(match[1]) if match else None


def workspace_of(server: int) -> WorkspaceId:
    return WorkspaceId(f"discord:{server}")


def person(user: int) -> PersonRef:
    return PersonRef(scope=PLATFORM, user=str(user))


def user_of(someone: PersonRef) -> int | None:
    """The id of a person of this platform."""
    ours = someone.scope == PLATFORM and _CHANNEL.fullmatch(someone.user)
    return int(someone.user) if ours else None


def in_channel(server: int, channel: int, parent: int | None = None) -> PlaceRef:
    """A channel, or with a parent a thread of it."""
    return PlaceRef(
        platform=PLATFORM,
        workspace=workspace_of(server),
        key=str(channel),
        parent=None if parent is None else str(parent),
    )


def in_dm(user: int | str) -> PlaceRef:
    return PlaceRef(platform=PLATFORM, workspace=DIRECT, key=f"dm/{user}", direct=True)


def in_private(
    workspace: WorkspaceId,
    channel: int,
    user: int,
    *,
    parent: int | None,
    token: str,
    expires_at: datetime,
) -> PlaceRef:
    return PlaceRef(
        platform=PLATFORM,
        workspace=workspace,
        key=f"private/{channel}/{user}",
        parent=None if parent is None else str(parent),
        private=True,
        reach=token,
        expires_at=expires_at,
    )


def spot(place: PlaceRef) -> Spot | None:
    """What a key of ours names; None for any other."""
    if place.platform != PLATFORM:
        return None
    if match := _CHANNEL.fullmatch(place.key):
        return Channel(int(match[0]))
    if match := _DM.fullmatch(place.key):
        return Dm(int(match[1]))
    if match := _PRIVATE.fullmatch(place.key):
        return Private(int(match[1]), int(match[2]))
    return None


def message(ref: MessageRef) -> Posted | Whispered | None:
    """What a reference of ours names; None for any other."""
    if ref.platform != PLATFORM:
        return None
    if match := _MESSAGE.fullmatch(ref.key):
        slot = SlotId(match[4]) if match[4] else None
        return Posted(int(match[2]), int(match[3]), slot, direct=match[1] == "dm")
    if match := _RESPONSE.fullmatch(ref.key):
        return Whispered(match[1], int(match[2]), SlotId(match[3]) if match[3] else None)
    return None
