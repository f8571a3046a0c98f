"""What Slack sends → checked values and events. Everything in it is hostile.

The workspace is always the one that our token is for, whatever is sent says: in channels shared
with other organizations Slack names now one and now the other, of the same person too. Who somebody
is at home matters for their rights alone, and for these Slack is asked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import ValidationError

from adapters.slack.identity import Identity
from adapters.slack.markup import unescaped, written
from adapters.slack.payloads import (
    Action,
    CommandBody,
    EventBody,
    FilledBody,
    Opened,
    Origin,
    PressBody,
    Unreadable,
    checked,
)
from adapters.slack.places import (
    channel_place,
    direct_place,
    is_direct,
    person_of,
    private_place,
    team_of,
    thread_place,
)
from bot.events import ButtonToken, Click, EventKey, Mention, Order, PersonRef, PlaceRef, Submission

_HEARD = frozenset({"", "file_share", "thread_broadcast"})
"""Kinds of messages that people write; all others are edits, deletions and notes of Slack's."""
_ORIGIN = re.compile(r"[a-z]{1,10}\.[0-9]{1,5}\.(?P<channel>[CG][A-Z0-9]{1,31})")
_SOMEBODY = re.compile(r"<@([UW][A-Z0-9]{1,32})(?:\|[^>]{0,200})?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message that a person wrote. `mentioned` says that it names us, `others` that it names
    somebody else; only direct messages and mentions are surely for us."""

    mention: Mention
    channel: str
    thread: str | None
    mentioned: bool
    others: bool

    @property
    def surely_ours(self) -> bool:
        return self.mentioned or self.mention.place.direct


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A press of one of our buttons, and what its message says, where Slack tells that."""

    click: Click
    action: str
    trigger: str
    shown: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form that came back: its fields in order, and where it was opened."""

    submission: Submission
    fields: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Commanded:
    """A slash command, and what a form can be opened with that belongs to it."""

    order: Order
    trigger: str
    origin: Origin


def said(body: Mapping[str, object], us: Identity) -> Said | None:
    """A `message` or `app_mention` event; None for what no person has newly written in our
    workspace: one socket may bring the events of several.

    Both events of one mention give the same key. Raises Unreadable.
    """
    read = checked(EventBody, body)
    event = read.event
    user, subtype = event.user, event.subtype or ""
    team, bot = us.team_id, us.user_id
    if user is None or user == bot or event.bot_id or event.hidden or event.edited is not None:
        return None
    named = set(_SOMEBODY.findall(event.text))
    # Slack names one installation of several; whoever mentions us is surely where we are.
    if subtype not in _HEARD or (team not in _installed(read) and bot not in named):
        return None
    root = event.thread_ts or event.ts
    return Said(
        mention=Mention(
            key=EventKey(f"slack:message:{team}/{event.channel}/{event.ts}"),
            place=thread_place(team, event.channel, root, user),
            person=person_of(team, user),
            text=_words(event.text, bot),
            at=datetime.fromtimestamp(float(event.ts), UTC),
        ),
        channel=event.channel,
        thread=event.thread_ts,
        mentioned=bot in named,
        others=bool(named - {bot}),
    )


def pressed(body: Mapping[str, object], us: Identity, at: datetime) -> Pressed:
    """A `block_actions` payload. Raises Unreadable."""
    read = checked(PressBody, body)
    action = read.actions[0]
    origin = _origin(read, action)
    person = person_of(us.team_id, read.user.id)
    return Pressed(
        click=Click(
            key=EventKey(f"slack:click:{read.trigger_id}"),
            place=_place(person, origin),
            person=person,
            token=ButtonToken(action.value),
            at=at,
        ),
        action=action.action_id,
        trigger=read.trigger_id,
        shown=unescaped(read.message.text),
        origin=origin,
    )


def carried(token: ButtonToken, origin: Origin) -> str:
    """What a form must bring back, for `filled`."""
    return Opened(token=token, origin=origin).model_dump_json()


def filled(body: Mapping[str, object], us: Identity, at: datetime) -> Filled:
    """A `view_submission` payload of a form of ours. Raises Unreadable."""
    read = checked(FilledBody, body)
    try:
        opened = Opened.model_validate_json(read.view.private_metadata)
    except ValidationError:
        raise Unreadable("private_metadata") from None
    if not read.view.state.values:
        raise Unreadable("values")
    values = {
        name: next((field.entered for field in block.values()), "")
        for name, block in read.view.state.values.items()
    }
    person = person_of(us.team_id, read.user.id)
    return Filled(
        submission=Submission(
            key=EventKey(f"slack:form:{us.team_id}/{read.view.id}"),
            place=_place(person, opened.origin),
            person=person,
            token=ButtonToken(opened.token),
            values=values,
            at=at,
        ),
        fields=tuple(values),
        origin=opened.origin,
    )


def commanded(body: Mapping[str, object], us: Identity, at: datetime) -> Commanded:
    """A slash command. In direct messages it is meant for those with us, whoever's they are.

    Raises Unreadable.
    """
    read = checked(CommandBody, body)
    if read.team_id != us.team_id:  # a place of theirs is none that we could write in
        raise Unreadable("team_id")
    person = person_of(us.team_id, read.user_id)
    origin = Origin(channel=read.channel_id, response_url=read.response_url)
    place = private = _place(person, origin)
    if not place.direct:
        private = private_place(read.team_id, read.channel_id, read.user_id)
    order = Order(
        key=EventKey(f"slack:command:{read.trigger_id}"),
        place=place,
        private=private,
        person=person,
        text=_words(read.text, us.user_id),
        at=at,
    )
    return Commanded(order=order, trigger=read.trigger_id, origin=origin)


def event_id(body: Mapping[str, object]) -> str:
    """What a payload is called, for the log."""
    for name in ("event_id", "trigger_id", "type"):
        if isinstance(value := body.get(name), str):
            return value[:100]
    return ""


def _origin(read: PressBody, action: Action) -> Origin:
    """A private message belongs to the channel that it came from: what is shared goes there."""
    where = read.container
    match = _ORIGIN.fullmatch(action.action_id)
    return Origin(
        channel=where.channel_id if match is None else match["channel"],
        thread=where.thread_ts if match is None else None,
        response_url=read.response_url,
        ephemeral=where.is_ephemeral,
    )


def _place(person: PersonRef, origin: Origin) -> PlaceRef:
    team = team_of(person)
    if origin.thread is not None:
        return thread_place(team, origin.channel, origin.thread, person.user)
    if is_direct(origin.channel):
        return direct_place(person)
    return channel_place(team, origin.channel)


def _installed(read: EventBody) -> set[str]:
    """The workspaces that an event is for; with Slack Connect its author may be from another."""
    named = [authorization.get("team_id") for authorization in read.authorizations]
    return {team for team in named if isinstance(team, str)} or {read.team_id}


def _words(text: str, us: str) -> str:
    without = re.sub(rf"<@{re.escape(us)}(?:\|[^>]{{0,200}})?>[ \t]?", "", text)
    return written(without).strip()
