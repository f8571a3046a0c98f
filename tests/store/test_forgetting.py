"""What is to be forgotten is found, also what was tried again, in small and bounded steps."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from bot import removal
from bot.events import PersonRef, WorkspaceId
from bot.intake import accept_many
from bot.jsons import Json
from bot.messages import message, text_of
from bot.quotes import Quotes
from bot.store import (
    calls,
    deliveries,
    forgetting,
    items,
    participation,
    questions,
    quizzes,
    runs,
    traces,
)
from bot.store.database import Store, Tx
from bot.store.forgetting import REMOVED, Wish
from bot.store.records import Item, QuizGiven, Run, Taker, ToolCall
from bot.threads import again as tried_again
from bot.views import Notice, Reply
from tests.store.rows import (
    ADA,
    BEN,
    NOW,
    SNAPSHOT,
    answer,
    call,
    mention,
    opened,
    place,
    question,
    writing,
)

HERE = WorkspaceId("sim:one")
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as store:
        yield store


def wish(person: PersonRef = ADA) -> Wish:
    return Wish(workspace=HERE, person=person, at=NOW, messages=0, answers=0)


def said(tx: Tx, text: str, *, by: PersonRef = ADA) -> Run:
    """A run that is over."""
    (queued,) = accept_many(tx, [mention(text, by=by)], NOW)
    assert queued is not None
    assert runs.start(tx, queued.id, SNAPSHOT, NOW, LATER)
    assert runs.move(tx, queued.id, source=["in_progress"], target="completed", now=NOW)
    return queued


def replied(tx: Tx, of: Run, *bodies: Json) -> None:
    """What the model said in the first round of a run."""
    found = [
        Item(run_id=of.id, round=1, idx=idx, type=str(body["type"]), body=body)
        for idx, body in enumerate(bodies)
    ]
    items.insert_many(tx, found, NOW)


def again(tx: Tx, of: Run, *, own_from: int = 1) -> Run:
    """What a press of Retry stores."""
    retry = tried_again(tx, of, LATER, own_from=own_from)
    assert runs.move(tx, retry.id, source=["queued"], target="failed", now=LATER)
    return retry


async def test_retries_that_came_later_are_forgotten_too_and_new_messages_are_not(
    store: Store,
) -> None:
    async with writing(store) as tx:
        first = said(tx, "an aardvark is what I mean")
        bens = said(tx, "Ben means a walrus, not that", by=BEN)
        retry = again(tx, first)
        (new,) = accept_many(tx, [mention("this one is new and stays")], LATER)
        assert new is not None
        thread = forgetting.look(tx, wish(), first.thread_id)
        texts = forgetting.texts(tx, wish(), thread)

    assert thread.theirs == {first.id, retry.id}
    assert thread.later == {first.id, bens.id, retry.id, new.id}
    assert texts == {"an aardvark is what I mean"}


async def test_messages_that_never_started_are_found_as_well(store: Store) -> None:
    async with writing(store) as tx:
        (queued,) = accept_many(tx, [mention("an aardvark is what I mean")], NOW)
        assert queued is not None
        runs.move(tx, queued.id, source=["queued"], target="failed", now=NOW)

        assert forgetting.threads_of(tx, wish()) == [queued.thread_id]
        assert forgetting.threads_of(tx, wish(BEN)) == []
        assert forgetting.threads_of(tx, replace(wish(), workspace=WorkspaceId("w2"))) == []


async def test_a_thread_is_settled_when_nothing_executes_and_nothing_of_theirs_waits(
    store: Store,
) -> None:
    async with writing(store) as tx:
        first = said(tx, "an aardvark is what I mean")
        assert forgetting.look(tx, wish(), first.thread_id).settled

        (bens,) = accept_many(tx, [mention("a walrus", by=BEN)], NOW)
        assert bens is not None
        assert forgetting.look(tx, wish(), first.thread_id).settled
        runs.start(tx, bens.id, SNAPSHOT, NOW, LATER)
        assert not forgetting.look(tx, wish(), first.thread_id).settled
        runs.move(tx, bens.id, source=["in_progress"], target="requires_action", now=NOW)
        assert forgetting.look(tx, wish(), first.thread_id).settled
        accept_many(tx, [mention("an aardvark again")], NOW)
        assert not forgetting.look(tx, wish(), first.thread_id).settled


async def test_the_messages_stay_as_items_and_the_answers_go(store: Store) -> None:
    async with writing(store) as tx:
        mine, bens = said(tx, "an aardvark is what I mean"), said(tx, "a walrus", by=BEN)
        asked = []
        for run, person in ((mine, ADA), (bens, BEN)):
            of = replace(call(run), state="done", output="out")
            calls.insert_many(tx, [of])
            asked.append(question(of=of, asker=person))
        questions.insert_many(tx, asked)
        for one in asked:
            questions.answer(tx, answer(one, "text", "my answer to it"))
        forgetting.ask(tx, HERE, ADA, NOW)
        thread = forgetting.look(tx, wish(), mine.thread_id)
        forgetting.remove(tx, wish(), thread, *thread.batches)

        assert [text_of(item.body) for item in items.own(tx, mine.id)] == [REMOVED]
        assert [text_of(item.body) for item in items.own(tx, bens.id)] == ["a walrus"]
        left = questions.answers_to(tx, [one.id for one in asked])
        assert [given.person for given in left] == [BEN.key]
        assert forgetting.drop(tx, wish()) == (1, 1)
        assert forgetting.wishes(tx) == []


async def test_who_only_began_a_quiz_of_others_or_was_only_helped_is_found(store: Store) -> None:
    async with writing(store) as tx:
        bens = said(tx, "a walrus", by=BEN)
        of = call(bens)
        calls.insert_many(tx, [of])
        asked = replace(question(of=of, asker=BEN), audience="everyone")
        questions.insert_many(tx, [asked])
        quizzes.insert_one(tx, given_to_all(of))
        assert forgetting.threads_of(tx, wish()) == []
        questions.give_hint(tx, asked.id, ADA.key, NOW)
        assert forgetting.threads_of(tx, wish()) == [bens.thread_id]
        for person in (ADA, BEN):
            quizzes.take(tx, taker(of, person))
        questions.answer(tx, replace(answer(asked, "text", "late"), person=ADA.key, at=LATER))
        forgetting.ask(tx, HERE, ADA, NOW)
        thread = forgetting.look(tx, wish(), bens.thread_id)
        assert participation.in_calls(tx, bens.thread_id, ADA, NOW) == [of.id]
        forgetting.remove(tx, wish(), thread, *thread.batches)

        assert [one.person for one in quizzes.takers_of(tx, of.id)] == [BEN.key]
        assert questions.hinted(tx, [asked.id]) == set()
        # What they answer later in what they began before is one with it.
        assert questions.answers_to(tx, [asked.id]) == []
        assert forgetting.threads_of(tx, wish()) == []


def given_to_all(of: ToolCall) -> QuizGiven:
    return QuizGiven(
        tool_call_id=of.id,
        run_id=of.run_id,
        workspace_id=HERE,
        channel_id="sim:channel",
        title="Times tables",
        topic="",
        audience="everyone",
        starter=BEN.key,
        seconds=None,
        opened_at=NOW,
        closes_at=LATER,
    )


def taker(of: ToolCall, person: PersonRef) -> Taker:
    return Taker(
        tool_call_id=of.id, person=person.key, started_at=NOW, finished_at=None, closes_at=LATER
    )


async def test_who_asks_again_while_it_is_done_is_not_overlooked(store: Store) -> None:
    async with writing(store) as tx:
        said(tx, "an aardvark is what I mean")
        forgetting.ask(tx, HERE, ADA, NOW)
        (first,) = forgetting.wishes(tx)
        forgetting.ask(tx, HERE, ADA, LATER)

        assert forgetting.drop(tx, first) is None
        assert [one.at for one in forgetting.wishes(tx)] == [LATER]


async def test_reasoning_goes_from_the_first_turn_of_the_person_on_with_the_ids_behind_it(
    store: Store,
) -> None:
    thought: Json = {"type": "reasoning", "id": "rs_1", "encrypted_content": "x", "summary": []}
    function: Json = {
        "type": "function_call",
        "id": "fc_1",
        "call_id": "c",
        "name": "f",
        "arguments": "",
    }
    async with writing(store) as tx:
        before, mine, after = (said(tx, "hello", by=who) for who in (BEN, ADA, BEN))
        for run in (before, mine, after):
            replied(tx, run, thought, function)
        thread = forgetting.look(tx, wish(), mine.thread_id)
        found = traces.of_runs(tx, [before.id, mine.id, after.id])
        traces.change(tx, removal.changes(found, thread, Quotes([])), NOW)

        left = {run.id: [item.body for item in items.own(tx, run.id)][1:] for run in (before, mine)}
        assert left[before.id] == [thought, function]
        assert left[mine.id] == [{name: function[name] for name in function if name != "id"}]
        assert [item.type for item in items.own(tx, after.id)] == ["message", "function_call"]


async def test_answers_are_found_in_copies_of_copies_without_the_runs_they_were_given_in(
    store: Store,
) -> None:
    asked: Json = {"type": "function_call", "call_id": "c1", "name": "ask", "arguments": "{}"}
    output: Json = {"type": "function_call_output", "call_id": "c1", "output": '["two"]'}
    async with writing(store) as tx:
        mine = said(tx, "hello")
        given = replace(call(mine, call_id="c1"), state="done", output='["two"]')
        calls.insert_many(tx, [given])
        questions.insert_many(tx, [question(of=given)])
        replied(tx, mine, asked, output)
        second = again(tx, mine, own_from=2)
        last = again(tx, second, own_from=2)
        thread = forgetting.look(tx, wish(), mine.thread_id)
        found = traces.of_runs(tx, thread.with_sources([last.id]))
        traces.change(tx, removal.changes(found, thread, Quotes([])), NOW)

        (left,) = [item.body for item in items.own(tx, last.id) if "output" in item.body]
        assert left["output"] == REMOVED
        assert [item.round for item in items.own(tx, last.id)] == [0, 1, 1]


async def test_what_is_clean_is_not_written_again(store: Store) -> None:
    wrote = "an aardvark is what I mean"
    async with writing(store) as tx:
        mine = said(tx, wrote)
        replied(tx, mine, message("assistant", f"You said: {wrote}"))
        deliveries.put(tx, mine, 0, Reply(text=f"You said: {wrote}"))
        deliveries.put(tx, mine, 1, Notice(text="Something else."))
        thread, quotes = forgetting.look(tx, wish(), mine.thread_id), Quotes([wrote])
        changed = removal.changes(traces.of_runs(tx, [mine.id]), thread, quotes)
        places = traces.change(tx, changed, NOW)

        assert places == {place().id}
        assert [row.view_version for row in deliveries.of_run(tx, mine.id)] == [2, 1]
        assert not removal.changes(traces.of_runs(tx, [mine.id]), thread, quotes)


async def test_a_message_that_was_refused_or_removed_is_not_posted_again(store: Store) -> None:
    wrote = "an aardvark is what I mean"
    async with writing(store) as tx:
        mine = said(tx, wrote)
        row = deliveries.put(tx, mine, 0, Reply(text=wrote))
        trying = deliveries.intend(tx, row.slot, NOW)
        assert trying is not None
        deliveries.not_created(tx, trying, "dropped", None)
        thread = forgetting.look(tx, wish(), mine.thread_id)
        found = traces.of_runs(tx, [mine.id])
        traces.change(tx, removal.changes(found, thread, Quotes([wrote])), NOW)

        (left,) = deliveries.of_run(tx, mine.id)
        assert left.state == "dropped"
        assert left.view == Reply(text="[removed]")


async def test_nothing_is_found_by_reading_whole_tables(store: Store) -> None:
    statements: list[tuple[str, object]] = []

    def note(_: object, __: object, statement: str, given: object, *___: object) -> None:
        statements.append((statement, given))

    async with writing(store) as tx:
        mine = said(tx, "hello")
        event.listen(tx, "before_cursor_execute", note)
        forgetting.executes(tx, HERE, ADA)
        forgetting.waiting(tx, wish(), 20)
        forgetting.threads_of(tx, wish())
        thread = forgetting.look(tx, wish(), mine.thread_id)
        forgetting.texts(tx, wish(), thread)
        participation.in_calls(tx, mine.thread_id, ADA, NOW)
        forgetting.remove(tx, wish(), thread, *thread.batches)
        traces.of_runs(tx, [mine.id])
        event.remove(tx, "before_cursor_execute", note)
        steps = [
            row.detail
            for statement, given in statements
            for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", first(given))
        ]

    scans = [step for step in steps if step.startswith("SCAN") and "SUBQUERY" not in step]
    assert scans == ["SCAN CONSTANT ROW"] * len(scans)


def first(given: object) -> tuple[object, ...]:
    """The values of a statement, or of its first row."""
    values = given[0] if isinstance(given, list) else given
    assert isinstance(values, tuple)
    return values
