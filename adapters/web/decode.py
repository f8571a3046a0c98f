"""What the page sends → checked requests and events. Everything in it is hostile."""

import json
import re
from datetime import datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.web.clean import cleaned
from adapters.web.people import CHANNEL, PEOPLE, place_of, thread_key
from adapters.web.playground import Message
from bot.events import ButtonToken, Click, EventKey, Mention, PersonRef, Submission

MAX_MESSAGE = 100_000
"""Characters of one message; what the core takes is its own business."""

# The sign must not belong to an address or a longer name.
_MENTION = re.compile(r"(?<![\w@./])@tutor(?![\w@-])[ \t]?", re.IGNORECASE)

_Id = Annotated[str, Field(pattern=r"^[a-z0-9]{16,32}$")]
_User = Annotated[str, Field(max_length=32)]
_Key = Annotated[str, Field(max_length=64)]
_Token = Annotated[str, Field(min_length=1, max_length=100)]


class Unreadable(Exception):  # noqa: N818 - named after what the request is
    """The request is not one of the page's."""


class Request(BaseModel):
    """What every request carries: as whom the page acts."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    person: _User


class NewMessage(Request):
    """A message as written; `id` is drawn by the page, so that a repeated request is the same."""

    id: _Id
    place: _Key
    text: str


class Press(Request):
    """A press of a button of a message."""

    id: _Id
    message: _Id
    token: _Token


class FormAsk(Request):
    """A press of a button that opens a form."""

    message: _Id
    token: _Token


class Filled(Press):
    """A form as filled in."""

    text: str


Ask = TypeVar("Ask", bound=Request)


def decoded(body: bytes, form: type[Ask]) -> Ask:
    """The request in a body. Raises Unreadable."""
    try:
        return form.model_validate(cleaned(json.loads(body)))
    except (ValidationError, ValueError, RecursionError) as error:
        raise Unreadable(form.__name__) from error


def mentions_tutor(text: str) -> bool:
    """Whether a message names the tutor."""
    return _MENTION.search(text) is not None


def mention(message: Message) -> Mention:
    """A message for the tutor as its event; one in the channel starts the thread it roots."""
    key = thread_key(message.id) if message.place == CHANNEL else message.place
    return Mention(
        key=EventKey(f"web:message:{message.id}"),
        place=place_of(key),
        person=_person(message.author),
        text=_MENTION.sub("", message.text).strip(),
        at=message.at,
    )


def click(press: Press, user: str, place: str, at: datetime) -> Click:
    """A press as its event; `place` is where the message is, whatever the page says."""
    return Click(
        key=EventKey(f"web:click:{press.id}"),
        place=place_of(place),
        person=_person(user),
        token=ButtonToken(press.token),
        at=at,
    )


def submission(filled: Filled, user: str, place: str, at: datetime) -> Submission:
    """A filled-in form as its event."""
    return Submission(
        key=EventKey(f"web:form:{filled.id}"),
        place=place_of(place),
        person=_person(user),
        token=ButtonToken(filled.token),
        text=filled.text,
        at=at,
    )


def _person(user: str) -> PersonRef:
    return PEOPLE[user].ref
