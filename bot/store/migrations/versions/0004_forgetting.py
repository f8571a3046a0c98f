"""Who asked to be forgotten, and where what they wrote is found; what a workspace's use counts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "forgetting",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("asker_scope", sa.String(), nullable=False),
        sa.Column("asker_user", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
        sa.PrimaryKeyConstraint("workspace_id", "asker_scope", "asker_user"),
    )
    op.create_index("answers_person", "answers", ["person"])
    untaken = sa.text("status = 'failed' AND started_at IS NULL")
    op.create_index(
        "runs_untaken",
        "runs",
        ["asker_scope", "asker_user"],
        sqlite_where=untaken,
        postgresql_where=untaken,
    )
    begun = sa.text("started_at IS NOT NULL")
    op.create_index(
        "runs_begun",
        "runs",
        ["created_at", "thread_id", "asker_scope", "asker_user", "started_at"],
        sqlite_where=begun,
        postgresql_where=begun,
    )
