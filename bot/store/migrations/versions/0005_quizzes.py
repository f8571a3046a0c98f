"""Quizzes as a whole, who takes them, hints, and what was right."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_OLD = """
    INSERT INTO quizzes (
        tool_call_id, run_id, workspace_id, channel_id, title, topic, audience, starter,
        opened_at, closes_at, closed_at
    )
    SELECT
        tool_calls.id, runs.id, threads.workspace_id,
        CASE WHEN json_extract(runs.place, '$.parent') IS NULL THEN runs.place_id
            ELSE json_extract(runs.place, '$.platform')
                || ':' || json_extract(runs.place, '$.parent')
        END,
        questions.title, '', 'asker', questions.asker,
        tool_calls.created_at, questions.closes_at, tool_calls.completed_at
    FROM tool_calls
    JOIN runs ON runs.id = tool_calls.run_id
    JOIN threads ON threads.id = runs.thread_id
    JOIN questions ON questions.tool_call_id = tool_calls.id AND questions.position = 0
    WHERE questions.title <> ''
"""
"""What was asked before is a quiz for its asker; a question without a title is none."""


def upgrade() -> None:
    for name, kind in (
        ("answer", sa.Text()),
        ("answer_option", sa.Integer()),
        ("hint", sa.Text()),
        ("explanation", sa.Text()),
        ("winner", sa.String()),
    ):
        op.add_column("questions", sa.Column(name, kind))
    op.add_column("answers", sa.Column("right", sa.Boolean()))
    is_open = sa.text("state = 'open'")
    op.create_index(
        "questions_asked", "questions", ["asker"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_table(
        "quizzes",
        sa.Column("tool_call_id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("starter", sa.String(), nullable=False),
        sa.Column("seconds", sa.Integer()),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("slot_no", sa.Integer()),
        sa.ForeignKeyConstraint(["tool_call_id"], ["tool_calls.id"]),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"]),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
        sa.PrimaryKeyConstraint("tool_call_id"),
    )
    op.create_index("quizzes_opened", "quizzes", ["workspace_id", "opened_at"])
    op.create_index("quizzes_run", "quizzes", ["run_id"])
    takes_answers = sa.text("closed_at IS NULL")
    op.create_index(
        "quizzes_open",
        "quizzes",
        ["channel_id"],
        sqlite_where=takes_answers,
        postgresql_where=takes_answers,
    )
    op.create_table(
        "takers",
        sa.Column("tool_call_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tool_call_id"], ["quizzes.tool_call_id"]),
        sa.PrimaryKeyConstraint("tool_call_id", "person"),
    )
    op.create_index("takers_person", "takers", ["person"])
    op.create_table(
        "hints",
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"]),
        sa.PrimaryKeyConstraint("question_id", "person"),
    )
    op.create_index("hints_person", "hints", ["person"])
    op.execute(_OLD)
