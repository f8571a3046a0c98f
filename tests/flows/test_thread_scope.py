"""What the tutor takes for one conversation is set for a channel or a workspace."""

import asyncio
import json

import pytest

from bot.strings import say
from tests.flows.bench import Bench
from tests.sims.answers import Text


async def set_for_all(bot: Bench, **settings: str) -> None:
    await asyncio.to_thread(
        bot.change,
        "INSERT INTO workspaces (id, settings, created_at)"
        " VALUES ('sim:one', ?, '2026-11-01 12:00:00.000000')"
        " ON CONFLICT (id) DO UPDATE SET settings = excluded.settings",
        json.dumps(settings),
    )


async def heard(
    bot: Bench, text: str, *, by: str = "ada", place: str = "t1", direct: bool = False
) -> list[object]:
    """What the model reads when somebody says this."""
    bot.model.answer(Text(f"Re: {text}"))
    await bot.people.mention(text, by=by, place=place, direct=direct)
    await bot.people.said(f"Re: {text}", place)
    return bot.said_to_model()


async def test_each_thread_is_one_conversation_where_nobody_sets_anything(bot: Bench) -> None:
    await heard(bot, "one")

    assert await heard(bot, "two", place="t2") == ["two"]
    assert len(await heard(bot, "three", by="ben")) == 3


async def test_the_whole_channel_is_one_conversation_where_that_is_set(bot: Bench) -> None:
    await set_for_all(bot, thread_scope="channel")
    await heard(bot, "one", place="t1")

    assert len(await heard(bot, "two", by="ben", place="t2")) == 3
    assert len(await heard(bot, "three", place="channel")) == 5
    assert await heard(bot, "four", place="dm-ada", direct=True) == ["four"]
    assert bot.people.texts("t2") == ["Re: two"]


async def test_everybody_has_a_conversation_of_their_own_where_that_is_set(bot: Bench) -> None:
    await set_for_all(bot, thread_scope="person")
    await heard(bot, "one", by="ada")

    assert await heard(bot, "two", by="ben") == ["two"]
    assert len(await heard(bot, "three", by="ada", place="t2")) == 3
    assert len(await heard(bot, "four", by="ben", place="channel")) == 3


@pytest.mark.parametrize("scope", ["thread", "channel", "person"])
async def test_what_is_asked_privately_is_a_conversation_whatever_is_set(
    bot: Bench, scope: str
) -> None:
    await set_for_all(bot, thread_scope=scope)
    await heard(bot, "one", place="channel")
    for text, known in (("two", 1), ("three", 3)):
        bot.model.answer(Text(f"Re: {text}"))
        await bot.people.order(text)
        await bot.people.said(f"Re: {text}", "private-ada")
        assert len(bot.said_to_model()) == known


async def test_commands_mean_the_conversation_that_is_set(bot: Bench) -> None:
    await set_for_all(bot, thread_scope="person")
    await heard(bot, "one", by="ada")
    steps_of_ada = await bot.people.whispered(await bot.people.mention("steps", place="t2"))
    steps_of_ben = await bot.people.whispered(await bot.people.mention("steps", by="ben"))
    begun = await bot.people.whispered(await bot.people.mention("new", place="t3"))
    nothing = await bot.people.whispered(await bot.people.mention("new", by="ben"))

    assert "How the newest reply came about" in steps_of_ada
    assert steps_of_ben == say("steps.nothing")
    assert (begun, nothing) == (say("new.begun"), say("new.nothing"))
    assert await heard(bot, "two", by="ada") == ["two"]


async def test_a_quiz_stays_open_and_a_run_goes_on_when_a_new_conversation_begins(
    bot: Bench,
) -> None:
    bot.model.answer(Text("Slow"), hold_before=0)
    await bot.people.mention("one")
    await bot.model.request_arrived(1)
    await bot.people.whispered(await bot.people.mention("new"))
    other = await heard(bot, "two")
    bot.model.release()
    await bot.people.said("Slow")

    assert other == ["two"]
    assert len(await heard(bot, "three")) == 3


@pytest.mark.parametrize(
    ("locale", "language"), [("de-DE", "de"), ("", "es"), ("fr", "es"), ("en_US", None)]
)
async def test_a_run_speaks_the_language_of_its_asker_else_what_is_set_there(
    bot: Bench, locale: str, language: str | None
) -> None:
    await set_for_all(bot, language="es")
    bot.model.answer(Text("Hello"))
    await bot.people.mention("Hi", locale=locale)
    await bot.people.said("Hello")

    (found,) = bot.rows("SELECT json_extract(metadata, '$.language') FROM runs")
    assert found == (language,)
