"""What a provider is asked, and what to leave out when it says that it does not take it."""

import re
from dataclasses import dataclass

from pydantic import JsonValue

from bot.jsons import Json
from bot.responses.errors import Refusal
from bot.responses.server_events import storable
from bot.responses.shapes import text_of, tool_choice_of

OPTIONAL = (
    "include",
    "stream_options",
    "safety_identifier",
    "prompt_cache_key",
    "temperature",
    "top_p",
    "parallel_tool_calls",
)
"""Parameters that a server or a model may not know and a request can do without."""

# A value out of its range is a mistake of whoever set it, not a parameter the server lacks.
_OUT_OF_RANGE = re.compile(r"above_max|below_min|invalid_type")
_NAMED = {
    name: re.compile(rf"\b{name}\b")
    if name != "include"  # an ordinary word in any sentence
    else re.compile(r"['\"`]include['\"`\[]|\binclude\[|encrypted[ _]content", re.IGNORECASE)
    for name in OPTIONAL
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to ask: items and tools as the Responses API writes them. Never stored there.

    `tool_choice` and `response_format` are also taken as the Assistants API writes them. What is
    None is left to the server.
    """

    model: str
    instructions: str
    input: tuple[Json, ...]
    tools: tuple[Json, ...] = ()
    tool_choice: JsonValue = None
    parallel_tool_calls: bool | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_output_tokens: int | None = None
    response_format: JsonValue = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None


def body_of(request: Request, items: tuple[Json, ...], left_out: frozenset[str]) -> Json:
    """The request as JSON, with text that any wire takes."""
    body: Json = {
        "model": request.model,
        "instructions": request.instructions or None,
        "input": list(items),
        "store": False,
        "stream": True,
        "stream_options": {"include_obfuscation": False},
        "include": ["reasoning.encrypted_content"],
        "temperature": request.temperature,
        "top_p": request.top_p,
        "max_output_tokens": request.max_output_tokens,
        "text": text_of(request.response_format),
        "safety_identifier": request.safety_identifier,
        "prompt_cache_key": request.prompt_cache_key,
    }
    if request.tools:  # servers refuse the other two without tools
        body["tools"] = list(request.tools)
        body["tool_choice"] = tool_choice_of(request.tool_choice)
        body["parallel_tool_calls"] = request.parallel_tool_calls
    return {
        name: storable(value)
        for name, value in body.items()
        if value is not None and name not in left_out
    }


def unwanted(refusal: Refusal, words: str, body: Json) -> str | None:
    """The optional parameter of this request that the server does not take; `words` is its error.

    None if the error is about anything else, or about a value rather than the parameter.
    """
    if refusal.status not in {400, 422} or _OUT_OF_RANGE.search(refusal.code):
        return None
    if refusal.param:
        return refusal.setting if refusal.setting in OPTIONAL and refusal.setting in body else None
    # Servers built on other frameworks name it in a sentence or a list of places only.
    return next((name for name in OPTIONAL if name in body and _NAMED[name].search(words)), None)
