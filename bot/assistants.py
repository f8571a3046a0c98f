"""Who answers where: the assistant of a place, as the snapshot that a run keeps."""

from datetime import datetime

from pydantic import JsonValue

from bot.events import PlaceRef
from bot.jsons import Json
from bot.store import assistants, places
from bot.store.database import Tx
from bot.store.records import Snapshot
from bot.tools.port import Tools

DEFAULT_ID = "asst_tutor"
DEFAULT: Json = {
    "name": "Tutor",
    "description": "A patient tutor for any subject.",
    "instructions": (
        "You are a patient tutor. Answer briefly. When a learner is stuck, ask what they have "
        "tried and give one hint at a time; give the full solution when they insist or when the "
        "question is a plain calculation. Answer in the learner's language. Write formulas "
        "between \\( and \\). When a quiz or practice is asked for, call display_quiz, then give "
        "feedback on each response. Use ask_person when you need to know one thing before you "
        "can go on."
    ),
}


def offer_default(tx: Tx, tools: Tools, now: datetime) -> None:
    """The assistant that answers wherever nobody has set another one, with all tools there are."""
    functions: list[JsonValue] = [
        {"type": "function", "function": tool.definition | {"strict": False}}
        for tool in tools.values()
        if tool.definition is not None
    ]
    assistants.insert_missing(tx, DEFAULT_ID, DEFAULT | {"tools": functions}, now)


def snapshot(tx: Tx, place: PlaceRef, *, model: str, provider: str) -> Snapshot:
    """The assistant of a place as it is now; `model` is used where it names none itself."""
    chosen = places.chosen(tx, place)
    stored = None
    if chosen.assistant_id is not None:
        stored = assistants.get(tx, chosen.assistant_id, place.workspace)
    if stored is None:
        stored = assistants.get(tx, DEFAULT_ID, place.workspace)
    if stored is None:
        raise LookupError(DEFAULT_ID)
    body = stored.body
    truncation = body.get("truncation_strategy")
    return Snapshot(
        assistant_id=stored.id,
        name=str(body.get("name") or ""),
        version=stored.version,
        instructions=str(body.get("instructions") or ""),
        additional_instructions=chosen.additional_instructions,
        model=str(body.get("model") or model),
        tools=tuple(_functions(body)),
        temperature=_number(body, "temperature"),
        top_p=_number(body, "top_p"),
        max_output_tokens=_whole(body, "max_output_tokens"),
        max_prompt_tokens=_whole(body, "max_prompt_tokens"),
        truncation_strategy=truncation if isinstance(truncation, dict) else None,
        response_format=body.get("response_format"),
        tool_choice=body.get("tool_choice"),
        parallel_tool_calls=_flag(body, "parallel_tool_calls"),
        provider=provider,
    )


def _number(body: Json, name: str) -> float | None:
    value = body.get(name)
    return float(value) if isinstance(value, int | float) else None


def _whole(body: Json, name: str) -> int | None:
    value = body.get(name)
    return value if isinstance(value, int) and value > 0 else None


def _flag(body: Json, name: str) -> bool | None:
    value = body.get(name)
    return value if isinstance(value, bool) else None


def _functions(body: Json) -> list[Json]:
    """The function tools as the Responses API takes them: flat, where assistants nest them."""
    tools = body.get("tools")
    nested = [
        tool["function"]
        for tool in (tools if isinstance(tools, list) else [])
        if isinstance(tool, dict) and isinstance(tool.get("function"), dict)
    ]
    return [
        {
            "type": "function",
            "name": function.get("name"),
            "description": function.get("description"),
            "parameters": function.get("parameters"),
            "strict": bool(function.get("strict")),
        }
        for function in nested
        if isinstance(function, dict)
    ]
