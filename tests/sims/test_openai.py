import json

import aiohttp
import pytest

from bot.jsons import Json
from tests.sims import spec
from tests.sims.answers import (
    Answer,
    Call,
    Calls,
    Reasoning,
    Refused,
    Text,
    error_at,
    failed,
)
from tests.sims.openai import OpenAISim
from tests.sims.streams import events_of

HELLO: Json = {"role": "user", "content": "hello"}
CALL: Json = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}
OUTPUT: Json = {"type": "function_call_output", "call_id": "call_1", "output": "ok"}
THOUGHT: Json = {"type": "reasoning", "id": "rs_000001000", "summary": [], "encrypted_content": "e"}
judged = pytest.mark.skipif(not spec.available(), reason=spec.NO_SPECIFICATION)


async def post(sim: OpenAISim, *items: Json, **more: object) -> tuple[int, Json]:
    body = {"model": "tutor-1", "input": list(items), "store": False, **more}
    headers = {"Authorization": "Bearer k"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sim.base_url}/responses", json=body, headers=headers) as response,
    ):
        answer: Json = json.loads(await response.text())
        return response.status, answer


@pytest.mark.parametrize(
    ("items", "says"),
    [
        ((HELLO, CALL), "No tool output found for function call call_1"),
        ((HELLO, OUTPUT), "No tool call found for function call output"),
        ((OUTPUT, CALL), "No tool call found"),
        ((HELLO, CALL, OUTPUT, OUTPUT), "No tool call found"),
        ((HELLO, THOUGHT), "could not be verified"),
        ((HELLO, {**THOUGHT, "encrypted_content": None}), "not persisted"),
        (
            ({"role": "assistant", "content": [{"type": "input_text", "text": "x"}]},),
            "Invalid value: 'input_text'",
        ),
    ],
)
async def test_what_openai_refuses_is_refused(items: tuple[Json, ...], says: str) -> None:
    async with OpenAISim(forgiving=True) as sim:
        status, answer = await post(sim, *items)

        assert status in {400, 404}
        assert says in str(answer)


async def test_reasoning_has_to_come_back_with_what_followed_it() -> None:
    async with OpenAISim(forgiving=True) as sim:
        sim.answer(Reasoning("e"), Calls(("f", {}, "call_1")))
        _, answer = await post(sim, HELLO)
        output = answer["output"]
        assert isinstance(output, list)
        thought, call = output
        assert isinstance(thought, dict)
        assert isinstance(call, dict)

        _, without_follower = await post(sim, HELLO, thought)
        _, without_thought = await post(sim, HELLO, call, OUTPUT)
        sim.answer(Text("fine"))
        status, _ = await post(sim, HELLO, thought, call, OUTPUT)

        assert "without its required following item" in str(without_follower)
        assert "without its required 'reasoning' item" in str(without_thought)
        assert status == 200


async def test_a_request_that_nobody_scripted_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="nothing was scripted for request 1"):
        async with OpenAISim() as sim:
            await post(sim, HELLO)


async def test_a_request_that_breaks_a_rule_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="No tool output found for function call call_1"):
        async with OpenAISim() as sim:
            await post(sim, HELLO, CALL)


async def test_a_responder_answers_what_was_asked() -> None:
    async with OpenAISim(responder=lambda asked: Text(str(asked.items[-1]["content"]))) as sim:
        _, answer = await post(sim, HELLO)

        assert "hello" in str(answer["output"])


@judged
@pytest.mark.parametrize(
    "more",
    [
        {"messages": []},
        {"max_tokens": 5},
        {"tools": [{"type": "function", "function": {"name": "f"}}]},
        {"include": ["everything"]},
        {"temperature": "hot"},
    ],
    ids=str,
)
async def test_a_request_outside_the_published_form_fails_the_test(more: dict[str, object]) -> None:
    sim = OpenAISim()
    async with sim:
        status, _ = await post(sim, HELLO, **more)
        complaints, sim.complaints = sim.complaints, []

    assert status == 400
    assert "CreateResponse" in complaints[0]


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"metadata": {"a": 1}}, "metadata.a"),
        ({"metadata": {str(number): "" for number in range(17)}}, "metadata"),
        ({"temperature": 3}, "temperature"),
        ({"safety_identifier": "x" * 129}, "safety_identifier"),
        ({"parallel_tool_calls": True}, "parallel_tool_calls"),
        ({"tools": [{"type": "function", "name": "no blanks"}]}, "tools[0].name"),
        ({"previous_response_id": "resp_0"}, "previous_response_id"),
        ({"model": ""}, "model"),
    ],
    ids=str,
)
async def test_values_that_openai_refuses_are_refused(more: dict[str, object], param: str) -> None:
    async with OpenAISim(forgiving=True) as sim:
        status, answer = await post(sim, HELLO, **more)

        assert status in {400, 404}
        assert f"'param': '{param}'" in str(answer)


@judged
@pytest.mark.parametrize(
    "answer",
    [
        Answer((Text("hello", phase="commentary"),)),
        Answer((Refused("no"),)),
        Answer((Reasoning(), Calls(("f", {"a": 1}, "call_1"), ("g", "{}", "call_2")))),
        Answer((Text("half"), Call("f", '{"a', "call_1")), reason="max_output_tokens"),
        Answer((Text("x"),), edits=(failed("server_error"),)),
        Answer((Text("x"),), edits=(error_at(3, "server_error"),)),
    ],
    ids=["text", "refused", "reasoning_and_calls", "cut", "failed", "error"],
)
def test_what_the_simulator_says_has_the_published_form(answer: Answer) -> None:
    events = events_of(answer, {"model": "tutor-1"}, 1)

    problems = [spec.problem("ResponseStreamEvent", event) for event in events]
    last = events[-1].get("response")
    if isinstance(last, dict):
        problems.append(spec.problem("Response", last))
    assert problems == [None] * len(problems)
