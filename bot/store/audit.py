"""Who changed what, as rows that are only ever added."""

from datetime import datetime

from sqlalchemy import insert

from bot.events import WorkspaceId
from bot.jsons import Json
from bot.store.database import Tx
from bot.store.tables import audit


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
