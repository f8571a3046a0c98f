"""Tool calls as rows: pending → running → done for ours, waiting → done for people's."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import bindparam, exists, insert, select, update

from bot.store.database import Tx
from bot.store.records import CallState, Run, ToolCall
from bot.store.tables import runs, tool_calls

_OF_RUNS = (
    select(tool_calls)
    .where(tool_calls.c.run_id.in_(bindparam("runs", expanding=True)))
    .order_by(tool_calls.c.run_id, tool_calls.c.round, tool_calls.c.idx)
)


_IDS_ON = (
    select(tool_calls.c.call_id)
    .join(runs, runs.c.id == tool_calls.c.run_id)
    .where(runs.c.thread_id == bindparam("thread"))
)


def insert_many(tx: Tx, new: Sequence[ToolCall]) -> None:
    if new:
        tx.execute(insert(tool_calls), [asdict(call) for call in new])


def of_runs(tx: Tx, run_ids: Sequence[str]) -> list[ToolCall]:
    rows = tx.execute(_OF_RUNS, {"runs": run_ids})
    return [ToolCall(**row._asdict()) for row in rows]


def ids_on(tx: Tx, thread_id: str) -> frozenset[str]:
    """The call ids that are taken on a thread, by parked runs too."""
    return frozenset(tx.scalars(_IDS_ON, {"thread": thread_id}))


def of_round(tx: Tx, run: Run) -> list[ToolCall]:
    """The calls of the run's current round."""
    return [call for call in of_runs(tx, [run.id]) if call.round == run.round]


def get(tx: Tx, call_id: str) -> ToolCall | None:
    row = (tx.execute(select(tool_calls).where(tool_calls.c.id == call_id))).one_or_none()
    return None if row is None else ToolCall(**row._asdict())


def move(tx: Tx, call_id: str, *, source: CallState, target: CallState) -> bool:
    result = tx.execute(
        update(tool_calls)
        .where(tool_calls.c.id == call_id, tool_calls.c.state == source)
        .values(state=target)
    )
    return result.rowcount == 1


def finish(tx: Tx, call_id: str, output: str, now: datetime) -> bool:
    """Store the output, once; False when it had one."""
    result = tx.execute(
        update(tool_calls)
        .where(tool_calls.c.id == call_id, tool_calls.c.state != "done")
        .values(state="done", output=output, completed_at=now)
    )
    return result.rowcount == 1


def unfinished(tx: Tx, run_id: str) -> bool:
    """Whether a call of the run has no output yet."""
    condition = exists().where(tool_calls.c.run_id == run_id, tool_calls.c.state != "done")
    return bool(tx.scalar(select(condition)))
