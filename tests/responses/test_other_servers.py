"""Servers that implement only the part of the Responses API which all have."""

import json
from dataclasses import replace

import pytest

from bot.jsons import Json
from bot.responses import Finished, ItemDone, ItemStarted, TellPerson, TryAgain
from tests.sims.answers import Call, Calls, Text, at_end, unnumbered, with_unknown
from tests.sims.openai import OpenAISim
from tests.sims.provider import ASK, client, end, events, said, text_of


def wire(*sent: Json) -> bytes:
    """Events as chat servers write them: no `event:` lines, a word at the end."""
    lines = [f"data: {json.dumps(event)}\n\n" for event in sent]
    return "".join([": welcome\n\n", *lines, "data: [DONE]\n\n"]).encode()


PLAIN: Json = {
    "type": "message",
    "role": "assistant",
    "content": [{"type": "output_text", "text": "One two"}],
}
CALL: Json = {
    "type": "function_call",
    "call_id": "call_1",
    "name": "display_quiz",
    "arguments": '{"title": "x"}',
}


async def test_the_least_that_a_server_may_send_is_understood() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.send(
            wire(
                {"type": "response.created"},
                {"type": "response.output_text.delta", "delta": "One "},
                {"type": "ping"},
                {"type": "response.output_text.delta", "delta": "two"},
                {"type": "response.output_item.done", "item": PLAIN},
                {"type": "response.output_item.done", "item": CALL},
                {"type": "response.completed", "response": {"status": "completed"}},
            )
        )

        seen = await events(provider)

        assert said(seen) == "One two"
        assert seen[-1] == Finished(
            status="completed", items=(PLAIN, CALL), usage={}, reason=None, response_id=None
        )


async def test_items_that_only_the_last_event_has_are_there_without_ids_or_numbers() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.send(wire({"type": "response.completed", "response": {"output": [PLAIN, CALL]}}))

        seen = await events(provider)

        assert [event.item for event in seen if isinstance(event, ItemDone)] == [PLAIN, CALL]


async def test_a_plain_stream_with_strange_events_and_without_usage_is_a_whole_answer() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        edits = (unnumbered, with_unknown, at_end(usage=None, output=[]))
        sim.answer(Text("Hello"), Calls(("display_quiz", {}, "call_1")), edits=edits)

        finished = await end(provider)

        assert [item["type"] for item in finished.items] == ["message", "function_call"]
        assert finished.usage == {}


async def test_a_function_call_whose_arguments_are_broken_comes_as_it_is() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Call("display_quiz", '{"title": ', "call_1"))

        finished = await end(provider)

        assert finished.status == "completed"
        assert finished.items[0]["arguments"] == '{"title": '


async def test_parallel_calls_that_share_an_id_are_all_there() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.send(
            wire(
                {"type": "response.output_item.added", "item": CALL},
                {"type": "response.output_item.done", "output_index": 0, "item": CALL},
                {"type": "response.output_item.done", "output_index": 1, "item": CALL},
                {
                    "type": "response.output_item.done",
                    "output_index": 2,
                    "item": CALL | {"arguments": "{}"},
                },
                {"type": "response.completed", "response": {}},
            )
        )

        seen = await events(provider)

        finished = seen[-1]
        assert isinstance(finished, Finished)
        assert [item["arguments"] for item in finished.items] == ['{"title": "x"}', "{}"]
        assert ItemStarted(index=0, type="function_call", name="display_quiz") in seen


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        ({"type": "response.incomplete", "response": {"status": "incomplete"}}, None),
        (
            {
                "type": "response.completed",
                "response": {
                    "status": "incomplete",
                    "incomplete_details": {"reason": "content_filter"},
                },
            },
            "content_filter",
        ),
    ],
)
async def test_an_incomplete_answer_keeps_what_was_said(last: Json, reason: str | None) -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.send(wire({"type": "response.output_text.delta", "delta": "One"}, last))

        finished = await end(provider)

        assert (finished.status, finished.reason) == ("incomplete", reason)
        assert text_of(finished.items[0]) == "One"


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (402, {"error": {"message": "Insufficient Balance"}}, "credit"),
        (401, {"detail": "Not authenticated"}, "key"),
        (403, "forbidden", "key"),
        (
            404,
            [{"error": {"code": 404, "message": "nothing here", "status": "NOT_FOUND"}}],
            "address",
        ),
        (404, {"error": {"code": "model_not_found", "message": "no such model"}}, "model"),
        (400, {"error": {"message": "pull it first", "param": "model"}}, "model"),
    ],
)
async def test_errors_of_any_shape_tell_the_operator_where_to_look(
    status: int, body: Json, told: str
) -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.fail(status, body=body)

        with pytest.raises(TellPerson) as caught:
            await events(provider)

        assert (caught.value.code, caught.value.blame) == ("unavailable", told)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"error": "overloaded"}, "http_503"),
        ({"error": {"code": 503, "message": "busy"}}, "503"),
        ([], "http_503"),
        ("please wait", "http_503"),
    ],
)
async def test_a_busy_server_may_say_so_in_any_shape(body: Json, reason: str) -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.fail(503, body=body)

        with pytest.raises(TryAgain) as caught:
            await events(provider)

        assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"error": {"message": "tool_choice 'required' is not supported here"}}),
        (422, {"detail": [{"loc": ["body", "tool_choice"], "msg": "unexpected value"}]}),
        (400, {"error": {"message": "needs the word json to use 'text.format'", "param": "input"}}),
        (400, {"error": {"message": "no", "param": "text.format.schema"}}),
        (400, {"error": {"message": "no", "param": "max_output_tokens"}}),
    ],
)
async def test_settings_that_change_the_answer_are_not_left_out(status: int, body: Json) -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.fail(status, body=body)
        ask = replace(
            ASK,
            tool_choice="required",
            response_format={"type": "json_object"},
            max_output_tokens=100,
        )

        with pytest.raises(TellPerson, match="refused_request"):
            await events(provider, ask)

        assert len(sim.requests) == 1
