"""A quiz for everyone, from the request to each learner's result, through the real door."""

import asyncio
import json
from collections.abc import Iterable

import pytest

from bot.adapter import Accepted
from bot.events import ButtonToken
from bot.jsons import Json
from bot.views import Button, Lobby, Notice, Quiz, Roll, ShownQuestion
from tests.flows.bench import Bench
from tests.sims.answers import Call, Text

QUIZ: Json = {
    "title": "Capitals",
    "audience": "everyone",
    "questions": [
        {
            "question_text": "What is the capital of Peru?",
            "choices": ["Quito", "Lima", "La Paz"],
            "answer": "Lima",
            "hint": "HINT-1: it is at the sea",
            "explanation": "KEY-1: it was founded in 1535.",
        },
        {"question_text": "How many has Bolivia?", "answer": "2", "explanation": "KEY-2: two."},
    ],
}
CLASS = tuple(f"learner-{number}" for number in range(1, 13))


@pytest.fixture(autouse=True)
def taught(bench: Bench) -> None:
    """Ada may start a quiz for everyone, and the model has one and a word at its end."""
    bench.people.admins = {"ada"}
    bench.model.answer(Call("display_quiz", QUIZ, "call_1"))
    bench.model.answer(Text("Well done"))


def labelled(actions: Iterable[Button], label: str) -> ButtonToken:
    return next(button.token for button in actions if button.label == label)


def lobby(bench: Bench) -> Lobby | None:
    return next((post.view for post in bench.people.shown() if isinstance(post.view, Lobby)), None)


async def opened(bench: Bench) -> Lobby:
    """Ada asks, and the lobby is there."""
    await bench.people.mention("A quiz for us all, please")
    await bench.people.until(lambda: lobby(bench) is not None)
    shown = lobby(bench)
    assert shown is not None
    return shown


async def counted(bench: Bench, started: int, finished: int) -> None:
    """Wait until the lobby says so."""

    def says_so() -> bool:
        shown = lobby(bench)
        return shown is not None and (shown.started, shown.finished) == (started, finished)

    await bench.people.until(says_so)


async def paper(bench: Bench, token: ButtonToken, by: str, text: str | None = None) -> Quiz:
    people = bench.people
    if text is None:
        sent = await people.click(token, by=by)
    else:
        sent = await people.submit(token, text, by=by)
    receipt = (await people.acknowledged(sent)).receipt
    assert isinstance(receipt, Accepted)
    assert isinstance(receipt.private, Quiz)
    assert receipt.in_place
    return receipt.private


def asks(shown: Quiz) -> ShownQuestion:
    assert shown.question is not None
    return shown.question


async def answered(bench: Bench, start: ButtonToken, by: str, option: int, text: str) -> Quiz:
    """Somebody takes the whole quiz."""
    shown = await paper(bench, start, by)
    shown = await paper(bench, asks(shown).choices[option].token, by)
    return await paper(bench, labelled(asks(shown).actions, "Write answer"), by, text)


def output(bench: Bench) -> str:
    """What the model got."""
    return str(bench.model.requests[-1].items[-1]["output"])


async def test_a_class_answers_with_changes_over_a_restart_and_all_reads_the_same(
    bench: Bench,
) -> None:
    async with bench.running():
        shown = await opened(bench)
        assert "where only you can see it" in shown.note
        start = labelled(shown.actions, "Start")
        await answered(bench, start, "ben", 0, "2")
        first = asks(await paper(bench, start, "cleo"))
        hint = await bench.people.click(labelled(first.actions, "Hint"), by="cleo")
        assert "it is at the sea" in await bench.people.whispered(hint)
        onward = asks(await paper(bench, first.choices[1].token, "cleo"))
        await counted(bench, 2, 1)

    async with bench.running():
        written = labelled(onward.actions, "Write answer")
        assert (await paper(bench, written, "cleo", "three")).question is None
        changed = await paper(bench, start, "ben")
        change = changed.answered[0].change
        assert change is not None
        again = asks(await paper(bench, change.token, "ben"))
        assert [choice.chosen for choice in again.choices] == [True, False, False]
        await paper(bench, again.choices[1].token, "ben")
        await paper(bench, start, "dan")
        await counted(bench, 3, 2)

        counting = lobby(bench)
        assert counting is not None
        await bench.people.click(labelled(counting.actions, "Close"))
        await bench.people.said("Well done")

        closed = lobby(bench)
        assert closed is not None
        assert (closed.closed, closed.note) == (True, "")
        result = labelled(closed.actions, "My result")
        texts = {
            who: await bench.people.whispered(await bench.people.click(result, by=who))
            for who in ("ben", "cleo", "dan", "eve")
        }
        listing = await bench.people.click(labelled(closed.actions, "Learners"))
        roll = (await bench.people.acknowledged(listing)).private

    assert "You have 2 of 2 right." in texts["ben"]
    assert "You have 1 of 2 right. One written answer could not be marked" in texts["cleo"]
    assert "You had the hint." in texts["cleo"]
    assert "You have 0 of 2 right." in texts["dan"]
    assert "You did not take part." in texts["eve"]
    assert all("KEY-1: it was founded in 1535." in text for text in texts.values())
    assert isinstance(roll, Roll)
    assert [(line.person.user, line.text) for line in roll.lines] == [
        ("ben", "2 of 2 right"),
        ("cleo", "1 of 2 right · 1 not marked · 1 hint"),
        ("dan", "0 of 2 right · not finished"),
    ]
    told = json.loads(output(bench))
    assert (told["started"], told["finished"]) == (3, 2)
    assert len(bench.model.requests) == 2


