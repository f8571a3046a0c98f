"""`usage`: runs and tokens of a person, and of the workspace for admins."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from bot.events import PersonRef, PlaceRef
from bot.intake import accept_many
from bot.store import runs, spending, usage
from bot.store.database import Tx
from bot.store.tables import workspaces
from tests.acts.desk import Desk, open_desk
from tests.store.rows import ADA, BEN, SNAPSHOT, looking, mention, place, writing

ELSEWHERE = place("x", workspace="sim:two")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        yield desk


def midnight(desk: Desk) -> datetime:
    return desk.clock.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def ran(
    tx: Tx, at: datetime, read: int, *, by: PersonRef = BEN, where: PlaceRef | None = None
) -> None:
    """A run of that time, which read so much and wrote a tenth of it."""
    (queued,) = accept_many(tx, [mention(by=by, where=where)], at)
    assert queued is not None
    started = runs.start(tx, queued.id, SNAPSHOT, at, at + timedelta(minutes=1))
    assert started is not None
    used = {"input_tokens": read, "output_tokens": read // 10}
    runs.add_usage(tx, started, used)
    spending.add(tx, started, used, at)
    assert runs.move(tx, started.id, source=["in_progress"], target="completed", now=at)


async def test_a_person_reads_their_own_days(desk: Desk) -> None:
    today = midnight(desk)
    async with writing(desk.office.store) as tx:
        ran(tx, today, 1_000)
        ran(tx, today, 200)
        ran(tx, today - timedelta(seconds=1), 30)
        ran(tx, today - timedelta(days=6), 4_000)
        ran(tx, today - timedelta(days=29), 50_000)
        ran(tx, today - timedelta(days=29, seconds=1), 600_000)
        ran(tx, today, 7, by=ADA)
        ran(tx, today, 8, where=ELSEWHERE)
        accept_many(tx, [mention(by=BEN)], today)  # nothing of it has begun
    told = await desk.told("usage")

    assert "| Today | 2 | 1,200 | 120 |" in told
    assert "| 7 days | 4 | 5,230 | 523 |" in told
    assert "| 30 days | 5 | 55,230 | 5,523 |" in told
    assert "Everybody" not in told
    assert "limit" not in told


async def test_an_admin_reads_the_whole_workspace_and_what_is_left(desk: Desk) -> None:
    today = midnight(desk)
    desk.platform.admins.add(BEN)
    async with writing(desk.office.store) as tx:
        ran(tx, today, 1_000)
        ran(tx, today, 1_000, by=ADA)
        ran(tx, today - timedelta(days=3), 1_000, by=ADA)
        ran(tx, today, 5_000, by=ADA, where=ELSEWHERE)
        settings = {"tokens_per_day": 10_000}
        tx.execute(
            workspaces.update().where(workspaces.c.id == "sim:one").values(settings=settings)
        )
    told = await desk.told("usage")

    assert "| Today | 2 | 2 | 2,200 |" in told
    assert "| 7 days | 3 | 2 | 3,300 |" in told
    assert "Of 10,000 tokens a day 7,800 are left for today." in told


async def test_a_limit_of_zero_and_none_at_all_are_no_limit(desk: Desk) -> None:
    desk.platform.admins.add(BEN)

    assert "There is no limit of tokens a day." in await desk.told("usage")


async def test_where_the_platform_is_too_slow_an_admin_reads_their_own(desk: Desk) -> None:
    desk.platform.admins.add(BEN)
    desk.platform.slow = True

    told = await desk.told("usage")
    assert "| Today | 0 | 0 | 0 |" in told
    assert "Everybody" not in told


async def test_nothing_is_counted_by_reading_all_runs(desk: Desk) -> None:
    statements: list[tuple[str, object]] = []

    def note(_: object, __: object, statement: str, given: object, *___: object) -> None:
        statements.append((statement, given))

    async with looking(desk.office.store) as tx:
        event.listen(tx, "before_cursor_execute", note)
        usage.of_person(tx, BEN, place().workspace, desk.clock.now())
        usage.of_workspace(tx, place().workspace, desk.clock.now())
        event.remove(tx, "before_cursor_execute", note)
        own, everybody, tokens = [plan(tx, statement, given) for statement, given in statements]

    bounds = "(asker_scope=? AND asker_user=? AND created_at>?)"
    assert f"SEARCH runs USING INDEX runs_asked {bounds}" in own
    assert "SEARCH runs USING COVERING INDEX runs_begun (created_at>?)" in everybody
    assert "SEARCH spending USING INDEX" in tokens
    assert not any("SCAN" in steps for steps in (own, everybody, tokens))


def plan(tx: Connection, statement: str, given: object) -> str:
    assert isinstance(given, tuple)
    found = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
    return " / ".join(row.detail for row in found)
