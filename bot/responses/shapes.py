"""Settings as the Assistants API writes them, in the shapes of the Responses API."""

from pydantic import JsonValue

from bot.jsons import Json


def tool_choice_of(value: JsonValue) -> JsonValue:
    """Flat, where assistants nest the function's name; words such as `required` are the same."""
    nested = value.get("function") if isinstance(value, dict) else None
    return {"type": "function", "name": nested.get("name")} if isinstance(nested, dict) else value


def text_of(response_format: JsonValue) -> Json | None:
    """The parameter `text` for a `response_format`; None for `auto`, which is to say nothing."""
    if not isinstance(response_format, dict):
        return None
    nested = response_format.get("json_schema")
    if isinstance(nested, dict):
        return {"format": {"type": "json_schema", **nested}}
    return {"format": response_format}
