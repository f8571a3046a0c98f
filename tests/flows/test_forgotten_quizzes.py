"""Forgetting people who took part in quizzes of others: what they did is gone, the quiz goes on."""

import json
from datetime import timedelta

import pytest

from bot import tokens
from bot.jsons import Json
from bot.strings import say
from bot.views import AnsweredLine, Notice, Quiz
from tests.flows.bench import Bench
from tests.flows.classes import (
    class_quiz,
    labelled,
    lobbies,
    opened,
    outputs,
    paper,
    questions,
    take,
    tallies,
)
from tests.sims.answers import Call, Text
from tests.test_forgetting import button, forgotten, stored

SHORT, LONG = "newt", "I count two aardvarks"


pytestmark = pytest.mark.usefixtures("led_by_ada")


async def forgets(bot: Bench, by: str) -> None:
    """That person is forgotten, here and on the screen."""
    sent = await bot.people.acknowledged(await bot.people.order("forget", by=by))
    confirm = button(sent.receipt).token
    pressed = await bot.people.click(confirm, by=by, place="channel")
    assert await bot.people.whispered(pressed) == say("forget.begun")
    await forgotten(bot)


def known(bot: Bench, person: str) -> list[str]:
    """The columns with what people did in quizzes that still name the person."""
    found = stored(bot.database)
    columns = (
        "takers.person",
        "hints.person",
        "answers.person",
        "tries.person",
        "questions.winner",
    )
    return [name for name in columns if f"sim/{person}" in found[name]]


def done(bot: Bench) -> bool:
    return bot.rows("SELECT status FROM runs") == [("completed",)]


def race(bot: Bench, *asked: Json) -> None:
    quiz: Json = {"title": "Race", "audience": "first", "questions": list(asked)}
    bot.model.answer(Call("display_quiz", quiz, "call_1"))
    bot.model.answer(Text("What a race"))


async def test_who_is_forgotten_leaves_an_open_quiz_and_the_others_go_on(bot: Bench) -> None:
    people = bot.people
    start = labelled((await opened(bot, class_quiz())).actions, "Start")
    asked = (await paper(people, start, "ben")).question
    assert asked is not None
    await people.acknowledged(await people.click(labelled(asked.actions, "Hint"), by="ben"))
    await take(people, start, "ben", 0, LONG)
    await take(people, start, "cy", 1, "2")
    await people.until(lambda: (lobbies(people)[0].started, lobbies(people)[0].finished) == (2, 2))
    assert known(bot, "ben") == ["takers.person", "hints.person", "answers.person"]
    await forgets(bot, "ben")

    assert known(bot, "ben") == []
    assert "aardvark" not in " ".join(stored(bot.database).values())
    assert (lobbies(people)[0].started, lobbies(people)[0].finished) == (1, 1)
    assert await chosen_anew(bot) == ""
    await people.click(labelled(lobbies(people)[0].actions, "Close"), by="ada")
    await people.said("Well done")
    told = outputs(bot)["call_1"]
    assert (told["started"], told["finished"]) == (2, 1)
    assert [each["right"] for each in questions(told)] == [1, 1]


async def chosen_anew(bot: Bench) -> str:
    """What is written on the paper of Ben, who begins once more."""
    shown = await paper(bot.people, labelled(lobbies(bot.people)[0].actions, "Start"), "ben")
    assert shown.question is not None
    assert shown.question.number == 1
    return "".join(choice.letter for choice in shown.question.choices if choice.chosen)


async def test_what_only_they_wrote_goes_from_the_output_and_its_counts_stay(bot: Bench) -> None:
    people = bot.people
    start = labelled((await opened(bot, class_quiz())).actions, "Start")
    for person, text in (("ben", SHORT), ("cy", "2"), ("dot", "toad"), ("eve", "toad")):
        await take(people, start, person, 1, text)
    await people.click(labelled(lobbies(people)[0].actions, "Close"), by="ada")
    await people.said("Well done")
    before = questions(outputs(bot)["call_1"])[1]
    await forgets(bot, "ben")
    await forgets(bot, "dot")

    (item,) = bot.rows("SELECT body ->> 'output' FROM items WHERE type = 'function_call_output'")
    (call,) = bot.rows("SELECT output FROM tool_calls")
    assert item == call
    after = questions(json.loads(str(call[0])))[1]
    assert before["answers"] == ["toad (×2)", SHORT, "2"]
    assert after == before | {"answers": ["toad (×2)", "[removed]", "2"]}
    assert lobbies(people)[0].started == 4
    await forgets(bot, "eve")
    ((left,),) = bot.rows("SELECT output FROM tool_calls")
    assert "toad" not in str(left)

    result = labelled(lobbies(people)[0].actions, "My result")
    sent = await people.acknowledged(await people.click(result, by="ben"))
    assert isinstance(sent.private, Notice)
    assert "did not take part" in sent.private.text


