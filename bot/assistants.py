"""Who answers where: the assistant of a place, as the snapshot that a run keeps."""

from collections.abc import Container
from datetime import datetime

from pydantic import JsonValue

from bot.events import PlaceRef
from bot.jsons import Json
from bot.place_settings import text_of
from bot.registry import functions, templates
from bot.store import assistants, choosing, places
from bot.store.assistants import StoredAssistant
from bot.store.database import Tx
from bot.store.records import Snapshot
from bot.tools.port import Tools

DEFAULT_ID = templates.DEFAULT_ID
DEFAULT: Json = templates.read(templates.DEFAULT).body


def offer_default(tx: Tx, tools: Tools, now: datetime) -> None:
    """The assistant that answers wherever nobody has set another one, with all tools there are."""
    given: list[JsonValue] = [*functions.all_defined(tools)]
    assistants.insert_missing(tx, DEFAULT_ID, DEFAULT | {"tools": given}, now)


def snapshot(
    tx: Tx, place: PlaceRef, *, model: str, provider: str, tools: Container[str] | None = None
) -> Snapshot:
    """The assistant of a place as it is now; `model` is used where it names none itself.

    `tools` are the names that have code here: the model is not told of any other function.
    """
    chosen = places.chosen(tx, place)
    stored = None if chosen.assistant_id is None else _usable(tx, chosen.assistant_id, place)
    stored = stored or assistants.get(tx, DEFAULT_ID, place.workspace)
    if stored is None:
        raise LookupError(DEFAULT_ID)
    body = stored.body
    offered = _functions(body, tools)
    truncation = body.get("truncation_strategy")
    return Snapshot(
        assistant_id=stored.id,
        name=str(body.get("name") or ""),
        version=stored.version,
        instructions=str(body.get("instructions") or ""),
        additional_instructions=text_of(chosen.settings, "additional_instructions"),
        model=str(body.get("model") or model),
        tools=tuple(offered),
        temperature=_number(body, "temperature"),
        top_p=_number(body, "top_p"),
        max_output_tokens=_whole(body, "max_output_tokens"),
        max_prompt_tokens=_whole(body, "max_prompt_tokens"),
        truncation_strategy=truncation if isinstance(truncation, dict) else None,
        response_format=body.get("response_format"),
        tool_choice=_tool_choice(body, offered),
        parallel_tool_calls=_flag(body, "parallel_tool_calls"),
        provider=provider,
    )


def _usable(tx: Tx, assistant_id: str, place: PlaceRef) -> StoredAssistant | None:
    stored = assistants.get(tx, assistant_id, place.workspace)
    if stored is None and places.is_homeless(place):
        loan = choosing.loan(tx, place)
        if loan is not None and loan.answers:
            stored = assistants.get(tx, assistant_id, loan.lender)
    return stored


def _number(body: Json, name: str) -> float | None:
    value = body.get(name)
    return float(value) if isinstance(value, int | float) else None


def _whole(body: Json, name: str) -> int | None:
    value = body.get(name)
    return value if isinstance(value, int) and value > 0 else None


def _flag(body: Json, name: str) -> bool | None:
    value = body.get(name)
    return value if isinstance(value, bool) else None


def _functions(body: Json, tools: Container[str] | None) -> list[Json]:
    """The function tools as the Responses API takes them: flat, where assistants nest them."""
    return [
        {
            "type": "function",
            "name": function.get("name"),
            "description": function.get("description"),
            "parameters": function.get("parameters"),
            "strict": bool(function.get("strict")),
        }
        for function in functions.functions(body)
        if tools is None or function.get("name") in tools
    ]


def _tool_choice(body: Json, offered: list[Json]) -> JsonValue:
    """What is set, unless it asks for a tool that the model is not told of: servers refuse that."""
    choice = body.get("tool_choice")
    if not isinstance(choice, dict):
        return choice
    wanted = choice.get("function")
    name = wanted.get("name") if isinstance(wanted, dict) else None
    return choice if any(tool["name"] == name for tool in offered) else None
