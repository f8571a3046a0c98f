from dataclasses import replace

import pytest
from pydantic import JsonValue
from structlog.testing import capture_logs

from bot.jsons import Json
from bot.responses import (
    Request,
    RequestRejected,
    Responses,
)
from tests.sims.answers import (
    Calls,
    Reasoning,
    Text,
)
from tests.sims.openai import OpenAISim
from tests.sims.provider import ASK, HELLO, TOOL, client, end, events


async def test_the_request_is_stateless_and_complete() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Text("ok"))
        request = replace(
            ASK,
            tool_choice="auto",
            parallel_tool_calls=True,
            temperature=0.5,
            top_p=0.9,
            max_output_tokens=500,
            safety_identifier="hashed",
            prompt_cache_key="thread_1",
            response_format={"type": "text"},
        )

        await events(provider, request)

        body = sim.requests[0].body
        assert body == {
            "model": "tutor-1",
            "instructions": "Be kind.",
            "input": [HELLO],
            "store": False,
            "stream": True,
            "stream_options": {"include_obfuscation": False},
            "include": ["reasoning.encrypted_content"],
            "temperature": 0.5,
            "top_p": 0.9,
            "max_output_tokens": 500,
            "text": {"format": {"type": "text"}},
            "safety_identifier": "hashed",
            "prompt_cache_key": "thread_1",
            "tools": [TOOL],
            "tool_choice": "auto",
            "parallel_tool_calls": True,
        }
        assert sim.requests[0].headers["Authorization"] == "Bearer sk-test"


async def test_what_is_not_set_is_not_sent() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Text("ok"))

        await events(provider)

        assert sim.requests[0].body.keys() == {
            "model",
            "instructions",
            "input",
            "store",
            "stream",
            "stream_options",
            "include",
            "tools",
        }


SCHEMA: Json = {"name": "grade", "strict": True, "schema": {"type": "object", "properties": {}}}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (None, None),
        ("auto", None),
        ({"type": "text"}, {"format": {"type": "text"}}),
        ({"type": "json_object"}, {"format": {"type": "json_object"}}),
        (
            {"type": "json_schema", "json_schema": SCHEMA},
            {"format": {"type": "json_schema", **SCHEMA}},
        ),
        (
            {"type": "json_schema", **SCHEMA},
            {"format": {"type": "json_schema", **SCHEMA}},
        ),
    ],
)
async def test_a_response_format_is_sent_in_the_shape_of_today(
    given: JsonValue, sent: JsonValue
) -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Text("ok"))

        await events(provider, replace(ASK, response_format=given))

        assert sim.requests[0].body.get("text") == sent


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("none", "none"),
        ("required", "required"),
        (
            {"type": "function", "function": {"name": "display_quiz"}},
            {"type": "function", "name": "display_quiz"},
        ),
        (
            {"type": "function", "name": "display_quiz"},
            {"type": "function", "name": "display_quiz"},
        ),
        ({"type": "file_search"}, {"type": "file_search"}),
    ],
)
async def test_a_tool_choice_is_sent_in_the_shape_of_today(
    given: JsonValue, sent: JsonValue
) -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Text("ok"))
        sim.answer(Text("ok"))

        await events(provider, replace(ASK, tool_choice=given, parallel_tool_calls=False))
        await events(provider, replace(ASK, tool_choice=given, tools=()))

        assert sim.requests[0].body["tool_choice"] == sent
        assert sim.requests[0].body["parallel_tool_calls"] is False
        assert "tool_choice" not in sim.requests[1].body


async def test_a_model_without_parallel_calls_is_asked_without_them() -> None:
    async with OpenAISim(unsupported={"parallel_tool_calls"}) as sim, client(sim) as provider:
        sim.answer(Text("ok"))

        await events(provider, replace(ASK, parallel_tool_calls=True))

        assert "parallel_tool_calls" not in sim.requests[1].body


