"""Which models the stored assistants name."""

from sqlalchemy import select

from bot.store.database import Tx
from bot.store.tables import assistants


def named(tx: Tx) -> frozenset[str]:
    """Every model that an assistant names itself, deleted assistants left out."""
    bodies = tx.scalars(select(assistants.c.body).where(assistants.c.deleted_at.is_(None)))
    models = [body.get("model") for body in bodies]
    return frozenset(model for model in models if isinstance(model, str) and model)
