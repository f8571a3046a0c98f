"""A learner's paper: theirs alone, one question at a time, and nothing on it says what is right."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import tokens
from bot.adapter import Duplicate
from bot.events import ButtonToken
from bot.quiz.wording import LINE
from bot.store import deliveries
from bot.strings import say, speaking
from bot.tools.arguments import MAX_CHOICES
from bot.tools.port import Asked
from bot.views import Notice, Quiz
from tests.quiz.classroom import (
    CAPITALS,
    CAT,
    DOG,
    MARKED,
    Classroom,
    asks,
    classroom,
    labelled,
    paper,
    private,
)
from tests.store.rows import ADA, BEN, place


def marks(shown: object) -> list[object]:
    """What a paper says of the answers on it."""
    return [line.mark or line.detail for line in shown.answered] if isinstance(shown, Quiz) else []


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Classroom]:
    async with classroom(tmp_path) as room:
        yield room


async def test_start_shows_the_first_question_and_counts_the_person(room: Classroom) -> None:
    shown = await room.paper(BEN)

    question = asks(shown)
    assert (shown.title, shown.answered) == ("Capitals", ())
    assert (question.number, question.total, question.text) == (1, 3, CAPITALS.questions[0].text)
    assert [choice.text for choice in question.choices] == ["Quito", "Lima", "La Paz"]
    assert not any(choice.chosen for choice in question.choices)
    assert [button.label for button in question.actions] == ["Hint", "I don't know", "Skip"]
    assert shown.note == "Recorded: 0 of 3"
    assert question.closes_at == (await room.quiz()).closes_at
    lobby = await room.lobby()
    assert (lobby.started, lobby.finished) == (1, 0)
    assert room.desk.delivered == [place().id]


async def test_a_second_start_comes_back_to_where_they_were_and_counts_nobody(
    room: Classroom,
) -> None:
    await room.start(BEN)
    await room.choose(0, 2, BEN)
    room.desk.delivered.clear()

    assert asks(await room.paper(BEN)).number == 2
    assert (await room.lobby()).started == 1
    assert room.desk.delivered == []


async def test_an_answer_is_recorded_and_the_next_question_takes_its_place(room: Classroom) -> None:
    await room.start(BEN)
    shown = paper(await room.choose(0, 1, BEN))

    assert (asks(shown).number, shown.note) == (2, "Recorded: 1 of 3")
    assert [button.label for button in asks(shown).actions] == [
        "Write answer",
        "I don't know",
        "Skip",
        "Back",
    ]
    (stored,) = await room.answers()
    assert (stored.person, stored.kind, stored.option, stored.right) == (BEN.key, "choice", 1, True)
    assert not stored.withdrawn


async def test_what_was_chosen_is_seen_on_the_way_back_and_can_be_chosen_anew(
    room: Classroom,
) -> None:
    await room.start(BEN)
    second = paper(await room.choose(0, 0, BEN))
    back = paper(await room.act(labelled(asks(second).actions, "Back"), BEN))
    assert [choice.chosen for choice in asks(back).choices] == [True, False, False]
    assert asks(back).actions[-1].label == "Next"

    onward = paper(await room.act(asks(back).choices[1].token, BEN))
    assert asks(onward).number == 2
    (stored,) = await room.answers()
    assert (stored.option, stored.right) == (1, True)


async def test_what_was_written_or_skipped_is_seen_on_the_way_back(room: Classroom) -> None:
    await room.start(BEN)
    await room.write(1, "**three**\nor so", BEN)
    (_, question, _) = await room.questions()
    again = paper(await room.act(tokens.encode("see", question.id), BEN))
    assert [line.text for line in again.answered] == ["Your answer: three or so"]

    skipped = await room.act(labelled(asks(again).actions, "Skip"), BEN)
    assert asks(paper(skipped)).number == 1
    again = paper(await room.act(tokens.encode("change", question.id), BEN))
    assert [line.text for line in again.answered] == ["Your answer: skipped"]


async def test_next_leads_past_answered_questions_and_back_to_an_open_one(room: Classroom) -> None:
    await room.start(BEN)
    await room.write(1, "2", BEN)
    await room.choose(2, 0, BEN)
    second, third = (await room.questions())[1:]
    shown = paper(await room.act(tokens.encode("see", second.id), BEN))
    shown = paper(await room.act(labelled(asks(shown).actions, "Next"), BEN))
    assert asks(shown).id == third.id

    shown = paper(await room.act(labelled(asks(shown).actions, "Next"), BEN))
    assert asks(shown).number == 1


async def test_at_the_end_all_answers_are_lines_that_can_be_changed(room: Classroom) -> None:
    await room.start(BEN)
    await room.choose(0, 1, BEN)
    await room.write(1, "2", BEN)
    shown = paper(await room.choose(2, 0, BEN))

    assert shown.question is None
    assert shown.note == say("paper.all_recorded")
    assert [line.text for line in shown.answered] == [
        "1. What is the capital of Peru? — Lima",
        "2. How many has Bolivia? — 2",
        "3. Which do you like best? — Rome",
    ]
    lobby = await room.lobby()
    assert (lobby.started, lobby.finished) == (1, 1)

    change = shown.answered[0].change
    assert change is not None
    again = paper(await room.act(change.token, BEN))
    assert [choice.chosen for choice in asks(again).choices] == [False, True, False]
    all_of_them = paper(await room.act(labelled(asks(again).actions, "All answers"), BEN))
    assert all_of_them == shown

    changed = paper(await room.choose(0, 2, BEN))
    assert changed.answered[0].text.endswith("— La Paz")
    assert (await room.lobby()).finished == 1


async def test_only_a_change_of_its_counts_edits_the_lobby(room: Classroom) -> None:
    async def version() -> int:
        (row,) = await room.desk.office.store.read(deliveries.of_run, room.run.id)
        return row.view_version

    await room.start(BEN)
    started = await version()
    await room.choose(0, 1, BEN)
    await room.write(1, "2", BEN)
    assert await version() == started

    await room.choose(2, 0, BEN)
    assert await version() == started + 1
    await room.choose(2, 1, BEN)
    assert await version() == started + 1


async def test_nothing_says_what_is_right_before_it_closes(room: Classroom) -> None:
    (first, second, third) = await room.questions()
    receipts = [
        await room.start(BEN),
        await room.choose(0, 0, BEN),
        await room.choose(0, 1, BEN),
        await room.write(1, "two", BEN),
        await room.write(1, "2", BEN),
        await room.act(tokens.encode("see", first.id), BEN),
        await room.act(tokens.encode("unknown", second.id), BEN),
        await room.act(tokens.encode("skip", third.id), BEN),
        await room.act(tokens.encode("result", room.call.id, 0), BEN),
        await room.act(tokens.encode("learners", room.call.id, 0), ADA),
    ]

    shown = [private(receipt) for receipt in receipts]
    assert MARKED not in repr(shown)
    assert not any(mark for view in shown for mark in marks(view))
    assert MARKED not in repr(await room.lobby())


async def test_a_hint_comes_to_who_asks_for_it_and_is_noted(room: Classroom) -> None:
    (first, second, _) = await room.questions()
    hint = tokens.encode("hint", first.id)
    assert await room.told(hint, BEN) == say("quiz.no_hint")

    await room.start(BEN)
    assert "it is at the sea" in await room.told(hint, BEN)
    assert await room.told(tokens.encode("hint", second.id), BEN) == say("quiz.no_hint")


async def test_a_press_that_comes_twice_counts_once(room: Classroom) -> None:
    await room.start(BEN)
    (first, *_) = await room.questions()
    await room.act(tokens.encode("choose", first.id, 0), BEN, key="press")
    await room.choose(0, 1, BEN)

    again = await room.act(tokens.encode("choose", first.id, 0), BEN, key="press")
    assert asks(paper(again)).number == 2
    assert [answer.option for answer in await room.answers()] == [1]


async def test_a_press_whose_response_was_lost_brings_back_what_the_person_has_in_hand(
    room: Classroom,
) -> None:
    (first, second, third) = await room.questions()
    presses: list[tuple[ButtonToken, str | None]] = [
        (tokens.encode("start", room.call.id), None),
        (tokens.encode("choose", first.id, 1), None),
        (tokens.encode("see", first.id), None),
        (tokens.encode("write", second.id), "2"),
        (tokens.encode("unknown", third.id), None),
        (tokens.encode("learners", room.call.id, 0), None),
    ]
    for number, (token, text) in enumerate(presses):
        by, key = (ADA if token == presses[-1][0] else BEN), f"press-{number}"
        shown = await room.act(token, by, text=text, key=key)
        room.desk.delivered.clear()
        before = await room.answers()
        await room.desk.clock.advance(timedelta(seconds=1))

        assert await room.act(token, by, text=text, key=key) == shown
        assert await room.answers() == before
        assert room.desk.delivered == []
    assert ((await room.lobby()).started, (await room.lobby()).finished) == (1, 1)
    await room.close(ADA)
    assert private(await room.act(presses[0][0], BEN, key="press-0")) == await room.result(BEN)


async def test_a_press_that_comes_twice_begins_nothing_and_tells_no_stranger(
    room: Classroom,
) -> None:
    (first, *_) = await room.questions()
    choose = tokens.encode("choose", first.id, 0)
    assert private(await room.act(choose, CAT, key="early")) == Notice(
        text=say("paper.not_started")
    )
    start = tokens.encode("start", room.call.id)
    abroad = place("dm", direct=True)
    await room.act(start, DOG, where=abroad, key="abroad")
    await room.start(BEN)
    await room.act(start, BEN, key="mine")

    assert await room.act(choose, CAT, key="early") == Duplicate()
    assert await room.act(start, DOG, where=abroad, key="abroad") == Duplicate()
    assert await room.act(start, BEN, where=abroad, key="mine") == Duplicate()
    assert await room.act(start, DOG, key="mine") == Duplicate()
    learners = tokens.encode("learners", room.call.id, 0)
    assert private(await room.act(learners, BEN, key="mine")) == Notice(text=say("lobby.not_yours"))
    assert [await room.taker(who) for who in (CAT, DOG)] == [None, None]


async def test_of_presses_at_once_one_answer_stays_and_all_are_answered(room: Classroom) -> None:
    await asyncio.gather(*(room.start(who) for who in (BEN, BEN, CAT, DOG)))
    presses = [(option, who) for who in (BEN, CAT, DOG) for option in (0, 1, 2)]
    receipts = await asyncio.gather(*(room.choose(0, *press) for press in presses))

    assert all(asks(paper(receipt)).number == 2 for receipt in receipts)
    stored = await room.answers()
    assert sorted(answer.person for answer in stored) == sorted(who.key for who in (BEN, CAT, DOG))
    assert all(answer.right == (answer.option == 1) for answer in stored)
    assert (await room.lobby()).started == 3


async def test_who_finish_at_once_are_all_counted(room: Classroom) -> None:
    people = (BEN, CAT, DOG)
    for who in people:
        await room.start(who)
        await room.choose(0, 1, who)
        await room.write(1, "2", who)
    await asyncio.gather(*(room.choose(2, 0, who) for who in people))

    lobby = await room.lobby()
    assert (lobby.started, lobby.finished) == (3, 3)


async def test_the_paper_is_in_the_persons_language_and_the_lobby_in_its_own(
    room: Classroom,
) -> None:
    with speaking("de"):
        shown = await room.paper(BEN)

    write = labelled(asks(paper(await room.choose(0, 1, BEN))).actions, "Write answer")
    assert (shown.language, shown.note) == ("de", "Festgehalten: 0 von 3")
    assert tokens.decode(write) == tokens.Press("write", (await room.questions())[1].id)
    lobby = await room.lobby()
    assert lobby.language == "en"
    assert lobby.actions[0].label == "Start"


async def test_the_form_is_in_the_language_of_the_paper(room: Classroom) -> None:
    with speaking("de"):
        await room.start(BEN)
        shown = paper(await room.choose(0, 1, BEN))

    press = tokens.decode(labelled(asks(shown).actions, "Antwort schreiben"))
    assert press is not None
    assert press.language == "de"


async def test_the_largest_question_has_as_many_buttons_as_fit_one_message(tmp_path: Path) -> None:
    choices = tuple(f"{number} " + "x" * 300 for number in range(MAX_CHOICES))
    large = Asked(kind="choice", text="y" * 4_000, options=choices, hint="KEY-hint")
    full = replace(CAPITALS, questions=(large,) * 20)
    async with classroom(tmp_path, full) as room:
        await room.start(BEN)
        for position in range(19):
            await room.choose(position, 19, BEN)
        (_, second, *_) = await room.questions()
        middle = asks(paper(await room.act(tokens.encode("see", second.id), BEN)))
        assert len(middle.choices) + len(middle.actions) == 25

        end = paper(await room.choose(19, 0, BEN))
        assert len(end.answered) == 20
        assert all(len(line.text) <= LINE for line in end.answered)
