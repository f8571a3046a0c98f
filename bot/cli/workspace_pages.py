"""What the terminal shows of workspaces, of their places, and of who changed what."""

import json
from collections.abc import Iterable, Sequence

from pydantic import JsonValue
from rich.table import Table

from bot.cli.terminal import console, facts, indented, plain, table, time
from bot.jsons import Json
from bot.registry.templates import DEFAULT_ID
from bot.store.audit import Entry
from bot.store.places import Level, SeenPlace, decided
from bot.store.workspaces import SeenWorkspace
from bot.strings import say
from bot.text.visible import shortened

SHORT = 60
"""Characters of a text in a list; JSON has the whole of it."""

Whole = tuple[SeenWorkspace, Level]
"""A workspace, and what is set for all of it."""


def listed(found: Iterable[Whole]) -> Table:
    rows = table(
        say("looking.workspace"),
        say("looking.assistant"),
        say("workspaces.places"),
        say("workspaces.threads"),
        say("looking.runs"),
        say("workspaces.assistants"),
        say("workspaces.since"),
    )
    for one, level in found:
        counts = (one.places, one.threads, one.runs, one.assistants)
        rows.add_row(
            plain(one.id), plain(_answering([level])), *map(str, counts), time(one.created_at)
        )
    return rows


def show(whole: Level, seen: Sequence[SeenPlace]) -> None:
    """A workspace with its places: what counts there, and where that is set."""
    out = console()
    pairs = [
        (say("looking.workspace"), whole.id),
        (say("looking.assistant"), _answering([whole])),
    ]
    out.print(facts([*pairs]))
    if whole.additional_instructions:
        out.print(say("looking.instructions"), style="dim")
        out.print(indented(whole.additional_instructions))
    if not seen:
        return
    rows = table(
        say("looking.place"),
        say("workspaces.channel"),
        say("looking.assistant"),
        say("workspaces.set_in"),
        say("looking.instructions"),
        say("workspaces.set_in"),
    )
    for one in seen:
        chosen = one.chosen
        cells = (
            one.level.id,
            one.channel or "",
            _named(one.level, chosen.assistant_id),
            _from(one.level, chosen.assistant_from),
            shortened(chosen.additional_instructions, SHORT),
            _from(one.level, chosen.additional_instructions_from),
        )
        rows.add_row(*map(plain, cells))
    out.print()
    out.print(rows)


def audit(entries: Iterable[Entry]) -> Table:
    rows = table(
        say("assistants.when"),
        say("assistants.who"),
        say("looking.workspace"),
        say("workspaces.what"),
        say("workspaces.of"),
        say("workspaces.change"),
    )
    for one in entries:
        whose = (one.after or one.before or {}).get("id")
        cells = (one.who, one.workspace or say("assistants.for_all"), one.what, str(whose or ""))
        rows.add_row(time(one.at), *map(plain, cells), plain("\n".join(_changes(one))))
    return rows


def workspace(seen: SeenWorkspace, level: Level) -> Json:
    """The same as an object."""
    return {
        **setting(level),
        "object": "workspace",
        "created_at": int(seen.created_at.timestamp()),
        "places": seen.places,
        "threads": seen.threads,
        "runs": seen.runs,
        "assistants": seen.assistants,
    }


def setting(level: Level) -> Json:
    """What is set there, as an object; null inherits."""
    return {
        "id": level.id,
        "assistant_id": level.assistant_id,
        "additional_instructions": level.additional_instructions,
    }


def place(seen: SeenPlace) -> Json:
    chosen = seen.chosen
    return {
        **setting(seen.level),
        "object": "place",
        "channel": seen.channel,
        "in_effect": {
            "assistant_id": chosen.assistant_id or DEFAULT_ID,
            "assistant_from": chosen.assistant_from,
            "additional_instructions": chosen.additional_instructions,
            "additional_instructions_from": chosen.additional_instructions_from,
        },
    }


def entry(one: Entry) -> Json:
    return {
        "id": one.id,
        "object": "change",
        "at": int(one.at.timestamp()),
        "workspace": one.workspace,
        "who": one.who,
        "what": one.what,
        "before": one.before,
        "after": one.after,
    }


def _answering(levels: Sequence[Level]) -> str:
    return _named(levels[0], decided(levels).assistant_id)


def _named(level: Level, answering: str | None) -> str:
    """The assistant that answers, and one that is set there and does not because it was deleted."""
    name = answering or DEFAULT_ID
    if level.assistant_id == level.usable_id:
        return name
    return say("workspaces.instead", id=name, deleted=level.assistant_id)


def _from(level: Level, source: str | None) -> str:
    if source is None:
        return ""
    return say("workspaces.here") if source == level.id else source


def _changes(one: Entry) -> list[str]:
    before, after = one.before or {}, one.after or {}
    names = sorted({*before, *after} - {"id"})
    return [
        say("workspaces.from_to", name=name, before=_short(before, name), after=_short(after, name))
        for name in names
    ]


def _short(fields: Json, name: str) -> str:
    value: JsonValue = fields.get(name)
    if value is None:
        return say("workspaces.nothing_there")
    return shortened(
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), SHORT
    )
