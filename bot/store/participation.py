"""What a person did in quizzes that others asked for, on one thread: to be found and removed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    union,
    update,
)

from bot.events import PersonRef
from bot.store.database import Tx
from bot.store.tables import OPEN, UtcTime, answers, hints, questions, quizzes, runs, takers, tries

SOMEBODY = ""
"""The winner of a question who is forgotten: it stays won, and nobody knows by whom."""

_THREAD = runs.c.thread_id == bindparam("thread")
_BEFORE = bindparam("at", type_=UtcTime)
_PERSON: BindParameter[str] = bindparam("person")
_CALLS = select(quizzes.c.tool_call_id).join(runs, runs.c.id == quizzes.c.run_id).where(_THREAD)
_QUESTIONS = select(questions.c.id).join(runs, runs.c.id == questions.c.run_id).where(_THREAD)
BEGUN = select(takers.c.tool_call_id).where(
    takers.c.person == _PERSON, takers.c.started_at <= _BEFORE
)
"""Quizzes that they had begun by then, wherever: what they answer there is one with that."""
_IN_BEGUN = select(questions.c.id).where(questions.c.tool_call_id.in_(BEGUN))
ANSWERED = and_(
    answers.c.person == _PERSON,
    or_(answers.c.at <= _BEFORE, answers.c.question_id.in_(_IN_BEGUN)),
)
_TOOK_PART = union(
    select(quizzes.c.tool_call_id)
    .join(runs, runs.c.id == quizzes.c.run_id)
    .where(_THREAD, quizzes.c.tool_call_id.in_(BEGUN)),
    select(questions.c.tool_call_id)
    .join(runs, runs.c.id == questions.c.run_id)
    .join(answers, answers.c.question_id == questions.c.id)
    .where(_THREAD, questions.c.audience != "asker", ANSWERED),
)
_TRIED = insert(tries).from_select(
    [tries.c.question_id, tries.c.person],
    select(answers.c.question_id, answers.c.person)
    .join(questions, questions.c.id == answers.c.question_id)
    .join(runs, runs.c.id == questions.c.run_id)
    .where(_THREAD, questions.c.audience == "first", OPEN, ANSWERED),
)
_LEAVE = delete(takers).where(
    takers.c.person == _PERSON, takers.c.started_at <= _BEFORE, takers.c.tool_call_id.in_(_CALLS)
)
_NO_HINTS = delete(hints).where(
    hints.c.person == _PERSON,
    hints.c.question_id.in_(_QUESTIONS),
    or_(hints.c.at <= _BEFORE, hints.c.question_id.in_(_IN_BEGUN)),
)
_WON_BY_SOMEBODY = (
    update(questions)
    .where(
        questions.c.id.in_(_QUESTIONS),
        questions.c.winner == _PERSON,
        ~exists().where(answers.c.question_id == questions.c.id, answers.c.person == _PERSON),
    )
    .values(winner=SOMEBODY)
)


def in_calls(tx: Tx, thread_id: str, person: PersonRef, at: datetime) -> Sequence[str]:
    """The calls on a thread in which they took part until then."""
    return list(tx.scalars(_TOOK_PART, _given(thread_id, person, at)))


def keep_tries(tx: Tx, thread_id: str, person: PersonRef, at: datetime) -> None:
    """That they have had their try in a race that goes on, without what it was; before their
    answers go. It is kept until nobody can answer the question any more."""
    tx.execute(_TRIED, _given(thread_id, person, at))


def remove(tx: Tx, thread_id: str, person: PersonRef, at: datetime) -> None:
    """That they took part, what they were helped with, and what they won. Their answers are gone
    before."""
    for statement in (_NO_HINTS, _LEAVE, _WON_BY_SOMEBODY):
        tx.execute(statement, _given(thread_id, person, at))


def _given(thread_id: str, person: PersonRef, at: datetime) -> dict[str, object]:
    return {"thread": thread_id, "person": person.key, "at": at}
