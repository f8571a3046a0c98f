"""How many tokens each workspace has spent on each day, in UTC."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.events import WorkspaceId
from bot.store.database import Tx
from bot.store.records import Run
from bot.store.tables import items, runs, spending

CHARACTERS_PER_TOKEN = 3
"""For servers that report no usage. English has about four, formulas and other languages fewer."""

_NEW = insert(spending).values(
    workspace_id=bindparam("workspace"), day=bindparam("on"), tokens=bindparam("spent"), told=False
)
_ADD = _NEW.on_conflict_do_update(
    index_elements=["workspace_id", "day"],
    set_={"tokens": spending.c.tokens + _NEW.excluded.tokens},
)
_TELL = (
    update(spending)
    .where(
        spending.c.workspace_id == bindparam("workspace"),
        spending.c.day == bindparam("on"),
        spending.c.told.is_(False),
    )
    .values(told=True)
)
_WRITTEN = (
    select(func.sum(func.length(items.c.body)))
    .join(runs, runs.c.id == items.c.run_id)
    .where(runs.c.thread_id == bindparam("thread"))
)


def day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()


def add(tx: Tx, run: Run, usage: Mapping[str, int], now: datetime) -> None:
    """Count one round of a run, after its items are stored.

    Where the server reports no usage it is estimated from all that is written on the thread.
    """
    both = usage.get("input_tokens", 0) + usage.get("output_tokens", 0)
    tokens = usage.get("total_tokens") or both or _estimated(tx, run)
    tx.execute(_ADD, {"workspace": run.place.workspace, "on": day(now), "spent": tokens})


def _estimated(tx: Tx, run: Run) -> int:
    written: int = tx.scalar(_WRITTEN, {"thread": run.thread_id}) or 0
    instructions = 0 if run.snapshot is None else len(run.snapshot.instructions)
    return (written + instructions) // CHARACTERS_PER_TOKEN + 1


def tell(tx: Tx, workspace: WorkspaceId, on: str) -> bool:
    """Note that admins are told of that day now; False if they were told before."""
    return tx.execute(_TELL, {"workspace": workspace, "on": on}).rowcount == 1
