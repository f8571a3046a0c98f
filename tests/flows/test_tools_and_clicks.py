"""Calls that act and calls that ask in one response: clicks, Stop, faults and restarts between."""

import json
from collections.abc import Iterator

import pytest

from bot.events import ButtonToken
from bot.tools import TOOLS
from bot.views import Quiz
from tests.flows.bench import Bench
from tests.flows.lessons import button, quiz
from tests.sims.answers import Call, Calls, Text
from tests.sims.oven import Oven

BOTH = (quiz("asked"), Call("bake", {"what": "bread"}, "baked"))


@pytest.fixture
def oven(bench: Bench) -> Iterator[Oven]:
    oven = Oven()
    bench.tools = {**TOOLS, "bake": oven}
    yield oven
    oven.release()


def outputs(bench: Bench, number: int = -1) -> dict[str, str]:
    """What the model got for each call in a request, by call id and in order."""
    items = bench.model.requests[number].items
    return {str(item["call_id"]): str(item["output"]) for item in items if "output" in item}


async def answer_first(bench: Bench) -> ButtonToken:
    """Answer the first question; returns what answers the second, and last, one."""
    await bench.people.submit((await bench.people.question(1)).actions[0].token, "6x")
    return (await bench.people.question(2)).choices[1].token


async def test_people_may_answer_all_and_write_on_while_a_tool_still_works(
    bench: Bench, oven: Oven
) -> None:
    oven.hold()
    bench.model.answer(*BOTH)
    bench.model.answer(Text("Both are done."))
    bench.model.answer(Text("Next."))
    async with bench.running():
        await bench.people.mention("Bake and ask")
        await oven.acting()
        await bench.people.click(await answer_first(bench))
        await bench.people.acknowledged(await bench.people.mention("And then?"))
        assert len(bench.model.requests) == 1
        oven.release()
        await bench.people.said("Next.")

    assert outputs(bench, 1) == {"asked": '["6x", "1"]', "baked": '{"baked": {"what": "bread"}}'}
    assert sorted(bench.people.texts()[-2:]) == ["Both are done.", "Next."]


@pytest.mark.parametrize(
    ("error", "told"), [(TimeoutError(), "took too long"), (ValueError("secret"), "failed")]
)
async def test_answers_count_although_the_tool_beside_the_quiz_fails(
    bench: Bench, oven: Oven, error: Exception, told: str
) -> None:
    oven.fails = lambda: error
    bench.model.answer(*BOTH)
    bench.model.answer(Text("Well done."))
    async with bench.running():
        await bench.people.mention("Bake and ask")
        await bench.people.click(await answer_first(bench))
        await bench.people.said("Well done.")

    assert outputs(bench)["asked"] == '["6x", "1"]'
    assert told in outputs(bench)["baked"]
    assert "secret" not in outputs(bench)["baked"]


async def test_a_tool_that_fails_does_not_harm_the_one_beside_it(bench: Bench, oven: Oven) -> None:
    fridge = Oven(name="cool")
    oven.fails = lambda: RuntimeError("burnt")
    bench.tools = {**bench.tools, "cool": fridge}
    bench.model.answer(Calls(("bake", {}, "c1"), ("cool", {}, "c2"), ("bake", {}, "c3")))
    bench.model.answer(Text("Done."))
    async with bench.running():
        await bench.people.mention("Bake, cool and bake")
        await bench.people.said("Done.")

    assert list(outputs(bench)) == ["c1", "c2", "c3"]
    assert ["failed" in output for output in outputs(bench).values()] == [True, False, True]


async def test_stop_breaks_off_a_tool_and_the_next_run_reads_of_it(
    bench: Bench, oven: Oven
) -> None:
    oven.hold()
    bench.model.answer(Text("One moment."), Call("bake", {}, "baked"))
    bench.model.answer(Text("Hello again."))
    async with bench.running():
        await bench.people.mention("Bake")
        await oven.acting()
        await bench.people.click(button(bench.people.shown()[0], "Stop").token)
        await bench.people.until(lambda: "Stopped." in str(bench.people.shown()[0].view))
        await bench.people.mention("What became of it?")
        await bench.people.said("Hello again.")

    assert (len(oven.acts), oven.broken_off, oven.finished) == (1, 1, 0)
    assert "unknown" in outputs(bench)["baked"]
    assert bench.people.texts() == ["One moment.", "Hello again."]


