"""T5: tools that act by themselves, alone and beside questions."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from bot.jsons import Json
from bot.tools import TOOLS
from bot.tools.port import Call as Asking
from bot.views import Reply
from tests.flows.bench import Bench
from tests.flows.lessons import button, quiz
from tests.sims.answers import Call, Text
from tests.sims.platform import Fault


@dataclass
class Oven:
    """A tool whose every act can be counted and held."""

    repeatable: bool = False
    definition: Json = field(
        default_factory=lambda: {
            "name": "bake",
            "description": "Bakes what is asked for.",
            "parameters": {"type": "object", "properties": {"what": {"type": "string"}}},
        }
    )
    acts: int = 0
    may_finish: asyncio.Event = field(default_factory=asyncio.Event)
    fails: Callable[[], str] | None = None

    async def act(self, arguments: str, call: Asking) -> str:  # noqa: ARG002 - its signature
        self.acts += 1
        await self.may_finish.wait()
        return json.dumps({"baked": arguments}) if self.fails is None else self.fails()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110 - the tool has no event for this
            await asyncio.sleep(0)


async def test_an_immediate_tool_acts_once_and_the_run_goes_on(bench: Bench) -> None:
    oven = Oven()
    oven.may_finish.set()
    bench.tools = {**TOOLS, "bake": oven}
    bench.model.answer(Text("One moment."), Call("bake", {"what": "bread"}, "c1"))
    bench.model.answer(Text("Here it is."))
    async with bench.running():
        await bench.people.mention("Bake")
        await bench.people.said("Here it is.")

    assert bench.people.texts() == ["One moment.\n\nHere it is."]
    assert "bread" in str(bench.model.requests[1].items[-1]["output"])
    assert oven.acts == 1


async def test_a_click_may_come_while_an_immediate_tool_still_works(bench: Bench) -> None:
    oven = Oven()
    bench.tools = {**TOOLS, "bake": oven}
    bench.model.answer(quiz("c1"), Call("bake", {}, "c2"))
    bench.model.answer(Text("Both are done."))
    async with bench.running():
        await bench.people.mention("Bake and ask")
        await until(lambda: oven.acts == 1)
        await bench.people.submit((await bench.people.question(1)).actions[0].token, "6x")
        last = await bench.people.click((await bench.people.question(2)).choices[1].token)
        await bench.people.acknowledged(last)
        assert len(bench.model.requests) == 1
        oven.may_finish.set()
        await bench.people.said("Both are done.")

    outputs = [item for item in bench.model.requests[1].items if "output" in item]
    assert [item["call_id"] for item in outputs] == ["c1", "c2"]
    assert bench.people.shown()[-1].text == "Both are done."


async def test_questions_left_open_by_an_immediate_tool_park_the_run(bench: Bench) -> None:
    oven = Oven()
    oven.may_finish.set()
    bench.tools = {**TOOLS, "bake": oven}
    bench.model.answer(quiz("c1"), Call("bake", {}, "c2"))
    bench.model.answer(Text("Hi"))
    bench.model.answer(Text("Both are done."))
    async with bench.running():
        await bench.people.mention("Bake and ask")
        first = await bench.people.question(1)
        await bench.people.mention("Hello?")
        await bench.people.said("Hi")
        await bench.people.submit(first.actions[0].token, "6x")
        await bench.people.click((await bench.people.question(2)).choices[1].token)
        await bench.people.said("Both are done.")


@pytest.mark.parametrize("repeatable", [False, True])
async def test_an_interrupted_tool_acts_again_only_if_that_does_no_harm(
    bench: Bench, *, repeatable: bool
) -> None:
    oven = Oven(repeatable=repeatable)
    bench.tools = {**TOOLS, "bake": oven}
    bench.model.answer(Call("bake", {}, "c1"))
    bench.model.answer(Text("Done."))
    async with bench.running():
        await bench.people.mention("Bake")
        await until(lambda: oven.acts == 1)
    oven.may_finish.set()
    async with bench.running():
        await bench.people.said("Done.")

    output = str(bench.model.requests[1].items[-1]["output"])
    assert (oven.acts, "unknown" in output) == ((2, False) if repeatable else (1, True))


async def test_a_tool_that_fails_is_an_error_for_the_model_and_no_end(bench: Bench) -> None:
    def burn() -> str:
        raise RuntimeError("secret detail")

    oven = Oven(fails=burn)
    oven.may_finish.set()
    bench.tools = {**TOOLS, "bake": oven}
    bench.model.answer(Call("bake", {}, "c1"))
    bench.model.answer(Text("Sorry."))
    async with bench.running():
        await bench.people.mention("Bake")
        await bench.people.said("Sorry.")

    output = str(bench.model.requests[1].items[-1]["output"])
    assert "failed" in output
    assert "secret" not in output


async def test_stop_between_rounds_keeps_what_was_said_before(bench: Bench) -> None:
    oven = Oven()
    oven.may_finish.set()
    bench.tools = {**TOOLS, "bake": oven}
    long = "\n\n".join(f"Paragraph {number}. " + "word " * 60 for number in range(20))
    bench.model.answer(Text(long.strip(), pieces=10), Call("bake", {}, "c1"))
    bench.model.fail(500)
    async with bench.running():
        await bench.people.mention("Bake")
        await bench.people.until(lambda: "Trying again" in str(bench.people.shown()))
        shown = bench.people.shown()[-1].view
        assert isinstance(shown, Reply)
        await bench.people.click(shown.actions[0].token)
        await bench.people.until(lambda: "Stopped." in str(bench.people.shown()))

    assert " ".join(" ".join(bench.people.texts()).split()) == " ".join(long.split())


async def test_a_function_that_the_assistant_does_not_have_is_not_called(bench: Bench) -> None:
    oven = Oven()
    oven.may_finish.set()
    async with bench.running():
        pass  # the assistant is stored without the oven
    bench.tools = {**TOOLS, "bake": oven}
    bench.model.answer(Call("bake", {}, "c1"))
    bench.model.answer(Text("Sorry."))
    async with bench.running():
        await bench.people.mention("Bake")
        await bench.people.said("Sorry.")

    assert oven.acts == 0
    assert "There is no function" in str(bench.model.requests[1].items[-1]["output"])


async def test_a_quiz_that_is_refused_beside_a_working_tool_ends_the_run(bench: Bench) -> None:
    oven = Oven()
    bench.tools = {**TOOLS, "bake": oven}
    bench.model.answer(quiz("c1"), Call("bake", {}, "c2"), hold_before=0)
    bench.model.answer(Text("Afresh"))
    bench.people.faults = [Fault(400), Fault(400)]
    async with bench.running():
        await bench.people.mention("Bake and ask")
        await bench.people.until(lambda: bench.people.creates == 1)
        bench.model.release()
        told = await bench.people.said("could not be shown")
        oven.may_finish.set()
        await bench.people.click(button(told, "Try again").token)
        await bench.people.said("Afresh")
