"""A paper closes with its quiz, and later for whoever has extra time."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import tokens
from bot.events import PersonRef
from bot.jsons import Json
from bot.quiz.opening import LONGEST
from bot.registry import choices
from bot.strings import say
from bot.views import Notice
from tests.quiz.classroom import (
    CAPITALS,
    CAT,
    DOG,
    TEACHER,
    Classroom,
    asks,
    begun,
    classroom,
    paper,
    private,
)
from tests.store.rows import ADA, BEN, place

TIMED = replace(CAPITALS, seconds=600)
LIMIT = timedelta(seconds=600)
SHORT, LONG = timedelta(minutes=9), timedelta(minutes=11)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Classroom]:
    async with classroom(tmp_path) as room:
        yield room


async def test_closed_the_next_press_shows_the_result_and_changes_nothing(room: Classroom) -> None:
    await room.start(BEN)
    await room.choose(0, 1, BEN)
    await room.close(ADA)

    (_, second, _) = await room.questions()
    late = [
        await room.choose(0, 0, BEN),
        await room.write(1, "2", BEN),
        await room.act(tokens.encode("see", second.id), BEN),
        await room.start(BEN),
    ]
    result = await room.result(BEN)
    assert {private(receipt) for receipt in late} == {result}
    assert result.text.startswith("The quiz “Capitals” is closed.")
    assert [answer.option for answer in await room.answers()] == [1]


async def test_past_the_time_limit_nothing_counts_and_nobody_starts(tmp_path: Path) -> None:
    async with classroom(tmp_path, TIMED) as room:
        await room.start(BEN)
        await room.desk.clock.advance(LONG)

        assert private(await room.choose(0, 1, BEN)) == Notice(text=say("paper.time_over"))
        assert private(await room.start(BEN)) == Notice(text=say("paper.time_over"))
        assert private(await room.start(CAT)) == Notice(text=say("paper.time_over"))
        assert await room.taker(CAT) is None
        assert await room.answers() == []


async def test_extra_time_is_of_the_time_limit_from_when_it_opened(tmp_path: Path) -> None:
    async with classroom(tmp_path, TIMED, extra={CAT: 2.0}) as room:
        quiz = await room.quiz()
        await room.desk.clock.advance(SHORT)
        await room.start(BEN)
        shown = await room.paper(CAT)
        assert asks(shown).closes_at == quiz.opened_at + timedelta(seconds=1200)

        await room.desk.clock.advance(SHORT)
        assert private(await room.choose(0, 1, BEN)) == Notice(text=say("paper.time_over"))
        assert asks(paper(await room.choose(0, 1, CAT))).number == 2
        await room.desk.clock.advance(SHORT)
        assert private(await room.choose(0, 0, CAT)) == Notice(text=say("paper.time_over"))
        assert [answer.option for answer in await room.answers()] == [1]


async def test_extra_time_never_lasts_longer_than_any_quiz(tmp_path: Path) -> None:
    week = replace(CAPITALS, seconds=int(LONGEST.total_seconds()))
    async with classroom(tmp_path, week, extra={CAT: 2.0}) as room:
        quiz = await room.quiz()
        assert asks(await room.paper(CAT)).closes_at == quiz.opened_at + LONGEST


async def test_without_a_time_limit_there_is_no_extra_time(tmp_path: Path) -> None:
    async with classroom(tmp_path, extra={CAT: 2.0}) as room:
        assert asks(await room.paper(CAT)).closes_at == (await room.quiz()).closes_at


async def granted(room: Classroom, factors: Json | None, *, whole: bool = False) -> None:
    """As somebody sets it beside the bot, for the channel or the whole workspace."""
    here, now = room.run.place, room.desk.clock.now()
    where = None if whole else here.channel_id
    work, values = choices.change, {"extra_time": factors}
    await room.desk.office.store.write(work, TEACHER, here.workspace, where, values, now=now)


async def ends(room: Classroom, who: PersonRef) -> timedelta:
    """How long after it opened it closes for somebody who has begun."""
    taker = await room.taker(who)
    assert taker is not None
    return taker.closes_at - (await room.quiz()).opened_at


async def test_extra_time_counts_for_those_too_who_have_begun(tmp_path: Path) -> None:
    async with classroom(tmp_path, TIMED) as room:
        for who in (BEN, CAT, DOG):
            await room.start(who)
        await granted(room, {CAT.key: 2})
        assert [await ends(room, who) for who in (BEN, CAT, DOG)] == [LIMIT, 2 * LIMIT, LIMIT]

        await room.desk.clock.advance(LONG)
        assert private(await room.choose(0, 1, DOG)) == Notice(text=say("paper.time_over"))
        await granted(room, {DOG.key: 1.5}, whole=True)
        shown = asks(paper(await room.choose(0, 1, DOG)))
        assert shown.closes_at == (await room.quiz()).opened_at + 1.5 * LIMIT
        for who in (CAT, DOG):
            await room.choose(0, 1, who)
            await room.write(1, "3", who)
            assert (await room.quiz()).closed_at is None
            await room.choose(2, 0, who)
        assert (await room.quiz()).closed_at is not None


async def test_extra_time_that_is_taken_back_stays_with_those_who_have_begun(
    tmp_path: Path,
) -> None:
    async with classroom(tmp_path, TIMED, extra={CAT: 2.0, DOG: 2.0}) as room:
        await room.start(CAT)
        await granted(room, {CAT.key: 1})
        await granted(room, None)
        await room.start(DOG)
        assert [await ends(room, who) for who in (CAT, DOG)] == [2 * LIMIT, LIMIT]


async def test_extra_time_is_granted_in_its_own_place_and_to_open_quizzes_alone(
    tmp_path: Path,
) -> None:
    async with classroom(tmp_path, TIMED) as room:
        there = replace(place("t2"), parent="elsewhere")
        elsewhere = await begun(room.desk, TIMED, where=there)
        closed, unlimited = await begun(room.desk, TIMED), await begun(room.desk)
        await elsewhere.act(tokens.encode("start", elsewhere.call.id), CAT, where=there)
        for each in (room, closed, unlimited):
            await each.start(CAT)
        await closed.close(ADA)
        before = await ends(unlimited, CAT)
        await granted(room, {CAT.key: 2})

        assert await ends(room, CAT) == 2 * LIMIT
        assert [await ends(each, CAT) for each in (elsewhere, closed)] == [LIMIT, LIMIT]
        assert await ends(unlimited, CAT) == before


async def test_the_last_of_those_with_extra_time_ends_it_for_all(tmp_path: Path) -> None:
    async with classroom(tmp_path, TIMED, extra={CAT: 2.0, DOG: 1.5}) as room:
        for who in (BEN, CAT, DOG):
            await room.start(who)
        await room.desk.clock.advance(LONG)
        for who in (CAT, DOG):
            await room.choose(0, 1, who)
            await room.write(1, "3", who)
        assert paper(await room.choose(2, 0, CAT)).note == say("paper.all_recorded")
        assert (await room.quiz()).closed_at is None

        last = private(await room.choose(2, 0, DOG))
        assert last == await room.result(DOG)
        lobby = await room.lobby()
        assert (lobby.closed, lobby.started, lobby.finished) == (True, 3, 2)
