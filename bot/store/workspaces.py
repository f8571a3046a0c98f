"""Workspaces as rows: where people have talked to the bot."""

from sqlalchemy import exists, select

from bot.events import WorkspaceId
from bot.store.database import Tx
from bot.store.tables import workspaces


def is_known(tx: Tx, workspace: WorkspaceId) -> bool:
    """Whether anyone has talked to the bot there yet."""
    return bool(tx.scalar(select(exists().where(workspaces.c.id == workspace))))
