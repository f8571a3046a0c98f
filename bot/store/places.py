"""Workspaces and places, and which assistant answers there."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from bot.events import PlaceRef
from bot.store.database import Tx
from bot.store.tables import places, workspaces

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


def chosen_assistant(tx: Tx, ref: PlaceRef) -> str | None:
    """The assistant set for the place, else for its channel, else for its workspace."""
    rows = tx.execute(
        select(places.c.id, places.c.assistant_id).where(
            places.c.id.in_([ref.id, ref.parent_id or ref.id])
        )
    )
    chosen = {place: assistant for place, assistant in rows if assistant}
    workspace: str | None = tx.scalar(
        select(workspaces.c.assistant_id).where(workspaces.c.id == ref.workspace)
    )
    return chosen.get(ref.id) or chosen.get(ref.parent_id or ref.id) or workspace
