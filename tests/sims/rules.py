"""What OpenAI's server refuses and its OpenAPI file does not say."""

import re
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from bot.jsons import Json
from tests.sims.answers import Failure

CALL_ID = 64  # characters (400 string_above_max_length)
IDENTIFIER = 128  # characters of safety_identifier
PAIRS, PAIR_KEY, PAIR_VALUE = 16, 64, 512  # metadata
LONGEST_TEXT = 10 * 2**20  # characters of one input text
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_CONTENT = {"assistant": {"output_text", "refusal"}}
_CONTENT_OF_OTHERS = {"input_text", "input_image", "input_file"}


class Memory:
    """What the server has written so far and would know again: it signs its reasoning."""

    def __init__(self) -> None:
        self.encrypted: dict[str, JsonValue] = {}
        self.thought_before: dict[str, str] = {}

    def learn(self, items: list[Json]) -> None:
        thought: str | None = None
        for item in items:
            if item.get("type") == "reasoning":
                thought = str(item["id"])
                self.encrypted[thought] = item.get("encrypted_content")
            elif thought is not None:
                self.thought_before[str(item["id"])] = thought
                thought = None


def refusal(asked: Json, memory: Memory) -> Failure | None:
    """The first rule that a request breaks, as the server would put it."""
    given = asked.get("input")
    items = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    checks = (_parameters(asked), _tools(asked), _calls(items), _content(items))
    for check in (*checks, _reasoning(items, memory)):
        for failure in check:
            return failure
    return None


def _bad(message: str, param: str, code: str | None = None) -> Failure:
    return Failure(400, code=code, message=message, param=param)


def _parameters(asked: Json) -> Iterator[Failure]:
    model = asked.get("model")
    if not isinstance(model, str) or not model:
        yield _bad("Missing required parameter: 'model'.", "model", "missing_required_parameter")
    for name, low, high in (("temperature", 0, 2), ("top_p", 0, 1)):
        value = asked.get(name)
        if isinstance(value, int | float) and not low <= value <= high:
            yield _bad(f"Invalid '{name}'", name, "decimal_above_max_value")
    if asked.get("conversation") and asked.get("previous_response_id"):
        yield _bad("Mutually exclusive parameters", "conversation")
    previous = asked.get("previous_response_id")
    if previous:
        message = f"Previous response with id '{previous}' not found."
        yield Failure(
            404, code="previous_response_not_found", message=message, param="previous_response_id"
        )
    if asked.get("stream_options") and not asked.get("stream"):
        yield _bad("stream_options is only allowed when stream is true", "stream_options")
    identifier = asked.get("safety_identifier")
    if isinstance(identifier, str) and len(identifier) > IDENTIFIER:
        yield _bad("string too long", "safety_identifier", "string_above_max_length")
    metadata = asked.get("metadata")
    if isinstance(metadata, dict):
        yield from _metadata(metadata)


def _metadata(metadata: Mapping[str, JsonValue]) -> Iterator[Failure]:
    if len(metadata) > PAIRS:
        yield _bad("too many properties", "metadata", "object_above_max_properties")
    for key, value in metadata.items():
        if not isinstance(value, str) or len(value) > PAIR_VALUE or len(key) > PAIR_KEY:
            yield _bad("Invalid metadata", f"metadata.{key}", "string_above_max_length")


def _tools(asked: Json) -> Iterator[Failure]:
    tools = asked.get("tools") or []
    assert isinstance(tools, list)
    if not tools and asked.get("parallel_tool_calls") is not None:
        yield _bad("only allowed when 'tools' are specified", "parallel_tool_calls")
    for place, tool in enumerate(tools):
        if isinstance(tool, dict) and tool.get("type") == "function":
            if not _NAME.fullmatch(str(tool.get("name"))):
                yield _bad("Invalid function name", f"tools[{place}].name", "invalid_value")
            if not isinstance(tool.get("parameters"), dict | None):
                yield _bad("Invalid schema", f"tools[{place}].parameters", "invalid_type")


def _calls(items: list[Json]) -> Iterator[Failure]:
    open_calls: dict[str, None] = {}
    ids: set[str] = set()
    for place, item in enumerate(items):
        if isinstance(item.get("id"), str):
            if str(item["id"]) in ids:
                yield _bad(f"Duplicate item found with id {item['id']}.", "input")
            ids.add(str(item["id"]))
        call_id = str(item.get("call_id") or "")
        if len(call_id) > CALL_ID:
            yield _bad("string too long", f"input[{place}].call_id", "string_above_max_length")
        if item.get("type") == "function_call":
            open_calls[call_id] = None
        elif item.get("type") == "function_call_output":
            if call_id not in open_calls:
                message = f"No tool call found for function call output with call_id {call_id}."
                yield _bad(message, "input")
            open_calls.pop(call_id, None)
    for call_id in open_calls:
        yield _bad(f"No tool output found for function call {call_id}.", "input")


def _content(items: list[Json]) -> Iterator[Failure]:
    for place, item in enumerate(items):
        content = item.get("content")
        role = str(item.get("role"))
        if item.get("type", "message") != "message":
            continue
        parts = content if isinstance(content, list) else []
        allowed = _CONTENT.get(role, _CONTENT_OF_OTHERS)
        for number, part in enumerate(parts):
            where = f"input[{place}].content[{number}]"
            kind = part.get("type") if isinstance(part, dict) else None
            if kind not in allowed:
                yield _bad(f"Invalid value: '{kind}'.", where, "invalid_value")
            text = part.get("text") if isinstance(part, dict) else None
            if isinstance(text, str) and len(text) > LONGEST_TEXT:
                yield _bad("string too long", f"{where}.text", "string_above_max_length")


def _reasoning(items: list[Json], memory: Memory) -> Iterator[Failure]:
    for item, following in zip(items, [*items[1:], {}], strict=True):
        item_id = str(item.get("id"))
        if item.get("type") == "reasoning":
            yield from _thought(item, item_id, following, memory)
    thoughts = {str(item.get("id")) for item in items if item.get("type") == "reasoning"}
    for item in items:
        item_id = str(item.get("id"))
        thought = memory.thought_before.get(item_id)
        if thought is not None and thought not in thoughts:
            message = (
                f"Item '{item_id}' of type '{item.get('type')}' was provided without its "
                f"required 'reasoning' item: '{thought}'."
            )
            yield _bad(message, "input")


def _thought(item: Json, item_id: str, following: Json, memory: Memory) -> Iterator[Failure]:
    if not item.get("encrypted_content"):
        message = (
            f"Item with id '{item_id}' not found. Items are not persisted when `store` is set "
            "to false. Try again with `store` set to true, or remove this item from your input."
        )
        yield Failure(404, message=message, param="input")
    elif memory.encrypted.get(item_id) != item.get("encrypted_content"):
        message = f"The encrypted content for item {item_id} could not be verified."
        yield Failure(400, code="invalid_encrypted_content", message=message)
    said = following.get("type") == "function_call" or following.get("role") == "assistant"
    if not said:
        message = (
            f"Item '{item_id}' of type 'reasoning' was provided without its required "
            "following item."
        )
        yield _bad(message, "input")
