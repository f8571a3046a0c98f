"""What a message meets on its thread: a run that works, one that waits, an open question."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import threads
from bot.events import Mention
from bot.intake import accept_many
from bot.store import deliveries, items, questions, runs
from bot.store.database import Store, Tx
from bot.store.records import Run
from bot.store.tables import deliveries as delivery_table
from bot.views import Reply
from tests.store.rows import (
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


async def accept(store: Store, *mentions: Mention) -> list[Run | None]:
    async with writing(store) as tx:
        return accept_many(tx, mentions, NOW)


async def said(store: Store, run: Run) -> list[tuple[object, object]]:
    async with looking(store) as tx:
        own = items.own(tx, run.id)
    return [(item.body["role"], item.body["content"]) for item in own]


async def signs(store: Store) -> list[tuple[str, str]]:
    """The places of messages in the order in which they will appear, and what they say below."""
    async with looking(store) as tx:
        ordered = sorted(rows(tx, delivery_table), key=lambda row: int(row.seq))
        found = [deliveries.get(tx, row.slot) for row in ordered]
    return [(row.run_id, row.view.note) for row in found if row and isinstance(row.view, Reply)]


async def test_a_message_that_starts_at_once_shows_nothing_by_itself(store: Store) -> None:
    await accept(store, mention(where=place("t1")), mention(where=place("t2")))

    assert await signs(store) == []


async def test_a_message_behind_a_run_that_executes_shows_that_it_was_heard(store: Store) -> None:
    async with writing(store) as tx:
        started(tx)
    (second,) = await accept(store, mention())
    (third,) = await accept(store, mention())

    assert second
    assert third
    assert [run for run, _ in await signs(store)] == [second.id, third.id]
    assert all("after the current answer" in note for _, note in await signs(store))


@pytest.mark.parametrize("together", [True, False])
async def test_a_message_behind_one_that_has_not_started_appears_below_it(
    store: Store, together: bool
) -> None:
    batches = [[mention(), mention()]] if together else [[mention()], [mention()]]
    first, second = [run for batch in batches for run in await accept(store, *batch)]

    assert first
    assert second
    (one, before), (two, after) = await signs(store)
    assert (one, two) == (first.id, second.id)
    assert (before, "after the current answer" in after) == ("", True)


async def test_a_message_during_a_quiz_waits_for_nobody(store: Store) -> None:
    async with writing(store) as tx:
        parked(tx, "How much is 7 × 8?")
    await accept(store, mention("hint?"))

    assert await signs(store) == []


def parked(tx: Tx, words: str) -> Run:
    """A run that waits for an answer."""
    run = started(tx, "a quiz, please")
    questions.insert_many(tx, [question(0, words, of=asked(tx, run))])
    runs.move(tx, run.id, source=["in_progress"], target="requires_action", now=NOW)
    return run


async def test_a_message_during_a_quiz_is_told_which_question_is_open(store: Store) -> None:
    async with writing(store) as tx:
        quiz = parked(tx, "How much is **7 × 8**?")
    (hint,) = await accept(store, mention("hint?"))

    assert hint is not None
    assert hint.thread_id == quiz.thread_id
    (role, words), user = await said(store, hint)
    assert (role, user) == ("developer", ("user", "hint?"))
    assert "How much is 7 × 8?" in str(words)


async def test_only_an_open_question_of_the_same_thread_is_told(store: Store) -> None:
    async with writing(store) as tx:
        quiz = parked(tx, "How much is 7 × 8?")
    (elsewhere,) = await accept(store, mention("hint?", where=place("t2")))
    async with writing(store) as tx:
        runs.move(tx, quiz.id, source=["requires_action"], target="expired", now=NOW)
    (later,) = await accept(store, mention("hint?"))

    assert elsewhere
    assert later
    assert await said(store, elsewhere) == [("user", "hint?")]
    assert await said(store, later) == [("user", "hint?")]


async def test_a_long_open_question_is_told_in_short(store: Store) -> None:
    async with writing(store) as tx:
        parked(tx, "why " * 1_000)
    (hint,) = await accept(store, mention("hint?"))

    assert hint is not None
    (_, words), _ = await said(store, hint)
    assert len(str(words)) < threads.HINT_LENGTH + 100
