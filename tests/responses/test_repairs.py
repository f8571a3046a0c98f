"""A thread that the server refuses to take back is mended, and goes on."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.jsons import Json
from bot.responses import RequestRejected
from bot.responses.repairs import UNKNOWN_OUTPUT, with_paired_calls, without_containers
from tests.sims.answers import Calls, Reasoning, Text
from tests.sims.openai import OpenAISim
from tests.sims.provider import ASK, HELLO, client, end, events, text_of

RAN: Json = {
    "type": "code_interpreter_call",
    "id": "ci_1",
    "container_id": "cntr_1",
    "status": "completed",
    "code": "print(6 * 7)",
    "outputs": [{"type": "logs", "logs": "42"}, {"type": "image", "url": "https://…"}],
}


def call(call_id: str) -> Json:
    return {"type": "function_call", "call_id": call_id, "name": "f", "arguments": "{}"}


def output(call_id: str, said: str = "ok") -> Json:
    return {"type": "function_call_output", "call_id": call_id, "output": said}


@pytest.mark.parametrize(
    ("items", "mended"),
    [
        ([call("1")], [call("1"), output("1", UNKNOWN_OUTPUT)]),
        (
            [HELLO, call("1"), call("2"), output("2"), HELLO],
            [HELLO, call("1"), call("2"), output("1", UNKNOWN_OUTPUT), output("2"), HELLO],
        ),
        ([HELLO, output("1")], [HELLO]),
        ([call("1"), output("1"), output("1")], [call("1"), output("1")]),
        ([output("1"), call("1")], [call("1"), output("1", UNKNOWN_OUTPUT)]),
        ([HELLO, call("1"), output("1")], [HELLO, call("1"), output("1")]),
    ],
)
def test_calls_and_outputs_are_brought_together(items: list[Json], mended: list[Json]) -> None:
    assert list(with_paired_calls(tuple(items))) == mended


async def test_a_call_without_its_output_does_not_end_the_thread() -> None:
    async with OpenAISim(forgiving=True) as sim, client(sim) as provider:
        sim.answer(Text("Where were we?"))
        with capture_logs() as logs:
            finished = await end(provider, replace(ASK, input=(HELLO, call("call_1"), HELLO)))

        assert text_of(finished.items[0]) == "Where were we?"
        assert sim.requests[1].items[2] == output("call_1", UNKNOWN_OUTPUT)
        assert [(log["event"], log["what"]) for log in logs] == [("thread_mended", "calls")]


async def test_reasoning_that_lost_what_it_led_to_is_left_out() -> None:
    async with OpenAISim(forgiving=True) as sim, client(sim) as provider:
        sim.answer(Reasoning(), Calls(("display_quiz", {}, "call_1")))
        thought = (await end(provider)).items[0]
        sim.answer(Text("fine"))

        await events(provider, replace(ASK, input=(HELLO, thought, HELLO)))

        assert sim.requests[-1].items == [HELLO, HELLO]


async def test_a_call_that_lost_its_reasoning_is_sent_without_its_id() -> None:
    async with OpenAISim(forgiving=True) as sim, client(sim) as provider:
        sim.answer(Reasoning(), Calls(("display_quiz", {}, "call_1")))
        _, made = (await end(provider)).items
        sim.answer(Text("fine"))

        await events(provider, replace(ASK, input=(HELLO, made, output("call_1"))))

        assert "id" in sim.requests[-2].items[1]
        assert "id" not in sim.requests[-1].items[1]


@pytest.mark.parametrize(
    "message",
    [
        "Invalid input[1]. Expected container_id: cntr_1 to be active.",
        "Container cntr_1 has expired.",
    ],
)
async def test_code_of_a_container_that_is_gone_becomes_text(message: str) -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.fail(400, message=message, param="input")
        sim.answer(Text("fine"))

        await events(provider, replace(ASK, input=(HELLO, RAN, HELLO)))

        told = sim.requests[1].items[1]
        assert told["role"] == "assistant"
        assert "print(6 * 7)" in str(told["content"])
        assert "42" in str(told["content"])
        assert "cntr_1" not in str(sim.requests[1].body)


def test_a_thread_without_code_stays_as_it_is() -> None:
    items = (HELLO, call("1"), output("1"))

    assert without_containers(items) is items


async def test_what_cannot_be_mended_is_our_bug_after_one_more_try() -> None:
    async with OpenAISim(forgiving=True) as sim, client(sim) as provider:
        sim.fail(400, message="No tool output found for function call x.", param="input")

        with pytest.raises(RequestRejected) as caught:
            await events(provider, replace(ASK, input=(HELLO, output("call_1"))))

        assert caught.value.param == "input"
        assert caught.value.request_id == "req_2"
        assert len(sim.requests) == 2
