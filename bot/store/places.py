"""Workspaces and places, what is set for them, and which assistant therefore answers there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Label,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from bot.events import PlaceRef, WorkspaceId
from bot.jsons import Json
from bot.store.database import Tx
from bot.store.tables import assistants, places, workspaces

ADDITIONAL_INSTRUCTIONS = "additional_instructions"
"""The setting of a place or workspace that is added to its assistant's instructions."""

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

    `usable_id` is `assistant_id` unless that assistant was deleted.
    """

    id: str
    assistant_id: str | None = None
    usable_id: str | None = None
    additional_instructions: str | None = None

    @property
    def is_empty(self) -> bool:
        return self.assistant_id is None and self.additional_instructions is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is set for a place, else for its channel, else for its workspace, and at which of
    these; an assistant that may not be used there does not count."""

    assistant_id: str | None
    assistant_from: str | None
    additional_instructions: str
    additional_instructions_from: str | None


def _usable(
    assistant: ColumnElement[str | None] | str, workspace: BindParameter[str] | WorkspaceId
) -> ColumnElement[bool]:
    """An assistant that answers, and may do so in the workspace."""
    return and_(
        assistants.c.id == assistant,
        assistants.c.deleted_at.is_(None),
        (assistants.c.workspace_id == workspace) | assistants.c.workspace_id.is_(None),
    )


def _usable_id(table: Table) -> Label[str]:
    usable = _usable(table.c.assistant_id, bindparam("workspace"))
    return select(assistants.c.id).where(usable).scalar_subquery().label("usable_id")


def _levels(table: Table) -> Select[Any]:
    return select(table.c.id, table.c.assistant_id, _usable_id(table), table.c.settings)


_PLACES = (
    _levels(places)
    .add_columns(places.c.parent_id)
    .where(places.c.workspace_id == bindparam("workspace"))
)
_HERE = _PLACES.where(places.c.id.in_(bindparam("ids", expanding=True)))
_WORKSPACE = _levels(workspaces).where(workspaces.c.id == bindparam("workspace"))


_SETTINGS = select(places.c.id, places.c.settings).where(
    places.c.id.in_(bindparam("ids", expanding=True))
)
_WORKSPACE_SETTINGS = select(workspaces.c.id, workspaces.c.settings).where(
    workspaces.c.id.in_(bindparam("ids", expanding=True))
)


def settings_of(tx: Tx, refs: Iterable[PlaceRef]) -> dict[str, Mapping[str, JsonValue]]:
    """By a place's id what is set for it, else for its channel, else for its workspace; lists of
    these add up. What nobody has set is not there."""
    unique = {ref.id: ref for ref in refs}
    ids = [key for ref in unique.values() for key in (ref.id, ref.parent_id) if key is not None]
    wholes = {ref.workspace for ref in unique.values()}
    here = {row.id: row.settings for row in tx.execute(_SETTINGS, {"ids": ids})}
    above = {row.id: row.settings for row in tx.execute(_WORKSPACE_SETTINGS, {"ids": list(wholes)})}
    return {
        key: _merged(
            above.get(ref.workspace, {}), here.get(ref.parent_id or "", {}), here.get(key, {})
        )
        for key, ref in unique.items()
    }


def _merged(*levels: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The later level counts."""
    merged: dict[str, JsonValue] = {}
    for settings in levels:
        for name, value in settings.items():
            before = merged.get(name)
            if isinstance(value, list) and isinstance(before, list):
                merged[name] = [*before, *value]
            else:
                merged[name] = value
    return merged


def chosen(tx: Tx, ref: PlaceRef) -> Chosen:
    """Which assistant answers in a place, as far as anyone has set one."""
    given = {"workspace": ref.workspace, "ids": [ref.id, ref.parent_id or ref.id]}
    here = {row.id: row for row in tx.execute(_HERE, given)}
    nearest = [here[key] for key in (ref.id, ref.parent_id) if key in here]
    nearest += tx.execute(_WORKSPACE, {"workspace": ref.workspace})
    return decided([_level(row) for row in nearest])


def decided(levels: Sequence[Level]) -> Chosen:
    """What counts of several levels, the nearest first."""
    answering = next((level for level in levels if level.usable_id is not None), None)
    adding = next((level for level in levels if level.additional_instructions is not None), None)
    return Chosen(
        assistant_id=None if answering is None else answering.usable_id,
        assistant_from=None if answering is None else answering.id,
        additional_instructions="" if adding is None else adding.additional_instructions or "",
        additional_instructions_from=None if adding is None else adding.id,
    )


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
    table, here = _at(workspace, place)
    row = tx.execute(_levels(table).where(here), {"workspace": workspace}).one_or_none()
    return None if row is None else _level(row)


def note_channel(tx: Tx, workspace: WorkspaceId, channel: str, now: datetime) -> None:
    """Give the channel of places that people have written in a row of its own."""
    inside = (places.c.parent_id == channel, places.c.workspace_id == workspace)
    if tx.scalar(select(exists().where(*inside))):
        given = {"id": channel, "workspace_id": workspace, "settings": {}, "created_at": now}
        tx.execute(_NOTE_PLACE, [given | {"parent_id": None}])


def set_assistant(
    tx: Tx, workspace: WorkspaceId, place: str | None, assistant_id: str | None
) -> bool:
    """From the next run on it answers there; None inherits. Nothing changes where the place is not
    the workspace's, or the assistant is deleted or another workspace's."""
    table, here = _at(workspace, place)
    change = update(table).where(here).values(assistant_id=assistant_id)
    if assistant_id is not None:
        change = change.where(exists().where(_usable(assistant_id, workspace)))
    return tx.execute(change).rowcount == 1


def set_additional_instructions(
    tx: Tx, workspace: WorkspaceId, place: str | None, text: str | None
) -> bool:
    """From the next run on the model is told it too; None inherits."""
    table, here = _at(workspace, place)
    before: Json | None = tx.scalar(select(table.c.settings).where(here))
    if before is None:
        return False
    kept = {name: value for name, value in before.items() if name != ADDITIONAL_INSTRUCTIONS}
    settings = kept if text is None else kept | {ADDITIONAL_INSTRUCTIONS: text}
    return tx.execute(update(table).where(here).values(settings=settings)).rowcount == 1


def _at(workspace: WorkspaceId, place: str | None) -> tuple[Table, ColumnElement[bool]]:
    """The row that holds what is set there."""
    if place is None:
        return workspaces, workspaces.c.id == workspace
    return places, and_(places.c.id == place, places.c.workspace_id == workspace)


def _level(row: Row[tuple[object, ...]]) -> Level:
    text = row.settings.get(ADDITIONAL_INSTRUCTIONS)
    return Level(
        id=row.id,
        assistant_id=row.assistant_id,
        usable_id=row.usable_id,
        additional_instructions=text if isinstance(text, str) else None,
    )
