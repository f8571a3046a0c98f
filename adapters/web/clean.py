"""Characters that break stores and pages, taken out of whole JSON values."""

from pydantic import JsonValue

from bot.text.cleaning import clean


def cleaned(value: JsonValue) -> JsonValue:
    """The value with every string in it cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [cleaned(entry) for entry in value]
    if isinstance(value, dict):
        return {clean(name): cleaned(entry) for name, entry in value.items()}
    return value