async def test_stop_while_a_tool_works_closes_the_quiz_beside_it_and_keeps_its_answer(
    bench: Bench, oven: Oven
) -> None:
    oven.hold()
    bench.model.answer(Text("Here you are."), *BOTH, hold_before=6)
    bench.model.answer(Text("Hello again."))
    async with bench.running():
        await bench.people.mention("Bake and ask")
        await bench.people.until(lambda: "Stop" in str(bench.people.shown()))
        stop = button(bench.people.shown()[0], "Stop").token
        bench.model.release()
        await oven.acting()
        late = await answer_first(bench)
        await bench.people.click(stop)
        closed = await bench.people.said("Stopped.")
        whisper = await bench.people.whispered(await bench.people.click(late))
        await bench.people.mention("What did I say?")
        await bench.people.said("Hello again.")

    assert isinstance(closed.view, Quiz)
    assert closed.view.question is None
    assert "closed" in whisper
    assert json.loads(outputs(bench)["asked"]) == ["6x", "(not answered)"]
    assert "unknown" in outputs(bench)["baked"]
    assert oven.broken_off == 1


@pytest.mark.parametrize("repeatable", [False, True])
async def test_answers_given_before_and_after_a_restart_count_beside_an_interrupted_tool(
    bench: Bench, oven: Oven, *, repeatable: bool
) -> None:
    oven.repeatable = repeatable
    oven.hold()
    bench.model.answer(*BOTH)
    bench.model.answer(Text("Both are done."))
    async with bench.running():
        await bench.people.mention("Bake and ask")
        await oven.acting()
        last = await answer_first(bench)
    sent = await bench.people.click(last)
    oven.release()
    async with bench.running():
        await bench.people.acknowledged(sent)
        await bench.people.said("Both are done.")

    assert outputs(bench)["asked"] == '["6x", "1"]'
    assert len(oven.acts) == (2 if repeatable else 1)
    assert ("unknown" in outputs(bench)["baked"]) is not repeatable


async def test_the_last_answer_before_a_restart_leaves_only_the_tool_to_do(
    bench: Bench, oven: Oven
) -> None:
    oven.repeatable = True
    oven.hold()
    bench.model.answer(*BOTH)
    bench.model.answer(Text("Both are done."))
    async with bench.running():
        await bench.people.mention("Bake and ask")
        await oven.acting()
        await bench.people.acknowledged(await bench.people.click(await answer_first(bench)))
    oven.release()
    async with bench.running():
        await bench.people.said("Both are done.")

    assert list(outputs(bench)) == ["asked", "baked"]
    assert bench.people.quiz() is None


async def test_stop_while_the_bot_is_away_breaks_off_the_tool_that_begins_again(
    bench: Bench, oven: Oven
) -> None:
    oven.repeatable = True
    oven.hold()
    bench.model.answer(Text("One moment."), Call("bake", {}, "baked"))
    async with bench.running():
        await bench.people.mention("Bake")
        await oven.acting()
        stop = button(bench.people.shown()[0], "Stop").token
    sent = await bench.people.click(stop)
    async with bench.running():
        await bench.people.acknowledged(sent)
        await bench.people.until(lambda: "Stopped." in str(bench.people.shown()[0].view))

    assert oven.finished == 0
    assert len(bench.model.requests) == 1


async def test_threads_go_on_while_a_tool_of_another_one_works(bench: Bench, oven: Oven) -> None:
    oven.hold()
    bench.model.answer(Call("bake", {}, "baked"))
    bench.model.answer(Text("Hi."))
    bench.model.answer(Text("Done."))
    async with bench.running():
        await bench.people.mention("Bake", place="t1")
        await oven.acting()
        await bench.people.mention("Hello", place="t2")
        await bench.people.said("Hi.", place="t2")
        oven.release()
        await bench.people.said("Done.", place="t1")
