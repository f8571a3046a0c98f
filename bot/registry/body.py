"""An assistant's body at the edge: what may be in it, and what is wrong with one."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import Field, JsonValue, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from bot.jsons import Json
from bot.registry.errors import BodyError
from bot.registry.parts import (
    ON_ONE_LINE,
    FunctionTool,
    McpTool,
    Part,
    ResponseFormat,
    Tool,
    ToolChoice,
    ToolResources,
    Truncation,
    wrong,
)
from bot.strings import say
from bot.text.cleaning import one_line

MAX_NAME = 256
MAX_DESCRIPTION = 512
MAX_INSTRUCTIONS = 256_000
MAX_TOOLS = 128
MAX_PAIRS = 16
MAX_KEY = 64
MAX_VALUE = 512
"""These are OpenAI's, in characters and entries (openapi.json, CreateAssistantRequest)."""

MAX_MODEL = 200
MAX_TOKENS = 10_000_000
MAX_BYTES = 4_000_000
"""Of a whole body as JSON; the longest instructions take a quarter of it in any language."""
MAX_DEPTH = 64
"""A function's schema nests perhaps ten deep; whatever reads it must not run out of stack."""

MAX_COMPLAINTS = 20

_NOT_TEXT = re.compile("[\0\ud800-\udfff]")

Key = Annotated[str, StringConstraints(min_length=1, max_length=MAX_KEY), ON_ONE_LINE]
Value = Annotated[str, StringConstraints(max_length=MAX_VALUE)]
Tokens = Annotated[int, Field(ge=1, le=MAX_TOKENS)]


class Body(Part):
    """Everything that can be set about an assistant; what is None is left to Docent."""

    name: Annotated[str, StringConstraints(max_length=MAX_NAME), ON_ONE_LINE] | None = None
    description: Annotated[str, StringConstraints(max_length=MAX_DESCRIPTION)] | None = None
    instructions: Annotated[str, StringConstraints(max_length=MAX_INSTRUCTIONS)] | None = None
    model: Annotated[str, StringConstraints(max_length=MAX_MODEL), ON_ONE_LINE] | None = None
    tools: Annotated[tuple[Tool, ...], Field(max_length=MAX_TOOLS)] | None = None
    tool_resources: ToolResources | None = None
    metadata: Annotated[dict[Key, Value], Field(max_length=MAX_PAIRS)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    response_format: ResponseFormat | None = None
    max_output_tokens: Tokens | None = None
    max_prompt_tokens: Tokens | None = None
    truncation_strategy: Truncation | None = None
    tool_choice: ToolChoice | None = None
    parallel_tool_calls: bool | None = None

    @model_validator(mode="after")
    def _names_are_used_once(self) -> Self:
        tools = self.tools or ()
        names = Counter(tool.function.name for tool in tools if isinstance(tool, FunctionTool))
        names += Counter(tool.server_label for tool in tools if isinstance(tool, McpTool))
        for name, times in names.items():
            if times > 1:
                raise wrong("assistants.wrong_twice", name=name)
        return self


FIELDS = tuple(Body.model_fields)
"""Their names, in the order in which they are shown."""


def body_of(given: Json) -> Json:
    """The body as it is stored: known fields of the right types, without those that are not set.

    Raises BodyError.
    """
    if (complaint := _unstorable(given)) is not None:
        raise BodyError([complaint])
    text = json.dumps(given)
    if len(text) > MAX_BYTES:
        raise BodyError([say("assistants.wrong_size", limit=MAX_BYTES)])
    try:
        body = Body.model_validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise BodyError([_sentence(each) for each in found[:MAX_COMPLAINTS]]) from None
    read: Json = body.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {name: value for name, value in read.items() if value not in ("", [], {})}


def _unstorable(given: Json) -> str | None:
    """What no database, screen or provider could take, wherever in the body it is."""
    for value, depth in _values(given):
        if depth > MAX_DEPTH:
            return say("assistants.wrong_depth")
        if isinstance(value, float) and not math.isfinite(value):
            return say("assistants.wrong_number")
        if isinstance(value, str) and _NOT_TEXT.search(value):
            return say("assistants.wrong_text")
    return None


def _values(given: Json) -> Iterator[tuple[JsonValue, int]]:
    """Every value and key in it, without recursion: it may be nested as deep as it likes."""
    left: list[tuple[JsonValue, int]] = [(given, 0)]
    while left:
        value, depth = left.pop()
        yield value, depth
        if depth > MAX_DEPTH:
            continue
        if isinstance(value, Mapping):
            left += [(key, depth) for key in value]
            left += [(each, depth + 1) for each in value.values()]
        elif isinstance(value, list):
            left += [(each, depth + 1) for each in value]


_TAGS = {"tools": slice(2, 3), "response_format": slice(1, 3), "tool_choice": slice(1, 2)}
"""Where pydantic puts, between the names of fields, which variant it took them for."""

_KEYS = {
    "extra_forbidden": "unknown",
    "missing": "missing",
    "string_type": "no_text",
    "float_type": "no_number",
    "float_parsing": "no_number",
    "int_type": "no_whole",
    "int_from_float": "no_whole",
    "bool_type": "no_flag",
    "tuple_type": "no_list",
    "dict_type": "no_object",
    "model_type": "no_object",
    "model_attributes_type": "no_object",
    "string_pattern_mismatch": "characters",
    "union_tag_not_found": "no_type",
}
_LIMITS = {
    "string_too_long": ("long", "max_length"),
    "string_too_short": ("short", "min_length"),
    "too_long": ("many", "max_length"),
    "greater_than_equal": ("small", "ge"),
    "less_than_equal": ("large", "le"),
    "literal_error": ("choice", "expected"),
    "union_tag_invalid": ("choice", "expected_tags"),
}


def _sentence(error: ErrorDetails) -> str:
    context, kind = error.get("ctx", {}), error["type"]
    field = _field(error["loc"])
    if kind == "docent":
        sentence = say(context["key"], **context["values"])
    elif kind in _LIMITS:
        key, limit = _LIMITS[kind]
        # pydantic lists what it expects with an "or" before the last
        value = str(context[limit]).replace(" or ", ", ") if key == "choice" else context[limit]
        sentence = say(f"assistants.wrong_{key}", limit=value, number=value)
    else:
        sentence = say(f"assistants.wrong_{_KEYS.get(kind, 'value')}")
    return f"{field}: {sentence}" if field else sentence


def _field(loc: tuple[int | str, ...]) -> str:
    """As people write it: `tools[0].function.name`."""
    parts = list(loc)
    if parts and isinstance(parts[0], str):
        del parts[_TAGS.get(parts[0], slice(0, 0))]
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + one_line(part, MAX_KEY)
    return text
