"""From a provider's stream events to ours: tolerant of order, gaps and repetition."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue

from bot.jsons import Json
from bot.responses.errors import Refusal, TryAgain, short, sort

MAX_TEXT = 2_000_000
"""Characters of text and arguments in one response: four times what any model writes at once."""

MAX_ITEMS = 1000
MAX_ID = 512
MAX_TOKENS = 10**12
"""A count beyond this is a lie, and would not fit a database integer when summed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDelta:
    """More text of the item at `index`; a refusal is text too."""

    index: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStarted:
    """An item was announced. Some servers never announce."""

    index: int
    type: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDone:
    """The authoritative item, as the provider wrote it. It has a `type`, and unless its status is
    `incomplete` a function call has texts for `call_id`, `name` and `arguments` and a message
    has a list as `content`. Different calls may share a `call_id`."""

    index: int
    item: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The end of the response. Items of an `incomplete` one may be cut: execute none of them.

    `usage` holds input_tokens, output_tokens, total_tokens, cached_tokens and reasoning_tokens,
    or nothing if the provider counts nothing. `reason` says why it is incomplete.
    """

    status: Literal["completed", "incomplete"]
    items: tuple[Json, ...]
    usage: dict[str, int]
    reason: str | None
    response_id: str | None


StreamEvent = TextDelta | ItemStarted | ItemDone | Finished


class Reading:
    """One response while it arrives: give it each event, it gives back ours.

    Raises TryAgain, TellPerson or RequestRejected for an error among the events and TryAgain for
    an item that nobody could use.
    """

    def __init__(self) -> None:
        self._seen: set[tuple[int, str, int]] = set()
        self._items: dict[int, Json] = {}
        self._text: dict[int, list[str]] = {}
        self._index = 0
        self._shown = 0
        self._kept = 0

    def take(self, event: Json) -> Iterator[StreamEvent]:
        kind = event.get("type")
        if not isinstance(kind, str) or self._repeated(event, kind):
            return
        match kind:
            case "response.output_text.delta" | "response.refusal.delta":
                yield from self._delta(event)
            case "response.output_item.added":
                yield from self._added(event)
            case "response.output_item.done":
                yield from self._done(event)
            case "response.completed" | "response.incomplete":
                yield from self._end(event, kind)
            case "response.failed" | "response.cancelled":
                raise sort(_refusal(_object(_object(event.get("response")).get("error"))))
            case "error":
                raise sort(_refusal(_object(event.get("error")) or event))
            case _:
                # Newer servers send more kinds; the items carry all that matters.
                return

    def _repeated(self, event: Json, kind: str) -> bool:
        number = event.get("sequence_number")
        if not isinstance(number, int):
            return False
        # With kind and index: some servers number every event 0.
        key = (number, kind, _index(event, -1))
        repeated = key in self._seen
        self._seen.add(key)
        return repeated

    def _delta(self, event: Json) -> Iterator[StreamEvent]:
        text = event.get("delta")
        if not isinstance(text, str) or not text:
            return
        self._index = _index(event, self._index)
        self._shown = _bounded(self._shown + len(text))
        self._text.setdefault(self._index, []).append(text)
        yield TextDelta(index=self._index, text=text)

    def _added(self, event: Json) -> Iterator[StreamEvent]:
        item = _object(event.get("item"))
        self._index = _index(event, len(self._items))
        kind = short(item.get("type"))
        if kind:
            yield ItemStarted(index=self._index, type=kind, name=short(item.get("name")) or None)

    def _done(self, event: Json) -> Iterator[StreamEvent]:
        item = _object(event.get("item"))
        index = _index(event, len(self._items))
        earlier = self._items.get(index)
        if earlier is not None:
            if _same(earlier, item):
                return
            # Some servers give every item the index 0.
            index = max(self._items) + 1
        if self._keep(index, item):
            yield ItemDone(index=index, item=item)

    def _keep(self, index: int, item: Json) -> bool:
        """False for a call that came before under another index."""
        _check(item)
        if any(_same_call(each, item) for each in self._items.values()):
            return False
        self._kept = _bounded(self._kept + _weight(item))
        if len(self._items) >= MAX_ITEMS:
            raise TryAgain("malformed_item")
        self._items[index] = item
        return True

    def _end(self, event: Json, kind: str) -> Iterator[StreamEvent]:
        response = _object(event.get("response"))
        if response.get("status") in ("failed", "cancelled"):
            raise sort(_refusal(_object(response.get("error"))))
        if response.get("status") in ("queued", "in_progress"):
            raise TryAgain("interrupted")
        incomplete = "incomplete" in (kind.removeprefix("response."), response.get("status"))
        status: Literal["completed", "incomplete"] = "incomplete" if incomplete else "completed"
        yield from self._missing(response.get("output"))
        if not any(item["type"] == "message" for item in self._items.values()):
            yield from self._spoken(status)
        details = _object(response.get("incomplete_details"))
        response_id = response.get("id")
        known = isinstance(response_id, str) and len(response_id) <= MAX_ID
        yield Finished(
            status=status,
            items=tuple(self._items[index] for index in sorted(self._items)),
            usage=_usage(_object(response.get("usage"))),
            reason=short(details.get("reason")) or None,
            response_id=str(response_id) if known else None,
        )

    def _missing(self, output: JsonValue) -> Iterator[StreamEvent]:
        """Items that only the last event has; those that were done before stay as they are."""
        if not isinstance(output, list) or len(output) <= len(self._items):
            return
        before = list(self._items.values())
        self._items, self._kept = {}, 0
        for index, value in enumerate(output):
            item = _object(value)
            done = next((each for each in before if _same(each, item)), None)
            if self._keep(index, done or item) and done is None:
                yield ItemDone(index=index, item=item)

    def _spoken(self, status: str) -> Iterator[StreamEvent]:
        """Messages for text that was shown and never became an item, so that it stays."""
        for index, parts in sorted(self._text.items()):
            content: Json = {"type": "output_text", "text": "".join(parts), "annotations": []}
            item: Json = {
                "type": "message",
                "role": "assistant",
                "status": status,
                "content": [content],
            }
            free = index if index not in self._items else max(self._items) + 1
            self._items[free] = item
            yield ItemDone(index=free, item=item)


def _same(one: Json, other: Json) -> bool:
    return one == other or (bool(one.get("id")) and one.get("id") == other.get("id"))


def _same_call(one: Json, other: Json) -> bool:
    """Servers that number all calls of a response alike tell them apart by nothing else."""
    parts = ("type", "call_id", "name", "arguments")
    return one.get("type") == "function_call" and all(
        one.get(part) == other.get(part) for part in parts
    )


def _object(value: JsonValue) -> Json:
    return value if isinstance(value, dict) else {}


def _index(event: Json, otherwise: int) -> int:
    index = event.get("output_index")
    plain = isinstance(index, int) and not isinstance(index, bool)
    return index if plain and isinstance(index, int) and 0 <= index < MAX_ITEMS else otherwise


def _check(item: Json) -> None:
    """Refuse what no caller could use or send back."""
    required: dict[str, type] = {"type": str}
    if item.get("status") != "incomplete":
        if item.get("type") == "function_call":
            required |= {"call_id": str, "name": str, "arguments": str}
        elif item.get("type") == "message":
            required |= {"content": list}
    for name, kind in required.items():
        if not isinstance(item.get(name), kind):
            raise TryAgain("malformed_item")


def _bounded(size: int) -> int:
    if size > MAX_TEXT:
        raise TryAgain("too_much")
    return size


def _weight(item: Json) -> int:
    content, arguments = item.get("content"), item.get("arguments")
    texts = [_object(part).get("text") for part in content] if isinstance(content, list) else []
    return sum(len(text) for text in (*texts, arguments) if isinstance(text, str))


def _usage(usage: Json) -> dict[str, int]:
    found = {
        "input_tokens": usage.get("input_tokens"),
        "output_tokens": usage.get("output_tokens"),
        "total_tokens": usage.get("total_tokens"),
        "cached_tokens": _object(usage.get("input_tokens_details")).get("cached_tokens"),
        "reasoning_tokens": _object(usage.get("output_tokens_details")).get("reasoning_tokens"),
    }
    counts = {
        name: value
        for name, value in found.items()
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_TOKENS
    }
    return {name: counts.get(name, 0) for name in found} if counts else {}


def _refusal(error: Json) -> Refusal:
    message = error.get("message")
    kind = short(error.get("type"))
    return Refusal(
        code=short(error.get("code")),
        type="" if kind == "error" else kind,
        param=short(error.get("param")),
        message=message if isinstance(message, str) else "",
    )
