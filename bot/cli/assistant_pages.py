"""What the terminal shows of assistants."""

import json
from collections.abc import Iterable, Mapping, Sequence

from pydantic import JsonValue
from rich.console import Console
from rich.table import Table

from bot.cli.terminal import console, facts, indented, plain, table, time
from bot.importing.taking import Taken
from bot.jsons import Json
from bot.registry.functions import named, without_code
from bot.registry.vault import redacted
from bot.store.assistants import StoredAssistant, Version
from bot.strings import say
from bot.text.visible import shortened
from bot.tools.port import Tools

SHORT = 60
"""Characters of a name in a list."""

_FACTS = (
    "description",
    "temperature",
    "top_p",
    "max_output_tokens",
    "max_prompt_tokens",
    "truncation_strategy",
    "tool_choice",
    "parallel_tool_calls",
    "response_format",
    "tool_resources",
    "metadata",
)
"""Fields that are shown as they are, where they are set."""

_COLOURS = {"refused": "red", "needs_you": "yellow", "lost": "yellow", "changed": "cyan"}


def listed(assistants: Iterable[StoredAssistant]) -> Table:
    rows = table(
        say("assistants.id"),
        say("assistants.name"),
        say("assistants.model"),
        say("assistants.workspace"),
        say("assistants.version"),
        say("assistants.created"),
        say("assistants.deleted"),
    )
    for one in assistants:
        name = shortened(str(one.body.get("name") or ""), SHORT)
        cells = (one.id, name, _model(one.body), _whose(one), str(one.version))
        rows.add_row(*map(plain, cells), time(one.created_at), time(one.deleted_at))
    return rows


def show(assistant: StoredAssistant, tools: Tools | None) -> None:
    """One assistant, with what the model is not told of, as far as the tools are known."""
    body = redacted(assistant.body)
    absent = [] if tools is None else without_code(body, tools)
    served = [name for name in named(body) if name not in absent]
    pairs: list[tuple[str, str | None]] = [
        (say("assistants.id"), assistant.id),
        (say("assistants.name"), str(body.get("name") or "")),
        (say("assistants.workspace"), _whose(assistant)),
        (say("assistants.version"), str(assistant.version)),
        (say("assistants.created"), time(assistant.created_at)),
        (say("assistants.deleted"), time(assistant.deleted_at)),
        (say("assistants.model"), _model(body)),
        (say("assistants.functions"), ", ".join(served)),
        (say("assistants.no_code"), ", ".join(absent)),
        (say("assistants.tools"), "\n".join(_other_tools(body))),
    ]
    pairs += [(say(f"assistants.{name}"), _value(body.get(name))) for name in _FACTS]
    out = console()
    out.print(facts(pairs))
    if instructions := str(body.get("instructions") or ""):
        out.print(say("assistants.instructions"), style="dim")
        out.print(indented(instructions))


def history(versions: Sequence[Version]) -> Table:
    """Each version with what it changed about the one before."""
    rows = table(
        say("assistants.version"),
        say("assistants.when"),
        say("assistants.who"),
        say("assistants.changed"),
    )
    before: Json = {}
    for one in versions:
        names = [name for name in {**before, **one.body} if before.get(name) != one.body.get(name)]
        cells = (str(one.version), time(one.at), one.who, ", ".join(sorted(names)))
        rows.add_row(*map(plain, cells))
        before = one.body
    return rows


def taken(imported: Iterable[Taken]) -> Table:
    """What became of each, and what has to be done about it."""
    rows = table(say("assistants.id"), say("assistants.name"), "", "")
    for one in imported:
        colour = _COLOURS.get(one.outcome, "green")
        outcome = plain(say(f"import.{one.outcome}"), colour)
        rows.add_row(plain(one.id), plain(one.name), outcome, plain(one.reason))
        for found in one.findings if one.outcome != "refused" else ():
            kind = plain(say(f"import.kind_{found.kind}"), _COLOURS.get(found.kind, "dim"))
            rows.add_row("", "", kind, plain(found.sentence))
    return rows


def note(out: Console, kind: str, sentence: str) -> None:
    """Something that concerns all of them."""
    style = _COLOURS.get(kind, "dim")
    out.print(plain(say(f"import.kind_{kind}"), style), plain(sentence))


def _model(body: Mapping[str, JsonValue]) -> str:
    return str(body.get("model") or say("assistants.settings_model"))


def _whose(assistant: StoredAssistant) -> str:
    return assistant.workspace or say("assistants.for_all")


def _other_tools(body: Json) -> list[str]:
    tools = body.get("tools")
    return [
        json.dumps(tool, ensure_ascii=False)
        for tool in (tools if isinstance(tools, list) else [])
        if isinstance(tool, dict) and "function" not in tool
    ]


def _value(value: JsonValue) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
