"""Questions and the answers to them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.database import Tx
from bot.store.records import Answer, Audience, Question
from bot.store.tables import PARKED, UtcTime, answers, hints, questions, runs, takers, tries
from bot.views import QuestionId


def insert_many(tx: Tx, new: Sequence[Question]) -> None:
    if new:
        tx.execute(insert(questions), [asdict(question) for question in new])


def get(tx: Tx, question_id: QuestionId) -> Question | None:
    row = (tx.execute(select(questions).where(questions.c.id == question_id))).one_or_none()
    return None if row is None else _question(row)


def of_run(tx: Tx, run_id: str) -> list[Question]:
    rows = tx.execute(
        select(questions)
        .where(questions.c.run_id == run_id)
        .order_by(questions.c.tool_call_id, questions.c.position)
    )
    return [_question(row) for row in rows]


def of_call(tx: Tx, tool_call_id: str) -> list[Question]:
    rows = tx.execute(
        select(questions)
        .where(questions.c.tool_call_id == tool_call_id)
        .order_by(questions.c.position)
    )
    return [_question(row) for row in rows]


_ANSWERED = exists().where(answers.c.question_id == questions.c.id, answers.c.withdrawn.is_(False))
_OPEN_IN = (
    select(questions, runs.c.thread_id)
    .join(runs, runs.c.id == questions.c.run_id)
    .where(
        runs.c.thread_id.in_(bindparam("threads", expanding=True)),
        PARKED,
        questions.c.state == "open",
        # What others answer too stays open for the next one.
        or_(~_ANSWERED, questions.c.audience != "asker"),
    )
    .order_by(runs.c.turn, questions.c.position.desc())
)


def open_in(tx: Tx, thread_ids: Sequence[str]) -> dict[str, Question]:
    """Per thread with a parked run: the open question of the newest one that awaits an answer."""
    rows = tx.execute(_OPEN_IN, {"threads": thread_ids})
    return {row.thread_id: _question(row) for row in rows}


def first_end(tx: Tx, run_id: str) -> datetime | None:
    """When the first of the run's open questions closes."""
    end: datetime | None = tx.scalar(
        select(func.min(questions.c.closes_at)).where(
            questions.c.run_id == run_id, questions.c.state == "open"
        )
    )
    return end


_IS_OPEN = (
    questions.c.id == bindparam("question"),
    questions.c.state == "open",
    questions.c.closes_at > bindparam("now", type_=UtcTime),
)
_TAKES = exists().where(
    takers.c.tool_call_id == questions.c.tool_call_id,
    takers.c.person == bindparam("person"),
    takers.c.closes_at > bindparam("now", type_=UtcTime),
)
_COUNTS: Mapping[Audience, tuple[ColumnElement[bool], ...]] = {
    "asker": (*_IS_OPEN, questions.c.asker == bindparam("person")),
    # Who has extra time may go on when it is over for the others.
    "everyone": (questions.c.id == bindparam("question"), questions.c.state == "open", _TAKES),
    "first": (*_IS_OPEN, questions.c.winner.is_(None)),
}
_TOUCH = {
    audience: update(questions).where(*counts).values(state="open")
    for audience, counts in _COUNTS.items()
}
_WIN = update(questions).where(*_COUNTS["first"]).values(winner=bindparam("person"), state="closed")
_NO_TRIES = delete(tries).where(
    ~exists().where(questions.c.id == tries.c.question_id, questions.c.state == "open")
)
"""Of questions that nobody can answer any more: who has had their try matters no longer."""


def touch_open(tx: Tx, question: Question, person: str, now: datetime) -> bool:
    """The one statement that decides whether a click counts: open, in time, and theirs to answer.

    It changes nothing but takes the row's lock, so that what follows in its transaction holds.
    """
    given = {"question": question.id, "person": person, "now": now}
    return tx.execute(_TOUCH[question.audience], given).rowcount == 1


def win(tx: Tx, question_id: QuestionId, person: str, now: datetime) -> bool:
    """Make the person the winner of a question that nobody has won yet; True for one alone. With
    that it is closed."""
    given = {"question": question_id, "person": person, "now": now}
    won = tx.execute(_WIN, given).rowcount == 1
    if won:
        tx.execute(_NO_TRIES)
    return won


def give_hint(tx: Tx, question_id: QuestionId, person: str, now: datetime) -> None:
    """Note that the person has had the hint; once is enough."""
    values = {"question_id": question_id, "person": person, "at": now}
    tx.execute(upsert(hints).values(**values).on_conflict_do_nothing())


