"""`results`: a person's own quizzes in a channel, and what they answered."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.events import PersonRef, PlaceRef
from bot.intake import accept_many
from bot.store import calls, questions, runs
from bot.store.database import Tx
from bot.store.forgetting import REMOVED
from bot.store.records import Answer, Question
from tests.acts.desk import Desk, open_desk
from tests.quiz.classroom import CAPITALS, CAT, DOG, MARKED, begun
from tests.store.rows import (
    ADA,
    BEN,
    NOW,
    SNAPSHOT,
    answer,
    call,
    mention,
    place,
    question,
    writing,
)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        yield desk


def quizzed(
    tx: Tx,
    title: str,
    texts: dict[str, Answer | None],
    *,
    by: PersonRef = BEN,
    where: PlaceRef | None = None,
    minute: int = 0,
    is_open: bool = False,
    output: str | None = None,
) -> None:
    """A quiz with these questions and answers."""
    at = NOW + timedelta(minutes=minute)
    (queued,) = accept_many(tx, [mention(by=by, where=where)], at)
    assert queued is not None
    run = runs.start(tx, queued.id, SNAPSHOT, at, at + timedelta(minutes=1))
    assert run is not None
    waiting = replace(call(run), created_at=at, output=output)
    calls.insert_many(tx, [waiting])
    asked = [
        replace(
            question(position, text, ["one", "two"], title=title, of=waiting, asker=by),
            state="open" if is_open else "closed",
        )
        for position, text in enumerate(texts)
    ]
    questions.insert_many(tx, asked)
    for one, given in zip(asked, texts.values(), strict=True):
        if given is not None:
            questions.answer(tx, replace(given, question_id=one.id, person=by.key))
    assert runs.move(tx, run.id, source=["in_progress"], target="completed", now=at)


def given(kind: str, text: str = "", option: int | None = None) -> Answer:
    blank: Question = question()
    match kind:
        case "choice" | "text" | "unknown" | "skipped":
            return answer(blank, kind, text, option)
        case _:
            raise AssertionError(kind)


async def test_each_question_is_told_with_its_answer(desk: Desk) -> None:
    answers = {
        "Which *one* is even?": given("choice", option=1),
        "And why?": given("text", "It **halves**"),
        "Third?": given("unknown"),
        "Fourth?": given("skipped"),
        "Fifth?": None,
    }
    async with writing(desk.office.store) as tx:
        quizzed(tx, "Numbers", answers)
    told = await desk.told("results")

    assert told.splitlines()[2:] == [
        "**Numbers** (2026-11-01 12:00 UTC)",
        "",
        "1. Which one is even? — two",
        "2. And why? — It halves",
        "3. Third? — I don't know",
        "4. Fourth? — skipped",
        "5. Fifth? — not answered",
    ]


async def test_the_newest_five_are_told_and_open_ones_are_marked(desk: Desk) -> None:
    async with writing(desk.office.store) as tx:
        for minute in range(6):
            quizzed(tx, f"Quiz {minute}", {"Q?": None}, minute=minute, is_open=minute == 5)
    told = await desk.told("results")

    titles = [line for line in told.splitlines() if line.startswith("**Quiz")]
    assert [title[2:8] for title in titles] == [f"Quiz {minute}" for minute in (5, 4, 3, 2, 1)]
    assert "still open" in titles[0]
    assert "still open" not in titles[1]
    assert "1. Q? — open" in told


async def test_quizzes_of_others_and_of_other_channels_are_not_told(desk: Desk) -> None:
    channel = replace(place("channel"), parent=None)
    elsewhere = replace(place("t9"), parent="other")
    async with writing(desk.office.store) as tx:
        quizzed(tx, "Ada's", {"Q?": None}, by=ADA)
        quizzed(tx, "Elsewhere", {"Q?": None}, where=elsewhere)
        quizzed(tx, "Other workspace", {"Q?": None}, where=place("t7", workspace="sim:two"))
        quizzed(tx, "Direct", {"Q?": None}, where=place("dm", direct=True))
        quizzed(tx, "In the channel", {"Q?": None}, where=channel)
        quizzed(tx, "In a thread", {"Q?": None}, where=place("t2"), minute=1)

    for where in (place("t1"), channel):
        told = await desk.told("results", where=where)
        titles = [line.split("**")[1] for line in told.splitlines() if line.startswith("**")]
        assert titles[1:] == ["In a thread", "In the channel"]
    assert "Direct" in await desk.told("results", where=place("dm", direct=True))


async def test_a_question_of_a_conversation_is_no_quiz(desk: Desk) -> None:
    async with writing(desk.office.store) as tx:
        quizzed(tx, "Numbers", {"Q?": None})
        for minute in range(1, 6):
            quizzed(tx, "", {"Which topic?": given("choice", option=0)}, minute=minute)
    told = await desk.told("results")

    assert "**Numbers**" in told
    assert "Which topic?" not in told


async def test_what_was_forgotten_is_not_told(desk: Desk) -> None:
    async with writing(desk.office.store) as tx:
        quizzed(tx, "Gone", {"Q?": None}, output=REMOVED)

    assert "no quiz here yet" in await desk.told("results")


async def test_what_could_be_marked_is_told_with_its_mark(desk: Desk) -> None:
    answers: dict[str, Answer | None] = {
        "First?": replace(given("choice", option=1), right=True),
        "Second?": replace(given("text", "7"), right=False),
        "Third?": given("text", "words"),
    }
    async with writing(desk.office.store) as tx:
        quizzed(tx, "Numbers", answers)

    assert (await desk.told("results")).splitlines()[4:] == [
        "1. First? — two (✓ right)",
        "2. Second? — 7 (✗ not right)",
        "3. Third? — words",
    ]


async def test_a_quiz_for_everyone_is_told_to_who_takes_it_and_marked_once_it_is_closed(
    desk: Desk,
) -> None:
    shared = await begun(desk)
    await shared.start(CAT)
    await shared.choose(0, 1, CAT)
    await shared.write(1, "3", CAT)
    before = await desk.told("results", by=CAT)
    await shared.close(ADA)
    after = await desk.told("results", by=CAT)

    assert "still open" in before
    assert before.splitlines()[4:] == [
        "1. What is the capital of Peru? — Lima",
        "2. How many has Bolivia? — 3",
        "3. Which do you like best? — open",
    ]
    assert after.splitlines()[4:] == [
        "1. What is the capital of Peru? — Lima (✓ right)",
        "2. How many has Bolivia? — 3 (✗ not right)",
        "3. Which do you like best? — not answered",
    ]
    assert MARKED not in before + after
    for person in (DOG, ADA):
        assert "no quiz here yet" in await desk.told("results", by=person)


async def test_a_race_is_told_to_who_tried_as_far_as_it_has_been_asked(desk: Desk) -> None:
    running = await begun(desk, replace(CAPITALS, audience="first"))
    await running.choose(0, 0, CAT)
    tried = await desk.told("results", by=CAT)
    await running.choose(0, 1, DOG)
    won = await desk.told("results", by=DOG)

    assert tried.splitlines()[4:] == ["1. What is the capital of Peru? — Quito"]
    assert won.splitlines()[4:] == [
        "1. What is the capital of Peru? — Lima (✓ right)",
        "2. How many has Bolivia? — open",
    ]
    assert "Quito (✗ not right)" in await desk.told("results", by=CAT)


async def test_the_longest_quizzes_fit_one_message(desk: Desk) -> None:
    long: dict[str, Answer | None] = {
        f"{number} " + "Question 😀 " * 90: given("text", "Answer " * 500) for number in range(20)
    }
    async with writing(desk.office.store) as tx:
        for minute in range(5):
            quizzed(tx, "Title " * 33, long, minute=minute)
    told = await desk.told("results")

    assert len(told) <= desk.platform.capabilities.max_text
    assert told.count("questions more") == 5
