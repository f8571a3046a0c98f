"""Several runs at once, on one thread and on many, and kills among them."""

import random

import pytest

from bot.jsons import Json
from bot.views import Notice
from tests.crash.lesson import LESSON, WHY, pressed
from tests.crash.process import Bot
from tests.crash.tutor import REPLY_WORDS, Tutor

pytestmark = pytest.mark.crash

SEED = 20261122
KILLS = 5  # as many as one round may be cut and asked again
PLACES = [f"p{number}" for number in range(10)]
PATIENCE = 40.0  # seconds, more than the 10 that a doubt lasts and the replies after it


async def test_a_mention_beside_an_open_quiz_survives_a_kill(bot: Bot, tutor: Tutor) -> None:
    people = bot.people
    await people.mention("a quiz, please")
    await people.question()
    await bot.settled()
    tutor.holds["reply"] = 6
    await people.mention("what is 2+2?")
    offer = await people.said("Is this your answer")
    assert isinstance(offer.view, Notice)
    await people.click(offer.view.actions[1].token)
    asked = await bot.model.event_sent(6, number=2)
    await people.until(lambda: len(people.shown()) == 3)
    await bot.settled()

    await bot.end()
    tutor.holds.clear()
    await bot.start()

    reply = await people.said(f"Reply to what is 2+2?: {REPLY_WORDS}")
    assert "Why is the sky blue?" in str(asked.items[-2])
    assert asked.items == bot.model.requests[2].items
    await people.submit(pressed(people, "w", "t1"), WHY)
    await people.question(2)
    await people.click(pressed(people, "c", "t1"))
    await people.said(LESSON[-1])
    assert people.texts() == [LESSON[1], offer.text, reply.text, LESSON[2]]


async def test_many_threads_are_answered_in_order_through_kills_at_any_time(bot: Bot) -> None:
    people, dice = bot.people, random.Random(SEED)  # noqa: S311 - no secret
    for number in (1, 2):
        for place in PLACES:
            await people.mention(f"{number} in {place}", place=place)
    for _ in range(KILLS):
        target = _seen(bot) + dice.randint(2, 10)
        await people.until(lambda: _seen(bot) >= target)  # noqa: B023 - awaited here
        await bot.end()
        await bot.start()

    for place in PLACES:
        for number in (1, 2):
            await people.said(_reply(number, place), place, PATIENCE)
    await bot.settled()
    assert len({post.slot for post in people.messages}) == len(people.messages)
    for place in PLACES:
        _in_order(bot, place)
    turns = "SELECT turn, status, count(*) FROM runs GROUP BY turn, status ORDER BY turn"
    assert bot.rows(turns) == [(1, "completed", len(PLACES)), (2, "completed", len(PLACES))]


def _seen(bot: Bot) -> int:
    """How much people have seen happen so far."""
    acknowledged = sum(sent.receipt is not None for sent in bot.people.sent.values())
    edits = sum(post.edits for post in bot.people.messages)
    return acknowledged + bot.people.creates + edits


def _reply(number: int, place: str) -> str:
    return f"Reply to {number} in {place}: {REPLY_WORDS}"


def _in_order(bot: Bot, place: str) -> None:
    replies = [_reply(1, place), _reply(2, place)]
    posted_again = "SELECT slot FROM deliveries WHERE place_id = ? AND attempts > 1"
    texts = bot.people.texts(place)
    # A post in doubt holds back only its own run, so one that is posted again comes later.
    assert (sorted(texts) if bot.rows(posted_again, f"sim:{place}") else texts) == replies
    second = [each.items for each in bot.model.requests if _asks(each.items, f"2 in {place}")]
    assert second
    for items in second:
        assert [_text(item) for item in items] == [f"1 in {place}", replies[0], f"2 in {place}"]


def _asks(items: list[Json], text: str) -> bool:
    return _text(items[-1]) == text


def _text(item: Json) -> object:
    content = item["content"]
    if isinstance(content, list) and isinstance(content[0], dict):
        return content[0].get("text")
    return content
