"""What Slack sends → checked values and events. Everything in it is hostile.

The workspace is always the one that our token is for, whatever is sent says: in channels shared
with other organizations Slack names now one and now the other, of the same person too. Who somebody
is at home matters for their rights alone, and for these Slack is asked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from adapters.slack.identity import Identity
from adapters.slack.markup import unescaped, written
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

MAX_TEXT = 100_000
"""Characters; Slack takes 40,000 from people, what the core takes is its own business."""

_HEARD = frozenset({"", "file_share", "thread_broadcast"})
"""Kinds of messages that people write; all others are edits, deletions and notes of Slack's."""
_ORIGIN = re.compile(r"[a-z]{1,10}\.[0-9]{1,5}\.(?P<channel>[CG][A-Z0-9]{1,31})")
_SOMEBODY = re.compile(r"<@([UW][A-Z0-9]{1,32})(?:\|[^>]{0,200})?>")

_Id = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,32}$")]
_User = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]{1,31}$")]
_Channel = Annotated[str, Field(pattern=r"^[CGD][A-Z0-9]{1,31}$")]
_Ts = Annotated[str, Field(pattern=r"^[0-9]{1,12}\.[0-9]{1,6}$")]
_Text = Annotated[str, Field(max_length=MAX_TEXT)]
_Trigger = Annotated[str, Field(min_length=1, max_length=200)]
_Url = Annotated[str, Field(max_length=2_000)]

Value = TypeVar("Value", bound="_Value")


class Unreadable(Exception):  # noqa: N818 - named after what was sent
    """It is not what Slack sends of such things."""


class _Value(BaseModel):
    # What people wrote must not get into a log with an error.
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class _Message(_Value):
    channel: _Channel
    ts: _Ts
    user: _User | None = None
    text: _Text = ""
    thread_ts: _Ts | None = None
    subtype: str | None = None
    bot_id: str | None = None
    hidden: bool = False
    edited: dict[str, JsonValue] | None = None


class _Event(_Value):
    team_id: _Id
    event: _Message
    authorizations: list[dict[str, JsonValue]] = []


class _Container(_Value):
    message_ts: _Ts
    channel_id: _Channel
    thread_ts: _Ts | None = None


class _Actor(_Value):
    id: _User


class _Action(_Value):
    action_id: Annotated[str, Field(max_length=255)]
    value: Annotated[str, Field(min_length=1, max_length=100)]


class _Shown(_Value):
    text: _Text = ""


class _Press(_Value):
    user: _Actor
    container: _Container
    actions: Annotated[list[_Action], Field(min_length=1)]
    trigger_id: _Trigger
    response_url: _Url = ""
    message: _Shown = _Shown()


class _Input(_Value):
    value: _Text | None = None


class _State(_Value):
    values: dict[str, dict[str, _Input]]


class _View(_Value):
    id: _Id
    private_metadata: Annotated[str, Field(max_length=3_000)]
    state: _State


class _Filled(_Value):
    user: _Actor
    view: _View


class _Command(_Value):
    team_id: _Id
    channel_id: _Channel
    user_id: _User
    text: _Text = ""
    trigger_id: _Trigger


class _Origin(_Value):
    """What a form carries of the message that it was opened from."""

    token: Annotated[str, Field(min_length=1, max_length=100)]
    channel: _Channel
    message: _Ts
    thread: _Ts | None = None


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
    """A press of one of our buttons, and what its message says."""

    click: Click
    action: str
    trigger: str
    response_url: str
    shown: str
    origin: str

    @property
    def user(self) -> str:
        return self.click.person.user


def said(body: Mapping[str, object], us: Identity) -> Said | None:
    """A `message` or `app_mention` event; None for what no person has newly written in our
    workspace: one socket may bring the events of several.

    Both events of one mention give the same key. Raises Unreadable.
    """
    read = _read(_Event, body)
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
    read = _read(_Press, body)
    where, action = read.container, read.actions[0]
    origin = _Origin(
        token=action.value,
        channel=where.channel_id,
        message=where.message_ts,
        thread=where.thread_ts,
    )
    person = person_of(us.team_id, read.user.id)
    return Pressed(
        click=Click(
            key=EventKey(f"slack:click:{read.trigger_id}"),
            place=_asked_in(us.team_id, action) or _clicked(person, origin),
            person=person,
            token=ButtonToken(action.value),
            at=at,
        ),
        action=action.action_id,
        trigger=read.trigger_id,
        response_url=read.response_url,
        shown=unescaped(read.message.text),
        origin=origin.model_dump_json(),
    )


def submission(body: Mapping[str, object], us: Identity, at: datetime) -> Submission:
    """A `view_submission` payload of our one form. Raises Unreadable."""
    read = _read(_Filled, body)
    try:
        origin = _Origin.model_validate_json(read.view.private_metadata)
    except ValidationError:
        raise Unreadable("private_metadata") from None
    fields = [field for block in read.view.state.values.values() for field in block.values()]
    person = person_of(us.team_id, read.user.id)
    return Submission(
        key=EventKey(f"slack:form:{us.team_id}/{read.view.id}"),
        place=_clicked(person, origin),
        person=person,
        token=ButtonToken(origin.token),
        text=next((field.value for field in fields if field.value), ""),
        at=at,
    )


def order(body: Mapping[str, object], us: Identity, at: datetime) -> Order:
    """A slash command. In direct messages it is meant for those with us, whoever's they are.

    Raises Unreadable.
    """
    read = _read(_Command, body)
    if read.team_id != us.team_id:  # a place of theirs is none that we could write in
        raise Unreadable("team_id")
    person = person_of(us.team_id, read.user_id)
    if is_direct(read.channel_id):
        place = private = direct_place(person)
    else:
        place = channel_place(read.team_id, read.channel_id)
        private = private_place(read.team_id, read.channel_id, read.user_id)
    return Order(
        key=EventKey(f"slack:command:{read.trigger_id}"),
        place=place,
        private=private,
        person=person,
        text=_words(read.text, us.user_id),
        at=at,
    )


def event_id(body: Mapping[str, object]) -> str:
    """What a payload is called, for the log."""
    for name in ("event_id", "trigger_id", "type"):
        if isinstance(value := body.get(name), str):
            return value[:100]
    return ""


def _asked_in(team: str, action: _Action) -> PlaceRef | None:
    """The channel that a private message belongs to: what is shared goes there."""
    match = _ORIGIN.fullmatch(action.action_id)
    return None if match is None else channel_place(team, match["channel"])


def _clicked(person: PersonRef, origin: _Origin) -> PlaceRef:
    team = team_of(person)
    if origin.thread is not None:
        return thread_place(team, origin.channel, origin.thread, person.user)
    if is_direct(origin.channel):
        return direct_place(person)
    return channel_place(team, origin.channel)


def _installed(read: _Event) -> set[str]:
    """The workspaces that an event is for; with Slack Connect its author may be from another."""
    named = [authorization.get("team_id") for authorization in read.authorizations]
    return {team for team in named if isinstance(team, str)} or {read.team_id}


def _words(text: str, us: str) -> str:
    without = re.sub(rf"<@{re.escape(us)}(?:\|[^>]{{0,200}})?>[ \t]?", "", text)
    return written(without).strip()


_BODY: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


def _read(form: type[Value], body: Mapping[str, object]) -> Value:
    try:
        return form.model_validate(_BODY.validate_python(body))
    except (ValidationError, ValueError, RecursionError):
        raise Unreadable(form.__name__) from None
