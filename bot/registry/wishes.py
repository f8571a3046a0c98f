"""What an operator wants changed about an assistant, applied to its body."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import JsonValue

from bot.jsons import Json
from bot.registry.body import FIELDS
from bot.registry.errors import RegistryError
from bot.registry.functions import defined
from bot.strings import say
from bot.tools.port import Tools

TOOL_TYPES = ("code_interpreter", "file_search")
WORDS = ("auto", "none", "required")
MAX_LAST_MESSAGES = 100_000
"""As in a body (`bot.registry.parts`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """`fields` replaces whole fields, `metadata` single pairs; an empty value removes a pair."""

    fields: Json
    metadata: dict[str, str]
    add_tools: tuple[str, ...] = ()
    remove_tools: tuple[str, ...] = ()
    clear: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (
            self.fields or self.metadata or self.add_tools or self.remove_tools or self.clear
        )

    def applied(self, body: Json, tools: Tools) -> Json:
        """The body as it should be. Raises RegistryError for tools and fields that are not there,
        and for the choice of a tool that it has not got.

        What is cleared is cleared first, so that clearing and setting a field sets it.
        """
        for name in self.clear:
            if name not in FIELDS:
                raise RegistryError(say("assistants.no_field", name=name, names=", ".join(FIELDS)))
        changed = {name: value for name, value in body.items() if name not in self.clear}
        changed |= self.fields
        if self.metadata:
            changed["metadata"] = _merged(changed.get("metadata"), self.metadata)
        if self.add_tools or self.remove_tools:
            listed = changed.get("tools")
            left = _without(listed if isinstance(listed, list) else [], self.remove_tools)
            changed["tools"] = _with(left, self.add_tools, tools)
        if self.remove_tools or self.fields.keys() & {"tools", "tool_choice"}:
            _check_choice(changed)
        return changed


def _merged(before: JsonValue, pairs: dict[str, str]) -> Json:
    kept = before if isinstance(before, dict) else {}
    return {key: value for key, value in (kept | pairs).items() if value != ""}


def _without(listed: list[JsonValue], names: Iterable[str]) -> list[JsonValue]:
    left = list(listed)
    for name in names:
        fewer = [tool for tool in left if name not in _names(tool)]
        if len(fewer) == len(left):
            raise RegistryError(say("assistants.no_tool", name=name, names=_listed(left)))
        left = fewer
    return left


def _with(listed: list[JsonValue], names: Iterable[str], tools: Tools) -> list[JsonValue]:
    """A tool that is there already is brought up to date."""
    added: list[JsonValue] = []
    for name in names:
        if name in TOOL_TYPES and name not in tools:
            added.append({"type": name})
        else:
            added += defined([name], tools)
    new = {name for tool in added for name in _names(tool)[:1]}
    return [tool for tool in listed if _names(tool)[0] not in new] + added


def _check_choice(body: Json) -> None:
    """No provider takes a request with the choice of a tool that it does not list."""
    choice, listed = body.get("tool_choice"), body.get("tools")
    if not isinstance(choice, dict):
        return
    chosen, tools = _names(choice)[0], listed if isinstance(listed, list) else []
    if not any(chosen in _names(tool) for tool in tools):
        raise RegistryError(say("assistants.no_choice", name=chosen, names=_listed(tools)))


def _listed(tools: Iterable[JsonValue]) -> str:
    return ", ".join(_names(tool)[0] for tool in tools) or say("assistants.nothing")


def _names(tool: JsonValue) -> tuple[str, ...]:
    """What a tool is called: its function's name, its server's label, or its type."""
    if not isinstance(tool, dict):
        return ("",)
    function = tool.get("function")
    if isinstance(function, dict):
        return (str(function.get("name")),)
    return (str(tool.get("server_label") or tool.get("type")),)


def tool_choice(text: str) -> JsonValue:
    """`auto`, `none`, `required`, the type of a tool, or the name of a function."""
    if text in WORDS:
        return text
    if text in TOOL_TYPES:
        return {"type": text}
    return {"type": "function", "function": {"name": text}}


def truncation(text: str) -> Json:
    """`auto`, `disabled`, or how many messages to keep. Raises RegistryError for anything else."""
    if text in ("auto", "disabled"):
        return {"type": text}
    # Python refuses to read thousands of digits.
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    if not 1 <= number <= MAX_LAST_MESSAGES:
        raise RegistryError(say("assistants.no_truncation", most=MAX_LAST_MESSAGES))
    return {"type": "last_messages", "last_messages": number}
