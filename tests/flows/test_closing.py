"""However a quiz ends, it ends once: one output, one tally, one next round."""

import asyncio
from datetime import timedelta

import pytest

from bot import tokens
from bot.events import ButtonToken
from bot.tools import TOOLS
from bot.views import Notice, Quiz
from tests.flows.bench import Bench
from tests.flows.classes import (
    class_quiz,
    closed_once,
    labelled,
    lobbies,
    lobby,
    opened,
    outputs,
    paper,
    passed,
    questions,
    take,
    tallies,
)
from tests.flows.lessons import QUIZ, button
from tests.flows.test_immediate_tools import Oven, until
from tests.sims.answers import Call, Text
from tests.sims.platform import Fault

MINUTES = timedelta(minutes=1)


pytestmark = pytest.mark.usefixtures("led_by_ada")


async def test_a_deadline_while_nobody_was_there_closes_it_at_the_next_start(bench: Bench) -> None:
    async with bench.running():
        start = labelled((await opened(bench, class_quiz(seconds=60))).actions, "Start")
        await take(bench.people, start, "ben", 1, "2")
    await bench.clock.advance(60 * MINUTES)
    async with bench.running():
        await bench.people.said("Well done")

    closed_once(bench)
    (shown,) = lobbies(bench.people)
    assert (shown.started, shown.finished, shown.note) == (1, 1, "The time is up.")
    assert outputs(bench)["call_1"]["finished"] == 1


async def test_many_who_close_it_at_once_close_it_once(bot: Bench) -> None:
    close = labelled((await opened(bot, class_quiz())).actions, "Close")
    told = await asyncio.gather(*(_pressed(bot, close, "ada") for _ in range(5)))
    await bot.people.said("Well done")

    assert sorted(told) == ["", *["This quiz is closed already."] * 4]
    closed_once(bot)


async def test_a_press_of_close_at_the_deadline_itself_closes_it_once(bot: Bench) -> None:
    close = labelled((await opened(bot, class_quiz(seconds=60))).actions, "Close")
    presses = [_pressed(bot, close, "ada") for _ in range(3)]
    await asyncio.gather(*presses[:2], bot.clock.advance(MINUTES), *presses[2:])
    await bot.people.said("Well done")

    closed_once(bot)


async def _pressed(bench: Bench, token: ButtonToken, by: str) -> str:
    return await bench.people.whispered(await bench.people.click(token, by=by))


async def test_answers_that_meet_the_end_count_or_are_told_that_it_is_closed(bot: Bench) -> None:
    shown = await opened(bot, class_quiz())
    start = labelled(shown.actions, "Start")
    people = [f"learner-{number}" for number in range(20)]
    first = (await asyncio.gather(*(paper(bot.people, start, by) for by in people)))[0].question
    assert first is not None

    async def choose(by: str) -> bool:
        sent = await bot.people.click(first.choices[1].token, by=by)
        return isinstance((await bot.people.acknowledged(sent)).private, Quiz)

    async def close() -> bool:
        sent = await bot.people.click(labelled(shown.actions, "Close"))
        return await bot.people.whispered(sent) != ""

    half = len(people) // 2
    acts = [*map(choose, people[:half]), close(), *map(choose, people[half:])]
    recorded = sum(await asyncio.gather(*acts))
    await bot.people.said("Well done")

    assert bot.rows("SELECT count(*) FROM answers") == [(recorded,)]
    (peru, _) = questions(outputs(bot)["call_1"])
    assert (peru["right"], peru["not_answered"]) == (recorded, len(people) - recorded)
    closed_once(bot)


async def test_of_two_quizzes_in_a_round_each_closes_by_itself(bot: Bench) -> None:
    bot.model.answer(class_quiz("c1"), class_quiz("c2", title="Rivers", seconds=3_600))
    bot.model.answer(Text("Both are done"))
    await bot.people.mention("Two quizzes for us all")
    await lobby(bot.people, 2)
    first, second = lobbies(bot.people)
    await take(bot.people, labelled(second.actions, "Start"), "ben", 0, "2")

    await bot.people.click(labelled(first.actions, "Close"))
    await bot.people.until(lambda: len(tallies(bot.people)) == 1)
    assert [shown.closed for shown in lobbies(bot.people)] == [True, False]
    assert len(bot.model.requests) == 1
    await passed(bot, 61 * MINUTES, lambda: len(tallies(bot.people)) == 2)
    await bot.people.said("Both are done")

    assert [shown.closed for shown in lobbies(bot.people)] == [True, True]
    told = outputs(bot)
    assert list(told) == ["c1", "c2"]
    assert [output["started"] for output in told.values()] == [0, 1]
    assert len(bot.model.requests) == 2


