"""Alembic's entry: runs the migrations on the connection that `migrate` opened."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from bot.store.tables import UtcTime, metadata


def render(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Keep migrations free of our own types: a later change of one must not change the past."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_item=render,
)
context.run_migrations()
