"""A message is saved before anybody is told so, once, in order, and a bad one alone is refused."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, text, update

from bot import threads
from bot.adapter import Accepted, Duplicate, NotSaved, Receipt
from bot.clock import SystemClock
from bot.events import Mention
from bot.intake import MAX_BATCH, MAX_MESSAGE, MAX_WAITING, Intake, accept_many
from bot.limits import Limits
from bot.quota import Quota
from bot.store import deliveries, due, items, questions, runs, spending
from bot.store.database import Store, Tx
from bot.store.records import Run
from bot.store.tables import events as event_table
from bot.store.tables import runs as run_table
from bot.views import Notice
from tests.store.rows import (
    ADA,
    BEN,
    NOW,
    asked,
    looking,
    mention,
    opened,
    place,
    question,
    rows,
    started,
    writing,
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as store:
        yield store


@dataclass(slots=True)
class Desk:
    """An intake at work, and whom it woke."""

    intake: Intake
    woken: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    async def outcomes(self, mentions: Sequence[Mention]) -> list[Receipt | BaseException]:
        """What those who sent these at the same moment are told."""
        async with asyncio.timeout(10):
            return await asyncio.gather(
                *(self.intake.accept(each) for each in mentions), return_exceptions=True
            )


@asynccontextmanager
async def desk(
    store: Store, *, at_work: bool = True, quota: Quota | None = None
) -> AsyncIterator[Desk]:
    woken: list[str] = []
    places: list[str] = []
    intake = Intake(store, SystemClock(), wake=woken.extend, deliver=places.extend, quota=quota)
    task = asyncio.create_task(intake.run()) if at_work else None
    try:
        yield Desk(intake, woken, places)
    finally:
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def accept(store: Store, *mentions: Mention) -> list[Run | None]:
    async with writing(store) as tx:
        return accept_many(tx, mentions, NOW)


async def said(store: Store, run: Run) -> list[tuple[object, object]]:
    async with looking(store) as tx:
        own = items.own(tx, run.id)
    return [(item.body["role"], item.body["content"]) for item in own]


async def saved_texts(store: Store) -> list[object]:
    """What was said, by thread and turn."""
    async with looking(store) as tx:
        ids = list(
            tx.scalars(select(run_table.c.id).order_by(run_table.c.thread_id, run_table.c.turn))
        )
        own = [items.own(tx, run_id) for run_id in ids]
    return [said[-1].body["content"] for said in own if said]


async def test_a_message_becomes_a_queued_run_with_what_was_said(store: Store) -> None:
    (run,) = await accept(store, mention("solve 3x = 12", by=BEN))

    assert run is not None
    async with looking(store) as tx:
        stored = runs.get(tx, run.id)
        assert due.ready(tx, None) == [run.thread_id]
    assert stored == run
    assert (run.status, run.turn, run.asker) == ("queued", 1, BEN)
    assert await said(store, run) == [("user", "solve 3x = 12")]


async def test_what_is_accepted_is_saved_and_its_thread_is_woken(store: Store) -> None:
    async with desk(store) as at:
        assert await at.outcomes([mention("hello")]) == [Accepted()]
        assert await saved_texts(store) == ["hello"]

    async with looking(store) as tx:
        assert at.woken == due.ready(tx, None)
    assert at.places == [place().id]


async def test_an_event_that_comes_again_changes_nothing(store: Store) -> None:
    async with desk(store) as at:
        again = [mention("hello", key="same"), mention("hello", key="same")]
        assert await at.outcomes(again) == [Accepted(), Duplicate()]
        assert await at.outcomes(again[:1]) == [Duplicate()]
        assert await saved_texts(store) == ["hello"]
    assert len(at.woken) == 1


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abc")), max_size=8), max_size=4)
)
def test_however_often_events_come_each_is_saved_once_in_order_of_arrival(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[int, str]]]
) -> None:
    async def walk(folder: Path) -> None:
        first_seen: dict[str, str] = {}
        async with opened(folder) as store:
            for batch in batches:
                mentions = [
                    mention(f"{number}", key=f"{number}{where}", where=place(where))
                    for number, where in batch
                ]
                fresh = [
                    each.key not in first_seen
                    and each.key not in {earlier.key for earlier in mentions[:position]}
                    for position, each in enumerate(mentions)
                ]
                saved = await accept(store, *mentions)
                assert [run is not None for run in saved] == fresh
                for each in mentions:
                    first_seen.setdefault(each.key, each.place.id)
            async with looking(store) as tx:
                assert len(rows(tx, event_table)) == len(first_seen)
                for where in set(first_seen.values()):
                    keys = [key for key, at in first_seen.items() if at == where]
                    stored = tx.execute(
                        select(event_table.c.key, run_table.c.turn)
                        .join(run_table, run_table.c.id == event_table.c.run_id)
                        .where(run_table.c.place_id == where)
                        .order_by(run_table.c.turn)
                    )
                    assert [(row.key, row.turn) for row in stored] == [
                        (key, turn) for turn, key in enumerate(keys, 1)
                    ]

    asyncio.run(walk(tmp_path_factory.mktemp("intake")))


async def test_turns_of_a_thread_are_in_order_of_arrival(store: Store) -> None:
    words = [f"word {number}" for number in range(60)]
    async with desk(store) as at:
        receipts = await at.outcomes([mention(word) for word in words])

    assert receipts == [Accepted()] * 60
    assert await saved_texts(store) == words


async def statements(store: Store, mentions: Sequence[Mention]) -> int:
    """How many statements a batch takes."""
    count: list[str] = []

    def note(*about: object) -> None:
        count.append(str(about[2]))

    async with writing(store) as tx:
        event.listen(tx, "before_cursor_execute", note)
        accept_many(tx, mentions, NOW)
        event.remove(tx, "before_cursor_execute", note)
    return len(count)


async def test_a_batch_takes_as_many_statements_as_one_message(store: Store) -> None:
    one = await statements(store, [mention(where=place("new"))])
    many = await statements(store, [mention(where=place(f"t{number}")) for number in range(200)])
    crowded = await statements(
        store, [mention("" if n % 3 else "hello", where=place(f"c{n % 50}")) for n in range(200)]
    )

    assert one == many <= 16
    assert crowded <= one + 2  # what is shown, and behind what


def parked(tx: Tx) -> Run:
    """A run that waits for ADA to answer a question."""
    run = started(tx)
    call = asked(tx, run)
    questions.insert_many(tx, [question(0, options=["56", "54"], of=call)])
    runs.move(tx, run.id, source=["in_progress"], target="requires_action", now=NOW)
    return run


async def test_what_may_be_an_answer_is_not_saved_and_the_rest_of_its_batch_is(
    store: Store,
) -> None:
    async with writing(store) as tx:
        parked(tx)
    async with desk(store) as at:
        typed = [mention("56"), mention("56", by=BEN), mention("54", where=place("t2"))]
        heard = await asyncio.gather(*(at.intake.hear(each) for each in typed))
        assert heard == [None, Accepted(), None]
        assert await saved_texts(store) == ["hello", "56"]

        assert await at.intake.accept(typed[0]) == Accepted()
        again = await asyncio.gather(*(at.intake.hear(each) for each in typed))
        assert again == [Duplicate(), Duplicate(), None]


async def test_a_message_that_was_saved_before_the_question_was_asked_is_a_duplicate(
    store: Store,
) -> None:
    said = mention("56")
    async with desk(store) as at:
        assert await at.intake.hear(said) == Accepted()
        async with writing(store) as tx:
            tx.execute(update(run_table).values(status="completed"))
            parked(tx)

        assert await at.intake.hear(said) == Duplicate()


async def test_the_largest_batch_fits_a_statement(store: Store) -> None:
    saved = await accept(store, *(mention(where=place(f"t{n}")) for n in range(MAX_BATCH)))

    assert all(saved)


async def test_a_message_that_cannot_be_saved_fails_alone(store: Store) -> None:
    poisoned = mention("poisoned", where=place("\ud800"))
    async with desk(store) as at:
        batch = [mention("before"), poisoned, mention("after")]
        before, bad, after = await at.outcomes(batch)

    assert (before, after) == (Accepted(), Accepted())
    assert isinstance(bad, NotSaved)
    assert await saved_texts(store) == ["before", "after"]


async def test_a_full_disk_loses_nothing_that_was_acknowledged(store: Store) -> None:
    async with writing(store) as tx:
        pages = tx.scalar(text("PRAGMA page_count"))
        tx.execute(text(f"PRAGMA max_page_count = {pages}"))
    async with desk(store) as at:
        # As large as can be, so that they surely need new pages.
        receipts = await at.outcomes([mention("x" * MAX_MESSAGE) for _ in range(3)])
        assert [type(receipt) for receipt in receipts] == [NotSaved] * 3
        assert await saved_texts(store) == []

        async with writing(store) as tx:
            tx.execute(text("PRAGMA max_page_count = 1000000"))
        assert await at.outcomes([mention("room again")]) == [Accepted()]
        assert await saved_texts(store) == ["room again"]


async def test_beyond_ten_thousand_waiting_messages_the_platform_is_asked_to_send_again(
    store: Store,
) -> None:
    async with desk(store, at_work=False) as at:
        waiting = [asyncio.ensure_future(at.intake.accept(mention())) for _ in range(MAX_WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(NotSaved):
            await at.intake.accept(mention())
        assert not any(task.done() for task in waiting)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_message_whose_sender_has_gone_is_saved_all_the_same(store: Store) -> None:
    async with desk(store, at_work=False) as at:
        left = asyncio.ensure_future(at.intake.accept(mention("left")))
        await asyncio.sleep(0)
        left.cancel()
        await asyncio.gather(left, return_exceptions=True)
        task = asyncio.create_task(at.intake.run())
        assert await at.outcomes([mention("stayed")]) == [Accepted()]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert await saved_texts(store) == ["left", "stayed"]


@pytest.mark.parametrize(
    ("text_", "sentence"),
    [("", "Write your question"), (" \n", "Write your question"), ("x" * 100_001, "too long")],
    ids=["empty", "blank", "too_long"],
)
async def test_a_message_that_asks_nothing_or_too_much_is_answered_without_the_model(
    store: Store, text_: str, sentence: str
) -> None:
    async with desk(store) as at:
        assert await at.outcomes([mention(text_)]) == [Accepted()]

    async with looking(store) as tx:
        (run,) = tx.scalars(select(run_table.c.id))
        (notice,) = deliveries.of_run(tx, run)
        stored = runs.get(tx, run)
    assert stored is not None
    assert stored.status == "completed"
    assert isinstance(notice.view, Notice)
    assert sentence in notice.view.text
    assert (at.woken, at.places) == ([], [place().id])


@pytest.mark.parametrize(
    "text_", ["🙂", "x" * MAX_MESSAGE, "a\x00b\ud800c", "'; DROP TABLE runs;--"]
)
async def test_strange_messages_are_kept_as_far_as_they_can_be(store: Store, text_: str) -> None:
    (run,) = await accept(store, mention(text_))

    assert run is not None
    kept = text_.replace("\x00", "").replace("\ud800", "\ufffd")
    assert await said(store, run) == [("user", kept)]


async def test_places_have_threads_of_their_own(store: Store) -> None:
    one, other, same = await accept(
        store,
        mention(where=place("t1")),
        mention(where=place("t2")),
        mention(where=place("t1"), by=BEN),
    )
    (later,) = await accept(store, mention(where=place("t2")))

    assert one
    assert other
    assert same
    assert later
    assert one.thread_id == same.thread_id != other.thread_id == later.thread_id
    assert [one.turn, same.turn, other.turn, later.turn] == [1, 2, 1, 2]


def test_who_asks_is_not_in_what_is_saved_as_said() -> None:
    run = Run(
        id="run_1",
        thread_id="thread_1",
        turn=1,
        status="queued",
        asker=ADA,
        place=place(),
        created_at=NOW,
    )
    stored = threads.said(run, mention("hello", by=ADA), question(0))

    assert all(ADA.user not in str(item.body) for item in stored)


async def test_who_is_refused_is_told_in_private_and_nothing_is_woken(store: Store) -> None:
    quota = Quota(Limits(runs_per_minute=1))
    async with desk(store, quota=quota) as at:
        first, second = await at.outcomes([mention("one"), mention("two", key="again")])
        again = await at.outcomes([mention("two", key="again")])

    assert first == Accepted()
    assert isinstance(second, Accepted)
    assert isinstance(second.private, Notice)
    assert "again in 60 seconds" in second.private.text
    assert again == [Duplicate()]
    assert (len(at.woken), at.places) == (1, [place().id])
    assert await saved_texts(store) == ["one"]


async def test_admins_are_woken_when_there_is_something_for_them(store: Store) -> None:
    admin = place("dm-root", direct=True)
    async with writing(store) as tx:
        spending.add(tx, started(tx), {"total_tokens": 10}, SystemClock().now())
    async with desk(store, quota=Quota(Limits(tokens_per_day=10), [admin])) as at:
        (receipt,) = await at.outcomes([mention()])

    assert isinstance(receipt, Accepted)
    assert receipt.private is not None
    assert (at.woken, at.places) == ([], [admin.id])
