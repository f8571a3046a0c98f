"""Who may answer what: the questions that are open for people, wherever on a thread they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, and_, bindparam, null, select, union_all

from bot.events import PlaceRef
from bot.store.database import Tx
from bot.store.records import PLACE, Audience
from bot.store.tables import OPEN, PARKED, TAKES_ANSWERS, questions, quizzes, runs, takers

_PEOPLE: BindParameter[str] = bindparam("people", expanding=True)
_CHANNELS: BindParameter[str] = bindparam("channels", expanding=True)
_ASKED = (
    select(
        questions.c.audience,
        questions.c.asker.label("person"),
        runs.c.id.label("run_id"),
        null().label("tool_call_id"),
        runs.c.place,
        runs.c.created_at,
    )
    .distinct()
    .join(runs, runs.c.id == questions.c.run_id)
    .where(questions.c.asker.in_(_PEOPLE), questions.c.audience == "asker", OPEN, PARKED)
)
_TAKING = and_(
    takers.c.tool_call_id == quizzes.c.tool_call_id,
    takers.c.person.in_(_PEOPLE),
    takers.c.finished_at.is_(None),
)
_FOR_OTHERS = (
    select(
        quizzes.c.audience,
        takers.c.person,
        runs.c.id.label("run_id"),
        quizzes.c.tool_call_id,
        runs.c.place,
        runs.c.created_at,
    )
    .select_from(quizzes)
    .join(runs, runs.c.id == quizzes.c.run_id)
    .outerjoin(takers, _TAKING)
    .where(
        quizzes.c.channel_id.in_(_CHANNELS), quizzes.c.audience != "asker", TAKES_ANSWERS, PARKED
    )
)
_AWAITING = union_all(_ASKED, _FOR_OTHERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaiting:
    """A parked run with open questions. Those for its asker are `person`'s; one that others answer
    is the quiz of a tool call, of which `person` is in the middle or has not begun (None)."""

    audience: Audience
    person: str | None
    run_id: str
    call_id: str | None
    place: PlaceRef
    created_at: datetime


def found(tx: Tx, people: Iterable[str], channels: Iterable[str]) -> list[Awaiting]:
    """What these people may answer, and what is open for others in these channels, newest first;
    one statement whatever their number."""
    found = tx.execute(_AWAITING, {"people": list(people), "channels": list(channels)})
    rows = [
        Awaiting(
            audience=row.audience,
            person=row.person,
            run_id=row.run_id,
            call_id=row.tool_call_id,
            place=PLACE.validate_python(row.place),
            created_at=row.created_at,
        )
        for row in found
    ]
    return sorted(rows, key=lambda row: row.created_at, reverse=True)
