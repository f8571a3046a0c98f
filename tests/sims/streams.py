"""A sound stream of events for an answer, as OpenAI's server would send it."""

import itertools
from collections.abc import Iterator

from pydantic import JsonValue

from bot.jsons import Json
from tests.sims.answers import USAGE, Answer, Call, Calls, Reasoning, Refused, Text

CREATED = 1_790_000_000  # seconds since 1970, a fixed moment


def events_of(answer: Answer, asked: Json, number: int) -> list[Json]:
    """All events in order, faults included. `number` makes the ids unique."""
    items = _items(answer, number)
    response = _response(asked, f"resp_{number:06}")
    events = [_event("response.created", response=response)]
    events.append(_event("response.in_progress", response=response))
    for index, item in enumerate(items):
        events += _item_events(index, item, _pieces(answer, index))
    status = "incomplete" if answer.reason else "completed"
    end: Json = {
        "status": status,
        "output": list(items),
        "usage": USAGE,
        "incomplete_details": {"reason": answer.reason} if answer.reason else None,
        "completed_at": None if answer.reason else CREATED,
    }
    events.append(_event(f"response.{status}", response=response | end))
    for place, event in enumerate(events):
        event["sequence_number"] = place
    for edit in answer.edits:
        events = edit(events)
    return events


def _parts(answer: Answer) -> list[Text | Refused | Reasoning | Call]:
    return list(
        itertools.chain.from_iterable(
            part if isinstance(part, Calls) else (part,) for part in answer.parts
        )
    )


def _pieces(answer: Answer, index: int) -> int:
    part = _parts(answer)[index]
    return part.pieces if isinstance(part, Text) else 2


def _items(answer: Answer, number: int) -> list[Json]:
    parts = _parts(answer)
    items = [_item(part, f"{number:06}{place:03}") for place, part in enumerate(parts)]
    if answer.reason and items:
        items[-1]["status"] = "incomplete"
    return items


def _item(part: Text | Refused | Reasoning | Call, unique: str) -> Json:
    match part:
        case Text():
            text: Json = {
                "type": "output_text",
                "text": part.text,
                "annotations": [],
                "logprobs": [],
            }
            message = _message(unique, text)
            return message | {"phase": part.phase} if part.phase else message
        case Refused():
            return _message(unique, {"type": "refusal", "refusal": part.text})
        case Reasoning():
            return {
                "id": f"rs_{unique}",
                "type": "reasoning",
                "summary": [],
                "encrypted_content": part.encrypted,
            }
        case Call():
            return {
                "id": f"fc_{unique}",
                "type": "function_call",
                "status": "completed",
                "call_id": part.call_id,
                "name": part.name,
                "arguments": part.json,
            }


def _message(unique: str, content: Json) -> Json:
    return {
        "id": f"msg_{unique}",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [content],
    }


def _event(kind: str, **values: JsonValue) -> Json:
    return {"type": kind, **values}


def _item_events(index: int, item: Json, pieces: int) -> Iterator[Json]:
    empty: dict[JsonValue, Json] = {
        "message": {"content": []},
        "function_call": {"arguments": ""},
    }
    start: Json = item | empty.get(item["type"], {})
    if "status" in item:
        start["status"] = "in_progress"
    at: Json = {"output_index": index, "item_id": item["id"]}
    yield _event("response.output_item.added", output_index=index, item=start)
    if item["type"] == "message":
        content = item["content"]
        assert isinstance(content, list)
        part = content[0]
        assert isinstance(part, dict)
        yield from _content_events(at | {"content_index": 0}, part, pieces)
    elif item["type"] == "function_call":
        arguments = str(item["arguments"])
        for piece in _cut(arguments, pieces):
            yield _event("response.function_call_arguments.delta", **at, delta=piece)
        yield _event(
            "response.function_call_arguments.done", **at, arguments=arguments, name=item["name"]
        )
    yield _event("response.output_item.done", output_index=index, item=item)


def _content_events(at: Json, part: Json, pieces: int) -> Iterator[Json]:
    key = "refusal" if part["type"] == "refusal" else "text"
    kind = "refusal" if key == "refusal" else "output_text"
    extra: Json = {} if key == "refusal" else {"logprobs": []}
    text = str(part[key])
    yield _event("response.content_part.added", **at, part=part | {key: ""})
    for piece in _cut(text, pieces):
        yield _event(f"response.{kind}.delta", **at, delta=piece, **extra)
    yield _event(f"response.{kind}.done", **at, **{key: text}, **extra)
    yield _event("response.content_part.done", **at, part=part)


def _cut(text: str, pieces: int) -> list[str]:
    size = max(1, -(-len(text) // pieces))
    return [text[start : start + size] for start in range(0, len(text), size)]


def _response(asked: Json, response_id: str) -> Json:
    return {
        "id": response_id,
        "object": "response",
        "created_at": CREATED,
        "status": "in_progress",
        "background": False,
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "instructions": asked.get("instructions"),
        "metadata": asked.get("metadata", {}),
        "model": asked["model"],
        "output": [],
        "parallel_tool_calls": asked.get("parallel_tool_calls", True),
        "temperature": asked.get("temperature", 1.0),
        "top_p": asked.get("top_p", 1.0),
        "tool_choice": asked.get("tool_choice", "auto"),
        "tools": asked.get("tools", []),
    }
