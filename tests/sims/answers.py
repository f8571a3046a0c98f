"""What the scripted Responses server says: parts, whole answers, and the faults in them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from bot.jsons import Json

Edit = Callable[[list[Json]], list[Json]]
"""A fault: from the events of a sound stream to those that are sent."""

USAGE: Json = {
    "input_tokens": 100,
    "input_tokens_details": {"cached_tokens": 40, "cache_write_tokens": 0},
    "output_tokens": 20,
    "output_tokens_details": {"reasoning_tokens": 5},
    "total_tokens": 120,
}


@dataclass(frozen=True, slots=True)
class Text:
    """A message, streamed in `pieces`."""

    text: str
    pieces: int = 4
    phase: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A message in which the model declines."""

    text: str


@dataclass(frozen=True, slots=True)
class Reasoning:
    """Thinking whose encrypted content has to come back as it was."""

    encrypted: str = "gAAAAABreasoned"


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; arguments that are text are sent as they are, broken or not."""

    name: str
    arguments: Json | str
    call_id: str

    @property
    def json(self) -> str:
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments)


class Calls(tuple[Call, ...]):
    """Several function calls: `Calls(("display_quiz", {…}, "call_1"), …)`."""

    __slots__ = ()

    def __new__(cls, *calls: tuple[str, Json | str, str]) -> "Calls":
        return super().__new__(cls, (Call(*call) for call in calls))


Part = Text | Refused | Reasoning | Call | Calls


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as parts; `hold_before` waits before that event (0: the first) until released.

    `hold_at_end` leaves the connection open after the last event. `cut_after` breaks it after so
    many events. `reason` makes the response incomplete.
    """

    parts: tuple[Part, ...]
    reason: str | None = None
    edits: tuple[Edit, ...] = ()
    cut_after: int | None = None
    hold_before: int | None = None
    hold_at_end: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """An HTTP error in OpenAI's form, or with `body` in another server's."""

    status: int
    code: str | None = None
    message: str = "scripted"
    param: str | None = None
    type: str = "invalid_request_error"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: JsonValue = None

    @property
    def json(self) -> JsonValue:
        error: Json = {
            "message": self.message,
            "type": self.type,
            "param": self.param,
            "code": self.code,
        }
        return {"error": error} if self.body is None else self.body


@dataclass(frozen=True, slots=True)
class Raw:
    """A successful HTTP answer byte by byte, chunk by chunk."""

    chunks: tuple[bytes, ...]
    content_type: str = "text/event-stream"


def without(*types: str) -> Edit:
    """Leave out every event of these types."""
    return lambda events: [each for each in events if each["type"] not in types]


def only_first(count: int) -> Edit:
    """End the stream, in good form, after so many events."""
    return lambda events: events[:count]


def repeated(events: list[Json]) -> list[Json]:
    """Send every event twice."""
    return [each for event in events for each in (event, event)]


def unnumbered(events: list[Json]) -> list[Json]:
    """Send no sequence numbers."""
    return [
        {name: value for name, value in event.items() if name != "sequence_number"}
        for event in events
    ]


def all_numbered_zero(events: list[Json]) -> list[Json]:
    """Send one sequence number for all."""
    return [event | {"sequence_number": 0} for event in events]


def swapped(events: list[Json]) -> list[Json]:
    """Exchange neighbouring deltas."""
    places = [n for n, each in enumerate(events) if str(each["type"]).endswith(".delta")]
    result = list(events)
    for one, other in zip(places[::2], places[1::2], strict=False):
        result[one], result[other] = events[other], events[one]
    return result


def with_unknown(events: list[Json]) -> list[Json]:
    """Put an event of a kind that nobody knows before each."""
    strange: Json = {"type": "response.telepathy.delta", "delta": "…", "output_index": 0}
    return [each for event in events for each in (strange, event)]


def error_at(place: int, code: str, type_: str | None = None) -> Edit:
    """Break off with an `error` event."""
    error: Json = {
        "type": "error",
        "code": code,
        "message": "scripted",
        "param": None,
        "sequence_number": place,
    }
    nested: Json = {"type": "error", "error": {"type": type_, "code": code, "message": "scripted"}}
    return lambda events: [*events[:place], nested if type_ else error]


def failed(code: str) -> Edit:
    """End with `response.failed` instead."""

    def edit(events: list[Json]) -> list[Json]:
        *before, last = events
        error: Json = {"code": code, "message": "scripted"}
        response = last["response"]
        assert isinstance(response, dict)
        broken = response | {"status": "failed", "error": error, "completed_at": None}
        return [*before, last | {"type": "response.failed", "response": broken}]

    return edit


def at_end(**values: JsonValue) -> Edit:
    """Change keys of the response in the last event."""

    def edit(events: list[Json]) -> list[Json]:
        *before, last = events
        response = last["response"]
        assert isinstance(response, dict)
        return [*before, last | {"response": response | values}]

    return edit
