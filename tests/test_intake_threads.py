"""What a message meets on its thread: a run that works, one that waits, an open question."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot import threads
from bot.events import Mention
from bot.intake import accept_many
from bot.store import deliveries, items, questions, runs
from bot.store.database import Store, Tx
from bot.store.records import Run
from bot.store.tables import deliveries as delivery_table
from bot.store.tables import places as place_table
from bot.store.tables import workspaces as workspace_table
from bot.strings import say, speaking
from bot.views import Notice, Reply
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


async def set_for_all(store: Store, **settings: str) -> None:
    async with writing(store) as tx:
        tx.execute(insert(workspace_table).values(id="sim:one", settings=settings, created_at=NOW))


@pytest.mark.parametrize(("scope", "threads_"), [("thread", 2), ("channel", 1), ("person", 2)])
@pytest.mark.parametrize("together", [True, False], ids=["batch", "one_by_one"])
async def test_what_is_set_decides_what_is_one_conversation(
    store: Store, scope: str, threads_: int, *, together: bool
) -> None:
    await set_for_all(store, thread_scope=scope)
    said = [mention(by=who, where=place(key)) for key, who in (("t1", ADA), ("t2", BEN))] * 2
    fresh = [replace(each, key=mention().key) for each in said]
    batches = [fresh] if together else [[each] for each in fresh]
    found = [run for batch in batches for run in await accept(store, *batch) if run]

    assert len(found) == 4
    assert len({run.thread_id for run in found}) == threads_
    assert [run.turn for run in found] == ([1, 1, 2, 2] if threads_ == 2 else [1, 2, 3, 4])
    async with looking(store) as tx:
        assert {row.id for row in rows(tx, place_table)} == {"sim:t1", "sim:t2"}


async def test_a_place_that_is_seen_later_is_remembered_too(store: Store) -> None:
    await set_for_all(store, thread_scope="channel")
    for where in ("t1", "t2", "t3"):
        await accept(store, mention(where=place(where)))

    async with looking(store) as tx:
        assert len(rows(tx, place_table)) == 3


async def notices(store: Store, run: Run | None) -> list[str]:
    assert run is not None
    async with looking(store) as tx:
        shown = [row.view for row in deliveries.of_run(tx, run.id)]
    return [view.text for view in shown if isinstance(view, Notice)]


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de", "de"), ("de-AT", "de"), ("en_US", "en"), ("", "es"), ("xx", "es")],
)
async def test_intake_speaks_to_each_in_their_language(
    store: Store, locale: str, language: str
) -> None:
    await set_for_all(store, language="es")
    said = replace(mention(""), locale=locale)
    (run,) = await accept(store, said)

    assert run is not None
    assert run.language == language
    with speaking(language):
        assert await notices(store, run) == [say("run.empty_mention")]


async def test_each_sign_in_a_batch_speaks_its_askers_language(store: Store) -> None:
    await accept(
        store,
        replace(mention(), locale="de"),
        replace(mention(), locale="es"),
        replace(mention(), locale="en"),
    )
    expected = []
    for language, behind in (("de", False), ("es", True), ("en", True)):
        with speaking(language):
            expected.append(say("limits.after_current") if behind else "")

    assert [note for _, note in await signs(store)] == expected
