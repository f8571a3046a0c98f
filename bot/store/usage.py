"""How much a person and a workspace have used, over spans of days."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, case, func, select

from bot.events import PersonRef, WorkspaceId
from bot.store.database import Tx
from bot.store.spending import day
from bot.store.tables import BEGUN, TAKEN, UtcTime, runs, spending, threads

DAYS = (1, 7, 30)
"""Spans that are looked at, today included; days begin at midnight UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """Runs that began, and the tokens that the provider reported for them."""

    runs: int
    read: int
    written: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedByAll:
    """Tokens are estimated where the provider reports none."""

    runs: int
    people: int
    tokens: int


def _since(days: int) -> ColumnElement[bool]:
    return runs.c.created_at >= bindparam(f"since_{days}", type_=UtcTime)


def _sum(days: int, name: str) -> ColumnElement[int]:
    tokens = func.coalesce(runs.c.usage[name].as_integer(), 0)
    return func.coalesce(func.sum(case((_since(days), tokens), else_=0)), 0)


def _count(days: int) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((_since(days), 1), else_=0)), 0)


_THERE = threads.c.workspace_id == bindparam("workspace")
_PERSON = (
    select(
        *(_count(days).label(f"runs_{days}") for days in DAYS),
        *(_sum(days, "input_tokens").label(f"read_{days}") for days in DAYS),
        *(_sum(days, "output_tokens").label(f"written_{days}") for days in DAYS),
    )
    .join(threads, threads.c.id == runs.c.thread_id)
    .where(
        runs.c.asker_scope == bindparam("scope"),
        runs.c.asker_user == bindparam("user"),
        _since(DAYS[-1]),
        TAKEN,
        BEGUN,
        _THERE,
    )
)
_ASKER = runs.c.asker_scope + "/" + runs.c.asker_user
_WORKSPACE = (
    select(
        *(_count(days).label(f"runs_{days}") for days in DAYS),
        *(
            func.count(case((_since(days), _ASKER)).distinct()).label(f"people_{days}")
            for days in DAYS
        ),
    )
    .join(threads, threads.c.id == runs.c.thread_id)
    .where(_since(DAYS[-1]), BEGUN, _THERE)
)
_SPENT = select(
    *(
        func.coalesce(
            func.sum(case((spending.c.day >= bindparam(f"on_{days}"), spending.c.tokens))), 0
        ).label(f"tokens_{days}")
        for days in DAYS
    )
).where(
    spending.c.workspace_id == bindparam("workspace"), spending.c.day >= bindparam(f"on_{DAYS[-1]}")
)


def of_person(tx: Tx, person: PersonRef, workspace: WorkspaceId, now: datetime) -> dict[int, Used]:
    """By the number of days; only what the person asked in the workspace."""
    given = {"scope": person.scope, "user": person.user, "workspace": workspace}
    found = tx.execute(_PERSON, _spans(now) | given).one()._mapping
    return {
        days: Used(
            runs=found[f"runs_{days}"],
            read=found[f"read_{days}"],
            written=found[f"written_{days}"],
        )
        for days in DAYS
    }


def of_workspace(tx: Tx, workspace: WorkspaceId, now: datetime) -> dict[int, UsedByAll]:
    """By the number of days. It reads an index over the runs of all workspaces in that time."""
    given = _spans(now) | {"workspace": workspace}
    counted = tx.execute(_WORKSPACE, given).one()._mapping
    spent = tx.execute(_SPENT, given).one()._mapping
    return {
        days: UsedByAll(
            runs=counted[f"runs_{days}"],
            people=counted[f"people_{days}"],
            tokens=spent[f"tokens_{days}"],
        )
        for days in DAYS
    }


def _spans(now: datetime) -> dict[str, object]:
    """When each of the spans began."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    begins = {days: midnight - timedelta(days=days - 1) for days in DAYS}
    return {
        **{f"since_{days}": begin for days, begin in begins.items()},
        **{f"on_{days}": day(begin) for days, begin in begins.items()},
    }
