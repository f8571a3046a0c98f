"""Kills while the platform has a post in hand: nobody can say whether people see it."""

from collections import Counter

import pytest

from tests.crash.lesson import HELLO, LESSON, WHY, pressed
from tests.crash.process import Bot

pytestmark = pytest.mark.crash

PATIENCE = 40.0  # seconds, more than the 10 that a doubt lasts and the reply after it


async def test_posts_without_an_answer_are_found_or_posted_again_exactly_once(bot: Bot) -> None:
    people = bot.people
    for place in ("feedback taken", "feedback arrived"):
        await _to_the_last_question(bot, place)
    await bot.settled()
    people.hold_answers()
    await _cause_posts(bot, "taken")
    await people.until(lambda: people.held == 3)
    taken = {post.key for post in people.messages}
    people.hold_creates()
    await _cause_posts(bot, "arrived")
    await people.until(lambda: people.held == 6)

    await bot.end()
    people.release()
    await bot.start()
    await bot.end()  # a doubt survives a kill, too
    await bot.start()

    for fate in ("taken", "arrived"):
        await people.said(LESSON[-1], f"feedback {fate}", PATIENCE)
        await people.said(HELLO, f"reply {fate}", PATIENCE)
        await people.until(lambda: people.quiz(f"quiz {fate}") is not None, PATIENCE)  # noqa: B023
        await _answer_everything(bot, f"quiz {fate}")
    await bot.settled()
    assert set(Counter(post.slot for post in people.messages).values()) == {1}
    assert taken <= {post.key for post in people.messages if not post.deleted}
    for fate in ("taken", "arrived"):
        assert people.texts(f"reply {fate}") == [HELLO]
        assert people.texts(f"quiz {fate}") == LESSON[1:]
        assert people.texts(f"feedback {fate}") == LESSON[1:]


async def _cause_posts(bot: Bot, fate: str) -> None:
    people = bot.people
    await people.mention("hello", place=f"reply {fate}")
    await people.mention("a quiz, please", place=f"quiz {fate}")
    last = f"feedback {fate}"
    await people.click(pressed(people, "c", last), place=last)


async def _to_the_last_question(bot: Bot, place: str) -> None:
    await bot.people.mention("a quiz, please", place=place)
    await bot.people.question(1, place)
    await bot.people.submit(pressed(bot.people, "w", place), WHY, place=place)
    await bot.people.question(2, place)


async def _answer_everything(bot: Bot, place: str) -> None:
    await bot.people.submit(pressed(bot.people, "w", place), WHY, place=place)
    await bot.people.question(2, place)
    await bot.people.click(pressed(bot.people, "c", place), place=place)
    await bot.people.said(LESSON[-1], place)
