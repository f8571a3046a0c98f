"""What the terminal shows of workspaces, of their places, and of who changed what."""

import json
from collections.abc import Iterable, Mapping, Sequence

from pydantic import JsonValue
from rich.table import Table

from bot.cli.terminal import console, facts, indented, plain, table, time
from bot.cli.workspace_wishes import TEXT
from bot.jsons import Json
from bot.limits import lower
from bot.place_settings import PLACE_SETTINGS, PlaceSetting, limit_of
from bot.registry.templates import DEFAULT_ID
from bot.store.audit import Entry
from bot.store.places import Chosen, Level, SeenPlace, decided
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


def show(whole: Level, seen: Sequence[SeenPlace], operators: Mapping[str, int | None]) -> None:
    """A workspace with its places: what counts there, and where that is set."""
    out = console()
    chosen = decided([whole])
    rows = table(say("workspaces.setting"), say("workspaces.value"), say("workspaces.set_in"))
    rows.add_row(
        say("looking.assistant"),
        plain(_answering([whole])),
        _from(whole, chosen.assistant_from) or say("workspaces.nowhere"),
    )
    for setting in PLACE_SETTINGS.values():
        sources = chosen.sources.get(setting.name, ())
        value = shortened(_value(chosen, setting), SHORT) + _capped(chosen, setting, operators)
        rows.add_row(
            plain(setting.name),
            plain(value),
            say("workspaces.here") if sources else say("workspaces.nowhere"),
        )
    out.print(facts([(say("looking.workspace"), whole.id)]))
    out.print()
    out.print(rows)
    if whole.settings.get(TEXT):
        out.print(say("looking.instructions"), style="dim")
        out.print(indented(str(whole.settings[TEXT])))
    if seen:
        out.print()
        out.print(_places(seen))


def _places(seen: Sequence[SeenPlace]) -> Table:
    """Of the settings those that anyone has set."""
    rows = table(
        say("looking.place"),
        say("workspaces.channel"),
        say("looking.assistant"),
        say("workspaces.set_in"),
        say("workspaces.settings"),
    )
    for one in seen:
        cells = (
            one.level.id,
            one.channel or "",
            _named(one.level, one.chosen.assistant_id),
            _from(one.level, one.chosen.assistant_from),
        )
        rows.add_row(*map(plain, cells), plain("\n".join(_settings(one))))
    return rows


def _settings(one: SeenPlace) -> list[str]:
    return [
        say(
            "workspaces.set_to",
            name=setting.name,
            value=shortened(_value(one.chosen, setting), SHORT),
            where=", ".join(_from(one.level, each) for each in sources),
        )
        for setting in PLACE_SETTINGS.values()
        if not setting.only_workspace and (sources := one.chosen.sources.get(setting.name))
    ]


def _value(chosen: Chosen, setting: PlaceSetting) -> str:
    return setting.shown(chosen.settings.get(setting.name, setting.default))


def _capped(chosen: Chosen, setting: PlaceSetting, operators: Mapping[str, int | None]) -> str:
    """The operator's limit beside the workspace's own."""
    most = operators.get(setting.name)
    if most is None:
        return ""
    own = limit_of(chosen.settings, setting.name)
    key = "counts" if lower(own, most) == most else "stays"
    return " " + say(f"workspaces.operator_{key}", limit=most)


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
    """What is set there, as an object; what is not there inherits."""
    return {
        "id": level.id,
        "assistant_id": level.assistant_id,
        "settings": {**level.settings},
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
            "settings": {
                name: {
                    "value": chosen.settings.get(name, setting.default),
                    "from": [*chosen.sources.get(name, ())],
                }
                for name, setting in PLACE_SETTINGS.items()
            },
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
