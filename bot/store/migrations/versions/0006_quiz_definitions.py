"""Docent's own first definition of `display_quiz` becomes the one with answers and audiences.

A definition that somebody wrote stays as it is.
"""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TEXT: dict[str, object] = {"type": "string"}
FIRST = {
    "question_text": TEXT,
    "question_type": {"type": "string", "enum": ["MULTIPLE_CHOICE", "FREE_RESPONSE"]},
    "choices": {"type": "array", "items": TEXT},
}
ADDED = {
    "answer": {
        "type": "string",
        "description": (
            "The right answer, kept from the student until they have answered: of a choice its "
            "exact text, else a short one, such as a number. Leave it out if there is no single "
            "one."
        ),
    },
    "hint": {
        "type": "string",
        "description": "One step towards the answer, without it, shown on request.",
    },
    "explanation": {
        "type": "string",
        "description": "Why the answer is right, in a few sentences, shown after it.",
    },
}
AUDIENCES = {
    "audience": {
        "type": "string",
        "enum": ["asker", "everyone", "first"],
        "description": (
            "Who answers: the one who asked (the default); everyone in the channel, each alone; or "
            "all at once, and the first right answer wins. It is a wish: without the right it "
            "becomes asker."
        ),
    },
    "time_limit_seconds": {
        "type": "integer",
        "description": (
            "How long the quiz can be answered, at most a week. Leave it out unless a limit was "
            "asked for."
        ),
    },
}


def _parameters(question: dict[str, object], more: dict[str, object]) -> dict[str, object]:
    items = {"type": "object", "properties": question, "required": ["question_text"]}
    questions = {
        "type": "array",
        "description": (
            "An array of questions, each with a text and potentially choices (if multiple choice)."
        ),
        "items": items,
    }
    return {
        "type": "object",
        "properties": {"title": TEXT, "questions": questions, **more},
        "required": ["title", "questions"],
    }


OLD = _parameters({**FIRST}, {})
NEW = _parameters({**FIRST, **ADDED}, {**AUDIENCES})

_ASSISTANTS = sa.table(
    "assistants",
    sa.column("id", sa.String()),
    sa.column("body", sa.JSON()),
    sa.column("version", sa.Integer()),
    sa.column("deleted_at", sa.DateTime()),
)
_VERSIONS = sa.table(
    "assistant_versions",
    sa.column("assistant_id", sa.String()),
    sa.column("version", sa.Integer()),
    sa.column("body", sa.JSON()),
    sa.column("who", sa.String()),
    sa.column("at", sa.DateTime()),
)


def upgrade() -> None:
    database, now = op.get_bind(), datetime.now(UTC).replace(tzinfo=None)
    kept = sa.select(_ASSISTANTS).where(_ASSISTANTS.c.deleted_at.is_(None))
    for row in database.execute(kept).all():
        body = json.loads(json.dumps(row.body))
        if not _renewed(body):
            continue
        version = row.version + 1
        database.execute(
            sa.update(_ASSISTANTS)
            .where(_ASSISTANTS.c.id == row.id)
            .values(body=body, version=version)
        )
        history = {"assistant_id": row.id, "version": version, "who": "docent", "at": now}
        database.execute(sa.insert(_VERSIONS).values(body=body, **history))


def _renewed(body: object) -> bool:
    """Whether the first definition was in it, which is replaced."""
    tools = body.get("tools") if isinstance(body, dict) else None
    found = False
    for tool in tools if isinstance(tools, list) else []:
        function = tool.get("function") if isinstance(tool, dict) else None
        if not isinstance(function, dict) or function.get("name") != "display_quiz":
            continue
        if function.get("parameters") == OLD:
            function["parameters"] = NEW
            found = True
    return found
