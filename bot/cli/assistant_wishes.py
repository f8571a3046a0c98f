"""What the options of `docent assistants` make of an assistant."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import JsonValue

from bot.jsons import Json
from bot.registry import wishes
from bot.registry.errors import RegistryError
from bot.registry.wishes import Wishes
from bot.strings import say

MAX_BYTES = 4_000_000
STDIN = "-"


def wished(
    *,
    plain: Json,
    instructions: str | None,
    instructions_file: Path | None,
    tools_file: Path | None,
    resources_file: Path | None,
    response_format: str | None,
    tool_choice: str | None,
    truncation: str | None,
    metadata: Sequence[str] | None,
    add_tools: Sequence[str] | None,
    remove_tools: Sequence[str] | None,
    clear: Sequence[str] | None = None,
) -> Wishes:
    """What the options ask for; `plain` holds those that are values of fields as they stand.

    Raises RegistryError for files that cannot be read and for what is no value.
    """
    fields: Json = {name: value for name, value in plain.items() if value is not None}
    if instructions is not None and instructions_file is not None:
        raise RegistryError(say("assistants.two_instructions"))
    if instructions is not None:
        fields["instructions"] = _text(STDIN) if instructions == STDIN else instructions
    if instructions_file is not None:
        fields["instructions"] = _text(instructions_file)
    if tools_file is not None:
        fields["tools"] = _decoded(tools_file)
    if resources_file is not None:
        fields["tool_resources"] = _decoded(resources_file)
    if response_format is not None:
        fields["response_format"] = _format(response_format)
    if tool_choice is not None:
        fields["tool_choice"] = wishes.tool_choice(tool_choice)
    if truncation is not None:
        fields["truncation_strategy"] = wishes.truncation(truncation)
    return Wishes(
        fields=fields,
        metadata=dict(_pair(text) for text in metadata or ()),
        add_tools=tuple(add_tools or ()),
        remove_tools=tuple(remove_tools or ()),
        clear=tuple(clear or ()),
    )


def content(source: Path | str, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file, or of the standard input for `-`. Raises RegistryError."""
    try:
        if str(source) == STDIN:
            read = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(source).open("rb") as file:
                read = file.read(limit + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RegistryError(say("assistants.file_unreadable", path=source, reason=reason)) from None
    if len(read) > limit:
        raise RegistryError(say("assistants.file_too_large", path=source))
    return read


def _text(source: Path | str) -> str:
    try:
        # Editors end a file with a newline that nobody means.
        return content(source).decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n")
    except UnicodeDecodeError as error:
        values = {"path": source, "reason": error.reason}
        raise RegistryError(say("assistants.file_syntax", **values)) from None


def _decoded(source: Path | str) -> JsonValue:
    text = _text(source)
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError) as error:
        values = {"path": source, "reason": error}
        raise RegistryError(say("assistants.file_syntax", **values)) from None
    return value


def _format(text: str) -> JsonValue:
    if text == "auto":
        return text
    return {"type": text} if text in ("text", "json_object") else _decoded(text)


def _pair(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not (key and sign):
        raise RegistryError(say("assistants.pair", text=text))
    return key, value
