"""Whatever a tool does, the model gets an output and the bot goes on."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest

from bot.tools import Call
from bot.tools.acting import acted
from bot.tools.outputs import CUT, FAILED, MAX_OUTPUT, TOO_SLOW, error_output
from bot.tools.port import BadArgumentsError
from tests.store.rows import SNAPSHOT, call, run

RUN = replace(run(), snapshot=SNAPSHOT)


@dataclass
class Doing:
    """A tool that does what the test says."""

    does: Callable[[Call], Awaitable[str]]
    definition: None = None
    repeatable: bool = False

    async def act(self, arguments: str, call: Call) -> str:  # noqa: ARG002
        return await self.does(call)


async def output(does: Callable[[Call], Awaitable[str]]) -> str:
    return await acted(Doing(does), call(RUN, "look_up"), RUN, "p-1")


async def test_a_tool_learns_ids_and_no_names() -> None:
    made = call(RUN, "look_up")
    seen: list[Call] = []

    async def look(known: Call) -> str:
        seen.append(known)
        return "seen"

    assert await acted(Doing(look), made, RUN, "p-1") == "seen"
    assert seen == [
        Call(
            id=made.id,
            run_id="run_1",
            thread_id="thread_1",
            assistant_id="asst_tutor",
            person="p-1",
        )
    ]


async def test_bad_arguments_are_told_to_the_model() -> None:
    async def refuse(_: Call) -> str:
        raise BadArgumentsError("word: missing")

    assert await output(refuse) == error_output("word: missing")


@pytest.mark.parametrize("error", [RuntimeError("secret"), RecursionError(), MemoryError()])
async def test_a_failure_keeps_its_words_to_itself(error: Exception) -> None:
    async def fail(_: Call) -> str:
        raise error

    assert await output(fail) == FAILED


async def test_a_tool_that_ends_the_program_only_fails() -> None:
    async def leave(_: Call) -> str:
        sys.exit("secret")

    assert await output(leave) == FAILED


async def test_a_tool_that_is_too_slow_is_told_so() -> None:
    async def wait(_: Call) -> str:
        async with asyncio.timeout(0):
            await asyncio.Event().wait()
        return "late"

    assert await output(wait) == TOO_SLOW


async def test_a_cancellation_inside_a_tool_is_the_tools_failure() -> None:
    async def cancel_itself(_: Call) -> str:
        inner = asyncio.ensure_future(asyncio.Event().wait())
        inner.cancel()
        await inner
        return "never"

    assert await output(cancel_itself) == FAILED


async def test_a_cancellation_from_outside_reaches_the_tool_and_goes_on() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def wait(_: Call) -> str:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return "never"

    acting = asyncio.create_task(output(wait))
    await began.wait()
    acting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await acting

    assert ended.is_set()


@pytest.mark.parametrize("letter", ["x", "ß", "\U0001f642"])
async def test_a_long_output_is_cut_and_says_so(letter: str) -> None:
    async def talk(_: Call) -> str:
        return letter * 1_000_000

    said = await output(talk)

    assert said.endswith(CUT)
    kept = said.removesuffix(CUT)
    assert set(kept) == {letter}
    assert len(kept.encode()) == MAX_OUTPUT


async def test_an_output_that_just_fits_is_whole() -> None:
    async def talk(_: Call) -> str:
        return "x" * MAX_OUTPUT

    assert await output(talk) == "x" * MAX_OUTPUT


async def test_an_output_can_always_be_stored_and_sent() -> None:
    async def talk(_: Call) -> str:
        return "a\x00b\ud800c\r\nd"

    assert await output(talk) == "ab\ufffdc\nd"
