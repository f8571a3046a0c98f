"""Quizzes as a whole, and the people who take them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.database import Tx
from bot.store.records import QuizGiven, Taker
from bot.store.tables import TAKES_ANSWERS, quizzes, takers


class Count(NamedTuple):
    """How many people have started a quiz, and how many of them have answered all of it."""

    started: int
    finished: int


def insert_one(tx: Tx, new: QuizGiven) -> None:
    tx.execute(insert(quizzes), asdict(new))


def get(tx: Tx, call_id: str) -> QuizGiven | None:
    row = tx.execute(select(quizzes).where(quizzes.c.tool_call_id == call_id)).one_or_none()
    return None if row is None else QuizGiven(**row._asdict())


def of_run(tx: Tx, run_id: str) -> list[QuizGiven]:
    rows = tx.execute(
        select(quizzes).where(quizzes.c.run_id == run_id).order_by(quizzes.c.opened_at)
    )
    return [QuizGiven(**row._asdict()) for row in rows]


def newest(tx: Tx, workspace_id: str | None, most: int) -> list[QuizGiven]:
    """The newest quizzes of a workspace, or of all."""
    found = select(quizzes).order_by(quizzes.c.opened_at.desc(), quizzes.c.tool_call_id)
    if workspace_id is not None:
        found = found.where(quizzes.c.workspace_id == workspace_id)
    return [QuizGiven(**row._asdict()) for row in tx.execute(found.limit(most))]


def opened_since(tx: Tx, workspace_id: str, since: datetime | None) -> list[QuizGiven]:
    """All quizzes of a workspace, or those that were opened then or later, the oldest first."""
    found = select(quizzes).where(quizzes.c.workspace_id == workspace_id)
    if since is not None:
        found = found.where(quizzes.c.opened_at >= since)
    rows = tx.execute(found.order_by(quizzes.c.opened_at, quizzes.c.tool_call_id))
    return [QuizGiven(**row._asdict()) for row in rows]


def open_with_limit(tx: Tx, workspace_id: str) -> list[QuizGiven]:
    """The open quizzes for everyone in a workspace that have a time limit."""
    found = select(quizzes).where(
        quizzes.c.workspace_id == workspace_id,
        quizzes.c.audience == "everyone",
        quizzes.c.seconds.is_not(None),
        TAKES_ANSWERS,
    )
    return [QuizGiven(**row._asdict()) for row in tx.execute(found)]


def close(tx: Tx, call_id: str, now: datetime) -> bool:
    """The quiz takes no more answers; True the one time that this happens."""
    result = tx.execute(
        update(quizzes)
        .where(quizzes.c.tool_call_id == call_id, quizzes.c.closed_at.is_(None))
        .values(closed_at=now)
    )
    return result.rowcount == 1


def take(tx: Tx, new: Taker) -> None:
    """The person starts; for one who has before, nothing changes."""
    tx.execute(upsert(takers).values(**asdict(new)).on_conflict_do_nothing())


def taker(tx: Tx, call_id: str, person: str) -> Taker | None:
    row = tx.execute(
        select(takers).where(takers.c.tool_call_id == call_id, takers.c.person == person)
    ).one_or_none()
    return None if row is None else Taker(**row._asdict())


def finish(tx: Tx, call_id: str, person: str, finished_at: datetime) -> None:
    """The person has answered all of it."""
    tx.execute(
        update(takers)
        .where(takers.c.tool_call_id == call_id, takers.c.person == person)
        .values(finished_at=finished_at)
    )


def put_off(tx: Tx, taker: Taker, closes_at: datetime) -> None:
    """It closes for the person then."""
    tx.execute(
        update(takers)
        .where(takers.c.tool_call_id == taker.tool_call_id, takers.c.person == taker.person)
        .values(closes_at=closes_at)
    )


def takers_of(tx: Tx, call_id: str) -> Sequence[Taker]:
    """In the order in which they started."""
    rows = tx.execute(
        select(takers)
        .where(takers.c.tool_call_id == call_id)
        .order_by(takers.c.started_at, takers.c.person)
    )
    return [Taker(**row._asdict()) for row in rows]


def count(tx: Tx, call_id: str) -> Count:
    row = tx.execute(
        select(func.count(), func.count(takers.c.finished_at)).where(
            takers.c.tool_call_id == call_id
        )
    ).one()
    return Count(started=row[0], finished=row[1])


def last_end(tx: Tx, call_id: str, now: datetime) -> datetime | None:
    """When it closes for the last of those who have extra time and have not finished; None where
    nobody has any left."""
    end: datetime | None = tx.scalar(
        select(func.max(takers.c.closes_at)).where(
            takers.c.tool_call_id == call_id,
            takers.c.finished_at.is_(None),
            takers.c.closes_at > now,
        )
    )
    return end