async def test_a_quiz_may_close_while_a_tool_still_works(bench: Bench) -> None:
    oven = Oven()
    bench.tools = {**TOOLS, "bake": oven}
    async with bench.running():
        shown = await opened(bench, class_quiz("c1"), Call("bake", {}, "c2"))
        await until(lambda: oven.acts == 1)
        await bench.people.click(labelled(shown.actions, "Close"))
        await bench.people.until(lambda: len(tallies(bench.people)) == 1)
        assert len(bench.model.requests) == 1
        oven.may_finish.set()
        await bench.people.said("Well done")

    assert list(outputs(bench)) == ["c1", "c2"]
    assert [post.text for post in bench.people.shown()][-1] == "Well done"
    assert len(tallies(bench.people)) == 1


async def test_a_stop_leaves_what_a_closed_quiz_shows(bench: Bench) -> None:
    oven = Oven()
    bench.tools = {**TOOLS, "bake": oven}
    async with bench.running():
        shown = await opened(bench, class_quiz("c1"), Call("bake", {}, "c2"))
        await until(lambda: oven.acts == 1)
        await bench.people.click(labelled(shown.actions, "Close"))
        await bench.people.until(lambda: len(tallies(bench.people)) == 1)
        ((run,),) = bench.rows("SELECT id FROM runs")
        await bench.people.click(tokens.encode("stop", str(run)))
        await bench.people.said("Stopped.")

    kinds = [post.view.kind for post in bench.people.shown()]
    assert kinds == ["lobby", "notice", "notice"]
    assert len(tallies(bench.people)) == 1


async def test_the_time_limit_of_ones_own_quiz_hands_it_in_as_it_is(bot: Bench) -> None:
    bot.model.answer(class_quiz(audience="asker", seconds=600))
    bot.model.answer(Text("Next time read faster"))
    await bot.people.mention("A quiz for me")
    await bot.people.click((await bot.people.question(1)).choices[0].token)
    await bot.people.question(2)

    await bot.clock.advance(10 * MINUTES)
    await bot.people.said("Next time read faster")

    assert bot.said_to_model()[-1] == '["Quito", "(not answered)"]'
    (quiz, _) = bot.people.shown()
    assert isinstance(quiz.view, Quiz)
    assert (quiz.view.question, quiz.view.note) == (None, "The time is up.")


@pytest.mark.parametrize("beside", [False, True])
async def test_only_a_quiz_without_a_limit_of_its_own_ends_its_run(
    bot: Bench, *, beside: bool
) -> None:
    own = Call("display_quiz", QUIZ, "own")
    bot.model.answer(*([own, class_quiz("all", seconds=60)] if beside else [own]))
    bot.model.answer(Text("Well done"))
    await bot.people.mention("A quiz")
    await bot.people.question(1)
    if beside:
        await bot.clock.advance(MINUTES)
        await bot.people.until(lambda: len(tallies(bot.people)) == 1)

    await bot.clock.advance(24 * 60 * MINUTES)
    await bot.people.said("Well done" if beside else "Closed: the time to answer is over.")

    status = "completed" if beside else "expired"
    assert bot.rows("SELECT status FROM runs") == [(status,)]


async def test_why_it_is_closed_is_said_in_the_language_of_who_asked(bot: Bench) -> None:
    await opened(bot, class_quiz(seconds=60), locale="de")
    await bot.clock.advance(MINUTES)
    await bot.people.said("Well done")

    assert lobbies(bot.people)[0].note == "Die Zeit ist um."
    assert await bot.people.said("Niemand hat teilgenommen")


