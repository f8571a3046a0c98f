import itertools
import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.jsons import Json
from bot.responses import (
    Finished,
    ItemDone,
    TryAgain,
)
from bot.responses.server_events import Garbled, ServerEvents, storable
from tests.sims.openai import OpenAISim
from tests.sims.provider import client, events, text_of

SPOKEN: Json = {"type": "output_text", "text": "hi", "annotations": []}
MESSAGE: Json = {"type": "message", "role": "assistant", "content": [SPOKEN]}
WHOLE: Json = {"object": "response", "id": "r", "status": "completed", "output": [MESSAGE]}

TEXTS = st.text(max_size=20)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=4)


def read(chunks: list[bytes]) -> list[Json]:
    reader = ServerEvents()
    found = [event for chunk in chunks for event in reader.feed(chunk)]
    return [*found, *reader.finish()]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    borders = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(borders)]


@settings(max_examples=50, deadline=None)
@given(
    objects=st.lists(OBJECTS, max_size=4),
    places=st.lists(st.integers(0, 10_000), max_size=12),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    comment=st.sampled_from(["", ": still here"]),
)
def test_the_same_events_come_out_however_the_bytes_arrive(
    objects: list[Json], places: list[int], line_end: str, comment: str
) -> None:
    lines: list[str] = []
    for each in objects:
        lines += [
            comment,
            *(f"data: {line}" for line in json.dumps(each, indent=1).split("\n")),
            "",
        ]
    data = "".join(f"{line}{line_end}" for line in lines).encode()

    assert read(cut(data, places)) == [storable(each) for each in objects]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=6))
def test_any_bytes_are_events_or_garbled(chunks: list[bytes]) -> None:
    with suppress(Garbled):
        read([b"data: ", *chunks, b"\n\n"])


@settings(max_examples=50, deadline=None)
@given(VALUES)
def test_storable_text_fits_any_database(value: JsonValue) -> None:
    text = json.dumps(storable(value), ensure_ascii=False)

    assert text.encode()
    assert "\x00" not in json.loads(json.dumps(text))


def test_an_event_without_a_type_takes_it_from_its_event_line() -> None:
    assert read([b"event: error\ndata: {}\n\n"]) == [{"type": "error"}]


def test_the_last_event_may_lack_its_blank_line_and_a_chat_end_is_no_event() -> None:
    assert read([b'data: {"a":\ndata: 1}\n\ndata: [DONE]\n\ndata: {"b": 2}']) == [
        {"a": 1},
        {"b": 2},
    ]


async def test_a_server_that_does_not_stream_is_understood() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.send(json.dumps(WHOLE).encode(), content_type="application/json")

        seen = await events(provider)

        assert isinstance(seen[-1], Finished)
        assert [ItemDone(index=0, item=seen[-1].items[0])] == seen[:-1]
        assert text_of(seen[-1].items[0]) == "hi"


DELTA = b'data: {"type": "response.output_text.delta", "delta": "%s"}\n\n'
DONE = b'data: {"type": "response.output_item.done", "item": %s}\n\n'
CALL = b'{"type": "function_call", "call_id": "c", "name": "f", "arguments": "%s"}'


@pytest.mark.parametrize(
    ("chunks", "reason"),
    [
        ((b'data: {"type": "response.completed"',), "garbled"),
        ((b'data: {"type": "response.comp\n\n',), "garbled"),
        ((b"data: \xff\xfe\n\n",), "garbled"),
        ((b"data: [1, 2]\n\n",), "garbled"),
        ((b'data: {"type": NaN}\n\n',), "garbled"),
        ((b'data: {"type": 1e999}\n\n',), "garbled"),
        ((b'data: {"a": ' + b"[" * 100_000 + b"\n\n",), "garbled"),
        ((b"<html>Sign in to the hotel's network</html>",), "interrupted"),
        ((b"data: " + b"x" * (9 * 2**20),), "too_much"),
        (tuple(DELTA % (b"x" * 2**19) for _ in range(4)), "too_much"),
        ((DONE % (CALL % (b"x" * 2_000_001)),), "too_much"),
        ((DONE % b'{"type": 5}',), "malformed_item"),
        ((DONE % b'{"type": "function_call"}',), "malformed_item"),
        ((DONE % b'{"type": "message", "content": "hi"}',), "malformed_item"),
    ],
    ids=lambda value: value[0][:40].decode("latin-1") if isinstance(value, tuple) else value,
)
async def test_a_garbled_or_endless_stream_is_asked_again(
    chunks: tuple[bytes, ...], reason: str
) -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.send(*chunks)

        with pytest.raises(TryAgain) as caught:
            await events(provider)

        assert caught.value.reason == reason
