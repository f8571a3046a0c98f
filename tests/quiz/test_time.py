"""A paper closes with its quiz, and later for whoever has extra time."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import tokens
from bot.quiz.opening import LONGEST
from bot.strings import say
from bot.views import Notice
from tests.quiz.classroom import (
    CAPITALS,
    CAT,
    DOG,
    Classroom,
    asks,
    classroom,
    paper,
    private,
)
from tests.store.rows import ADA, BEN

TIMED = replace(CAPITALS, seconds=600)
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
