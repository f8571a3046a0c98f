"""Who has more time than others gets it, and nobody reads that they do."""

from datetime import timedelta

import pytest

from tests.flows.bench import Bench
from tests.flows.classes import (
    class_quiz,
    closed_once,
    labelled,
    lobbies,
    opened,
    outputs,
    paper,
    passed,
    questions,
    set_to,
    take,
)

MINUTES = timedelta(minutes=1)


pytestmark = pytest.mark.usefixtures("led_by_ada")


async def more_time(bench: Bench, person: str, factor: str) -> None:
    await set_to(bench, "extra_time", f"sim/{person} ×{factor}", by="ada")


async def test_who_has_more_time_is_waited_for_and_the_others_are_told(bot: Bench) -> None:
    await more_time(bot, "cleo", "2")
    start = labelled((await opened(bot, class_quiz(seconds=600))).actions, "Start")
    slow = (await paper(bot.people, start, "cleo")).question
    quick = (await paper(bot.people, start, "ben")).question
    assert slow is not None
    assert quick is not None

    await passed(bot, 10 * MINUTES, lambda: "The time is up" in lobbies(bot.people)[0].note)
    late = await bot.people.click(quick.choices[1].token, by="ben")
    assert "time" in await bot.people.whispered(late)
    assert [shown.closed for shown in lobbies(bot.people)] == [False]
    assert "cleo" not in str(lobbies(bot.people))
    await paper(bot.people, slow.choices[1].token, "cleo")
    await passed(bot, 10 * MINUTES, lambda: lobbies(bot.people)[0].closed)
    await bot.people.said("Well done")

    (peru, _) = questions(outputs(bot)["call_1"])
    assert (peru["right"], peru["not_answered"]) == (1, 1)
    closed_once(bot)


async def test_the_last_one_with_more_time_ends_it_for_all(bot: Bench) -> None:
    await more_time(bot, "cleo", "1.5")
    start = labelled((await opened(bot, class_quiz(seconds=600))).actions, "Start")
    first = (await paper(bot.people, start, "cleo")).question
    assert first is not None
    await passed(bot, 10 * MINUTES, lambda: "The time is up" in lobbies(bot.people)[0].note)

    await take(bot.people, start, "cleo", 1, "2")
    await bot.people.said("Well done")

    closed_once(bot)


async def test_who_has_more_time_and_is_done_keeps_nobody_waiting(bot: Bench) -> None:
    await more_time(bot, "cleo", "2")
    start = labelled((await opened(bot, class_quiz(seconds=600))).actions, "Start")
    await take(bot.people, start, "cleo", 1, "2")

    await passed(bot, 10 * MINUTES, lambda: lobbies(bot.people)[0].closed)
    await bot.people.said("Well done")

    closed_once(bot)


async def test_extra_time_that_is_granted_on_the_way_is_waited_for(bot: Bench) -> None:
    start = labelled((await opened(bot, class_quiz(seconds=600))).actions, "Start")
    first = (await paper(bot.people, start, "cleo")).question
    await paper(bot.people, start, "ben")
    assert first is not None
    await more_time(bot, "cleo", "2")

    await passed(bot, 10 * MINUTES, lambda: "The time is up" in lobbies(bot.people)[0].note)
    assert [shown.closed for shown in lobbies(bot.people)] == [False]
    await paper(bot.people, first.choices[1].token, "cleo")
    await passed(bot, 10 * MINUTES, lambda: lobbies(bot.people)[0].closed)
    await bot.people.said("Well done")

    (peru, _) = questions(outputs(bot)["call_1"])
    assert (peru["right"], peru["not_answered"]) == (1, 1)
    closed_once(bot)
