"""Items and steps: what was said and done, in order."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, Row, Select, and_, insert, or_, select, update

from bot.store.database import Tx
from bot.store.records import FINISHED, Item, PastItem, Run, Step
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


def replayed(tx: Tx, run: Run) -> list[PastItem]:
    """The run's input: finished, not superseded runs of lower turns in order, then its own."""
    replaced = _replaced(run)
    before = and_(
        runs.c.thread_id == run.thread_id,
        runs.c.turn < run.turn,
        runs.c.status.in_(FINISHED),
        runs.c.id.not_in(select(replaced.c.id)),
    )
    rows = tx.execute(
        _with_origin()
        .where(before | (runs.c.id == run.id))
        .order_by(runs.c.turn, items.c.round, items.c.idx)
    )
    return [_past(row) for row in rows]


def _replaced(run: Run) -> CTE:
    """What this run and those with a reply take the place of, retries of retries included."""
    counts = or_(runs.c.status.in_(("completed", "incomplete")), runs.c.id == run.id)
    chain = (
        select(runs.c.supersedes.label("id"))
        .where(runs.c.thread_id == run.thread_id, runs.c.supersedes.is_not(None), counts)
        .cte("replaced", recursive=True)
    )
    earlier = select(runs.c.supersedes).join(chain, runs.c.id == chain.c.id)
    return chain.union(earlier.where(runs.c.supersedes.is_not(None)))


def own(tx: Tx, run_id: str) -> list[Item]:
    rows = tx.execute(
        _with_origin().where(runs.c.id == run_id).order_by(items.c.round, items.c.idx)
    )
    return [_past(row).item for row in rows]


def _with_origin() -> Select[Any]:
    return select(
        items,
        runs.c.asker_scope,
        runs.c.asker_user,
        runs.c.snapshot,
    ).join(runs, runs.c.id == items.c.run_id)


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
        asker=f"{row.asker_scope}/{row.asker_user}",
        provider=snapshot.get("provider"),
        model=snapshot.get("model"),
    )


def copy_said(tx: Tx, source: str, target: str, now: datetime) -> None:
    """What the person said in one run, as the first items of another."""
    copied = [
        replace(item, run_id=target, source_key=None) for item in own(tx, source) if item.round == 0
    ]
    insert_many(tx, copied, now)


def insert_steps(tx: Tx, new: Sequence[Step]) -> None:
    if new:
        tx.execute(insert(steps), [asdict(step) for step in new])


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