async def test_a_race_that_was_won_stays_won_and_nobody_reads_by_whom(bot: Bench) -> None:
    people = bot.people
    race(bot, {"question_text": "Name one"}, {"question_text": "2 + 2?", "answer": "4"})
    await people.mention("Let us race")
    first = await people.question(1)
    await people.submit(labelled(first.actions, "Write answer"), SHORT, by="ben")
    second = await people.question(2)
    (won,) = lines(bot)
    assert won.person == people.person("ben")
    await forgets(bot, "ben")

    (cleaned,) = lines(bot)
    assert (cleaned.person, cleaned.text) == (None, "1. Name one — [removed]")
    assert known(bot, "ben") == []
    await people.submit(labelled(second.actions, "Write answer"), "4", by="cy")
    await people.said("What a race")
    assert lines(bot)[0] == cleaned
    assert lines(bot)[1].person == people.person("cy")
    told = questions(outputs(bot)["call_1"])
    assert [each["won"] for each in told] == [True, True]
    await forgets(bot, "cy")
    assert [(line.person, line.text) for line in lines(bot)] == [
        (None, "1. Name one — [removed]"),
        (None, "2. 2 + 2? — 4"),
    ]


async def test_who_is_forgotten_has_no_second_try_in_a_race(bot: Bench) -> None:
    people = bot.people
    race(bot, {"question_text": "2 + 2?", "answer": "4"}, {"question_text": "3 + 3?"})
    await people.mention("Let us race")
    write = labelled((await people.question(1)).actions, "Write answer")
    await people.submit(write, LONG, by="ben")
    await people.acknowledged(await people.submit(write, "5", by="cy"))
    await forgets(bot, "ben")

    assert bot.rows("SELECT person FROM answers") == [("sim/cy",)]
    assert known(bot, "ben") == ["tries.person"]
    assert "aardvark" not in " ".join(stored(bot.database).values())
    again = await people.whispered(await people.submit(write, "4", by="ben"))
    assert again == say("race.one_try")
    await people.submit(write, "4", by="dot")
    second = await people.question(2)
    assert known(bot, "ben") == []
    await people.submit(labelled(second.actions, "Write answer"), "6", by="ben")
    await people.said("What a race")
    told = questions(outputs(bot)["call_1"])
    assert [(each["won"], each["tries"]) for each in told] == [(True, 2), (True, 1)]


@pytest.mark.parametrize("how", ["skip", "stop", "deadline"])
async def test_a_try_is_remembered_until_the_question_is_over_however_it_ends(
    bot: Bench, how: str
) -> None:
    people = bot.people
    race(bot, {"question_text": "2 + 2?", "answer": "4"}, {"question_text": "3 + 3?"})
    await people.mention("Let us race")
    asked = await people.question(1)
    await people.submit(labelled(asked.actions, "Write answer"), LONG, by="ben")
    await forgets(bot, "ben")
    assert known(bot, "ben") == ["tries.person"]
    match how:
        case "skip":
            await people.click(labelled(asked.actions, "Skip"), by="ada")
        case "stop":
            ((run,),) = bot.rows("SELECT id FROM runs")
            await people.click(tokens.encode("stop", str(run)), by="ada")
        case _:
            await bot.clock.advance(timedelta(days=1))

    await people.until(lambda: known(bot, "ben") == [])


def lines(bot: Bench) -> list[AnsweredLine]:
    views = [post.view for post in bot.people.shown() if isinstance(post.view, Quiz)]
    return [line for view in views for line in view.answered]


async def test_who_asked_for_the_quiz_of_a_class_ends_it_with_being_forgotten(bot: Bench) -> None:
    people = bot.people
    title = "A quiz for us all"
    bot.model.answer(class_quiz(title=title))
    await people.mention(title)
    await people.until(lambda: bool(lobbies(people)))
    await take(people, labelled(lobbies(people)[0].actions, "Start"), "ben", 1, "Ben's words stay")
    await forgets(bot, "ada")

    (shown,) = lobbies(people)
    assert (shown.closed, shown.title) == (True, "[removed]")
    assert bot.rows("SELECT title, topic, closed_at IS NOT NULL FROM quizzes") == [
        ("[removed]", "", 1)
    ]
    assert known(bot, "ben") == ["takers.person", "answers.person"]
    assert tallies(people) == []
