"""Questions and the answers to them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, exists, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.database import Tx
from bot.store.records import Answer, Question
from bot.store.tables import PARKED, answers, questions, runs
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
        ~_ANSWERED,
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


def touch_open(tx: Tx, question_id: QuestionId, person: str, now: datetime) -> bool:
    """The one statement that decides whether a click counts: open, in time, and theirs.

    It changes nothing but takes the row's lock, so that what follows in its transaction holds.
    """
    result = tx.execute(
        update(questions)
        .where(
            questions.c.id == question_id,
            questions.c.state == "open",
            questions.c.closes_at > now,
            questions.c.asker == person,
        )
        .values(state="open")
    )
    return result.rowcount == 1


def answer(tx: Tx, new: Answer) -> None:
    """Store or replace one person's answer."""
    values = {
        "kind": new.kind,
        "option": new.option,
        "text": new.text,
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


def answers_to(tx: Tx, ids: Sequence[QuestionId]) -> list[Answer]:
    rows = tx.execute(select(answers).where(answers.c.question_id.in_(ids)))
    return [Answer(**row._asdict()) for row in rows]


def show_in(tx: Tx, question_id: QuestionId, slot_no: int) -> None:
    tx.execute(update(questions).where(questions.c.id == question_id).values(slot_no=slot_no))


def close(tx: Tx, run_id: str, *, tool_call_id: str | None = None) -> None:
    """Close the questions of a run, or of one of its tool calls."""
    condition = [questions.c.run_id == run_id, questions.c.state == "open"]
    if tool_call_id is not None:
        condition.append(questions.c.tool_call_id == tool_call_id)
    tx.execute(update(questions).where(*condition).values(state="closed"))


def _question(row: Row[Any]) -> Question:
    values = {column.name: row._mapping[column] for column in questions.c}
    return Question(**values | {"options": tuple(row.options)})
