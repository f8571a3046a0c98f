"""What limits count: runs of a person, tokens of a workspace; parked runs are found by thread."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "spending",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
        sa.PrimaryKeyConstraint("workspace_id", "day"),
    )
    parked = sa.text("status = 'requires_action'")
    op.create_index(
        "runs_parked", "runs", ["thread_id"], sqlite_where=parked, postgresql_where=parked
    )
    taken = sa.text("(status <> 'failed' OR started_at IS NOT NULL)")
    op.create_index(
        "runs_asked",
        "runs",
        ["asker_scope", "asker_user", "created_at"],
        sqlite_where=taken,
        postgresql_where=taken,
    )
