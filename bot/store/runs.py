"""Runs as rows: each function is one conditional step of a run's life."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Integer,
    Row,
    bindparam,
    exists,
    func,
    insert,
    null,
    select,
    update,
)

from bot.events import PersonRef, PlaceRef
from bot.jsons import Json
from bot.store.database import Tx
from bot.store.records import FINISHED, PLACE, SNAPSHOT, WISH, QuizWish, Run, RunStatus, Snapshot
from bot.store.tables import EXECUTING, OWN_FROM, QUEUED, UtcTime, items, runs
from bot.strings import ENGLISH


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        thread_id=row.thread_id,
        turn=row.turn,
        round=row.round,
        status=row.status,
        asker=PersonRef(scope=row.asker_scope, user=row.asker_user),
        place=PLACE.validate_python(row.place),
        snapshot=None if row.snapshot is None else SNAPSHOT.validate_python(row.snapshot),
        first_round=row.first_round,
        first_slot=row.first_slot,
        usage=row.usage,
        last_error=row.last_error,
        incomplete_details=row.incomplete_details,
        attempts=row.attempts,
        not_before=row.not_before,
        expires_at=row.expires_at,
        supersedes=row.supersedes,
        own_from=row.metadata.get(OWN_FROM, 1),
        language=row.metadata.get("language", ENGLISH),
        wish=_wish(row.metadata.get("quiz")),
        offered_to=row.metadata.get("offered_to"),
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


_INSERT = insert(runs)


def insert_many(tx: Tx, new: Sequence[Run]) -> None:
    if new:
        tx.execute(_INSERT, [_values(run) for run in new])


def _values(run: Run) -> dict[str, object]:
    return {
        "id": run.id,
        "thread_id": run.thread_id,
        "turn": run.turn,
        "round": run.round,
        "status": run.status,
        "asker_scope": run.asker.scope,
        "asker_user": run.asker.user,
        "place_id": run.place.id,
        "place": PLACE.dump_python(run.place, mode="json"),
        "first_round": run.first_round,
        "first_slot": run.first_slot,
        "usage": run.usage,
        "last_error": run.last_error,
        "attempts": run.attempts,
        "supersedes": run.supersedes,
        "metadata": _metadata(run),
        "created_at": run.created_at,
        "finished_at": run.finished_at,
    }


_EXECUTING = select(runs).where(runs.c.thread_id == bindparam("thread"), EXECUTING)
_GET = select(runs).where(runs.c.id == bindparam("run"))
_HEAD = (
    select(runs)
    .where(runs.c.thread_id == bindparam("thread"), QUEUED)
    .order_by(runs.c.turn)
    .limit(1)
)


def get(tx: Tx, run_id: str) -> Run | None:
    row = tx.execute(_GET, {"run": run_id}).one_or_none()
    return None if row is None else _run(row)


def head(tx: Tx, thread_id: str) -> Run | None:
    """The thread's next run: the queued one of the lowest turn, even if it must still wait."""
    row = tx.execute(_HEAD, {"thread": thread_id}).one_or_none()
    return None if row is None else _run(row)


def newest(tx: Tx, thread_id: str, limit: int) -> list[Run]:
    """The thread's newest runs, oldest first."""
    rows = tx.execute(
        select(runs).where(runs.c.thread_id == thread_id).order_by(runs.c.turn.desc()).limit(limit)
    )
    return [_run(row) for row in rows][::-1]


_BEGUN = (
    select(runs)
    .where(
        runs.c.thread_id == bindparam("thread"),
        runs.c.started_at.is_not(None) | runs.c.status.not_in(FINISHED),
    )
    .order_by(runs.c.turn.desc())
    .limit(1)
)


def newest_begun(tx: Tx, thread_id: str) -> Run | None:
    """The thread's newest run that has begun or will; refused messages are runs that never do."""
    row = tx.execute(_BEGUN, {"thread": thread_id}).one_or_none()
    return None if row is None else _run(row)


_PREVIOUS = (
    select(runs)
    .where(
        runs.c.thread_id == bindparam("thread"),
        runs.c.turn < bindparam("turn"),
        runs.c.started_at.is_not(None),
    )
    .order_by(runs.c.turn.desc())
    .limit(1)
)


def previous(tx: Tx, run: Run) -> Run | None:
    """The run of the turn before, apart from messages that started none."""
    row = tx.execute(_PREVIOUS, {"thread": run.thread_id, "turn": run.turn}).one_or_none()
    return None if row is None else _run(row)


_SPEAKERS = (
    select(runs.c.asker_scope, runs.c.asker_user)
    .where(runs.c.thread_id == bindparam("thread"), runs.c.turn <= bindparam("turn"))
    .group_by(runs.c.asker_scope, runs.c.asker_user)
    .order_by(func.min(runs.c.turn))
)


def speakers(tx: Tx, run: Run) -> list[str]:
    """The people of the thread until this run, in the order of their first turn."""
    rows = tx.execute(_SPEAKERS, {"thread": run.thread_id, "turn": run.turn})
    return [PersonRef(scope=scope, user=user).key for scope, user in rows]


def unfinished(tx: Tx, thread_id: str) -> list[Run]:
    """The thread's runs that have not ended, newest first."""
    rows = tx.execute(
        select(runs)
        .where(runs.c.thread_id == thread_id, runs.c.status.not_in(FINISHED))
        .order_by(runs.c.turn.desc())
    )
    return [_run(row) for row in rows]


