"""Keys of places and messages: team, channel, thread or person, with slashes between them."""

import re
from dataclasses import dataclass

from bot.adapter import Gone, MessageRef
from bot.events import PersonRef, PlaceRef, WorkspaceId

PLATFORM = "slack"

_ID = r"[A-Z0-9]{1,32}"
_TS = r"[0-9]{1,12}\.[0-9]{1,6}"
_PLACE = re.compile(
    rf"(?P<team>{_ID})/(?:(?P<direct>[UW]{_ID})"
    rf"|(?P<channel>[CGD]{_ID})(?:/(?:(?P<thread>{_TS})|(?P<person>[UW]{_ID})))?)"
)
_MESSAGE = re.compile(
    rf"(?P<team>{_ID})/(?P<channel>[CGD]{_ID})/(?P<ts>{_TS})(?:/(?P<origin>{_ID}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a place is on Slack: a channel and perhaps a thread in it, or a person.

    A person with a channel asked there privately: what they see is in their direct messages, since
    messages that only one person sees in a channel can be neither edited nor found again.
    """

    team: str
    channel: str | None = None
    thread: str | None = None
    person: str | None = None

    @property
    def origin(self) -> str | None:
        """The channel that a private message has come from."""
        return self.channel if self.person is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One message of ours: its channel and time stamp, and where it was asked privately."""

    team: str
    channel: str
    ts: str
    origin: str | None = None

    @property
    def ref(self) -> MessageRef:
        tail = "" if self.origin is None else f"/{self.origin}"
        return MessageRef(platform=PLATFORM, key=f"{self.team}/{self.channel}/{self.ts}{tail}")


def spot_of(place: PlaceRef) -> Spot:
    """Raises Gone for a place that Slack has never had."""
    match = _PLACE.fullmatch(place.key)
    if match is None or place.platform != PLATFORM or match["team"] != place.workspace:
        raise Gone(place.key)
    return Spot(
        team=match["team"],
        channel=match["channel"],
        thread=match["thread"],
        person=match["direct"] or match["person"],
    )


def posted_of(message: MessageRef) -> Posted:
    """Raises Gone for a message that Slack has never had."""
    match = _MESSAGE.fullmatch(message.key)
    if match is None or message.platform != PLATFORM:
        raise Gone(message.key)
    return Posted(
        team=match["team"], channel=match["channel"], ts=match["ts"], origin=match["origin"]
    )


def is_direct(channel: str) -> bool:
    """Whether a channel is a conversation of two."""
    return channel.startswith("D")


def channel_place(team: str, channel: str) -> PlaceRef:
    return _place(team, f"{team}/{channel}")


def thread_place(team: str, channel: str, thread: str, user: str) -> PlaceRef:
    """A thread below a message that the user has written or pressed something in. In direct
    messages each message is the root of its own; what is set for one counts in all of them."""
    direct = is_direct(channel)
    parent = f"{team}/{user}" if direct else f"{team}/{channel}"
    return _place(team, f"{team}/{channel}/{thread}", direct=direct, parent=parent)


def direct_place(person: PersonRef) -> PlaceRef:
    """A person's direct messages, whether they are open already or not."""
    team = team_of(person)
    return _place(team, f"{team}/{person.user}", direct=True)


def private_place(team: str, channel: str, user: str) -> PlaceRef:
    """What a person asked privately in a channel, whose settings count."""
    key = f"{team}/{channel}/{user}"
    return _place(team, key, parent=f"{team}/{channel}", private=True)


def person_of(team: str, user: str) -> PersonRef:
    return PersonRef(scope=f"{PLATFORM}:{team}", user=user)


def team_of(person: PersonRef) -> str:
    """The workspace in which somebody was met."""
    return person.scope.partition(":")[2]


def _place(
    team: str, key: str, *, direct: bool = False, parent: str | None = None, private: bool = False
) -> PlaceRef:
    return PlaceRef(
        platform=PLATFORM,
        workspace=WorkspaceId(team),
        key=key,
        direct=direct,
        parent=parent,
        private=private,
    )
