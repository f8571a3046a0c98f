"""Replies as Response objects and as the events that stream them."""

import json
import math
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bot.jsons import Json
from bot.offline.decode import Request
from bot.offline.replies import Reply

# About what tokenizers make of English.
CHARACTERS_PER_TOKEN = 4
# More events than this make a reply slower to send, not better to read.
MAX_DELTAS = 60
CALL_DELTA_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `paced` ones are the text that people watch appear."""

    body: Json
    paced: bool = False


class Response:
    """One response to one request: its ids, and its states from start to end."""

    def __init__(self, request: Request, body: Json) -> None:
        self._request = request
        self._body = body
        self._id = f"resp_{secrets.token_hex(16)}"
        self._created_at = int(time.time())

    def started(self) -> Json:
        """The object before anything is known."""
        return self._object("in_progress", [], None)

    def finished(self, output: "Output") -> Json:
        """The object with everything in it."""
        tokens = output.tokens
        asked = max(1, len(json.dumps(self._body.get("input"))) // CHARACTERS_PER_TOKEN)
        asked += len(self._request.instructions or "") // CHARACTERS_PER_TOKEN
        usage: Json = {
            "input_tokens": asked,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": asked + tokens,
        }
        return self._object(output.status, [*output.items], usage)

    def _object(self, status: str, output: list[Json], usage: Json | None) -> Json:
        request, body = self._request, self._body
        incomplete: Json | None = (
            {"reason": "max_output_tokens"} if status == "incomplete" else None
        )
        return {
            "id": self._id,
            "object": "response",
            "created_at": self._created_at,
            "completed_at": int(time.time()) if status == "completed" else None,
            "status": status,
            "background": False,
            "error": None,
            "incomplete_details": incomplete,
            "instructions": request.instructions,
            "max_output_tokens": request.max_output_tokens,
            "metadata": {**(request.metadata or {})},
            "model": request.model,
            "output": [*output],
            "parallel_tool_calls": request.parallel_tool_calls is not False,
            "previous_response_id": None,
            "reasoning": {"effort": None, "summary": None},
            "service_tier": "default",
            "store": False,
            "temperature": 1.0 if request.temperature is None else request.temperature,
            "text": {"format": {"type": "text"}},
            "tool_choice": request.tool_choice or "auto",
            "tools": body.get("tools") or [],
            "top_p": 1.0 if request.top_p is None else request.top_p,
            "truncation": "disabled",
            **({} if usage is None else {"usage": usage}),
        }


class Output:
    """The items of a reply, cut where the request allows no more tokens."""

    def __init__(self, reply: Reply, max_tokens: int | None) -> None:
        left = math.inf if max_tokens is None else max_tokens * CHARACTERS_PER_TOKEN
        self.items: list[Json] = []
        self.status = "completed"
        self._size = 0
        if reply.text:
            cut = len(reply.text) > left
            text = reply.text[: int(left)] if cut else reply.text
            self._take(_message(text, "incomplete" if cut else "completed"), len(text), cut=cut)
        for call in reply.calls:
            if self.status == "incomplete":
                break
            arguments = json.dumps(call.arguments, ensure_ascii=False)
            cut = self._size + len(arguments) > left
            arguments = arguments[: int(left) - self._size] if cut else arguments
            item = _call(call.name, arguments, "incomplete" if cut else "completed")
            self._take(item, len(arguments), cut=cut)

    def _take(self, item: Json, size: int, *, cut: bool) -> None:
        self.items.append(item)
        self._size += size
        if cut:
            self.status = "incomplete"

    @property
    def tokens(self) -> int:
        return max(1, math.ceil(self._size / CHARACTERS_PER_TOKEN))

    def events(self) -> Iterator[Event]:
        """Every item from its opening to its end, without sequence numbers."""
        for index, item in enumerate(self.items):
            yield from _item_events(index, item)


def _message(text: str, status: str) -> Json:
    return {
        "id": f"msg_{secrets.token_hex(16)}",
        "type": "message",
        "role": "assistant",
        "status": status,
        "content": [_part(text)],
    }


def _part(text: str) -> Json:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _call(name: str, arguments: str, status: str) -> Json:
    return {
        "id": f"fc_{secrets.token_hex(16)}",
        "type": "function_call",
        "call_id": f"call_{secrets.token_hex(12)}",
        "name": name,
        "arguments": arguments,
        "status": status,
    }


def _item_events(index: int, item: Json) -> Iterator[Event]:
    opened: Json = {**item, "status": "in_progress"}
    is_message = item["type"] == "message"
    opened["content" if is_message else "arguments"] = [] if is_message else ""
    yield Event({"type": "response.output_item.added", "output_index": index, "item": opened})
    place: Json = {"item_id": item["id"], "output_index": index}
    if is_message:
        yield from _text_events(place, _text(item))
    else:
        yield from _argument_events(place, item)
    yield Event({"type": "response.output_item.done", "output_index": index, "item": item})


def _text(item: Json) -> str:
    content = item["content"]
    part = content[0] if isinstance(content, list) else None
    return str(part["text"]) if isinstance(part, dict) else ""


def _text_events(place: Json, text: str) -> Iterator[Event]:
    at: Json = {**place, "content_index": 0}
    yield Event({"type": "response.content_part.added", **at, "part": _part("")})
    for delta in deltas(text):
        body: Json = {"type": "response.output_text.delta", **at, "delta": delta, "logprobs": []}
        yield Event(body, paced=True)
    yield Event({"type": "response.output_text.done", **at, "text": text, "logprobs": []})
    yield Event({"type": "response.content_part.done", **at, "part": _part(text)})


def deltas(text: str) -> list[str]:
    """The text in pieces of a word or a few; together they are the text."""
    words = re.findall(r"\s*\S+|\s+$", text)
    size = max(1, math.ceil(len(words) / MAX_DELTAS))
    return ["".join(words[start : start + size]) for start in range(0, len(words), size)]


def _argument_events(place: Json, item: Json) -> Iterator[Event]:
    arguments = str(item["arguments"])
    kind = "response.function_call_arguments"
    for start in range(0, len(arguments), CALL_DELTA_CHARACTERS):
        delta = arguments[start : start + CALL_DELTA_CHARACTERS]
        yield Event({"type": f"{kind}.delta", **place, "delta": delta})
    yield Event({"type": f"{kind}.done", **place, "name": item["name"], "arguments": arguments})
