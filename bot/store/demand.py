"""Who asked when, which threads are busy, and what waits there."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, exists, func, select

from bot.events import PersonRef, PlaceRef, WorkspaceId
from bot.store.database import Tx
from bot.store.records import PLACE
from bot.store.tables import EXECUTING, QUEUED, TAKEN, UtcTime, deliveries, runs, threads
from bot.strings import ENGLISH


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """When and where a person asked; `at_once` says that it was answered without the model."""

    person: PersonRef
    workspace: WorkspaceId
    at: datetime
    at_once: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A queued run, and the slot where its reply will be. In backoff it has a `not_before`."""

    run_id: str
    thread_id: str
    place: PlaceRef
    slot_no: int
    not_before: datetime | None
    language: str


# What was refused for asking too often must not lengthen the wait.
_BETWEEN = (
    select(
        runs.c.asker_user,
        runs.c.created_at,
        and_(runs.c.status == "completed", runs.c.started_at.is_(None)).label("at_once"),
        threads.c.workspace_id,
    )
    .join(threads, threads.c.id == runs.c.thread_id)
    .where(
        runs.c.asker_scope == bindparam("scope"),
        runs.c.asker_user.in_(bindparam("users", expanding=True)),
        runs.c.created_at > bindparam("after", type_=UtcTime),
        runs.c.created_at < bindparam("before", type_=UtcTime),
        TAKEN,
    )
)
_HERE = runs.c.thread_id.in_(bindparam("threads", expanding=True))
_THEIRS = runs.c.thread_id == threads.c.id
_BUSY = select(threads.c.id).where(
    threads.c.id.in_(bindparam("threads", expanding=True)),
    exists().where(_THEIRS, QUEUED) | exists().where(_THEIRS, EXECUTING),
)


def asked_between(
    tx: Tx, people: Iterable[PersonRef], after: datetime, before: datetime
) -> Iterator[Asked]:
    """What these people asked between two times and was not refused; a statement per scope."""
    by_scope = groupby(sorted(people, key=lambda one: one.scope), key=lambda one: one.scope)
    for scope, theirs in by_scope:
        users = [person.user for person in theirs]
        given = {"scope": scope, "users": users, "after": after, "before": before}
        for row in tx.execute(_BETWEEN, given):
            person = PersonRef(scope=scope, user=row.asker_user)
            yield Asked(
                person=person,
                workspace=row.workspace_id,
                at=row.created_at,
                at_once=bool(row.at_once),
            )


def busy(tx: Tx, thread_ids: Collection[str]) -> set[str]:
    """Those of the threads with a run that executes or is to."""
    return set(tx.scalars(_BUSY, {"threads": list(thread_ids)})) if thread_ids else set()


_FIRST = (
    select(runs.c.thread_id, func.min(runs.c.turn).label("turn"))
    .where(_HERE, QUEUED)
    .group_by(runs.c.thread_id)
    .subquery()
)
_HEADS = select(runs).join(
    _FIRST, and_(runs.c.thread_id == _FIRST.c.thread_id, runs.c.turn == _FIRST.c.turn)
)
_UNHEARD = _HEADS.where(
    ~exists().where(deliveries.c.run_id == runs.c.id, deliveries.c.slot_no == runs.c.first_slot)
)


def unheard(tx: Tx, thread_ids: Collection[str]) -> list[Waiting]:
    """The next runs of the threads that show nothing yet where their reply will be; those behind
    them were told when they came."""
    return _waiting(tx, _UNHEARD, thread_ids)


def heads(tx: Tx, thread_ids: Collection[str]) -> list[Waiting]:
    """The next run of each of the threads that has one."""
    return _waiting(tx, _HEADS, thread_ids)


def _waiting(tx: Tx, query: Select[Any], thread_ids: Collection[str]) -> list[Waiting]:
    if not thread_ids:
        return []
    return [_read(row) for row in tx.execute(query, {"threads": list(thread_ids)})]


def _read(row: Row[Any]) -> Waiting:
    return Waiting(
        run_id=row.id,
        thread_id=row.thread_id,
        place=PLACE.validate_python(row.place),
        slot_no=row.first_slot,
        not_before=row.not_before,
        language=row.metadata.get("language", ENGLISH),
    )
