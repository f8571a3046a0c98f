"""Forgetting what was asked privately, shared, or asked for by a command."""

from datetime import timedelta

import pytest

from bot.adapter import Accepted
from bot.events import ButtonToken
from bot.jsons import Json
from bot.strings import say
from bot.views import Notice, Reply
from tests.flows.bench import Bench
from tests.flows.lessons import button
from tests.sims.answers import Call, Text

LATER = timedelta(minutes=16)  # an order can be answered privately for fifteen
MINE = "private-ada"
ASKED = "what is the aardvark theorem?"


@pytest.fixture(autouse=True)
def one_clock(bench: Bench) -> None:
    bench.people.clock = bench.clock.now


async def question(bot: Bench) -> ButtonToken:
    """What confirms it."""
    sent = await bot.people.acknowledged(await bot.people.order("forget"))
    assert isinstance(sent.receipt, Accepted)
    assert isinstance(sent.receipt.private, Notice)
    (confirm,) = sent.receipt.private.actions
    return confirm.token


async def forget(bot: Bench, token: ButtonToken | None = None) -> None:
    """Ada is forgotten, here and on the screen."""
    pressed = await bot.people.click(token or await question(bot), place="channel")
    assert await bot.people.whispered(pressed) == say("forget.begun")
    left = (
        "SELECT slot FROM deliveries WHERE state = 'sent' AND shown_version < view_version "
        "UNION SELECT at FROM forgetting"
    )
    await bot.later(lambda: not bot.rows(left), timedelta(milliseconds=1))


async def asked(bot: Bench, reply: str) -> None:
    bot.model.answer(Text(reply))
    await bot.people.order(f"ask {ASKED}")
    await bot.people.said(reply, MINE)


async def test_old_private_replies_do_not_come_back_because_they_were_cleaned(bot: Bench) -> None:
    await asked(bot, f"You asked: {ASKED} It is about anteaters.")
    await bot.clock.advance(LATER)
    await forget(bot)

    assert bot.rows("SELECT view FROM deliveries WHERE view LIKE '%aardvark%'") == []
    assert await bot.people.whispered(await bot.people.order("status")) == say("status.nothing")
    assert len(bot.people.messages) == 1


async def test_what_was_never_shown_privately_is_not_shown_after_it(bot: Bench) -> None:
    await asked(bot, "It is about anteaters.")
    token = await question(bot)
    bot.change("UPDATE deliveries SET state = 'failed'")
    await forget(bot, token)

    assert await bot.people.whispered(await bot.people.order("status")) == say("status.nothing")
    assert len(bot.people.messages) == 1


async def test_what_the_person_shared_goes_with_their_name(bot: Bench) -> None:
    await asked(bot, "It is about anteaters.")
    shown = await bot.people.said("anteaters", MINE)
    await bot.people.click(button(shown, "Share").token, place="t1")
    await bot.people.said("anteaters", "t1")
    await forget(bot)

    [copy] = bot.people.shown("t1")
    assert isinstance(copy.view, Reply)
    assert (copy.view.text, copy.view.shared_by) == ("[removed]", None)
    assert bot.people.texts(MINE) == ["It is about anteaters."]


async def test_the_topic_of_a_quiz_is_what_the_person_wrote(bot: Bench) -> None:
    questions: Json = {"title": "On the aardvark theorem", "questions": [{"question_text": "Why?"}]}
    bot.model.answer(Text("The aardvark theorem!"), Call("display_quiz", questions, "c"))
    await bot.people.order("quiz the aardvark theorem")
    await bot.people.question(1, "channel")
    await forget(bot)

    for table, column in (
        ("deliveries", "view"),
        ("items", "body"),
        ("questions", "title"),
        ("quizzes", "topic"),
        ("runs", "metadata"),
    ):
        assert "aardvark" not in str(bot.rows(f"SELECT {column} FROM {table}"))  # noqa: S608 - ours
