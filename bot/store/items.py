"""Items and steps: what was said and done, in order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, or_, select, update

from bot.events import PersonRef
from bot.store.database import Tx
from bot.store.records import FINISHED, REPLIED, Item, PastItem, Run, Step
from bot.store.tables import items, runs, steps

_INSERT = insert(items)


def insert_many(tx: Tx, new: Sequence[Item], now: datetime) -> None:
    if new:
        tx.execute(_INSERT, [_values(item, now) for item in new])


def _values(item: Item, now: datetime) -> dict[str, object]:
    return {
        "run_id": item.run_id,
        "round": item.round,
        "idx": item.idx,
        "type": item.type,
        "call_id": item.call_id,
        "body": item.body,
        "status": item.status,
        "source_key": item.source_key,
        "created_at": now,
    }


_DROP_CUT = delete(items).where(
    items.c.run_id == bindparam("run"),
    items.c.round == bindparam("present"),
    items.c.status == "incomplete",
)
_TRIES = (
    select(runs.c.id, runs.c.status, runs.c.supersedes)
    .where(
        runs.c.thread_id == bindparam("thread"),
        runs.c.turn <= bindparam("turn"),
        # What was answered without the model: it may be an answer, and is none of its business.
        or_(runs.c.status != "completed", runs.c.started_at.is_not(None)),
    )
    .order_by(runs.c.turn)
)


def replayable(tx: Tx, run: Run) -> list[str]:
    """Finished runs of lower turns whose items the run may be shown, the newest first.

    Of several tries of one turn it is the newest that has a reply, else the newest; none of those
    that the run itself is another try of.
    """
    first_of: dict[str, str] = {}
    shown: dict[str, Row[Any, Any, Any]] = {}
    for row in tx.execute(_TRIES, {"thread": run.thread_id, "turn": run.turn}):
        first = first_of[row.id] = first_of.get(row.supersedes, row.id)
        held = shown.get(first)
        if row.id == run.id or (
            row.status in FINISHED
            and (held is None or row.status in REPLIED or held.status not in REPLIED)
        ):
            shown.pop(first, None)  # it moves to where its newest try is
            shown[first] = row
    return [row.id for row in reversed(shown.values()) if row.id != run.id]


def past(tx: Tx, run_ids: Sequence[str]) -> list[PastItem]:
    """The items of some runs of one thread, in order."""
    rows = tx.execute(_PAST, {"runs": run_ids})
    return [_past(row) for row in rows]


def drop_cut(tx: Tx, run: Run) -> None:
    """What an earlier try of the run's present round had written: it is asked again."""
    tx.execute(_DROP_CUT, {"run": run.id, "present": run.round})


def own(tx: Tx, run_id: str) -> list[Item]:
    return [entry.item for entry in past(tx, [run_id])]


_PAST = (
    select(items, runs.c.asker_scope, runs.c.asker_user, runs.c.snapshot)
    .join(runs, runs.c.id == items.c.run_id)
    .where(runs.c.id.in_(bindparam("runs", expanding=True)))
    .order_by(runs.c.turn, items.c.round, items.c.idx)
)


def _past(row: Row[Any]) -> PastItem:
    item = Item(
        run_id=row.run_id,
        round=row.round,
        idx=row.idx,
        type=row.type,
        body=row.body,
        status=row.status,
        call_id=row.call_id,
        source_key=row.source_key,
    )
    snapshot = row.snapshot or {}
    return PastItem(
        item=item,
        asker=PersonRef(scope=row.asker_scope, user=row.asker_user).key,
        provider=snapshot.get("provider"),
        model=snapshot.get("model"),
    )


def drop_said(tx: Tx, run_id: str) -> None:
    """What the person said in a run is no part of the conversation any more."""
    tx.execute(delete(items).where(items.c.run_id == run_id, items.c.round == 0))


def insert_steps(tx: Tx, new: Sequence[Step]) -> None:
    if new:
        tx.execute(
            insert(steps),
            [{column.name: getattr(step, column.name) for column in steps.columns} for step in new],
        )


def close_steps(tx: Tx, run_id: str, status: str, now: datetime, *, idx: int | None = None) -> None:
    """End the run's open steps, or the one of a tool call's index in the newest round."""
    condition = [steps.c.run_id == run_id, steps.c.status == "in_progress"]
    if idx is not None:
        condition.append(steps.c.idx == idx)
    tx.execute(update(steps).where(*condition).values(status=status, completed_at=now))


def own_steps(tx: Tx, run_ids: Sequence[str]) -> list[Step]:
    rows = tx.execute(
        select(steps)
        .where(steps.c.run_id.in_(run_ids))
        .order_by(steps.c.run_id, steps.c.round, steps.c.idx)
    )
    return [Step(**row._asdict()) for row in rows]
