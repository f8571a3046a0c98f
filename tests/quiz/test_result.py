"""What people see of a quiz for everyone once it is closed, and who leads it while it is open."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import tokens
from bot.events import PersonRef
from bot.quiz.learners import LEARNERS
from bot.store import runs
from bot.strings import say, speaking
from bot.text.cleaning import length
from bot.tools.port import Asked
from bot.views import Button, RollLine
from tests.quiz.classroom import (
    CAPITALS,
    CAT,
    DOG,
    MARKED,
    Classroom,
    classroom,
    private,
)
from tests.store.rows import ADA, BEN, writing

LONG = replace(
    CAPITALS,
    questions=tuple(
        Asked(
            kind="choice",
            text=f"Question {number}: " + "why " * 40,
            options=("yes", "no"),
            answer="yes",
            answer_option=0,
            explanation=f"KEY-{number} " + "because " * 60,
        )
        for number in range(1, 9)
    ),
)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Classroom]:
    async with classroom(tmp_path) as room:
        yield room


def labels(actions: tuple[Button, ...]) -> list[str]:
    return [button.label for button in actions]


async def test_it_says_of_each_question_what_they_answered_and_what_is_right(
    room: Classroom,
) -> None:
    (first, *_) = await room.questions()
    await room.start(BEN)
    await room.act(tokens.encode("hint", first.id), BEN)
    await room.choose(0, 0, BEN)
    await room.write(1, "2", BEN)
    await room.choose(2, 1, BEN)
    await room.close(ADA)

    result = await room.result(BEN)
    assert result.text == (
        "The quiz “Capitals” is closed.\n\n"
        "You have 1 of 2 right.\n\n"
        "**1.** What is the capital of Peru?\n\n"
        "- Your answer: Quito – wrong\n"
        "- Right answer: B: Lima\n"
        "- You had the hint.\n\n"
        "KEY-why: **Lima** was founded in 1535.\n\n"
        "**2.** How many has Bolivia?\n\n"
        "- Your answer: 2 – right\n"
        "- Right answer: 2\n\n"
        "KEY-two: La Paz and Sucre.\n\n"
        "**3.** Which do you like best?\n\n"
        "- Your answer: Oslo"
    )
    assert result.actions == ()


async def test_before_it_closes_there_is_no_result(room: Classroom) -> None:
    await room.start(BEN)
    assert (await room.result(BEN)).text == say("my_result.later")
    assert (await room.result(CAT)).text == say("my_result.later")


async def test_each_sees_their_own_answers_and_nobody_elses(room: Classroom) -> None:
    for who, option, words in ((BEN, 1, "aardvark"), (CAT, 2, "capybara")):
        await room.start(who)
        await room.choose(0, option, who)
        await room.write(1, words, who)
    await room.close(ADA)

    ben, cat = await room.result(BEN), await room.result(CAT)
    assert "aardvark" in ben.text
    assert "capybara" not in ben.text
    assert "capybara" in cat.text
    assert "aardvark" not in cat.text
    assert "You have 1 of 2 right. One written answer could not be marked" in ben.text
    assert "You have 0 of 2 right." in cat.text
    assert "You gave no answer." in ben.text


async def test_who_took_no_part_sees_what_was_right(room: Classroom) -> None:
    await room.close(ADA)
    result = await room.result(DOG)

    assert result.text.startswith(
        "The quiz “Capitals” is closed.\n\nYou did not take part. Here is what was asked."
    )
    assert "- Right answer: B: Lima" in result.text
    assert "You gave no answer." not in result.text


async def test_without_a_key_it_says_how_much_they_answered(tmp_path: Path) -> None:
    (*_, liked) = CAPITALS.questions
    async with classroom(tmp_path, replace(CAPITALS, questions=(liked,) * 3)) as room:
        await room.start(BEN)
        await room.choose(0, 1, BEN)
        (_, second, _) = await room.questions()
        await room.act(tokens.encode("skip", second.id), BEN)
        assert (await room.roll(ADA)).lines == (RollLine(person=BEN, text="2 of 3 done"),)
        await room.close(ADA)

        assert "You answered 1 of 3." in (await room.result(BEN)).text
        assert (await room.roll(ADA)).lines == (
            RollLine(person=BEN, text="1 of 3 answered · not finished"),
        )


async def test_a_long_result_has_pages_that_each_fit_a_message(tmp_path: Path) -> None:
    async with classroom(tmp_path, LONG) as room:
        await room.start(BEN)
        for position in range(8):
            await room.choose(position, position % 2, BEN)
        await room.close(ADA)

        pages = [await room.result(BEN)]
        while labels(pages[-1].actions)[-1] == "Next":
            press = pages[-1].actions[-1].token
            pages.append(await room.page(press, BEN))
        limits = room.desk.office.limits("sim")
        assert len(pages) > 2
        assert all(length(page.text, limits.text_unit) <= limits.private_room for page in pages)
        for number, page in enumerate(pages, 1):
            assert page.text.endswith(f"\n\nPage {number} of {len(pages)}")
        whole = "\n".join(page.text for page in pages)
        assert [whole.count(f"KEY-{number} ") for number in range(1, 9)] == [1] * 8
        assert "You have 4 of 8 right." in pages[0].text
        assert labels(pages[0].actions) == ["Next"]
        assert labels(pages[1].actions) == ["Back", "Next"]
        assert await room.page(pages[1].actions[0].token, BEN) == pages[0]
        assert await room.result(BEN, 999) == pages[-1]


async def test_hostile_texts_stay_within_their_question(tmp_path: Path) -> None:
    nasty = Asked(
        kind="choice",
        text="# Big\n\n- one\n```\ncode",
        options=("```\n<!channel>", "\u202eevil", "c"),
        answer="c",
        answer_option=2,
        explanation="```python\nprint('never closed')",
    )
    async with classroom(tmp_path, replace(CAPITALS, questions=(nasty, nasty))) as room:
        await room.start(BEN)
        await room.choose(0, 0, BEN)
        await room.close(ADA)
        result = await room.result(BEN)

    assert result.text.count("```") == 4
    assert "\n**2.** " in result.text


async def test_it_can_be_seen_when_the_run_is_long_over(room: Classroom) -> None:
    await room.start(BEN)
    await room.choose(0, 1, BEN)
    await room.close(ADA)
    before = await room.result(BEN)
    async with writing(room.desk.office.store) as tx:
        now = room.desk.clock.now()
        runs.move(tx, room.run.id, source=["queued"], target="cancelled", now=now)

    assert await room.result(BEN) == before


async def test_it_is_in_the_language_of_whoever_looks(room: Classroom) -> None:
    await room.close(ADA)
    with speaking("es"):
        assert (await room.result(BEN)).text.startswith("El cuestionario «Capitals» está cerrado.")


async def test_the_list_says_how_far_each_is_and_not_how_well(room: Classroom) -> None:
    for who in (BEN, CAT):
        await room.start(who)
        await room.choose(0, 1, who)
    await room.write(1, "2", BEN)
    await room.choose(2, 1, BEN)

    roll = await room.roll(ADA)
    assert roll.title == "Capitals"
    assert roll.lines == (
        RollLine(person=BEN, text="finished"),
        RollLine(person=CAT, text="1 of 3 done"),
    )
    assert (roll.note, roll.actions) == ("2 started · 1 finished", ())


async def test_closed_the_list_says_how_each_did(room: Classroom) -> None:
    (first, *_) = await room.questions()
    for who in (BEN, CAT, DOG):
        await room.start(who)
    await room.act(tokens.encode("hint", first.id), CAT)
    await room.choose(0, 1, BEN)
    await room.write(1, "2", BEN)
    await room.choose(2, 1, BEN)
    await room.choose(0, 1, CAT)
    await room.write(1, "two", CAT)
    await room.close(ADA)

    assert [line.text for line in (await room.roll(ADA)).lines] == [
        "2 of 2 right",
        "1 of 2 right · 1 not marked · 1 hint · not finished",
        "0 of 2 right · not finished",
    ]


async def test_the_list_is_for_its_starter_instructors_and_admins(room: Classroom) -> None:
    roll = tokens.encode("learners", room.call.id, 0)
    assert await room.told(roll, BEN) == say("lobby.not_yours")

    room.desk.platform.admins = {BEN}
    assert (await room.roll(BEN)).note == say("learners.nobody")
    room.desk.platform.admins = set()
    assert private(await room.close(BEN)) == private(await room.act(roll, BEN))

    await room.close(ADA)
    assert (await room.roll(ADA)).note == say("learners.nobody_did")


async def test_a_long_list_has_pages(room: Classroom) -> None:
    people = [PersonRef(scope="sim:one", user=f"U-{number}") for number in range(LEARNERS + 4)]
    for person in people:
        await room.start(person)

    first, second = await room.roll(ADA), await room.roll(ADA, 1)
    assert [line.person for line in (*first.lines, *second.lines)] == people
    assert len(first.lines) == LEARNERS
    assert first.note == f"{len(people)} started · 0 finished · Page 1 of 2"
    assert (labels(first.actions), labels(second.actions)) == (["Next"], ["Back"])
    assert await room.roll(ADA, 999) == second


async def test_the_list_says_no_answer_and_no_key(room: Classroom) -> None:
    await room.start(BEN)
    await room.write(1, "aardvark", BEN)
    await room.close(ADA)

    shown = repr(await room.roll(ADA))
    assert "aardvark" not in shown
    assert MARKED not in shown
