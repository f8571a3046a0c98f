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
    TextClause,
    TypeDecorator,
    UniqueConstraint,
    text,
)

# What partial indexes hold. Queries say it in these very words: SQLite uses such an index only
# where it can see that the condition holds, which it cannot with values bound later.
QUEUED = text("status = 'queued'")
EXECUTING = text("status IN ('in_progress', 'cancelling')")
WAITING = text("status IN ('queued', 'requires_action')")
TAKEN = text("(status <> 'failed' OR started_at IS NOT NULL)")
"""Not refused when it was asked for."""
UNTAKEN = text("status = 'failed' AND started_at IS NULL")
"""All others."""
BEGUN = text("started_at IS NOT NULL")
PARKED = text("status = 'requires_action'")
OPEN = text("state = 'open'")
TAKES_ANSWERS = text("closed_at IS NULL")
READY = text("ready")
LEASED = text("owner IS NOT NULL")
UNSETTLED = text("state IN ('new', 'sending', 'doubt')")
STALE = text("state = 'sent' AND shown_version < view_version")
SWEPT_LATER = text("state = 'sent' AND sweep_at IS NOT NULL")


OWN_FROM = "own_from"
"""In a run's metadata: its first round that is no copy; without it that is the first of all."""


def _partial(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


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

assistant_versions = Table(
    "assistant_versions",
    metadata,
    Column("assistant_id", ForeignKey("assistants.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("body", Object, nullable=False),
    Column("who", String, nullable=False),
    Column("at", UtcTime, nullable=False),
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
    _partial("threads_ready", "id", where=READY),
    _partial("threads_leased", "lease_until", where=LEASED),
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
    _partial("runs_executing", "thread_id", where=EXECUTING, unique=True),
    _partial("runs_queued", "thread_id", "turn", where=QUEUED),
    _partial("runs_expiring", "expires_at", where=WAITING),
    _partial("runs_parked", "thread_id", where=PARKED),
    _partial("runs_asked", "asker_scope", "asker_user", "created_at", where=TAKEN),
    _partial("runs_untaken", "asker_scope", "asker_user", where=UNTAKEN),
    _partial(  # with all that a count reads
        "runs_begun",
        "created_at",
        "thread_id",
        "asker_scope",
        "asker_user",
        "started_at",
        where=BEGUN,
    ),
)

spending = Table(
    "spending",
    metadata,
    Column("workspace_id", ForeignKey("workspaces.id"), primary_key=True),
    Column("day", String, primary_key=True),
    Column("tokens", Integer, nullable=False),
    Column("told", Boolean, nullable=False),
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
    Column("answer", Text),
    Column("answer_option", Integer),
    Column("hint", Text),
    Column("explanation", Text),
    Column("winner", String),
    UniqueConstraint("tool_call_id", "position"),
    _partial("questions_open", "closes_at", where=OPEN),
    _partial("questions_asked", "asker", where=OPEN),
    Index("questions_run", "run_id"),
)

quizzes = Table(
    "quizzes",
    metadata,
    Column("tool_call_id", ForeignKey("tool_calls.id"), primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("workspace_id", ForeignKey("workspaces.id"), nullable=False),
    Column("channel_id", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("audience", String, nullable=False),
    Column("starter", String, nullable=False),
    Column("seconds", Integer),
    Column("opened_at", UtcTime, nullable=False),
    Column("closes_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Column("slot_no", Integer),
    Index("quizzes_opened", "workspace_id", "opened_at"),
    Index("quizzes_run", "run_id"),
    _partial("quizzes_open", "channel_id", where=TAKES_ANSWERS),
)

takers = Table(
    "takers",
    metadata,
    Column("tool_call_id", ForeignKey("quizzes.tool_call_id"), primary_key=True),
    Column("person", String, primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("closes_at", UtcTime, nullable=False),
    Index("takers_person", "person"),
)

hints = Table(
    "hints",
    metadata,
    Column("question_id", ForeignKey("questions.id"), primary_key=True),
    Column("person", String, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Index("hints_person", "person"),
)

tries = Table(
    "tries",
    metadata,
    Column("question_id", ForeignKey("questions.id"), primary_key=True),
    Column("person", String, primary_key=True),
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
    Column("right", Boolean),
    Column("at", UtcTime, nullable=False),
    Index("answers_person", "person"),
)

forgetting = Table(
    "forgetting",
    metadata,
    Column("workspace_id", ForeignKey("workspaces.id"), primary_key=True),
    Column("asker_scope", String, primary_key=True),
    Column("asker_user", String, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("messages", Integer, nullable=False),
    Column("answers", Integer, nullable=False),
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
    Column("tried_at", UtcTime),
    Column("reposts", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcTime),
    Column("sweep_at", UtcTime),
    UniqueConstraint("run_id", "slot_no"),
    _partial("deliveries_unsettled", "place_id", "seq", where=UNSETTLED),
    _partial("deliveries_stale", "place_id", where=STALE),
    _partial("deliveries_sweep", "sweep_at", where=SWEPT_LATER),
    Index("deliveries_seq", "seq"),
)
