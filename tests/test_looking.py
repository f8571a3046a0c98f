"""What operators read of refused messages: neither a failure nor what a thread did last."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import objects
from bot.inspection import inspect
from bot.intake import accept_many
from bot.limits import Limits
from bot.looking import Looking
from bot.quota import Quota
from bot.status import status
from bot.store.database import reading_current
from tests.store.rows import ADA, BEN, NOW, mention, opened, place

ONE = Quota(Limits(runs_per_minute=1))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Path]:
    """One thread with a queued run and then a refused one, and one with a refused one alone."""
    async with opened(tmp_path) as store:
        said = [mention("hello"), mention("and?"), mention("here?", where=place("t2"))]
        await store.write(accept_many, said, NOW, ONE)
        await store.write(accept_many, [mention("mine", by=BEN, where=place("t3"))], NOW, ONE)
        yield tmp_path / "docent.db"


async def test_a_refused_message_is_not_what_a_thread_did_last(database: Path) -> None:
    seen = {one.place_id: one for one in Looking(database).threads(limit=10)}

    assert seen[place("t1").id].status == "queued"
    assert seen[place("t1").id].runs == 2
    assert seen[place("t2").id].status == "refused"


async def test_what_was_refused_had_no_rounds_and_did_not_fail(database: Path) -> None:
    looks = Looking(database).runs(limit=10, status="failed")
    told = [objects.run(look) for look in looks]

    assert [(look.status, look.rounds) for look in looks] == [("refused", None)] * 2
    assert [(one["round"], one["started_at"]) for one in told] == [(None, None)] * 2


async def test_the_status_counts_refused_messages_apart(database: Path) -> None:
    assert status(database).runs == {"queued": 2, "refused": 2}


async def test_the_inspector_calls_a_refused_message_refused(database: Path) -> None:
    with reading_current(database) as tx:
        seen, _ = inspect(tx, place("t1"), ADA)

    assert [(run.status, run.error) for run in seen.runs] == [
        ("queued", None),
        ("refused", "rate_limited"),
    ]
