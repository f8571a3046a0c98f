"""Assistants as rows. Whose an assistant is is part of every statement."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, bindparam, select, true, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.sqlite import insert

from bot.events import WorkspaceId
from bot.jsons import Json
from bot.store.database import Tx
from bot.store.tables import assistant_versions, assistants

DOCENT = "docent"
"""Who made what nobody asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAssistant:
    """`body` holds the fields of the Assistants API; no workspace means: offered to all."""

    id: str
    workspace: WorkspaceId | None
    body: Json
    version: int
    created_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What an assistant was, and who made it so."""

    version: int
    body: Json
    who: str
    at: datetime


def readable(workspace: WorkspaceId | None) -> ColumnElement[bool]:
    """What a workspace may use: its own, and what is offered to all. None is the operator."""
    if workspace is None:
        return true()
    return (assistants.c.workspace_id == workspace) | assistants.c.workspace_id.is_(None)


def changeable(workspace: WorkspaceId | None) -> ColumnElement[bool]:
    """What a workspace may change: its own. The operator may change all."""
    return true() if workspace is None else assistants.c.workspace_id == workspace


_USABLE = select(assistants).where(
    assistants.c.id == bindparam("id"),
    assistants.c.deleted_at.is_(None),
    (assistants.c.workspace_id == bindparam("workspace")) | assistants.c.workspace_id.is_(None),
)


def get(tx: Tx, assistant_id: str, workspace: WorkspaceId) -> StoredAssistant | None:
    """An assistant that the workspace may use."""
    row = tx.execute(_USABLE, {"id": assistant_id, "workspace": workspace}).one_or_none()
    return None if row is None else _stored(row)


def find(tx: Tx, assistant_id: str, workspace: WorkspaceId | None) -> StoredAssistant | None:
    """An assistant that may be read, deleted or not."""
    query = select(assistants).where(assistants.c.id == assistant_id, readable(workspace))
    row = tx.execute(query).one_or_none()
    return None if row is None else _stored(row)


def find_own(tx: Tx, assistant_id: str, workspace: WorkspaceId | None) -> StoredAssistant | None:
    """An assistant that may be changed, deleted or not."""
    query = select(assistants).where(assistants.c.id == assistant_id, changeable(workspace))
    row = tx.execute(query).one_or_none()
    return None if row is None else _stored(row)


def listed(
    tx: Tx, workspace: WorkspaceId | None, *, deleted: bool = False
) -> list[StoredAssistant]:
    """All that may be read, oldest first."""
    query = select(assistants).where(readable(workspace))
    if not deleted:
        query = query.where(assistants.c.deleted_at.is_(None))
    rows = tx.execute(query.order_by(assistants.c.created_at, assistants.c.id))
    return [_stored(row) for row in rows]


def insert_missing(tx: Tx, assistant_id: str, body: Json, now: datetime) -> None:
    """An assistant that the operator offers to all workspaces."""
    add(tx, assistant_id, None, body, who=DOCENT, created_at=now, now=now)


def add(
    tx: Tx,
    assistant_id: str,
    workspace: WorkspaceId | None,
    body: Json,
    *,
    who: str,
    created_at: datetime,
    now: datetime,
) -> bool:
    """A new assistant, unless there is or was one of that id."""
    result = tx.execute(
        insert(assistants)
        .values(
            id=assistant_id, workspace_id=workspace, body=body, version=1, created_at=created_at
        )
        .on_conflict_do_nothing()
    )
    if result.rowcount != 1:
        return False
    _keep(tx, assistant_id, 1, body, who=who, now=now)
    return True


def change(
    tx: Tx,
    assistant_id: str,
    workspace: WorkspaceId | None,
    body: Json,
    *,
    version: int,
    who: str,
    now: datetime,
) -> bool:
    """The next version after that one. It is there again if it was deleted."""
    result = tx.execute(
        update(assistants)
        .where(
            assistants.c.id == assistant_id,
            assistants.c.version == version,
            changeable(workspace),
        )
        .values(body=body, version=version + 1, deleted_at=None)
    )
    if result.rowcount != 1:
        return False
    _keep(tx, assistant_id, version + 1, body, who=who, now=now)
    return True


def delete(
    tx: Tx, assistant_id: str, workspace: WorkspaceId | None, *, version: int, now: datetime
) -> bool:
    """From now on it answers nowhere; its row stays, for the runs that hold a snapshot of it."""
    result = tx.execute(
        update(assistants)
        .where(
            assistants.c.id == assistant_id,
            assistants.c.version == version,
            assistants.c.deleted_at.is_(None),
            changeable(workspace),
        )
        .values(deleted_at=now)
    )
    return result.rowcount == 1


def versions(tx: Tx, assistant_id: str, workspace: WorkspaceId | None) -> list[Version]:
    """Everything that an assistant was, oldest first; nothing if it may not be read."""
    rows = tx.execute(
        select(
            assistant_versions.c.version,
            assistant_versions.c.body,
            assistant_versions.c.who,
            assistant_versions.c.at,
        )
        .join(assistants, assistants.c.id == assistant_versions.c.assistant_id)
        .where(assistants.c.id == assistant_id, readable(workspace))
        .order_by(assistant_versions.c.version)
    )
    return [Version(version=row.version, body=row.body, who=row.who, at=row.at) for row in rows]


def _keep(tx: Tx, assistant_id: str, version: int, body: Json, *, who: str, now: datetime) -> None:
    tx.execute(
        plain_insert(assistant_versions).values(
            assistant_id=assistant_id, version=version, body=body, who=who, at=now
        )
    )


def _stored(row: Row[tuple[object, ...]]) -> StoredAssistant:
    return StoredAssistant(
        id=row.id,
        workspace=row.workspace_id,
        body=row.body,
        version=row.version,
        created_at=row.created_at,
        deleted_at=row.deleted_at,
    )
