"""Nobody starts more runs than the limits allow, and who is refused reads when it goes on."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.events import Mention, PersonRef, WorkspaceId
from bot.ids import new_id
from bot.intake import accept_many
from bot.limits import Limits
from bot.quota import Quota, direct_places, refusal_of
from bot.store import choosing, deliveries, items, places, runs, spending
from bot.store import threads as thread_rows
from bot.store.database import Store
from bot.store.migrate import MIGRATIONS, migrate
from bot.store.records import Run
from bot.store.tables import deliveries as delivery_table
from bot.store.tables import runs as run_table
from bot.views import Notice
from tests.sims.wire import WireAdapter
from tests.store.rows import ADA, BEN, NOW, looking, mention, opened, place, rows, writing

MINUTE = timedelta(minutes=1)
SIX = Quota(Limits(runs_per_minute=6))
ADMINS = [place(f"dm-{name}", direct=True) for name in ("root", "boss")]
THOUSAND = Quota(Limits(tokens_per_day=1_000), ADMINS)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as store:
        yield store


async def statuses(
    store: Store, mentions: Sequence[Mention], at: datetime = NOW, quota: Quota = SIX
) -> list[str]:
    return [run.status for run in await accepted(store, mentions, at, quota)]


async def accepted(
    store: Store, mentions: Sequence[Mention], at: datetime = NOW, quota: Quota = SIX
) -> list[Run]:
    runs_ = await store.write(accept_many, mentions, at, quota)
    assert all(runs_)
    return [run for run in runs_ if run is not None]


async def told(store: Store, at: datetime, quota: Quota = SIX) -> str:
    """What ADA reads in private now."""
    (run,) = await accepted(store, [mention(where=place(f"t{at}"))], at, quota)
    refusal = refusal_of(run)
    assert refusal is not None
    return refusal.notice(at).text


async def test_the_seventh_message_of_a_minute_is_refused_and_leaves_nothing_on_its_thread(
    store: Store,
) -> None:
    last = (await accepted(store, [mention(f"no {n}") for n in range(7)]))[-1]

    async with looking(store) as tx:
        assert runs.get(tx, last.id) == last
        assert items.own(tx, last.id) == []
        assert deliveries.of_run(tx, last.id) == []
    refusal = refusal_of(last)
    assert refusal is not None
    assert (last.status, last.finished_at) == ("failed", NOW)
    assert (refusal.code, refusal.until) == ("rate_limited", NOW + MINUTE)


async def test_who_is_refused_reads_when_it_goes_on_and_then_it_does(store: Store) -> None:
    for second in range(6):
        at = NOW + timedelta(seconds=second)
        assert await statuses(store, [mention()], at) == ["queued"]

    assert "6 messages a minute" in await told(store, NOW + timedelta(seconds=20))
    assert "again in 40 seconds" in await told(store, NOW + timedelta(seconds=20))
    assert "again in a second" in await told(store, NOW + timedelta(seconds=59.5))
    both = [mention(), mention()]
    assert await statuses(store, both, NOW + timedelta(seconds=60)) == ["queued", "failed"]


async def test_two_people_do_not_limit_each_other(store: Store) -> None:
    crowd = [mention(by=person) for _ in range(6) for person in (ADA, BEN)]

    assert await statuses(store, crowd) == ["queued"] * 12
    assert await statuses(store, [mention(by=ADA), mention(by=BEN)]) == ["failed"] * 2


async def test_the_same_user_id_in_another_scope_is_somebody_else(store: Store) -> None:
    await accepted(store, [mention() for _ in range(6)])
    other = PersonRef(scope="sim:two", user=ADA.user)

    assert await statuses(store, [mention(by=other), mention(by=ADA)]) == ["queued", "failed"]


async def test_what_is_answered_without_the_model_counts_apart_and_is_not_endless(
    store: Store,
) -> None:
    empty = await statuses(store, [mention(" ") for _ in range(7)])
    full = await statuses(store, [mention("hello") for _ in range(7)])

    assert empty == ["completed"] * 6 + ["failed"]
    assert full == ["queued"] * 6 + ["failed"]


async def test_an_event_that_comes_again_is_a_duplicate_also_when_it_was_refused(
    store: Store,
) -> None:
    seven = [mention(key=f"m{number}") for number in range(7)]
    await accepted(store, seven)

    assert await store.write(accept_many, seven, NOW + MINUTE, SIX) == [None] * 7


async def test_a_stopped_run_still_counts(store: Store) -> None:
    for run in await accepted(store, [mention(where=place(f"t{n}")) for n in range(6)]):
        async with writing(store) as tx:
            runs.move(tx, run.id, source=["queued"], target="cancelled", now=NOW)

    assert await statuses(store, [mention()]) == ["failed"]


async def test_a_retry_counts_as_what_it_is_and_is_refused_at_the_limit(store: Store) -> None:
    first, *_ = await accepted(store, [mention() for _ in range(5)])
    async with writing(store) as tx:
        assert SIX.check(tx, ADA, first.place.workspace, NOW) is None
        turns = thread_rows.next_turns(tx, [first.thread_id])
        again = Run(
            id=new_id("run"),
            thread_id=first.thread_id,
            turn=turns[first.thread_id],
            status="queued",
            asker=ADA,
            place=first.place,
            created_at=NOW,
        )
        runs.insert_many(tx, [again])
        refused = SIX.check(tx, ADA, first.place.workspace, NOW + timedelta(seconds=15))
        assert SIX.check(tx, BEN, first.place.workspace, NOW) is None
        assert SIX.check(tx, ADA, first.place.workspace, NOW + MINUTE) is None
        assert Quota().check(tx, ADA, first.place.workspace, NOW) is None

    assert refused is not None
    assert "in 45 seconds" in refused


async def test_a_clock_that_was_set_back_locks_nobody_out(store: Store) -> None:
    await accepted(store, [mention() for _ in range(6)], NOW + timedelta(hours=1))

    assert await statuses(store, [mention()]) == ["queued"]


# Batches of messages by two people, some empty, with the seconds before each batch.
BATCHES = st.lists(
    st.tuples(
        st.floats(0, 45, allow_nan=False),
        st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["", "x"])), max_size=9),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=20, deadline=None)
@given(BATCHES)
def test_however_messages_fall_into_batches_no_minute_has_more_than_six_of_a_person(
    empty_database: Path,
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[tuple[float, list[tuple[str, str]]]],
) -> None:
    async def walk(folder: Path) -> None:
        times: dict[tuple[str, str], list[datetime]] = {}
        now = NOW
        async with opened(folder) as store:
            for pause, said in batches:
                now += timedelta(seconds=pause)
                people = [PersonRef(scope="sim", user=who) for who, _ in said]
                batch = [
                    mention(text, by=person, where=place(text or "t"))
                    for (_, text), person in zip(said, people, strict=True)
                ]
                for kind, run in zip(said, await accepted(store, batch, now), strict=True):
                    taken = times.setdefault(kind, [])
                    lately = [at for at in taken if at > now - MINUTE]
                    assert (run.status == "failed") == (len(lately) >= 6)
                    if (refusal := refusal_of(run)) is None:
                        taken.append(now)
                    else:
                        assert now < refusal.until <= now + MINUTE
                        leaves = refusal.until - MINUTE
                        assert sum(at > leaves for at in taken) < 6
                        assert sum(at >= leaves for at in taken) >= 6

    folder = tmp_path_factory.mktemp("quota")
    shutil.copy(empty_database, folder / "docent.db")
    asyncio.run(walk(folder))


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "docent.db"
    migrate(path)
    return path


async def spend(store: Store, tokens: int, at: datetime = NOW) -> None:
    (run,) = await accepted(store, [mention(where=place(f"spent{at}"))], at, Quota())
    async with writing(store) as tx:
        spending.add(tx, run, {"total_tokens": tokens}, at)


async def alerts(store: Store) -> list[tuple[str, str]]:
    """The messages that admins get, by place."""
    async with looking(store) as tx:
        found = [deliveries.get(tx, row.slot) for row in rows(tx, delivery_table)]
    return [
        (row.place.key, row.view.text)
        for row in found
        if row is not None and row.place in ADMINS and isinstance(row.view, Notice)
    ]


async def test_a_workspace_that_has_spent_what_it_may_goes_on_the_next_day(store: Store) -> None:
    await spend(store, 999)
    assert await statuses(store, [mention()], quota=THOUSAND) == ["queued"]
    await spend(store, 1, NOW + timedelta(seconds=1))

    assert await statuses(store, [mention(), mention("")], quota=THOUSAND) == [
        "failed",
        "completed",
    ]
    assert "goes on in 12 hours" in await told(store, NOW, THOUSAND)
    elsewhere = mention(where=place(workspace="sim:two"))
    assert await statuses(store, [elsewhere], quota=THOUSAND) == ["queued"]
    midnight = datetime(2026, 11, 2, tzinfo=UTC)
    assert await statuses(store, [mention()], midnight, THOUSAND) == ["queued"]


async def test_a_retry_is_refused_too_when_the_workspace_has_spent_what_it_may(
    store: Store,
) -> None:
    await spend(store, 1_000)

    async with writing(store) as tx:
        refused = THOUSAND.check(tx, BEN, place().workspace, NOW)
    assert refused is not None
    assert "goes on in 12 hours" in refused


async def test_each_admin_is_told_once_a_day_over_restarts(tmp_path: Path) -> None:
    for _ in range(2):
        async with opened(tmp_path) as store:
            await spend(store, 1_000)
            await accepted(store, [mention(where=place(f"t{n}")) for n in range(3)], NOW, THOUSAND)
            await accepted(store, [mention()], NOW + MINUTE, THOUSAND)
            once = await alerts(store)
    next_day = NOW + timedelta(days=1)
    async with opened(tmp_path) as store:
        await spend(store, 1_000, next_day)
        await accepted(store, [mention()], next_day, THOUSAND)
        twice = await alerts(store)

    assert [where for where, _ in once] == ["dm-root", "dm-boss"]
    assert "sim:one has used its tokens for today (1,000)" in once[0][1]
    assert [where for where, _ in twice] == ["dm-root", "dm-boss"] * 2


async def test_whoever_is_admin_first_after_the_limit_is_still_told(store: Store) -> None:
    await spend(store, 1_000)
    await accepted(store, [mention()], NOW, Quota(THOUSAND.limits))
    await accepted(store, [mention()], NOW, THOUSAND)

    assert len(await alerts(store)) == 2


def test_admins_of_platforms_that_are_not_connected_are_left_out() -> None:
    people = [
        PersonRef(scope="slack:T1", user="U2"),
        PersonRef(scope="sim", user="root"),
        PersonRef(scope="sim:one", user="boss"),
    ]
    direct = direct_places(people, {"sim": WireAdapter("http://127.0.0.1:1")})

    assert [(where.platform, where.key, where.direct) for where in direct] == [
        ("sim", "dm-root", True),
        ("sim", "dm-boss", True),
    ]


def old_migrations(folder: Path) -> Path:
    """The migrations of the first release."""
    copied = folder / "migrations"
    shutil.copytree(MIGRATIONS, copied, ignore=shutil.ignore_patterns("__pycache__"))
    for script in (copied / "versions").iterdir():
        if not script.name.startswith("0001"):
            script.unlink()
    return copied


async def test_limits_hold_in_a_database_of_the_first_release(tmp_path: Path) -> None:
    migrate(tmp_path / "docent.db", old_migrations(tmp_path))
    both = Quota(Limits(runs_per_minute=2, tokens_per_day=1_000), ADMINS)
    async with opened(tmp_path) as store:
        assert await statuses(store, [mention()], NOW, both) == ["queued"]
        await accepted(store, [mention()], NOW, both)
        assert await statuses(store, [mention()], NOW, both) == ["failed"]
        await spend(store, 1_000, NOW + MINUTE)
        await accepted(store, [mention()], NOW + MINUTE, both)

        assert len(await alerts(store)) == 2


async def test_refused_runs_are_runs_like_others_to_who_looks(store: Store) -> None:
    await accepted(store, [mention() for _ in range(8)])

    async with looking(store) as tx:
        kinds = [row.status for row in rows(tx, run_table)]
    assert kinds == ["queued"] * 6 + ["failed"] * 2


async def own_limits(store: Store, workspace: str = "sim:one", **limits: int) -> None:
    """What a workspace sets for itself."""
    async with writing(store) as tx:
        places.note(tx, [place(workspace=workspace)], NOW)
        choosing.set_values(tx, WorkspaceId(workspace), None, {**limits})


@pytest.mark.parametrize("operators", [None, 6], ids=["alone", "beside-the-operators"])
async def test_a_workspaces_own_lower_limit_holds_and_is_the_one_that_is_named(
    store: Store, operators: int | None
) -> None:
    quota = Quota(Limits(runs_per_minute=operators))
    await own_limits(store, runs_per_minute=2)

    three = [mention() for _ in range(3)]
    assert await statuses(store, three, quota=quota) == ["queued", "queued", "failed"]
    assert "2 messages a minute" in await told(store, NOW, quota)
    async with writing(store) as tx:
        refused = quota.check(tx, ADA, WorkspaceId("sim:one"), NOW)
    assert "That is 2 in a minute" in (refused or "")


async def test_a_workspace_cannot_raise_what_the_operator_allows(store: Store) -> None:
    both = Quota(Limits(runs_per_minute=1, tokens_per_day=1_000))
    await own_limits(store, runs_per_minute=5, tokens_per_day=5_000)

    assert await statuses(store, [mention(), mention()], quota=both) == ["queued", "failed"]
    assert "one message a minute" in await told(store, NOW, both)
    await spend(store, 1_000, NOW + 2 * MINUTE)
    assert await statuses(store, [mention()], NOW + 4 * MINUTE, both) == ["failed"]


async def test_no_limit_of_its_own_leaves_it_to_the_operator(store: Store) -> None:
    await own_limits(store, runs_per_minute=0, tokens_per_day=0)
    await spend(store, 5_000)

    assert await statuses(store, [mention() for _ in range(20)], quota=Quota()) == ["queued"] * 20
    assert (await statuses(store, [mention(by=BEN) for _ in range(7)]))[-1] == "failed"


async def test_what_a_person_asks_elsewhere_does_not_count_for_a_workspaces_own_limit(
    store: Store,
) -> None:
    await own_limits(store, runs_per_minute=2)
    elsewhere = [mention(where=place("t9", workspace="sim:two")) for _ in range(5)]

    assert await statuses(store, elsewhere) == ["queued"] * 5
    assert await statuses(store, [mention()]) == ["queued"]
    assert await statuses(store, [mention()]) == ["failed"]
    assert "6 messages a minute" in await told(store, NOW)


async def test_a_workspace_that_spent_what_it_set_for_itself_stops_alone(store: Store) -> None:
    quota = Quota(Limits(), ADMINS)
    await own_limits(store, tokens_per_day=100)
    await spend(store, 100)
    elsewhere = mention(where=place("t9", workspace="sim:two"))

    assert await statuses(store, [mention(), elsewhere], quota=quota) == ["failed", "queued"]
    alert = (await alerts(store))[0][1]
    assert "(100)" in alert
    assert "Its own setting tokens_per_day" in alert