async def test_what_a_model_does_not_take_is_left_out_and_remembered() -> None:
    unsupported = {"temperature", "include", "safety_identifier", "stream_options"}
    async with OpenAISim(unsupported=unsupported) as sim, client(sim) as provider:
        sim.responder = lambda _: Text("ok")
        ask = replace(ASK, temperature=0.3, safety_identifier="hashed")
        with capture_logs() as logs:
            await events(provider, ask)
            await events(provider, ask)

        assert len(sim.requests) == 4 + 1 + 1
        assert not unsupported & sim.requests[-1].body.keys()
        left_out = [log["parameter"] for log in logs if log["event"] == "parameter_left_out"]
        assert sorted(unsupported) == left_out


async def test_another_model_is_still_asked_for_everything() -> None:
    async with OpenAISim(unsupported={"temperature"}) as sim, client(sim) as provider:
        sim.responder = lambda _: Text("ok")
        ask = replace(ASK, temperature=0.3)
        await events(provider, ask)
        sim.unsupported.clear()
        await events(provider, replace(ask, model="tutor-2"))

        assert sim.requests[-1].body["temperature"] == 0.3


@pytest.mark.parametrize(
    ("status", "left_out", "body"),
    [
        (400, "include", {"error": {"message": "Encrypted content is not supported here."}}),
        (422, "prompt_cache_key", {"detail": [{"loc": ["body", "prompt_cache_key"], "msg": "x"}]}),
        (400, "stream_options", {"error": "unexpected field stream_options"}),
    ],
)
async def test_other_servers_ways_to_name_a_parameter_are_understood(
    status: int, left_out: str, body: Json
) -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.fail(status, body=body)
        sim.answer(Text("ok"))

        await events(provider, replace(ASK, prompt_cache_key="thread_1"))

        assert left_out in sim.requests[0].body
        assert left_out not in sim.requests[1].body
        assert len(sim.requests[0].body) == len(sim.requests[1].body) + 1


async def test_an_error_that_only_seems_to_name_a_parameter_is_not_remembered() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        for _ in range(2):
            sim.fail(400, message="your text about top_p is odd")
        sim.answer(Text("ok"))

        with pytest.raises(RequestRejected):
            await events(provider, replace(ASK, top_p=0.9))
        await events(provider, replace(ASK, top_p=0.9))

        assert sim.requests[-1].body["top_p"] == 0.9


async def test_reasoning_of_an_earlier_key_is_left_out_instead_of_failing_for_good() -> None:
    async with OpenAISim(forgiving=True) as sim, client(sim) as provider:
        sim.answer(Reasoning(), Calls(("display_quiz", {}, "call_1")))
        first = await end(provider)
        output: Json = {"type": "function_call_output", "call_id": "call_1", "output": "[]"}
        stale = first.items[0] | {"encrypted_content": "gAAAAelsewhere"}
        sim.answer(Text("ok"))

        await events(provider, replace(ASK, input=(HELLO, stale, first.items[1], output)))

        sent = sim.requests[-1].items
        assert [item.get("type") for item in sent] == [
            None,
            "function_call",
            "function_call_output",
        ]
        assert "id" not in sent[1]


async def test_text_that_no_wire_takes_is_sent_and_kept_without_harm() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Text("a\ud800b\x00c"))
        ask = replace(ASK, input=({"role": "user", "content": "\udfff\x00!"},))

        finished = await end(provider, ask)

        assert sim.requests[0].items[0]["content"] == "\ufffd\ufffd!"
        assert "a\ufffdb\ufffdc" in str(finished.items)


async def test_a_server_without_keys_needs_none() -> None:
    async with OpenAISim() as sim, Responses(base_url=sim.base_url, api_key="") as provider:
        sim.answer(Text("ok"))
        await events(provider, Request(model="m", instructions="", input=(HELLO,)))

        assert "instructions" not in sim.requests[0].body
        assert "tools" not in sim.requests[0].body
