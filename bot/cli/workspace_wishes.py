"""What the options of `docent workspaces set` ask for, as values that are set together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import typer
from pydantic import JsonValue

from bot.registry import choices
from bot.registry.choices import ASSISTANT
from bot.store.places import Level
from bot.strings import say
from bot.text.cleaning import clean

TEXT = "additional_instructions"
INSTRUCTORS = "instructors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """`assistant` holds nothing, or one value, which is None where it shall inherit."""

    assistant: tuple[()] | tuple[str | None] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    clear: frozenset[str] = frozenset()
    add: tuple[str, ...] = ()
    remove: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return self == Wishes()

    @property
    def contradictions(self) -> set[str]:
        """The settings that are to be set in two ways at once."""
        ways = [set(self.values), set(self.clear)]
        ways.append({TEXT} if self.text is not None else set())
        ways.append({INSTRUCTORS} if self.add or self.remove else set())
        named = [name for way in ways for name in way]
        return {name for name in named if named.count(name) > 1}

    def applied(self, before: Level | None, *, whole: bool) -> dict[str, JsonValue]:
        """The values to set where that was set before. Raises RegistryError."""
        given = dict(self.values) if self.text is None else {**self.values, TEXT: self.text}
        if self.add or self.remove:
            given[INSTRUCTORS] = ", ".join(self._instructors(before))
        values: dict[str, JsonValue] = {
            name: choices.read(name, text, whole=whole) for name, text in given.items()
        }
        values |= dict.fromkeys(self.clear)
        for assistant in self.assistant:
            values[ASSISTANT] = None if assistant is None else clean(assistant)
        return values

    def _instructors(self, before: Level | None) -> list[str]:
        named = None if before is None else before.settings.get(INSTRUCTORS)
        known = [str(each) for each in named] if isinstance(named, list) else []
        return [each for each in (*known, *self.add) if each not in self.remove]


def pairs(given: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE`, each name once. Raises BadParameter."""
    found: dict[str, str] = {}
    for pair in given:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise typer.BadParameter(say("workspaces.pair", text=pair))
        if name.strip() in found:
            raise typer.BadParameter(say("workspaces.either", name=name.strip()))
        found[name.strip()] = value
    return found