def listed(
    tx: Tx, *, limit: int, thread_id: str | None = None, status: RunStatus | None = None
) -> list[Run]:
    """The newest runs of all threads or of one, newest first."""
    query = select(runs).order_by(runs.c.created_at.desc(), runs.c.turn.desc()).limit(limit)
    if thread_id is not None:
        query = query.where(runs.c.thread_id == thread_id)
    if status is not None:
        query = query.where(runs.c.status == status)
    return [_run(row) for row in tx.execute(query)]


def is_newest(tx: Tx, run: Run) -> bool:
    """Whether nothing was said on the thread since; a message without a question says nothing."""
    later = exists().where(
        runs.c.thread_id == run.thread_id, runs.c.turn > run.turn, items.c.run_id == runs.c.id
    )
    return not tx.scalar(select(later))


_START = (
    update(runs)
    .where(runs.c.id == bindparam("run"), runs.c.status == "queued")
    .values(
        status="in_progress",
        snapshot=bindparam("assistant"),
        attempts=runs.c.attempts + 1,
        started_at=func.coalesce(runs.c.started_at, bindparam("now", type_=UtcTime)),
        not_before=null(),
        expires_at=func.coalesce(runs.c.expires_at, bindparam("end", type_=UtcTime)),
    )
    .returning(runs)
)


def start(
    tx: Tx, run_id: str, snapshot: Snapshot, now: datetime, expires_at: datetime
) -> Run | None:
    """`queued → in_progress`, with the time it has left if it waits in backoff.

    None: it is not queued any more.
    """
    assistant = SNAPSHOT.dump_python(snapshot, mode="json")
    values = {"run": run_id, "assistant": assistant, "now": now, "end": expires_at}
    row = tx.execute(_START, values).one_or_none()
    return None if row is None else _run(row)


_MOVE = (
    update(runs)
    .where(runs.c.id == bindparam("run"), runs.c.status.in_(bindparam("source", expanding=True)))
    .values(
        status=bindparam("target"),
        last_error=bindparam("error"),
        incomplete_details=bindparam("incomplete"),
        not_before=bindparam("wait"),
        expires_at=bindparam("end"),
        attempts=func.coalesce(bindparam("tried", type_=Integer), runs.c.attempts),
        finished_at=bindparam("finished"),
    )
)


def move(
    tx: Tx,
    run_id: str,
    *,
    source: Sequence[RunStatus],
    target: RunStatus,
    now: datetime,
    error: Json | None = None,
    incomplete: Json | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    attempts: int | None = None,
) -> bool:
    """One conditional step between states; False when the run is in none of `source`."""
    values = {
        "run": run_id,
        "source": list(source),
        "target": target,
        "error": error,
        "incomplete": incomplete,
        "wait": not_before,
        "end": expires_at,
        "tried": attempts,
        "finished": now if target in FINISHED else None,
    }
    result = tx.execute(_MOVE, values)
    return result.rowcount == 1


def expire_at(tx: Tx, run_id: str, when: datetime) -> None:
    """A parked run waits for people until then."""
    parked = (runs.c.id == run_id, runs.c.status == "requires_action")
    tx.execute(update(runs).where(*parked).values(expires_at=when))


def settle_offer(tx: Tx, run: Run) -> None:
    """Its asker has said what its message is: an answer, or a request."""
    settled = _metadata(replace(run, offered_to=None))
    tx.execute(update(runs).where(runs.c.id == run.id).values(metadata=settled))


def move_to(tx: Tx, run_id: str, place: PlaceRef) -> None:
    """What the run shows from now on is shown there."""
    values = {"place_id": place.id, "place": PLACE.dump_python(place, mode="json")}
    tx.execute(update(runs).where(runs.c.id == run_id).values(values))


def add_usage(tx: Tx, run: Run, usage: dict[str, int]) -> None:
    """Sum the round's usage into the run's; the round went well, so attempts count anew."""
    names = {*run.usage, *usage}
    total = {name: run.usage.get(name, 0) + usage.get(name, 0) for name in names}
    tx.execute(update(runs).where(runs.c.id == run.id).values(usage=total, attempts=0))


def next_round(tx: Tx, run_id: str, *, first_slot: int | None) -> None:
    """On to the next round, whose text starts a new reply at `first_slot` if one is given."""
    changed: dict[str, object] = {"round": runs.c.round + 1}
    if first_slot is not None:
        changed |= {"first_slot": first_slot, "first_round": runs.c.round + 1}
    tx.execute(update(runs).where(runs.c.id == run_id).values(changed))


def renew(tx: Tx) -> None:
    """After a start: the time while nobody worked does not count for runs that wait to go on."""
    tx.execute(update(runs).where(QUEUED).values(expires_at=None))


def requeue_left(tx: Tx, thread_id: str) -> list[Run]:
    """Runs that nobody executes any more: cut ones are queued again, their time counts anew.

    Returns those that were being stopped.
    """
    left = [_run(row) for row in tx.execute(_EXECUTING, {"thread": thread_id})]
    cut = [run.id for run in left if run.status == "in_progress"]
    if cut:
        tx.execute(
            update(runs)
            .where(runs.c.id.in_(cut))
            .values(status="queued", expires_at=None, not_before=None)
        )
    return [run for run in left if run.status == "cancelling"]


def _metadata(run: Run) -> Json:
    """What SQL seldom asks about; empty where everything is as usual."""
    metadata: Json = {} if run.language == ENGLISH else {"language": run.language}
    if run.wish is not None:
        metadata["quiz"] = asdict(run.wish)
    if run.offered_to is not None:
        metadata["offered_to"] = run.offered_to
    if run.own_from > 1:
        metadata[OWN_FROM] = run.own_from
    return metadata


def _wish(stored: object) -> QuizWish | None:
    return None if stored is None else WISH.validate_python(stored)
