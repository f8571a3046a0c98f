"""A thread that the server refuses to take back, mended so that it does not stay refused for good.

Each mend loses something that the model would have had, so none is made before the server asks.
"""

import json
import re
from collections.abc import Callable, Iterator
from itertools import groupby

from bot.jsons import Json
from bot.responses.errors import Refusal

UNKNOWN_OUTPUT = json.dumps({"error": "interrupted, result unknown"})

# A call without its output or the reverse, in the words of OpenAI and of chat servers behind a
# Responses front.
_UNPAIRED_CALL = re.compile(
    r"No tool (output|call) found for function call|must be followed by tool messages"
    r"|must be a response to a preceeding message with 'tool_calls'"
)
# Reasoning without what it led to, or the reverse; or the server no longer has it.
_UNPAIRED_REASONING = re.compile(
    r"without its required (following|'reasoning') item|Items are not persisted"
)
# A code interpreter's container lives for 20 minutes; what refers to it is refused ever after.
_DEAD_CONTAINER = re.compile(r"Expected container_id|Container .{0,100}(expired|not found)")


def mended(refusal: Refusal, items: tuple[Json, ...]) -> tuple[str, tuple[Json, ...]] | None:
    """What was mended and the items to send instead; None if nothing here would help."""
    for name, applies, mend in _MENDS:
        if applies(refusal) and (better := mend(items)) != items:
            return name, better
    return None


def without_reasoning(items: tuple[Json, ...]) -> tuple[Json, ...]:
    """Items for a provider that did not write them: no reasoning, and no ids that refer to it."""
    return tuple(_foreign(item) for item in items if item.get("type") != "reasoning")


def with_paired_calls(items: tuple[Json, ...]) -> tuple[Json, ...]:
    """Every output has its call before it, and every call an output."""
    return tuple(_completed(list(_without_strays(items))))


def without_containers(items: tuple[Json, ...]) -> tuple[Json, ...]:
    """Code that ran in a container as text, and nothing that refers to its being code."""
    if not any(item.get("type") == "code_interpreter_call" for item in items):
        return items
    return without_reasoning(tuple(_told(item) for item in items))


def _without_strays(items: tuple[Json, ...]) -> Iterator[Json]:
    waiting: set[str] = set()
    for item in items:
        if item.get("type") == "function_call":
            waiting.add(str(item.get("call_id")))
        elif item.get("type") == "function_call_output":
            if str(item.get("call_id")) not in waiting:
                continue
            waiting.remove(str(item.get("call_id")))
        yield item


def _completed(items: list[Json]) -> Iterator[Json]:
    """The items, and behind each group of parallel calls the outputs that are nowhere."""
    outputs = {
        str(item.get("call_id")) for item in items if item.get("type") == "function_call_output"
    }
    for is_call, group in groupby(items, lambda item: item.get("type") == "function_call"):
        together = list(group)
        yield from together
        for item in together if is_call else []:
            call_id = str(item.get("call_id"))
            if call_id not in outputs:
                yield {
                    "type": "function_call_output",
                    "call_id": call_id,
                    "output": UNKNOWN_OUTPUT,
                }


def _foreign(item: Json) -> Json:
    if item.get("type") == "function_call":
        return {name: value for name, value in item.items() if name != "id"}
    content = item.get("content")
    if item.get("role") != "assistant" or not isinstance(content, list):
        return item
    # An output message needs its id; one that somebody else wrote has plain text instead.
    texts = [part.get("text") or part.get("refusal") for part in content if isinstance(part, dict)]
    said = "".join(text for text in texts if isinstance(text, str))
    message: Json = {"type": "message", "role": "assistant", "content": said}
    return message | {"phase": item["phase"]} if item.get("phase") else message


def _told(item: Json) -> Json:
    if item.get("type") != "code_interpreter_call":
        return item
    outputs = item.get("outputs")
    logs = [
        str(output.get("logs", ""))
        for output in (outputs if isinstance(outputs, list) else [])
        if isinstance(output, dict)
    ]
    ran = f"```python\n{item.get('code') or ''}\n```"
    said = "\n\n".join([ran, *(f"```\n{log}\n```" for log in logs if log)])
    return {"type": "message", "role": "assistant", "content": said}


def _reasoning(refusal: Refusal) -> bool:
    """Also where the key or the organisation changed: the server cannot read what it encrypted."""
    return refusal.code == "invalid_encrypted_content" or _says(_UNPAIRED_REASONING)(refusal)


def _says(words: re.Pattern[str]) -> Callable[[Refusal], bool]:
    return lambda refusal: (
        refusal.status in {400, 404, 422} and words.search(refusal.message) is not None
    )


_MENDS: tuple[
    tuple[str, Callable[[Refusal], bool], Callable[[tuple[Json, ...]], tuple[Json, ...]]],
    ...,
] = (
    ("calls", _says(_UNPAIRED_CALL), with_paired_calls),
    ("containers", _says(_DEAD_CONTAINER), without_containers),
    ("reasoning", _reasoning, without_reasoning),
)
