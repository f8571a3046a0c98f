"""Tool calls as rows: pending → running → done for ours, waiting → done for people's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, insert, select, update

from bot.store.database import Tx
from bot.store.records import CallState, Run, ToolCall
from bot.store.tables import tool_calls


async def insert_many(tx: Tx, new: Sequence[ToolCall]) -> None:
    if new:
        await tx.execute(
            insert(tool_calls),
            [
                {
                    "id": call.id,
                    "run_id": call.run_id,
                    "round": call.round,
                    "idx": call.idx,
                    "call_id": call.call_id,
                    "name": call.name,
                    "arguments": call.arguments,
                    "state": call.state,
                    "output": call.output,
                    "created_at": call.created_at,
                    "completed_at": call.completed_at,
                }
                for call in new
            ],
        )


async def of_runs(tx: Tx, run_ids: Sequence[str]) -> list[ToolCall]:
    rows = await tx.execute(
        select(tool_calls)
        .where(tool_calls.c.run_id.in_(run_ids))
        .order_by(tool_calls.c.run_id, tool_calls.c.round, tool_calls.c.idx)
    )
    return [_call(row) for row in rows]


async def of_round(tx: Tx, run: Run) -> list[ToolCall]:
    """The calls of the run's current round."""
    return [call for call in await of_runs(tx, [run.id]) if call.round == run.round]


async def get(tx: Tx, call_id: str) -> ToolCall | None:
    row = (await tx.execute(select(tool_calls).where(tool_calls.c.id == call_id))).one_or_none()
    return None if row is None else _call(row)


async def move(tx: Tx, call_id: str, *, source: CallState, target: CallState) -> bool:
    result = await tx.execute(
        update(tool_calls)
        .where(tool_calls.c.id == call_id, tool_calls.c.state == source)
        .values(state=target)
    )
    return result.rowcount == 1


async def finish(tx: Tx, call_id: str, output: str, now: datetime) -> bool:
    """Store the output, once; False when it had one."""
    result = await tx.execute(
        update(tool_calls)
        .where(tool_calls.c.id == call_id, tool_calls.c.state != "done")
        .values(state="done", output=output, completed_at=now)
    )
    return result.rowcount == 1


async def unfinished(tx: Tx, run_id: str) -> bool:
    """Whether a call of the run has no output yet."""
    condition = exists().where(tool_calls.c.run_id == run_id, tool_calls.c.state != "done")
    return bool(await tx.scalar(select(condition)))


def _call(row: Row[Any]) -> ToolCall:
    return ToolCall(
        id=row.id,
        run_id=row.run_id,
        round=row.round,
        idx=row.idx,
        call_id=row.call_id,
        name=row.name,
        arguments=row.arguments,
        state=row.state,
        output=row.output,
        created_at=row.created_at,
        completed_at=row.completed_at,
    )