@pytest.mark.parametrize("shown_live", [False, True])
async def test_a_lobby_that_is_refused_for_good_ends_its_run(
    bot: Bench, *, shown_live: bool
) -> None:
    if shown_live:
        bot.people.refused_edits = {"t1"}
    else:
        bot.people.faults = [Fault(400), Fault(400)]
    bot.model.answer(class_quiz(), hold_before=0)
    await bot.people.mention("A quiz for us all")
    await bot.people.until(lambda: bot.people.creates == 1)
    bot.model.release()

    told = await bot.people.said("could not be shown")

    assert button(told, "Try again")
    assert bot.rows("SELECT status FROM runs") == [("failed",)]
    assert bot.rows("SELECT count(*) FROM quizzes WHERE closed_at IS NULL") == [(0,)]


async def test_a_lobby_that_cannot_count_any_more_does_not_end_the_quiz(bot: Bench) -> None:
    shown = await opened(bot, class_quiz())
    bot.people.refused_edits = {"t1"}
    await take(bot.people, labelled(shown.actions, "Start"), "ben", 1, "2")
    await bot.people.until(lambda: bool(bot.people.unedited))
    bot.people.refused_edits.clear()

    await bot.people.click(labelled(shown.actions, "Close"))
    await bot.people.said("Well done")

    assert outputs(bot)["call_1"]["finished"] == 1
    assert len(tallies(bot.people)) == 1
    assert "could not be shown" not in str(bot.people.texts())


async def test_a_stop_closes_it_and_everybody_still_finds_their_result(bot: Bench) -> None:
    start = labelled((await opened(bot, class_quiz())).actions, "Start")
    await take(bot.people, start, "ben", 1, "2")
    ((run,),) = bot.rows("SELECT id FROM runs")
    await bot.people.click(tokens.encode("stop", str(run)))
    await bot.people.until(lambda: lobbies(bot.people)[0].closed)

    (shown,) = lobbies(bot.people)
    assert shown.note == "Stopped."
    assert tallies(bot.people) == []
    result = await _pressed(bot, labelled(shown.actions, "My result"), "ben")
    assert "2 of 2 right" in result
    assert len(bot.model.requests) == 1
    await bot.people.mention("How did it go?")
    await bot.people.said("Well done")
    assert outputs(bot)["call_1"]["finished"] == 1


@pytest.mark.parametrize("action", ["retry", "regenerate"])
async def test_another_try_ends_the_quiz_and_brings_a_new_one(
    bot: Bench, action: tokens.Action
) -> None:
    bot.model.answer(class_quiz("c1"))
    start = labelled((await opened(bot, class_quiz("c2", title="Rivers"))).actions, "Start")
    await take(bot.people, start, "ben", 1, "2")
    ((run,),) = bot.rows("SELECT id FROM runs")
    await bot.people.click(tokens.encode(action, str(run)))
    again = await lobby(bot.people, 2)

    assert [shown.closed for shown in lobbies(bot.people)] == [True, False]
    assert (again.started, again.title) == (0, "Rivers")
    await bot.people.click(labelled(again.actions, "Close"))
    await bot.people.said("Well done")
    assert list(outputs(bot)) == ["c2"]


async def test_the_way_to_the_results_stays_when_the_talk_goes_on(bot: Bench) -> None:
    shown = await opened(bot, class_quiz())
    await bot.people.click(labelled(shown.actions, "Close"))
    await bot.people.said("Well done")
    bot.model.answer(Text("The next one"))
    await bot.people.mention("And now?")
    await bot.people.said("The next one")

    (tally,) = tallies(bot.people)
    assert isinstance(tally.view, Notice)
    assert "Capitals" in await _pressed(bot, labelled(tally.view.actions, "My result"), "ben")


async def test_a_row_that_cannot_be_read_keeps_no_quiz_open(bot: Bench) -> None:
    bot.model.answer(class_quiz(audience="asker", seconds=600))
    bot.model.answer(Text("Well done"))
    await bot.people.mention("A quiz for me")
    await bot.people.click((await bot.people.question(1)).choices[0].token)
    await bot.people.question(2)
    bot.change("UPDATE answers SET option = 99")

    await bot.clock.advance(10 * MINUTES)
    await bot.people.said("Well done")

    assert outputs(bot) == {"call_1": {"error": "The answers cannot be read."}}
