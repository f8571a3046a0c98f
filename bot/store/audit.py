"""Who changed what, as rows that are only ever added."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from bot.events import WorkspaceId
from bot.jsons import Json
from bot.store.database import Tx
from bot.store.tables import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change; `before` and `after` hold the id of what changed, and the fields that did."""

    id: int
    at: datetime
    workspace: WorkspaceId | None
    who: str
    what: str
    before: Json | None
    after: Json | None


def add(
    tx: Tx,
    *,
    workspace: WorkspaceId | None,
    who: str,
    what: str,
    before: Json | None,
    after: Json | None,
    now: datetime,
) -> None:
    """`before` and `after` hold no secrets: whoever may see the log would see them."""
    tx.execute(
        insert(audit).values(
            at=now, workspace_id=workspace, who=who, what=what, before=before, after=after
        )
    )


def newest(tx: Tx, *, limit: int, workspace: WorkspaceId | None = None) -> list[Entry]:
    """The newest first; of one workspace, or of all and of what belongs to none."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if workspace is not None:
        query = query.where(audit.c.workspace_id == workspace)
    return [
        Entry(
            id=row.id,
            at=row.at,
            workspace=row.workspace_id,
            who=row.who,
            what=row.what,
            before=row.before,
            after=row.after,
        )
        for row in tx.execute(query)
    ]
