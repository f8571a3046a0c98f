"""Workspaces and places, what is set for them, and which assistant therefore answers there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy import (
    ColumnElement,
    Label,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    select,
)
from sqlalchemy.dialects.sqlite import insert

from bot.events import PlaceRef, WorkspaceId
from bot.store.database import Tx
from bot.store.tables import assistants, places, workspaces

Settings = Mapping[str, JsonValue]
"""What is set, by the names of `bot.place_settings`."""

LENT_BY = "lent_by"
"""Beside the settings of a direct conversation that belongs to no workspace of its own: the
workspace whose assistant answers there, as long as the person shares that with the bot."""

_NOTE_WORKSPACE = insert(workspaces).on_conflict_do_nothing()
_NOTE_PLACE = insert(places).on_conflict_do_nothing()


def note(tx: Tx, refs: Iterable[PlaceRef], now: datetime) -> None:
    """Remember places and their workspaces on first sight."""
    unique = {ref.id: ref for ref in refs}
    if not unique:
        return
    tx.execute(
        _NOTE_WORKSPACE,
        [
            {"id": workspace, "settings": {}, "created_at": now}
            for workspace in {ref.workspace for ref in unique.values()}
        ],
    )
    tx.execute(
        _NOTE_PLACE,
        [
            {
                "id": ref.id,
                "workspace_id": ref.workspace,
                "parent_id": ref.parent_id,
                "settings": {},
                "created_at": now,
            }
            for ref in unique.values()
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What is set for a place, a channel or a whole workspace, as `id` says; None inherits.

    `usable_id` is `assistant_id` unless that may not answer there: it was deleted, or is no longer
    lent. `settings` holds what is set there, by the names of `bot.place_settings`.
    """

    id: str
    assistant_id: str | None = None
    usable_id: str | None = None
    settings: Settings = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return self.assistant_id is None and not self.settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is set for a place, else for its channel, else for its workspace; lists and tables of
    these add up. `assistant_from` and `sources` say where, the nearest first. An assistant that may
    not be used there does not count; what nobody has set is not there."""

    assistant_id: str | None
    assistant_from: str | None
    settings: Settings
    sources: Mapping[str, tuple[str, ...]]


def is_homeless(ref: PlaceRef) -> bool:
    """A direct conversation that belongs to no workspace of its own, as on Discord: the workspace
    of all of them is named `platform:dm`."""
    return ref.direct and ref.workspace.endswith(":dm")


def answers(workspaces: ColumnElement[bool]) -> ColumnElement[bool]:
    """An assistant that answers, of one of the workspaces or offered to all."""
    return and_(assistants.c.deleted_at.is_(None), assistants.c.workspace_id.is_(None) | workspaces)


def _usable_id(table: Table) -> Label[str]:
    lent = assistants.c.workspace_id == table.c.settings[LENT_BY].as_string()
    there = (assistants.c.workspace_id == bindparam("workspace")) | lent
    found = select(assistants.c.id).where(assistants.c.id == table.c.assistant_id, answers(there))
    return found.scalar_subquery().label("usable_id")


def _levels(table: Table) -> Select[Any]:
    return select(table.c.id, table.c.assistant_id, _usable_id(table), table.c.settings)


_PLACES = (
    _levels(places)
    .add_columns(places.c.parent_id)
    .where(places.c.workspace_id == bindparam("workspace"))
)
_HERE = _PLACES.where(places.c.id.in_(bindparam("ids", expanding=True)))
_WORKSPACE = _levels(workspaces).where(workspaces.c.id == bindparam("workspace"))


_SETTINGS = select(places.c.id, places.c.workspace_id, places.c.settings).where(
    places.c.id.in_(bindparam("ids", expanding=True))
)
_WORKSPACE_SETTINGS = select(workspaces.c.id, workspaces.c.settings).where(
    workspaces.c.id.in_(bindparam("ids", expanding=True))
)


def settings_of(tx: Tx, refs: Iterable[PlaceRef]) -> dict[str, Settings]:
    """By a place's id what is set for it, else for its channel, else for its workspace; lists and
    tables of these add up. What nobody has set is not there."""
    unique = {ref.id: ref for ref in refs}
    ids = [key for ref in unique.values() for key in (ref.id, ref.parent_id) if key is not None]
    wholes = {ref.workspace for ref in unique.values()}
    # A row counts only in its own workspace, whatever a place says of its channel.
    here = {(row.workspace_id, row.id): row.settings for row in tx.execute(_SETTINGS, {"ids": ids})}
    above = {row.id: row.settings for row in tx.execute(_WORKSPACE_SETTINGS, {"ids": list(wholes)})}
    return {
        key: _merged(
            above.get(ref.workspace, {}),
            here.get((ref.workspace, ref.parent_id or ""), {}),
            here.get((ref.workspace, key), {}),
        )
        for key, ref in unique.items()
    }


def _merged(*levels: Settings) -> dict[str, JsonValue]:
    """The later level counts."""
    merged: dict[str, JsonValue] = {}
    for settings in levels:
        for name, value in settings.items():
            if name == LENT_BY:
                continue
            before = merged.get(name)
            if isinstance(value, list) and isinstance(before, list):
                merged[name] = [*before, *(each for each in value if each not in before)]
            elif isinstance(value, dict) and isinstance(before, dict):
                merged[name] = before | value
            else:
                merged[name] = value
    return merged


def chosen(tx: Tx, ref: PlaceRef) -> Chosen:
    """Which assistant answers in a place, and what else is set for it."""
    return decided(levels(tx, ref))


def levels(tx: Tx, ref: PlaceRef) -> list[Level]:
    """The place, its channel and its workspace, as far as they have a row."""
    given = {"workspace": ref.workspace, "ids": [ref.id, ref.parent_id or ref.id]}
    here = {row.id: row for row in tx.execute(_HERE, given)}
    nearest = [here[key] for key in (ref.id, ref.parent_id) if key in here]
    nearest += tx.execute(_WORKSPACE, {"workspace": ref.workspace})
    return [_level(row) for row in nearest]


def decided(levels: Sequence[Level]) -> Chosen:
    """What counts of several levels, the nearest first."""
    answering = next((level for level in levels if level.usable_id is not None), None)
    settings = _merged(*(level.settings for level in reversed(levels)))
    return Chosen(
        assistant_id=None if answering is None else answering.usable_id,
        assistant_from=None if answering is None else answering.id,
        settings=settings,
        sources={name: _sources(levels, name, value) for name, value in settings.items()},
    )


def _sources(levels: Sequence[Level], name: str, value: JsonValue) -> tuple[str, ...]:
    found = [level.id for level in levels if name in level.settings]
    return tuple(found if isinstance(value, list | dict) else found[:1])


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPlace:
    """A place as operators look at it: what is set there, and what counts there."""

    level: Level
    channel: str | None
    chosen: Chosen


def seen(tx: Tx, workspace: WorkspaceId) -> list[SeenPlace]:
    """The channels and direct places of a workspace, those with something set first, then the
    newest first. Threads are among them where something is set for them alone."""
    given = {"workspace": workspace}
    above = [_level(row) for row in tx.execute(_WORKSPACE, given)]
    levels: dict[str, Level] = {}
    parents: dict[str, str | None] = {}
    for row in tx.execute(_PLACES.order_by(places.c.created_at.desc(), places.c.id), given):
        levels[row.id] = _level(row)
        parents[row.id] = row.parent_id
        if row.parent_id is not None:  # it has no row where everything was said in its threads
            levels.setdefault(row.parent_id, Level(id=row.parent_id))
            parents.setdefault(row.parent_id, None)
    found = [
        SeenPlace(
            level=level,
            channel=parent,
            chosen=decided([level, *([levels[parent]] if parent else []), *above]),
        )
        for key, level in levels.items()
        if (parent := parents[key]) is None or not level.is_empty
    ]
    return sorted(found, key=lambda place: place.level.is_empty)


def level(tx: Tx, workspace: WorkspaceId, place: str | None) -> Level | None:
    """What is set for a place of a workspace, or for the whole workspace."""
    table, here = row_of(workspace, place)
    row = tx.execute(_levels(table).where(here), {"workspace": workspace}).one_or_none()
    return None if row is None else _level(row)


def note_channel(tx: Tx, workspace: WorkspaceId, channel: str, now: datetime) -> None:
    """Give the channel of places that people have written in a row of its own."""
    inside = (places.c.parent_id == channel, places.c.workspace_id == workspace)
    if tx.scalar(select(exists().where(*inside))):
        given = {"id": channel, "workspace_id": workspace, "settings": {}, "created_at": now}
        tx.execute(_NOTE_PLACE, [given | {"parent_id": None}])


def row_of(workspace: WorkspaceId, place: str | None) -> tuple[Table, ColumnElement[bool]]:
    """The row that holds what is set there."""
    if place is None:
        return workspaces, workspaces.c.id == workspace
    return places, and_(places.c.id == place, places.c.workspace_id == workspace)


def _level(row: Row[tuple[object, ...]]) -> Level:
    settings = {name: value for name, value in row.settings.items() if name != LENT_BY}
    return Level(
        id=row.id, assistant_id=row.assistant_id, usable_id=row.usable_id, settings=settings
    )
