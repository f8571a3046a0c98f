"""What a response means for its run is decided before anything of it is stored."""

import copy
import json
from typing import ClassVar

import pytest
from pydantic import JsonValue

from bot import outcomes
from bot.jsons import Json
from bot.responses import Finished
from bot.store.records import Run
from bot.tools import TOOLS
from bot.tools.port import Call, Tools
from tests.store.rows import NOW, run


class Clock:
    """A tool that acts by itself."""

    definition: ClassVar[Json] = {
        "name": "clock",
        "parameters": {"type": "object", "properties": {}},
    }
    repeatable = True

    async def act(self, arguments: str, call: Call) -> str:  # noqa: ARG002 - its signature
        return arguments


ALL_TOOLS: Tools = {**TOOLS, "clock": Clock()}
QUIZ = json.dumps({"title": "T", "questions": [{"question_text": "Why?"}]})


def message(text: str) -> Json:
    content: list[JsonValue] = [{"type": "output_text", "text": text, "annotations": []}]
    return {"type": "message", "id": "msg_1", "role": "assistant", "content": content}


def call(name: str, arguments: str = "{}", call_id: str = "c1") -> Json:
    return {
        "type": "function_call",
        "id": f"fc_{call_id}",
        "call_id": call_id,
        "name": name,
        "arguments": arguments,
    }


REASONING: Json = {"type": "reasoning", "id": "rs_1", "encrypted_content": "opaque", "summary": []}


def read(
    *items: Json, cut: bool = False, taken: tuple[str, ...] = (), of: Run | None = None
) -> outcomes.Outcome:
    finished = Finished(
        status="incomplete" if cut else "completed",
        items=items,
        usage={"total_tokens": 7},
        reason="max_output_tokens" if cut else None,
        response_id="resp_1",
    )
    before = copy.deepcopy(finished)
    outcome = outcomes.read(of or run(), finished, ALL_TOOLS, taken, NOW)
    assert finished == before
    return outcome


def test_items_are_kept_as_they_came_and_in_order() -> None:
    came = (REASONING, message("Look."), call("clock"))
    outcome = read(*came)

    assert tuple(item.body for item in outcome.items) == came
    assert [(item.round, item.idx) for item in outcome.items] == [(1, 0), (1, 1), (1, 2)]
    assert (outcome.status, outcome.text, outcome.usage) == (
        "completed",
        "Look.",
        {"total_tokens": 7},
    )


def test_several_messages_are_one_text() -> None:
    assert read(message("One."), REASONING, message(" "), message("Two.\n")).text == "One.\n\nTwo."


def test_a_refusal_is_text_too() -> None:
    refused: Json = {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "refusal", "refusal": "I may not."}],
    }

    assert read(refused).text == "I may not."


def test_a_question_waits_for_people_and_a_tool_of_ours_for_us() -> None:
    outcome = read(call("display_quiz", QUIZ, "c1"), call("clock", call_id="c2"))
    quiz, clock = outcome.calls

    assert (quiz.state, clock.state) == ("waiting", "pending")
    assert (quiz.output, clock.output) == (None, None)
    asking = outcome.asked[quiz.id]
    assert (asking.title, [asked.text for asked in asking.questions]) == ("T", ["Why?"])
    assert list(outcome.asked) == [quiz.id]


def test_an_unknown_function_answers_the_model_with_an_error() -> None:
    (made_up,) = read(call("launch_rocket")).calls

    assert made_up.state == "done"
    assert made_up.completed_at == NOW
    assert json.loads(made_up.output or "") == {"error": "There is no function 'launch_rocket'."}


@pytest.mark.parametrize("arguments", ["", "{", "[]", '{"title": "T", "questions": []}'])
def test_arguments_that_do_not_fit_answer_the_model_with_the_reason(arguments: str) -> None:
    outcome = read(call("display_quiz", arguments))

    assert [each.state for each in outcome.calls] == ["done"]
    assert json.loads(outcome.calls[0].output or "")["error"]
    assert outcome.asked == {}


def test_one_bad_call_does_not_harm_the_others() -> None:
    outcome = read(
        call("display_quiz", "{", "c1"),
        call("ask_person", '{"question": "Which?"}', "c2"),
        call("nothing", call_id="c3"),
    )

    assert [each.state for each in outcome.calls] == ["done", "waiting", "done"]
    assert list(outcome.asked) == [outcome.calls[1].id]


def test_a_call_id_that_was_used_before_gets_a_new_name_everywhere() -> None:
    outcome = read(call("clock"), call("clock", call_id="c1_"), taken=("c1",))

    names = [each.call_id for each in outcome.calls]
    assert len({"c1", *names}) == 3
    assert [item.call_id for item in outcome.items] == names
    assert [item.body["call_id"] for item in outcome.items] == names


def test_the_same_call_id_over_many_rounds_never_repeats() -> None:
    taken: tuple[str, ...] = ()
    for _ in range(20):
        taken += tuple(each.call_id for each in read(call("clock"), taken=taken).calls)

    assert len(set(taken)) == 20


def test_an_incomplete_response_executes_nothing_and_keeps_its_text() -> None:
    outcome = read(REASONING, message("Half a sen"), call("display_quiz", QUIZ), cut=True)

    assert (outcome.status, outcome.reason) == ("incomplete", "max_output_tokens")
    assert (outcome.calls, outcome.asked) == ((), {})
    (kept,) = outcome.items
    assert kept.body == {"type": "message", "role": "assistant", "content": "Half a sen"}
    assert (kept.status, kept.idx) == ("incomplete", 0)


def test_an_incomplete_response_without_text_leaves_nothing() -> None:
    assert read(REASONING, message(" \n"), cut=True).items == ()


def test_a_cut_call_in_a_response_that_says_it_is_complete_executes_nothing() -> None:
    cut: Json = {"type": "function_call", "status": "incomplete", "arguments": '{"title": '}
    outcome = read(message("Wait."), call("clock"), cut)

    assert (outcome.status, outcome.calls) == ("incomplete", ())
    assert [item.body["content"] for item in outcome.items] == ["Wait."]


def test_an_empty_response_is_complete_and_silent() -> None:
    outcome = read()

    assert (outcome.status, outcome.text, outcome.items) == ("completed", "", ())


def test_kinds_of_items_that_nobody_knows_are_kept_and_execute_nothing() -> None:
    odd: Json = {"type": "hologram_call", "id": "h_1", "call_id": "c9", "name": "clock"}
    outcome = read(odd)

    assert outcome.calls == ()
    assert [item.body for item in outcome.items] == [odd]
