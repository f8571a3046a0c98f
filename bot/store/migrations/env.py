"""Alembic's entry: runs the migrations on the connection that `migrate` opened."""

from alembic import context

from bot.store.tables import UtcTime, metadata


def render(kind: str, item: object, _: object) -> str | bool:
    """Keep migrations free of our own types: a later change of one must not change the past."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_item=render,
)
context.run_migrations()
