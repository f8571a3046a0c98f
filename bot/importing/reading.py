"""From the bytes of a file to the assistants in it."""

import codecs
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pydantic import JsonValue

from bot.errors import OperatorError
from bot.importing import literals, scanning
from bot.jsons import Json
from bot.strings import say

MAX_BYTES = 64 * 2**20
"""A page of a hundred assistants with the longest instructions has about 30 MB."""
MAX_ASSISTANTS = 1_000
MAX_LISTS = 3
"""A list in a list page in a list: whoever saved pages kept them so."""

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",  # what PowerShell makes of `>`
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a text holds. `more`: a page says that it is not the last. `broken`: how many pieces
    look like an assistant and cannot be read. `repeated`: how many were there again further down,
    where the last one counts, as in a notebook that prints it after each change."""

    assistants: list[Json] = field(default_factory=list)
    more: bool = False
    broken: int = 0
    repeated: int = 0


def read(content: bytes) -> Found:
    """Assistants as JSON, as Python prints them, or anywhere in a text that was copied.

    Raises OperatorError: too large, no text, or no assistant in it.
    """
    if len(content) > MAX_BYTES:
        raise OperatorError(say("import.too_large", limit=MAX_BYTES // 2**20))
    text = _decoded(content)
    whole = _as_json(text)
    if isinstance(whole, dict) and "object" not in whole and not _is_page(whole):
        found = Found([whole])  # on its own it need not say what it is
    elif isinstance(whole, dict | list):
        found = _collected([whole], broken=0)
    else:
        found = _searched(text)
    if not found.assistants:
        raise OperatorError(say("import.broken" if found.broken else "import.nothing"))
    if len(found.assistants) > MAX_ASSISTANTS:
        raise OperatorError(say("import.too_many", limit=MAX_ASSISTANTS))
    return found


def _decoded(content: bytes) -> str:
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise OperatorError(say("import.binary")) from error


def _as_json(text: str) -> JsonValue:
    """None for what is no JSON."""
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def _searched(text: str) -> Found:
    values: list[JsonValue] = []
    broken = 0
    for group in scanning.groups(text):
        value = _as_json(group)
        if value is None:
            try:
                value = literals.read(group)
            except literals.NotLiteralError:
                broken += "asst_" in group
                continue
        values.append(value)
    return _collected(values, broken=broken)


def _collected(values: Iterable[JsonValue], *, broken: int) -> Found:
    assistants: dict[str, Json] = {}
    more, repeated = False, 0
    for number, each in enumerate(_objects(values, MAX_LISTS)):
        if not _is_assistant(each):
            more = more or each.get("has_more") is True
            continue
        key = str(each.get("id") or number)
        repeated += assistants.pop(key, None) is not None
        assistants[key] = each
    return Found([*assistants.values()], more, broken, repeated)


def _objects(values: Iterable[JsonValue], lists: int) -> Iterator[Json]:
    """Assistants and pages, what is on a page after it."""
    for value in values:
        if isinstance(value, list) and lists:
            yield from _objects(value, lists - 1)
        elif isinstance(value, dict) and _is_page(value) and lists:
            yield value
            data = value["data"]
            yield from _objects(data if isinstance(data, list) else [], lists - 1)
        elif isinstance(value, dict) and _is_assistant(value):
            yield value


def _is_page(value: Json) -> bool:
    return isinstance(value.get("data"), list)


def _is_assistant(value: Json) -> bool:
    """A thread, a run and a message have an id and an object of their own."""
    if "object" in value:
        return value["object"] == "assistant"
    return str(value.get("id")).startswith("asst_") or "instructions" in value
