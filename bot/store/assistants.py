"""Assistants as rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from bot.events import WorkspaceId
from bot.jsons import Json
from bot.store.database import Tx
from bot.store.tables import assistants


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAssistant:
    """`body` holds the fields of the Assistants API."""

    id: str
    body: Json
    version: int


def insert_missing(tx: Tx, assistant_id: str, body: Json, now: datetime) -> None:
    """An assistant that the operator offers to all workspaces."""
    tx.execute(
        insert(assistants)
        .values(id=assistant_id, body=body, version=1, created_at=now)
        .on_conflict_do_nothing()
    )


def get(tx: Tx, assistant_id: str, workspace: WorkspaceId) -> StoredAssistant | None:
    """An assistant that the workspace may use: its own, or one offered to all."""
    row = (
        tx.execute(
            select(assistants.c.id, assistants.c.body, assistants.c.version).where(
                assistants.c.id == assistant_id,
                assistants.c.deleted_at.is_(None),
                (assistants.c.workspace_id == workspace) | assistants.c.workspace_id.is_(None),
            )
        )
    ).one_or_none()
    return None if row is None else StoredAssistant(id=row.id, body=row.body, version=row.version)
