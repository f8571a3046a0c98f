"""The form that a quiz is asked for with: its fields, and what somebody wrote in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import get_args

from bot import tokens
from bot.adapter import FieldError
from bot.events import ButtonToken, PlaceRef
from bot.store.records import Audience, QuizWish
from bot.strings import language, say, speaking
from bot.text.cleaning import clean
from bot.views import Field, Form

MAX_TOPIC = 300
"""Characters, a sentence or two; who has more to say about it writes the tutor a message."""
NUMBERS = ("3", "5", "10", "15", "20")
"""Of questions; no quiz has more."""
KINDS = ("mixed", "choices", "text")
ALONE: Audience = "asker"
AUDIENCES: Mapping[str, Audience] = {each: each for each in get_args(Audience)}
UNLIMITED = "none"
CLOSES = ("600", "1800", "3600", "86400", "604800", UNLIMITED)
"""Seconds until it closes."""

_SHARED, _PRIVATE = "shared", "private"
"""What a token says of the place, since a form is made without looking anything up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The quiz that a person wants; without a topic it is about what was talked of."""

    topic: str
    number: str
    kinds: str
    audience: Audience
    seconds: int | None

    @property
    def wish(self) -> QuizWish:
        """What holds whatever the model writes."""
        return QuizWish(audience=self.audience, seconds=self.seconds, topic=self.topic)

    @property
    def request(self) -> str:
        """The same as somebody would write it, in the language spoken now."""
        return _request(self.topic, self.number, self.kinds, self.audience)


def requests(topic: str) -> list[str]:
    """All that a form can ask for about a topic, in the language spoken now."""
    return [_request(topic, *chosen) for chosen in product(NUMBERS, KINDS, AUDIENCES)]


def _request(topic: str, number: str, kinds: str, audience: str) -> str:
    return say(
        "quiz_request.wanted" if topic else "quiz_request.wanted_this",
        topic=topic,
        number=number,
        kinds=say(f"quiz_request.kinds_{kinds}"),
        audience=say(f"quiz_request.audience_{audience}"),
    )


def is_alone(place: PlaceRef) -> bool:
    """Whether nobody but the person could answer a quiz there."""
    return place.direct or place.private


def token(place: PlaceRef) -> ButtonToken:
    """What opens the form, in the language spoken now."""
    where = _PRIVATE if is_alone(place) else _SHARED
    return tokens.encode("make_quiz", where, language=language())


def form(token: ButtonToken) -> Form | None:
    """The form behind a token, without I/O; None for one that opens another form, or none.

    It offers every audience: whether the person may choose it is asked when it comes back.
    """
    press = tokens.decode(token)
    if press is None or press.action != "make_quiz" or press.target not in (_SHARED, _PRIVATE):
        return None
    with speaking(press.language):
        return Form(
            token=token,
            title=say("quiz_form.title"),
            fields=_fields(alone=press.target == _PRIVATE),
            submit=say("quiz_form.submit"),
        )


def _fields(*, alone: bool) -> tuple[Field, ...]:
    audience = _select("audience", tuple(AUDIENCES), ALONE)
    return (
        Field(name="topic", label=say("quiz_form.topic"), max_length=MAX_TOPIC, required=False),
        Field(
            name="number",
            label=say("quiz_form.number"),
            value=NUMBERS[1],
            choices=tuple((each, each) for each in NUMBERS),
        ),
        _select("kinds", KINDS, KINDS[0]),
        *(() if alone else (audience,)),
        _select("closes", CLOSES, UNLIMITED),
    )


def _select(name: str, values: tuple[str, ...], value: str) -> Field:
    choices = tuple((each, say(f"quiz_form.{name}_{each}")) for each in values)
    return Field(name=name, label=say(f"quiz_form.{name}"), value=value, choices=choices)


def read(values: Mapping[str, str], place: PlaceRef) -> Wanted | FieldError:
    """What came back from a form in a place, or the field with what nobody can choose there."""
    topic = " ".join(clean(values.get("topic", "")).split())
    if len(topic) > MAX_TOPIC:
        return FieldError(text=say("quiz_form.long_topic", limit=MAX_TOPIC), field="topic")
    chosen = dict(values)
    if is_alone(place):  # where the form does not ask for whom it is
        chosen.setdefault("audience", ALONE)
    for field in _fields(alone=False):
        if field.choices and chosen.get(field.name) not in dict(field.choices):
            return FieldError(text=say("quiz_form.choose"), field=field.name)
    audience, closes = AUDIENCES[chosen["audience"]], chosen["closes"]
    if is_alone(place) and audience != ALONE:
        # Opened in a channel, and sent from where only the person reads.
        return FieldError(text=say("quiz_form.alone"), field="audience")
    return Wanted(
        topic=topic,
        number=chosen["number"],
        kinds=chosen["kinds"],
        audience=audience,
        seconds=None if closes == UNLIMITED else int(closes),
    )
