"""Tokens are counted per workspace and day, and admins are told of a day once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.events import WorkspaceId
from bot.store import choosing, spending, workspaces
from bot.store.database import Store
from bot.store.tables import spending as table
from bot.store.workspaces import Budget
from tests.store.rows import NOW, looking, opened, place, rows, started, writing

HERE, THERE = WorkspaceId("sim:one"), WorkspaceId("sim:two")
TODAY = "2026-11-01"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as store:
        yield store


async def spent(store: Store) -> dict[tuple[object, ...], object]:
    async with looking(store) as tx:
        return {(row.workspace_id, row.day): row.tokens for row in rows(tx, table)}


async def test_rounds_of_a_workspace_add_up_per_day(store: Store) -> None:
    async with writing(store) as tx:
        here = started(tx)
        there = started(tx, where=place("t2", workspace=THERE))
        spending.add(tx, here, {"total_tokens": 100, "input_tokens": 90}, NOW)
        spending.add(tx, here, {"input_tokens": 20, "output_tokens": 5}, NOW)
        spending.add(tx, there, {"total_tokens": 7}, NOW)
        spending.add(tx, here, {"total_tokens": 3}, NOW + timedelta(days=1))

    assert await spent(store) == {
        (HERE, TODAY): 125,
        (THERE, TODAY): 7,
        (HERE, "2026-11-02"): 3,
    }


async def test_without_a_report_tokens_are_estimated_from_what_is_written(store: Store) -> None:
    async with writing(store) as tx:
        short = started(tx, "word " * 10)
        spending.add(tx, short, {}, NOW)
        long = started(tx, "word " * 10_000, place("t2", workspace=THERE))
        spending.add(tx, long, {"total_tokens": 0}, NOW)

    found = await spent(store)
    assert 0 < int(str(found[HERE, TODAY])) < 200
    assert 12_500 < int(str(found[THERE, TODAY])) < 25_000


async def test_a_budget_knows_what_is_set_and_what_was_spent_on_that_day(store: Store) -> None:
    async with writing(store) as tx:
        spending.add(tx, started(tx), {"total_tokens": 100}, NOW)
        choosing.set_values(tx, HERE, None, {"tokens_per_day": 50, "runs_per_minute": 0})

        today = workspaces.budgets(tx, {HERE, THERE}, TODAY)
        tomorrow = workspaces.budgets(tx, {HERE}, "2026-11-02")
        assert today == {HERE: Budget(runs_per_minute=None, tokens_per_day=50, spent=100)}
        assert tomorrow[HERE].spent == 0


async def test_admins_are_told_of_a_day_once(store: Store) -> None:
    async with writing(store) as tx:
        spending.add(tx, started(tx), {"total_tokens": 100}, NOW)

        assert spending.tell(tx, HERE, TODAY)
        assert not spending.tell(tx, HERE, TODAY)
        assert not spending.tell(tx, THERE, TODAY)
        spending.add(tx, started(tx, where=place("t2")), {"total_tokens": 1}, NOW)
        assert not spending.tell(tx, HERE, TODAY)


def test_a_day_is_one_of_utc() -> None:
    east = timezone(timedelta(hours=2))

    assert spending.day(datetime(2026, 11, 2, 1, tzinfo=east)) == "2026-11-01"
    assert spending.day(datetime(2026, 11, 2, tzinfo=UTC)) == "2026-11-02"