def hinted(tx: Tx, ids: Sequence[QuestionId]) -> set[tuple[QuestionId, str]]:
    """Who has had the hint of which of these questions."""
    rows = tx.execute(select(hints).where(hints.c.question_id.in_(ids)))
    return {(QuestionId(row.question_id), row.person) for row in rows}


def hinted_by(
    tx: Tx, ids: Sequence[QuestionId], people: Collection[str]
) -> set[tuple[QuestionId, str]]:
    """Who of some people has had the hint of which of these questions."""
    had = hints.c.question_id.in_(ids) & hints.c.person.in_(people)
    rows = tx.execute(select(hints).where(had))
    return {(QuestionId(row.question_id), row.person) for row in rows}


def answer(tx: Tx, new: Answer) -> None:
    """Store or replace one person's answer."""
    values = {
        "kind": new.kind,
        "option": new.option,
        "text": new.text,
        "right": new.right,
        "withdrawn": False,
        "at": new.at,
    }
    tx.execute(
        upsert(answers)
        .values(question_id=new.question_id, person=new.person, **values)
        .on_conflict_do_update(index_elements=["question_id", "person"], set_=values)
    )


def withdraw(tx: Tx, question_id: QuestionId, person: str) -> bool:
    """Let a given answer be changed; False when there is none."""
    result = tx.execute(
        update(answers)
        .where(
            answers.c.question_id == question_id,
            answers.c.person == person,
            answers.c.withdrawn.is_(False),
        )
        .values(withdrawn=True)
    )
    return result.rowcount == 1


def stands(tx: Tx, question_id: QuestionId, person: str) -> bool:
    """Whether the person has an answer to it that is not being changed, or had one in a race before
    they were forgotten."""
    given = answers_by(tx, [question_id], [person])
    return any(not answer.withdrawn for answer in given) or _has_tried(tx, question_id, person)


def _has_tried(tx: Tx, question_id: QuestionId, person: str) -> bool:
    tried = exists().where(tries.c.question_id == question_id, tries.c.person == person)
    return bool(tx.scalar(select(tried)))


def answers_to(tx: Tx, ids: Sequence[QuestionId]) -> list[Answer]:
    rows = tx.execute(select(answers).where(answers.c.question_id.in_(ids)))
    return [Answer(**row._asdict()) for row in rows]


def answers_by(tx: Tx, ids: Sequence[QuestionId], people: Collection[str]) -> list[Answer]:
    """What some people answered to these questions."""
    given = answers.c.question_id.in_(ids) & answers.c.person.in_(people)
    return [Answer(**row._asdict()) for row in tx.execute(select(answers).where(given))]


def winning(tx: Tx, asked: Sequence[Question]) -> list[Answer]:
    """The answers that have won these questions, of however many."""
    won = [question for question in asked if question.winner is not None]
    winners = {question.id: question.winner for question in won}
    given = answers_by(tx, [*winners], set(filter(None, winners.values())))
    return [answer for answer in given if answer.person == winners[answer.question_id]]


def last_answered(tx: Tx, ids: Sequence[QuestionId]) -> datetime | None:
    """When one of these questions was last answered."""
    last: datetime | None = tx.scalar(
        select(func.max(answers.c.at)).where(answers.c.question_id.in_(ids))
    )
    return last


def show_in(tx: Tx, question_id: QuestionId, slot_no: int) -> None:
    tx.execute(update(questions).where(questions.c.id == question_id).values(slot_no=slot_no))


def close(tx: Tx, run_id: str, *, tool_call_id: str | None = None) -> None:
    """Close the questions of a run, or of one of its tool calls."""
    condition = [questions.c.run_id == run_id, questions.c.state == "open"]
    if tool_call_id is not None:
        condition.append(questions.c.tool_call_id == tool_call_id)
    tx.execute(update(questions).where(*condition).values(state="closed"))
    tx.execute(_NO_TRIES)


def close_one(tx: Tx, question_id: QuestionId) -> None:
    """Nobody can answer this one any more."""
    tx.execute(update(questions).where(questions.c.id == question_id).values(state="closed"))
    tx.execute(_NO_TRIES)


def _question(row: Row[Any]) -> Question:
    values = {column.name: row._mapping[column] for column in questions.c}
    return Question(**values | {"options": tuple(row.options)})
