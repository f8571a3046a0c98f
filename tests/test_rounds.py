"""At the end of a round every call gets one output, in order, and the next round starts once."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import outcomes, rounds, tokens
from bot.jsons import Json
from bot.responses import Finished
from bot.store import calls, deliveries, items, questions, quizzes, runs
from bot.store.database import Store, Tx
from bot.store.records import Run, ToolCall
from bot.tools import TOOLS
from bot.views import Notice, Quiz, Reply
from tests.store.rows import NOW, answer, limits, looking, opened, place, started, writing

QUIZ = json.dumps(
    {"title": "T", "questions": [{"question_text": "Why?"}, {"question_text": "How?"}]}
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as store:
        yield store


def message(text: str) -> Json:
    return {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "output_text", "text": text, "annotations": []}],
    }


def call(name: str, arguments: str, call_id: str) -> Json:
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments}


def end_round(tx: Tx, run: Run, *came: Json, cut: bool = False) -> list[ToolCall]:
    """The end of a round that brought these items; returns its calls."""
    finished = Finished(
        status="incomplete" if cut else "completed",
        items=came,
        usage={"total_tokens": 5},
        reason="max_output_tokens" if cut else None,
        response_id=None,
    )
    outcome = outcomes.read(run, finished, TOOLS, [], NOW)
    rounds.store(tx, run, outcome, "", limits=limits(), now=NOW)
    return list(outcome.calls)


def stored(tx: Tx, run: Run) -> Run:
    found = runs.get(tx, run.id)
    assert found is not None
    return found


def views(tx: Tx, run: Run) -> list[object]:
    return [row.view for row in deliveries.of_run(tx, run.id)]


def outputs(tx: Tx, run: Run) -> list[tuple[object, object]]:
    own = items.own(tx, run.id)
    return [
        (item.call_id, item.body["output"]) for item in own if item.type == "function_call_output"
    ]


async def test_a_reply_without_calls_completes_its_run(store: Store) -> None:
    async with writing(store) as tx:
        run = started(tx)
        end_round(tx, run, message("Hello."))
        done = stored(tx, run)

        assert (done.status, done.finished_at, done.usage) == (
            "completed",
            NOW,
            {"total_tokens": 5},
        )
        (reply,) = views(tx, run)
    assert isinstance(reply, Reply)
    assert reply.text == "Hello."


@pytest.mark.parametrize(
    ("closed", "offered"),
    [(True, ["missed", "harder", "explain", "regenerate"]), (False, ["regenerate"])],
)
async def test_after_a_finished_quiz_the_last_reply_offers_what_may_come_next(
    store: Store, *, closed: bool, offered: list[str]
) -> None:
    async with writing(store) as tx:
        run = started(tx)
        (quiz,) = end_round(tx, run, call("display_quiz", QUIZ, "c1"))
        if closed:
            assert quizzes.close(tx, quiz.id, NOW)
        rounds.finish_call(tx, run, quiz, '["a", "b"]', NOW)
        end_round(tx, stored(tx, run), message("Well done."))
        reply = views(tx, run)[-1]

    assert isinstance(reply, Reply)
    presses = [tokens.decode(button.token) for button in reply.actions]
    assert [press and (press.action, press.target) for press in presses] == [
        (action, run.id) for action in offered
    ]


async def test_a_reply_that_is_cut_says_so(store: Store) -> None:
    async with writing(store) as tx:
        run = started(tx)
        end_round(tx, run, message("Hel"), cut=True)

        assert (stored(tx, run)).status == "incomplete"
        (view,) = views(tx, run)
    assert isinstance(view, Reply)
    assert view.text == "Hel"
    assert "too long" in view.note


async def test_a_reply_that_says_nothing_offers_to_try_again(store: Store) -> None:
    async with writing(store) as tx:
        run = started(tx)
        end_round(tx, run)
        (view,) = views(tx, run)

    assert isinstance(view, Notice)
    assert "nothing to say" in view.text
    assert view.actions


@pytest.mark.parametrize(
    "came", [(), (call("display_quiz", QUIZ, "c1"),)], ids=["nothing", "a quiz"]
)
async def test_what_comes_instead_of_a_sign_that_was_not_shown_yet_keeps_its_place(
    store: Store, came: tuple[Json, ...]
) -> None:
    async with writing(store) as tx:
        run, later = started(tx), started(tx, where=place("t2"))
        for each in (run, later):
            deliveries.put(tx, each, 0, Reply(text="", note="Heard.", live=True))
        end_round(tx, run, *came)
        first, then = (deliveries.of_run(tx, each.id)[0] for each in (run, later))

        assert not isinstance(first.view, Reply)
        assert first.seq < then.seq


async def test_a_run_that_was_stopped_meanwhile_is_not_completed(store: Store) -> None:
    async with writing(store) as tx:
        run = started(tx)
        runs.move(tx, run.id, source=["in_progress"], target="cancelling", now=NOW)
    with pytest.raises(rounds.StoppedError):
        async with writing(store) as tx:
            end_round(tx, run, message("Hello."))

    async with looking(store) as tx:
        assert (stored(tx, run)).status == "cancelling"
        assert views(tx, run) == []


@pytest.mark.parametrize(("direct", "days"), [(False, 1), (True, 7)])
async def test_a_quiz_is_asked_below_the_text_and_stays_open_for_its_time(
    store: Store, *, direct: bool, days: int
) -> None:
    async with writing(store) as tx:
        run = started(tx, where=place("d1", direct=direct))
        end_round(tx, run, message("Here."), call("display_quiz", QUIZ, "c1"))
        text, quiz = views(tx, run)
        asked = questions.of_run(tx, run.id)

    assert text == Reply(text="Here.")
    assert isinstance(quiz, Quiz)
    assert quiz.question is not None
    assert (quiz.question.text, quiz.question.number, quiz.question.total) == ("Why?", 1, 2)
    assert [(each.text, each.slot_no) for each in asked] == [("Why?", 1), ("How?", None)]
    assert {each.closes_at for each in asked} == {NOW + timedelta(days=days)}


async def test_two_calls_at_once_are_two_messages(store: Store) -> None:
    async with writing(store) as tx:
        run = started(tx)
        end_round(
            tx,
            run,
            call("display_quiz", QUIZ, "c1"),
            call("ask_person", '{"question": "Which?"}', "c2"),
        )
        shown = views(tx, run)

    assert [view.question.text for view in shown if isinstance(view, Quiz) and view.question] == [
        "Why?",
        "Which?",
    ]


async def test_the_last_output_starts_the_next_round_with_all_outputs_in_order(
    store: Store,
) -> None:
    async with writing(store) as tx:
        run = started(tx)
        first, bad, last = end_round(
            tx,
            run,
            call("display_quiz", QUIZ, "c1"),
            call("nothing", "{}", "c2"),
            call("ask_person", '{"question": "Which?"}', "c3"),
        )
        assert not rounds.finish_call(tx, run, last, "sets", NOW)
        assert (stored(tx, run)).round == 1
        assert rounds.finish_call(tx, run, first, '["a", "b"]', NOW)

        assert outputs(tx, run) == [("c1", '["a", "b"]'), ("c2", bad.output), ("c3", "sets")]
        after = stored(tx, run)
        assert (after.round, after.first_round) == (2, 2)
        assert after.first_slot == len(views(tx, run))
        steps = items.own_steps(tx, [run.id])
    assert [step.status for step in steps] == ["completed"] * 3


async def test_an_output_is_stored_once(store: Store) -> None:
    async with writing(store) as tx:
        run = started(tx)
        (quiz,) = end_round(tx, run, call("display_quiz", QUIZ, "c1"))
        assert rounds.finish_call(tx, run, quiz, "first", NOW)
        assert not rounds.finish_call(tx, run, quiz, "second", NOW)

        assert outputs(tx, run) == [("c1", "first")]
        assert (stored(tx, run)).round == 2


async def test_calls_that_only_failed_start_the_next_round_of_the_same_reply(store: Store) -> None:
    async with writing(store) as tx:
        run = started(tx)
        end_round(tx, run, message("Wait."), call("nothing", "{}", "c1"))
        after = stored(tx, run)

        assert (after.status, after.round) == ("in_progress", 2)
        assert (after.first_round, after.first_slot) == (1, 0)
        assert [call_id for call_id, _ in outputs(tx, run)] == ["c1"]


async def test_a_run_that_ends_leaves_no_call_without_an_output(store: Store) -> None:
    async with writing(store) as tx:
        run = started(tx)
        quiz, other = end_round(
            tx,
            run,
            call("display_quiz", QUIZ, "c1"),
            call("ask_person", '{"question": "Which?"}', "c2"),
        )
        why, _ = questions.of_call(tx, quiz.id)
        questions.answer(tx, answer(why, "text", "because"))
        rounds.abandon_calls(tx, run, TOOLS, "expired", limits=limits(), now=NOW)

        assert outputs(tx, run) == [
            ("c1", '["because", "(not answered)"]'),
            ("c2", '{"error": "expired"}'),
        ]
        assert not calls.unfinished(tx, run.id)
        assert {each.state for each in questions.of_run(tx, run.id)} == {"closed"}
        steps = items.own_steps(tx, [run.id])
    assert other.call_id == "c2"
    assert [step.status for step in steps] == ["expired"] * 2
