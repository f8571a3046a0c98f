from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.jsons import Json
from bot.responses import (
    Finished,
    ItemDone,
    RequestRejected,
    TellPerson,
    TryAgain,
)
from bot.responses.reading import MAX_TOKENS, Reading
from tests.sims.answers import (
    Call,
    Calls,
    Edit,
    Refused,
    Text,
    all_numbered_zero,
    at_end,
    repeated,
    swapped,
    unnumbered,
    with_unknown,
    without,
)
from tests.sims.openai import OpenAISim
from tests.sims.provider import client, end, events, said, text_of


async def test_a_refusal_is_shown_as_text() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Refused("I cannot help with that."))

        seen = await events(provider)

        assert said(seen) == "I cannot help with that."


async def test_an_incomplete_response_keeps_its_broken_call() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(
            Text("Here"), Call("display_quiz", '{"questi', "call_1"), reason="max_output_tokens"
        )

        finished = await end(provider)

        assert finished.status == "incomplete"
        assert finished.reason == "max_output_tokens"
        assert finished.items[1]["arguments"] == '{"questi'
        assert finished.items[1]["status"] == "incomplete"


@pytest.mark.parametrize(
    "edit",
    [
        repeated,
        unnumbered,
        all_numbered_zero,
        with_unknown,
        without("response.output_item.added", "response.content_part.added"),
        without("response.output_item.done"),
        without("response.created", "response.in_progress"),
        at_end(output=[]),
        at_end(output=None),
        at_end(usage=None),
    ],
    ids=lambda edit: getattr(edit, "__name__", "edit"),
)
async def test_other_servers_streams_give_the_same_items(edit: Edit) -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Text("One two three"), Calls(("display_quiz", {}, "call_1")), edits=(edit,))

        seen = await events(provider)

        finished = seen[-1]
        assert isinstance(finished, Finished)
        assert [item["type"] for item in finished.items] == ["message", "function_call"]
        assert text_of(finished.items[0]) == "One two three"
        done = [event.item for event in seen if isinstance(event, ItemDone)]
        assert list(finished.items) == done


async def test_repeated_events_show_their_text_once() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Text("One two three"), edits=(repeated,))

        assert said(await events(provider)) == "One two three"


async def test_deltas_out_of_order_leave_the_item_right() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Text("abcd"), edits=(swapped,))

        seen = await events(provider)

        assert sorted(said(seen)) == list("abcd")
        assert isinstance(seen[-1], Finished)
        assert text_of(seen[-1].items[0]) == "abcd"


async def test_text_that_never_became_an_item_is_kept() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        only_deltas = without("response.output_item.added", "response.output_item.done")
        sim.answer(Text("shown"), edits=(only_deltas, at_end(output=[])))

        finished = await end(provider)

        assert text_of(finished.items[0]) == "shown"
        assert finished.items[0]["role"] == "assistant"


async def test_no_usage_and_no_items_is_an_empty_answer() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(edits=(at_end(usage=None),))

        finished = await end(provider)

        assert finished.items == ()
        assert finished.usage == {}


KINDS = (
    "response.created",
    "response.output_item.added",
    "response.output_text.delta",
    "response.refusal.delta",
    "response.output_item.done",
    "response.completed",
    "response.incomplete",
    "response.failed",
    "error",
)
KEYS = ("type", "id", "call_id", "name", "arguments", "content", "status", "text", "code", "error")
SCALARS = st.none() | st.integers(-2, 2) | st.sampled_from(["message", "function_call", "x", ""])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*KEYS, "output", "usage"]), inner, max_size=5)
    ),
    max_leaves=10,
)
HOSTILE = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS)},
    optional={
        "sequence_number": VALUES,
        "output_index": VALUES,
        "delta": VALUES,
        "item": VALUES,
        "response": VALUES,
        "error": VALUES,
    },
)


@settings(max_examples=80, deadline=None)
@given(st.lists(HOSTILE, max_size=8))
def test_hostile_events_end_in_one_of_the_three_sorts(stream: list[Json]) -> None:
    reading = Reading()
    with suppress(TryAgain, TellPerson, RequestRejected):
        for event in stream:
            for ours in reading.take(event):
                if isinstance(ours, Finished):
                    assert all(isinstance(item["type"], str) for item in ours.items)
                    assert all(0 <= count <= MAX_TOKENS for count in ours.usage.values())


def test_items_that_all_have_the_same_index_are_kept_apart() -> None:
    reading = Reading()
    done = [
        ours
        for name in ("one", "two")
        for ours in reading.take(
            {
                "type": "response.output_item.done",
                "output_index": 0,
                "item": {"type": "function_call", "call_id": name, "name": name, "arguments": ""},
            }
        )
    ]

    assert [ours.index for ours in done if isinstance(ours, ItemDone)] == [0, 1]


def test_two_calls_of_one_id_are_two_and_the_same_call_twice_is_one() -> None:
    call: Json = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}
    output: Json = {"output": [call, call | {"name": "g"}, call]}

    *_, finished = Reading().take({"type": "response.completed", "response": output})

    assert isinstance(finished, Finished)
    assert [item["name"] for item in finished.items] == ["f", "g"]


def test_text_beside_a_call_that_never_became_an_item_is_kept_too() -> None:
    call: Json = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}
    reading = Reading()
    list(reading.take({"type": "response.output_text.delta", "output_index": 0, "delta": "Hm"}))
    *_, finished = reading.take({"type": "response.completed", "response": {"output": [call]}})

    assert isinstance(finished, Finished)
    assert [item["type"] for item in finished.items] == ["function_call", "message"]
