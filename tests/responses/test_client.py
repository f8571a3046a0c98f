import asyncio
import socket
import time
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.jsons import Json
from bot.responses import (
    Finished,
    ItemDone,
    ItemStarted,
    Responses,
    StreamEvent,
    TellPerson,
    TextDelta,
    TryAgain,
)
from tests.sims.answers import (
    Calls,
    Reasoning,
    Text,
)
from tests.sims.openai import OpenAISim
from tests.sims.provider import ASK, HELLO, client, end, events, said, text_of

SOON = timedelta(milliseconds=150)


async def test_text_streams_piece_by_piece_and_ends_with_the_item() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Text("Hello there", pieces=3, phase="final_answer"))

        seen = await events(provider)

        pieces = [event for event in seen if isinstance(event, TextDelta)]
        assert [TextDelta(index=0, text=text) for text in ("Hell", "o th", "ere")] == pieces
        assert ItemStarted(index=0, type="message", name=None) == seen[0]
        finished = seen[-1]
        assert isinstance(finished, Finished)
        assert finished.status == "completed"
        assert seen[-2] == ItemDone(index=0, item=finished.items[0])
        assert text_of(finished.items[0]) == "Hello there"
        assert finished.items[0]["phase"] == "final_answer"
        assert str(finished.items[0]["id"]).startswith("msg_")
        assert str(finished.response_id).startswith("resp_")
        assert finished.usage == {
            "input_tokens": 100,
            "output_tokens": 20,
            "total_tokens": 120,
            "cached_tokens": 40,
            "reasoning_tokens": 5,
        }


async def test_reasoning_and_calls_come_back_word_for_word_and_are_accepted_again() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        calls = Calls(("display_quiz", {"title": "π"}, "call_1"), ("display_quiz", "{}", "call_2"))
        sim.answer(Reasoning("gAAAA"), calls)
        sim.answer(Text("Well done"))

        first = await end(provider)
        outputs: tuple[Json, ...] = tuple(
            {"type": "function_call_output", "call_id": call_id, "output": "[]"}
            for call_id in ("call_1", "call_2")
        )
        second = await end(provider, replace(ASK, input=(HELLO, *first.items, *outputs)))

        assert [item["type"] for item in first.items] == ["reasoning", *["function_call"] * 2]
        assert first.items[0]["encrypted_content"] == "gAAAA"
        assert first.items[0]["summary"] == []
        assert [item.get("call_id") for item in first.items] == [None, "call_1", "call_2"]
        assert sim.requests[1].items == [HELLO, *first.items, *outputs]
        assert text_of(second.items[0]) == "Well done"


async def test_a_connection_cut_in_the_middle_is_an_interruption() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Text("One two three"), cut_after=5)
        seen: list[StreamEvent] = []

        with pytest.raises(TryAgain, match="interrupted"):
            await events(provider, seen=seen)

        assert said(seen).startswith("One")


async def test_a_server_that_is_not_there_is_asked_again() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        async with Responses(base_url=f"http://127.0.0.1:{port}/v1", api_key="k") as provider:
            with pytest.raises(TryAgain, match="connection"):
                await events(provider)


async def test_a_server_that_speaks_no_http_is_asked_again() -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00\x01 what?\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Responses(base_url=f"http://127.0.0.1:{port}/v1", api_key="k") as provider:
        with pytest.raises(TryAgain, match="connection"):
            await events(provider)


async def test_silence_before_the_first_event_ends_the_wait() -> None:
    async with OpenAISim() as sim, client(sim, first=SOON) as provider:
        sim.answer(Text("late"), hold_before=0)

        with pytest.raises(TryAgain, match="no_first_event"):
            await events(provider)

        assert (await sim.broken_off()).sent == 0


async def test_silence_in_the_middle_ends_the_wait() -> None:
    async with OpenAISim() as sim, client(sim, idle=SOON) as provider:
        sim.answer(Text("half"), hold_before=5)

        with pytest.raises(TryAgain, match="idle"):
            await events(provider)

        assert (await sim.broken_off()).sent == 5


async def test_no_response_is_longer_than_the_longest() -> None:
    async with OpenAISim() as sim, client(sim, longest=SOON) as provider:
        sim.answer(Text("endless"), hold_before=5)

        with pytest.raises(TryAgain, match="too_slow"):
            await events(provider)


async def test_closing_the_stream_hangs_up_at_once() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Text("One two three"), hold_before=5)
        async with aclosing(provider.stream(ASK)) as stream:
            async for event in stream:
                if isinstance(event, TextDelta):
                    break

        await sim.broken_off(within=2)


async def test_a_cancelled_reader_hangs_up_and_stays_cancelled() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Text("One two three"), hold_before=0)
        reader = asyncio.create_task(events(provider))
        await sim.request_arrived(1)
        reader.cancel()

        with pytest.raises(asyncio.CancelledError):
            await reader
        await sim.broken_off(within=2)


async def test_a_finished_stream_leaves_its_connection_for_the_next_request() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        for text in ("one", "two", "three"):
            sim.hold_again()
            sim.answer(Text(text), hold_at_end=True)
            async for event in provider.stream(ASK):
                if isinstance(event, Finished):
                    sim.release()

        assert sim.connections == 1


async def test_a_server_that_stays_open_after_the_end_delays_nobody() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Text("done"), hold_at_end=True)
        started = time.monotonic()

        async with aclosing(provider.stream(ASK)) as stream:
            async for event in stream:
                if isinstance(event, Finished):
                    assert time.monotonic() - started < 0.5

        await sim.broken_off(within=2)


async def test_many_streams_run_beside_each_other() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.responder = lambda asked: Text(str(asked.body["instructions"]))
        asks = [replace(ASK, instructions=f"say {number}") for number in range(40)]

        ends = await asyncio.gather(*(end(provider, ask) for ask in asks))

        spoken = [str(each.items[0]["content"]) for each in ends]
        assert all(f"'say {number}'" in text for number, text in enumerate(spoken))


async def test_a_redirect_is_not_followed() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.fail(307, headers={"location": f"{sim.base_url}/responses"})

        with pytest.raises(TellPerson, match="unavailable"):
            await events(provider)

        assert len(sim.requests) == 1


@pytest.mark.parametrize(
    ("base_url", "provider"),
    [
        (None, "https://api.openai.com/v1"),
        ("https://User:secret@Host.example/v1/", "https://host.example/v1"),
        ("http://127.0.0.1:8080/v1?key=secret", "http://127.0.0.1:8080/v1"),
    ],
)
async def test_the_provider_is_the_address_without_secrets(
    base_url: str | None, provider: str
) -> None:
    async with Responses(base_url=base_url, api_key="k") as responses:
        assert responses.provider == provider


def test_a_key_that_no_header_takes_is_refused() -> None:
    with pytest.raises(ValueError, match="key"):
        Responses(base_url=None, api_key="sk-ä\n")
