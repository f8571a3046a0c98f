"""A reply is as many messages as it needs, and says where to look when it became shorter."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import replies, tokens
from bot.adapter import Capabilities, MessageRef
from bot.store import deliveries
from bot.store.database import Store
from bot.store.records import Run
from bot.text.cleaning import length
from bot.views import Notice, Reply
from tests.store.rows import NOW, limits, looking, opened, run, started, writing

STEP = "Preparing a quiz"
SMALL = limits(100)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as store:
        yield store


async def shown(store: Store, of: Run) -> list[tuple[int, str]]:
    async with looking(store) as tx:
        rows = deliveries.of_run(tx, of.id)
    return [(row.slot_no, row.view.text) for row in rows if isinstance(row.view, Reply | Notice)]


async def begin(store: Store) -> Run:
    async with writing(store) as tx:
        return started(tx)


async def put(store: Store, of: Run, text: str, note: str = "") -> int:
    async with writing(store) as tx:
        return replies.put(tx, of, text, SMALL, note=note)


def words(count: int) -> str:
    return " ".join(f"word{number:03}" for number in range(count))


@given(
    st.text("ab \n🙂", max_size=600),
    st.sampled_from([limits(100), limits(100, utf16=True), limits(12_000)]),
)
def test_a_reply_in_the_making_fits_and_only_its_last_message_can_be_stopped(
    text: str, platform: Capabilities
) -> None:
    views = replies.live("run_1", text, (STEP,), platform, "Trying again…")
    *full, last = views

    assert all(length(view.text, platform.text_unit) <= platform.max_text for view in views)
    assert all(view.live for view in views)
    assert all((view.steps, view.actions, view.note) == ((), (), "") for view in full)
    assert (last.steps, last.note) == ((STEP,), "Trying again…")
    assert [tokens.decode(button.token) for button in last.actions] == [
        tokens.Press("stop", "run_1")
    ]
    assert "".join("".join(view.text for view in views).split()) == "".join(text.split())


def test_a_reply_that_says_nothing_yet_is_one_empty_message() -> None:
    (view,) = replies.live("run_1", "", (), limits(), "")

    assert (view.text, view.live) == ("", True)


def test_a_problem_offers_to_try_again() -> None:
    notice = replies.problem(run(), "That did not work.")

    assert (notice.tone, notice.text) == ("problem", "That did not work.")
    assert [tokens.decode(button.token) for button in notice.actions] == [
        tokens.Press("retry", "run_1")
    ]


async def test_a_long_reply_takes_one_slot_after_the_other(store: Store) -> None:
    own = await begin(store)
    after = await put(store, own, words(40), "Cut off.")

    parts = await shown(store, own)
    assert [slot_no for slot_no, _ in parts] == list(range(after))
    assert " ".join(text for _, text in parts) == words(40)
    async with looking(store) as tx:
        notes = [
            row.view.note for row in deliveries.of_run(tx, own.id) if isinstance(row.view, Reply)
        ]
    assert notes == [""] * (after - 1) + ["Cut off."]


async def test_slots_that_nobody_has_tried_are_taken_back_when_a_reply_becomes_shorter(
    store: Store,
) -> None:
    own = await begin(store)
    await put(store, own, words(40))
    assert await put(store, own, "short") == 1

    assert await shown(store, own) == [(0, "short")]


async def test_messages_that_may_be_on_the_screen_say_where_the_reply_is(store: Store) -> None:
    own = await begin(store)
    await put(store, own, words(30))
    async with writing(store) as tx:
        second = (deliveries.of_run(tx, own.id))[1]
        intended = deliveries.intend(tx, second.slot, NOW)
        assert intended is not None
        assert deliveries.created(tx, intended, MessageRef(platform="sim", key="m1"), 1)
    await put(store, own, "short")

    assert await shown(store, own) == [(0, "short"), (1, "(The reply is above.)")]


async def test_a_reply_without_text_takes_no_slot(store: Store) -> None:
    own = await begin(store)

    assert await put(store, own, " \n") == 0
    assert await shown(store, own) == []


async def test_a_reply_that_grows_keeps_its_messages(store: Store) -> None:
    own = await begin(store)
    await put(store, own, "short")
    async with looking(store) as tx:
        (first,) = deliveries.of_run(tx, own.id)
    await put(store, own, words(30))
    async with looking(store) as tx:
        grown = deliveries.of_run(tx, own.id)

    assert grown[0].slot == first.slot
    assert grown[0].view_version > first.view_version
    assert [row.seq for row in grown] == sorted(row.seq for row in grown)
