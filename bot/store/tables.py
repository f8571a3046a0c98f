"""The tables. Times are UTC, ids short text, JSON columns hold what SQL never asks about."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

UNSETTLED = ("new", "sending", "doubt")
"""Deliveries whose message is not known to be on the platform."""


class UtcTime(TypeDecorator[datetime]):
    """A point in time; SQLite keeps no zone, so it is stored as UTC and read back as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - its signature
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()
Object = JSON(none_as_null=True)

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", String, primary_key=True),
    Column("assistant_id", String),
    Column("settings", Object, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

places = Table(
    "places",
    metadata,
    Column("id", String, primary_key=True),
    Column("workspace_id", ForeignKey("workspaces.id"), nullable=False),
    Column("parent_id", String),
    Column("assistant_id", String),
    Column("settings", Object, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("workspace_id", String),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("before", Object),
    Column("after", Object),
)

assistants = Table(
    "assistants",
    metadata,
    Column("id", String, primary_key=True),
    Column("workspace_id", ForeignKey("workspaces.id")),
    Column("body", Object, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("deleted_at", UtcTime),
)

threads = Table(
    "threads",
    metadata,
    Column("id", String, primary_key=True),
    Column("workspace_id", ForeignKey("workspaces.id"), nullable=False),
    Column("next_turn", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("ready", Boolean, nullable=False),
    Column("owner", String),
    Column("lease_until", UtcTime),
    Column("metadata", Object, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index("threads_ready", "id", sqlite_where=text("ready"), postgresql_where=text("ready")),
    Index(
        "threads_leased",
        "lease_until",
        sqlite_where=text("owner IS NOT NULL"),
        postgresql_where=text("owner IS NOT NULL"),
    ),
)

bindings = Table(
    "bindings",
    metadata,
    Column("scope_key", String, primary_key=True),
    Column("thread_id", ForeignKey("threads.id"), nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    Column("thread_id", ForeignKey("threads.id"), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("asker_scope", String, nullable=False),
    Column("asker_user", String, nullable=False),
    Column("place_id", String, nullable=False),
    Column("place", Object, nullable=False),
    Column("snapshot", Object),
    Column("first_round", Integer, nullable=False),
    Column("first_slot", Integer, nullable=False),
    Column("usage", Object, nullable=False),
    Column("last_error", Object),
    Column("incomplete_details", Object),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcTime),
    Column("expires_at", UtcTime),
    Column("supersedes", String),
    Column("metadata", Object, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    Column("finished_at", UtcTime),
    UniqueConstraint("thread_id", "turn"),
    Index(
        "runs_executing",
        "thread_id",
        unique=True,
        sqlite_where=text("status IN ('in_progress', 'cancelling')"),
        postgresql_where=text("status IN ('in_progress', 'cancelling')"),
    ),
    Index(
        "runs_queued",
        "thread_id",
        "turn",
        sqlite_where=text("status = 'queued'"),
        postgresql_where=text("status = 'queued'"),
    ),
    Index("runs_place", "place_id", "created_at"),
)

events = Table(
    "events",
    metadata,
    Column("key", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("thread_id", String),
    Column("run_id", String),
    Column("received_at", UtcTime, nullable=False),
)

items = Table(
    "items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("round", Integer, nullable=False),
    Column("idx", Integer, nullable=False),
    Column("type", String, nullable=False),
    Column("call_id", String),
    Column("body", Object, nullable=False),
    Column("status", String, nullable=False),
    Column("source_key", String, unique=True),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("run_id", "round", "idx"),
)

steps = Table(
    "steps",
    metadata,
    Column("id", String, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("round", Integer, nullable=False),
    Column("idx", Integer, nullable=False),
    Column("type", String, nullable=False),
    Column("status", String, nullable=False),
    Column("details", Object, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("completed_at", UtcTime),
    UniqueConstraint("run_id", "round", "idx"),
)

tool_calls = Table(
    "tool_calls",
    metadata,
    Column("id", String, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("round", Integer, nullable=False),
    Column("idx", Integer, nullable=False),
    Column("call_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("arguments", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("output", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("completed_at", UtcTime),
    UniqueConstraint("run_id", "call_id"),
)

questions = Table(
    "questions",
    metadata,
    Column("id", String, primary_key=True),
    Column("tool_call_id", ForeignKey("tool_calls.id"), nullable=False),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("options", Object, nullable=False),
    Column("audience", String, nullable=False),
    Column("asker", String, nullable=False),
    Column("state", String, nullable=False),
    Column("closes_at", UtcTime, nullable=False),
    Column("slot_no", Integer),
    UniqueConstraint("tool_call_id", "position"),
    Index(
        "questions_open",
        "closes_at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index("questions_run", "run_id"),
)

answers = Table(
    "answers",
    metadata,
    Column("question_id", ForeignKey("questions.id"), primary_key=True),
    Column("person", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("option", Integer),
    Column("text", Text, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("slot", String, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("slot_no", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("place_id", String, nullable=False),
    Column("place", Object, nullable=False),
    Column("view", Object, nullable=False),
    Column("view_version", Integer, nullable=False),
    Column("shown_version", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("ref", Object),
    Column("intent_at", UtcTime),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcTime),
    Column("sweep_at", UtcTime),
    UniqueConstraint("run_id", "slot_no"),
    Index(
        "deliveries_unsettled",
        "place_id",
        "seq",
        sqlite_where=text("state IN ('new', 'sending', 'doubt')"),
        postgresql_where=text("state IN ('new', 'sending', 'doubt')"),
    ),
    Index(
        "deliveries_stale",
        "place_id",
        sqlite_where=text("state = 'sent' AND shown_version < view_version"),
        postgresql_where=text("state = 'sent' AND shown_version < view_version"),
    ),
    Index(
        "deliveries_sweep",
        "sweep_at",
        sqlite_where=text("sweep_at IS NOT NULL"),
        postgresql_where=text("sweep_at IS NOT NULL"),
    ),
    Index("deliveries_seq", "seq"),
)