async def test_the_last_answers_at_once_are_all_counted(bot: Bench) -> None:
    start = labelled((await opened(bot)).actions, "Start")
    shown = [asks(await paper(bot, start, who)) for who in CLASS]
    await asyncio.gather(
        *(
            paper(bot, question.choices[number % 3].token, who)
            for number, (who, question) in enumerate(zip(CLASS, shown, strict=True))
        )
    )
    second = asks(await paper(bot, start, CLASS[0]))
    write = labelled(second.actions, "Write answer")
    await asyncio.gather(*(paper(bot, write, who, "2") for who in CLASS))
    await counted(bot, 12, 12)

    view = lobby(bot)
    assert view is not None
    await bot.people.click(labelled(view.actions, "Close"))
    await bot.people.said("Well done")

    peru, bolivia = json.loads(output(bot))["questions"]
    assert list(peru["counts"].values()) == [4, 4, 4]
    assert (peru["right"], bolivia["right"]) == (4, 12)


async def test_an_answer_that_is_delivered_again_does_not_undo_its_change(bot: Bench) -> None:
    start = labelled((await opened(bot)).actions, "Start")
    first = asks(await paper(bot, start, "ben"))
    sent = await bot.people.acknowledged(await bot.people.click(first.choices[0].token, by="ben"))
    await paper(bot, first.choices[1].token, "ben")

    shown = (await bot.people.again(sent)).private
    assert isinstance(shown, Quiz)
    assert asks(shown).number == 2
    assert bot.rows("SELECT option FROM answers") == [(1,)]


async def test_an_answer_too_long_or_empty_stays_in_its_form(bot: Bench) -> None:
    start = labelled((await opened(bot)).actions, "Start")
    first = asks(await paper(bot, start, "ben"))
    second = asks(await paper(bot, first.choices[0].token, "ben"))
    write = labelled(second.actions, "Write answer")

    for text in (" \n", "x" * 4_001):
        sent = await bot.people.submit(write, text, by="ben")
        assert "at most 4,000 characters" in await bot.people.whispered(sent)
    assert bot.rows("SELECT count(*) FROM answers") == [(1,)]


async def test_who_comes_late_or_goes_on_after_the_end_sees_the_result(bot: Bench) -> None:
    view = await opened(bot)
    start = labelled(view.actions, "Start")
    first = asks(await paper(bot, start, "ben"))
    await bot.people.click(labelled(view.actions, "Close"))
    await bot.people.said("Well done")

    late = await bot.people.acknowledged(await bot.people.click(start, by="cleo"))
    onward = await bot.people.acknowledged(await bot.people.click(first.choices[1].token, by="ben"))
    for sent in (late, onward):
        assert isinstance(sent.private, Notice)
        assert sent.private.text.startswith("The quiz “Capitals” is closed.")
    assert bot.rows("SELECT count(*) FROM answers") == [(0,)]
    assert bot.rows("SELECT count(*) FROM takers") == [(1,)]


async def test_a_learner_can_neither_close_it_nor_see_the_list(bot: Bench) -> None:
    view = await opened(bot)
    for label in ("Close", "Learners"):
        sent = await bot.people.click(labelled(view.actions, label), by="ben")
        assert "Only whoever started the quiz" in await bot.people.whispered(sent)
    assert bot.rows("SELECT closed_at FROM quizzes") == [(None,)]
