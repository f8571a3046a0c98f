"""Workspaces and places, and which assistant answers there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from bot.events import PlaceRef
from bot.store.database import Tx
from bot.store.tables import places, workspaces

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
class Chosen:
    """What is set for a place, else for its channel, else for its workspace."""

    assistant_id: str | None
    additional_instructions: str


_HERE = select(places.c.assistant_id, places.c.settings, places.c.id).where(
    places.c.id.in_(bindparam("ids", expanding=True))
)
_WORKSPACE = select(workspaces.c.assistant_id, workspaces.c.settings).where(
    workspaces.c.id == bindparam("id")
)


def chosen(tx: Tx, ref: PlaceRef) -> Chosen:
    here = {row.id: row for row in tx.execute(_HERE, {"ids": [ref.id, ref.parent_id or ref.id]})}
    nearest = [here[key] for key in (ref.id, ref.parent_id) if key in here]
    nearest += tx.execute(_WORKSPACE, {"id": ref.workspace})
    ids = (row.assistant_id for row in nearest)
    more = (row.settings.get(ADDITIONAL_INSTRUCTIONS) for row in nearest)
    return Chosen(
        assistant_id=next(filter(None, ids), None),
        additional_instructions=next((text for text in more if isinstance(text, str)), ""),
    )
