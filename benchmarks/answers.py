"""What the stub providers say: the same about every question, so that it can be checked."""

import json
from collections.abc import Sequence

from pydantic import JsonValue

from bot.jsons import Json

WORDS = " and then one more thing"
USAGE: Json = {
    "input_tokens": 100,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens": 50,
    "output_tokens_details": {"reasoning_tokens": 20},
    "total_tokens": 150,
}


def pieces_of(question: str, count: int) -> list[str]:
    """The answer as tokens come: `count` pieces."""
    return [f"You asked “{question}”:", *[WORDS] * (count - 1)]


def answer_to(question: str, count: int) -> str:
    return "".join(pieces_of(question, count))


def question_of(items: JsonValue) -> str:
    """The last thing that was said to the model."""
    said = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return str(said[-1].get("content")) if said else str(items)


def reasoning(number: int) -> Json:
    return {
        "id": f"rs_{number:012}",
        "type": "reasoning",
        "summary": [],
        "encrypted_content": "x" * 400,
    }


def message(number: int, text: str, status: str) -> Json:
    content: list[JsonValue] = [{"type": "output_text", "text": text, "annotations": []}]
    return {
        "id": f"msg_{number:012}",
        "type": "message",
        "role": "assistant",
        "status": status,
        "content": content if text else [],
    }


def events(
    question: str, count: int, number: int
) -> tuple[Sequence[bytes], Sequence[bytes], Sequence[bytes]]:
    """The stream of one response: what comes before the text, its pieces, and what comes after."""
    text = answer_to(question, count)
    at: Json = {"output_index": 1, "content_index": 0, "item_id": f"msg_{number:012}"}
    part: Json = {"type": "output_text", "text": "", "annotations": []}
    thought, said = reasoning(number), message(number, text, "completed")
    response: Json = {
        "id": f"resp_{number:012}",
        "object": "response",
        "created_at": 1_790_000_000,
        "status": "in_progress",
        "model": "bench",
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }
    ended = response | {"status": "completed", "output": [thought, said], "usage": USAGE}
    begun = message(number, "", "in_progress")
    before: list[Json] = [
        {"type": "response.created", "response": response},
        {"type": "response.in_progress", "response": response},
        {"type": "response.output_item.added", "output_index": 0, "item": thought},
        {"type": "response.output_item.done", "output_index": 0, "item": thought},
        {"type": "response.output_item.added", "output_index": 1, "item": begun},
        {"type": "response.content_part.added", **at, "part": part},
    ]
    pieces: list[Json] = [
        {"type": "response.output_text.delta", **at, "delta": piece, "logprobs": []}
        for piece in pieces_of(question, count)
    ]
    after: list[Json] = [
        {"type": "response.output_text.done", **at, "text": text, "logprobs": []},
        {"type": "response.content_part.done", **at, "part": part | {"text": text}},
        {"type": "response.output_item.done", "output_index": 1, "item": said},
        {"type": "response.completed", "response": ended},
    ]
    for place, event in enumerate([*before, *pieces, *after]):
        event["sequence_number"] = place
    return _wire(before), _wire(pieces), _wire(after)


def _wire(group: Sequence[Json]) -> list[bytes]:
    return [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in group]
