"""What the page sends → checked requests and events. Everything in it is hostile."""

import json
import re
from datetime import datetime
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from adapters.web.clean import cleaned
from adapters.web.people import (
    CHANNEL,
    Person,
    place_of,
    private_of,
    ref_of,
    shown_in,
    thread_key,
)
from adapters.web.playground import Message
from bot.commands import ordered
from bot.events import ButtonToken, Change, Click, EventKey, Mention, Order, Submission

MAX_MESSAGE = 100_000
"""Characters of one message; what the core takes is its own business."""

MAX_FIELDS = 5
"""Of one form; the core makes none with more."""

# The sign must not belong to an address or a longer name.
_MENTION = re.compile(r"(?<![\w@./])@tutor(?![\w@-])[ \t]?", re.IGNORECASE)
# Who addresses somebody often writes a comma or a colon, which is no part of what they say.
_ADDRESSED = re.compile(r"\A\s*@tutor[,:](?=\s)", re.IGNORECASE)
_ORDER = re.compile(r"\s*/tutor(?!\S)", re.IGNORECASE)

_Id = Annotated[str, Field(pattern=r"^[a-z0-9]{16,32}$")]
_User = Annotated[str, Field(max_length=32)]
_Key = Annotated[str, Field(max_length=64)]
_Name = Annotated[str, Field(max_length=64)]
_Token = Annotated[str, Field(min_length=1, max_length=100)]


class Unreadable(Exception):  # noqa: N818 - named after what the request is
    """The request is not one of the page's."""


class Request(BaseModel):
    """What every request carries: as whom the page acts."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    person: _User


class NewMessage(Request):
    """A message or a command as written; `id` is drawn by the page, so that a repeated request is
    the same."""

    id: _Id
    place: _Key
    text: str


class Pressed(Request):
    """A button of a message, or of what only the page has in a place."""

    message: _Id | None = None
    place: _Key | None = None
    token: _Token

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if (self.message is None) == (self.place is None):
            raise ValueError("either a message or a place")
        return self


class Press(Pressed):
    """A press of a button."""

    id: _Id


class FormAsk(Pressed):
    """A press of a button that opens a form; `whisper` says that it is not the message's own, but
    of a private answer below it."""

    whisper: bool = False


class Filled(Pressed):
    """A form as filled in."""

    id: _Id
    values: dict[_Name, str] = Field(max_length=MAX_FIELDS)


class Settings(Request):
    """Settings as changed in their form; None inherits."""

    id: _Id
    level: Literal["channel", "workspace"]
    values: dict[_Name, str | None] = Field(max_length=64)


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


def is_order(text: str) -> bool:
    """Whether what was written is a command and no message."""
    return _ORDER.match(text) is not None


def kept_in(new: NewMessage, user: str) -> str | None:
    """Where the words of an order are kept: a question beside its private answer, a request for
    everybody where its answer comes; what is answered in one private sentence, or by a form,
    nowhere."""
    words = ordered(_words(new.text))
    if words.command.word == "ask" and words.argument:
        return private_of(user, new.place)
    return new.place if words.command.word == "quiz" and words.argument else None


def asking(message: Message, locale: str) -> Mention | Order:
    """A stored message for the tutor as its event; one in the channel starts the thread it
    roots."""
    where = thread_key(message.id) if message.place == CHANNEL else shown_in(message.place)
    if is_order(message.text):
        return order(message, where, locale)
    return Mention(
        key=EventKey(f"web:message:{message.id}"),
        place=place_of(where),
        person=ref_of(message.author),
        text=_MENTION.sub("", _ADDRESSED.sub("", message.text)).strip(),
        at=message.at,
        locale=locale,
    )


def order(said: Message, where: str, locale: str) -> Order:
    """A command that was given in a place as its event."""
    return Order(
        key=EventKey(f"web:order:{said.id}"),
        place=place_of(where),
        private=place_of(private_of(said.author, where)),
        person=ref_of(said.author),
        text=_words(said.text),
        at=said.at,
        locale=locale,
    )


def click(press: Press, person: Person, place: str, at: datetime, locale: str) -> Click:
    """A press as its event; `place` is where what was pressed is shown."""
    return Click(
        key=EventKey(f"web:click:{press.id}"),
        place=place_of(place),
        person=person.ref,
        token=ButtonToken(press.token),
        at=at,
        locale=locale,
    )


def submission(filled: Filled, person: Person, place: str, at: datetime, locale: str) -> Submission:
    """A filled-in form as its event."""
    return Submission(
        key=EventKey(f"web:form:{filled.id}"),
        place=place_of(place),
        person=person.ref,
        token=ButtonToken(filled.token),
        values=filled.values,
        at=at,
        locale=locale,
    )


def change(settings: Settings, person: Person, at: datetime, locale: str) -> Change:
    """Changed settings of the channel or the playground as their event."""
    return Change(
        key=EventKey(f"web:change:{settings.id}"),
        place=place_of(CHANNEL),
        person=person.ref,
        level=settings.level,
        values=settings.values,
        at=at,
        locale=locale,
    )


def _words(text: str) -> str:
    return _ORDER.sub("", text, count=1).strip()
