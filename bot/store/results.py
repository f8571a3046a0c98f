"""A person's own quizzes in a channel, with what they answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, or_, select

from bot.events import PersonRef, PlaceRef
from bot.store import questions as question_rows
from bot.store.database import Tx
from bot.store.forgetting import REMOVED
from bot.store.records import Answer, Question
from bot.store.tables import TAKEN, questions, runs, threads, tool_calls


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizTaken:
    """A quiz with its questions in order, each with the person's answer if there is one."""

    asked_at: datetime
    answered: Sequence[tuple[Question, Answer | None]]

    @property
    def title(self) -> str:
        return self.answered[0][0].title

    @property
    def is_open(self) -> bool:
        return any(question.state == "open" for question, _ in self.answered)


_TAKEN = (
    select(tool_calls.c.id, tool_calls.c.created_at)
    .select_from(runs)
    .join(threads, threads.c.id == runs.c.thread_id)
    .join(tool_calls, tool_calls.c.run_id == runs.c.id)
    .where(
        runs.c.asker_scope == bindparam("scope"),
        runs.c.asker_user == bindparam("user"),
        TAKEN,
        threads.c.workspace_id == bindparam("workspace"),
        or_(
            runs.c.place_id == bindparam("channel"),
            runs.c.place["parent"].as_string() == bindparam("parent"),
        ),
        or_(tool_calls.c.output.is_(None), tool_calls.c.output != REMOVED),
        exists().where(questions.c.tool_call_id == tool_calls.c.id),
    )
    .order_by(runs.c.created_at.desc(), tool_calls.c.round.desc(), tool_calls.c.idx.desc())
    .limit(bindparam("most"))
)


def newest(tx: Tx, person: PersonRef, place: PlaceRef, most: int) -> list[QuizTaken]:
    """Those of the place's channel, its threads included, the newest first; not what the person
    has had forgotten."""
    given = {
        "scope": person.scope,
        "user": person.user,
        "workspace": place.workspace,
        "channel": place.channel_id,
        # In a direct conversation, or in the channel itself, nothing is above the place.
        "parent": place.parent or place.key,
        "most": most,
    }
    return [
        QuizTaken(asked_at=row.created_at, answered=_answered(tx, row.id, person))
        for row in tx.execute(_TAKEN, given)
    ]


def _answered(tx: Tx, call_id: str, person: PersonRef) -> list[tuple[Question, Answer | None]]:
    asked = question_rows.of_call(tx, call_id)
    given = question_rows.answers_to(tx, [question.id for question in asked])
    own = {answer.question_id: answer for answer in given if answer.person == person.key}
    return [(question, own.get(question.id)) for question in asked]
