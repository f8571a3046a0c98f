"""Buttons of a quiz for everyone that somebody made up, or brought along from elsewhere."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import tokens
from bot.events import PlaceRef
from bot.strings import say
from bot.views import Notice
from tests.quiz.classroom import (
    CAPITALS,
    DOG,
    Classroom,
    begun,
    classroom,
    private,
)
from tests.store.rows import ADA, BEN, place

ELSEWHERE = replace(place("t2"), parent="other")
THEIRS = place("t1", workspace="sim:two")


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Classroom]:
    async with classroom(tmp_path) as room:
        yield room


async def test_who_has_not_started_is_told_to(room: Classroom) -> None:
    for receipt in (await room.choose(0, 1, DOG), await room.write(1, "2", DOG)):
        assert private(receipt) == Notice(text=say("paper.not_started"))
    assert await room.answers() == []
    assert (await room.lobby()).started == 0


@pytest.mark.parametrize(
    "where",
    [ELSEWHERE, THEIRS, place("dm-ben", direct=True)],
    ids=["another channel", "another workspace", "a direct conversation"],
)
async def test_its_buttons_do_nothing_elsewhere(room: Classroom, where: PlaceRef) -> None:
    await room.start(BEN)
    (first, second, _) = await room.questions()
    forged = [
        *(tokens.encode(what, first.id) for what in ("unknown", "skip", "see", "change", "hint")),
        tokens.encode("choose", first.id, 1),
        tokens.encode("start", room.call.id),
        tokens.encode("close", room.call.id),
        tokens.encode("result", room.call.id, 0),
        tokens.encode("learners", room.call.id, 0),
    ]
    told = [private(await room.act(token, BEN, where=where)) for token in forged]
    write = tokens.encode("write", second.id)
    told.append(private(await room.act(write, BEN, where=where, text="2")))

    assert set(told) == {Notice(text=say("quiz.stale_button"))}
    assert await room.answers() == []
    assert (await room.quiz()).closed_at is None


async def test_what_no_button_offers_is_no_answer(room: Classroom) -> None:
    await room.start(BEN)
    (first, second, _) = await room.questions()
    receipts = [
        await room.act(tokens.encode("choose", first.id, 3), BEN),
        await room.act(tokens.encode("choose", second.id, 0), BEN),
        await room.act(tokens.encode("write", first.id), BEN, text="Lima"),
        await room.act(tokens.encode("see", "nothing"), BEN),
        await room.act(tokens.encode("start", "call_nothing"), BEN),
    ]

    assert {private(receipt) for receipt in receipts} == {Notice(text=say("quiz.stale_button"))}
    assert await room.answers() == []


async def test_the_quiz_of_one_person_has_no_paper_no_list_and_no_end(tmp_path: Path) -> None:
    async with classroom(tmp_path, replace(CAPITALS, audience="asker")) as room:
        call = room.call.id
        forged = [tokens.encode("start", call), tokens.encode("close", call)]
        forged += [tokens.encode(what, call, 0) for what in ("result", "learners")]
        for token in forged:
            for by in (ADA, BEN):
                assert await room.told(token, by) == say("quiz.stale_button")
        assert (await room.quiz()).closed_at is None


async def test_two_quizzes_of_one_channel_have_nothing_to_do_with_each_other(
    room: Classroom,
) -> None:
    other = await begun(room.desk, where=place("t2"))
    await room.start(BEN)

    assert private(await other.choose(0, 1, BEN)) == Notice(text=say("paper.not_started"))
    assert (await other.lobby()).started == 0
