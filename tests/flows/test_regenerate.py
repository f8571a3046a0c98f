"""Regenerate: the newest turn once more, in the place of what it brought."""

from typing import Literal

import pytest

from bot import tokens
from bot.strings import say
from bot.views import Notice, Reply
from tests.flows.bench import Bench
from tests.flows.lessons import button, quiz
from tests.sims.answers import Text


async def test_another_reply_takes_the_place_of_the_first_which_stays_readable(bot: Bench) -> None:
    bot.model.answer(Text("Four"))
    bot.model.answer(Text("It is 4"))
    bot.model.answer(Text("Twelve"))
    await bot.people.mention("2 + 2?")
    first = await bot.people.said("Four")

    await bot.people.click(button(first, "Regenerate").token)
    await bot.people.said("It is 4")
    await bot.people.mention("Times three?")
    await bot.people.said("Twelve")

    assert bot.people.texts() == ["Four", "It is 4", "Twelve"]
    replaced = bot.people.shown()[0].view
    assert isinstance(replaced, Reply)
    assert (replaced.note, replaced.actions) == ("Replaced by the reply below.", ())
    assert bot.said_to_model(1) == ["2 + 2?"]
    assert bot.said_to_model(2) == ["2 + 2?", "It is 4", "Times three?"]


async def test_a_new_reply_that_fails_leaves_the_old_one_on_the_thread(bot: Bench) -> None:
    bot.model.answer(Text("Four"))
    bot.model.fail(401, "invalid_api_key")
    bot.model.answer(Text("Twelve"))
    await bot.people.mention("2 + 2?")
    first = await bot.people.said("Four")

    await bot.people.click(button(first, "Regenerate").token)
    await bot.people.said("unavailable")
    await bot.people.mention("Times three?")
    await bot.people.said("Twelve")

    assert bot.said_to_model(2) == ["2 + 2?", "Four", "Times three?"]


async def test_only_the_newest_turn_is_regenerated_and_only_once(bot: Bench) -> None:
    bot.model.answer(Text("Four"))
    bot.model.answer(Text("It is 4"))
    await bot.people.mention("2 + 2?")
    again = button(await bot.people.said("Four"), "Regenerate")

    presses = [await bot.people.click(again.token) for _ in range(2)]
    told = sorted([await bot.people.whispered(press) for press in presses])
    await bot.people.said("It is 4")

    assert told[0] == ""
    assert "Only the newest question" in told[1]
    assert len(bot.model.requests) == 2


async def test_others_cannot_regenerate_what_they_did_not_ask(bot: Bench) -> None:
    bot.model.answer(Text("Four"))
    await bot.people.mention("2 + 2?")
    again = button(await bot.people.said("Four"), "Regenerate")

    refused = await bot.people.whispered(await bot.people.click(again.token, by="ben"))

    assert "Only the person who asked" in refused
    assert len(bot.model.requests) == 1


async def test_a_run_that_waits_for_its_quiz_is_stopped_first(bot: Bench) -> None:
    bot.model.answer(Text("Here."), quiz("call_1"))
    bot.model.answer(Text("No quiz then"))
    await bot.people.mention("Quiz me")
    await bot.people.question(1)
    (run,) = bot.rows("SELECT id FROM runs")

    await bot.people.click(tokens.encode("regenerate", str(run[0])))
    await bot.people.said("No quiz then")

    assert bot.rows("SELECT status FROM runs ORDER BY turn") == [("cancelled",), ("completed",)]
    assert bot.people.quiz() is None
    assert bot.said_to_model(1) == ["Quiz me"]


async def test_a_reply_that_is_still_written_is_not_regenerated(bot: Bench) -> None:
    bot.model.answer(Text("one two three", pieces=3), hold_before=5)
    await bot.people.mention("Count")
    await bot.model.request_arrived(1)
    (run,) = bot.rows("SELECT id FROM runs")

    refused = await bot.people.whispered(
        await bot.people.click(tokens.encode("regenerate", str(run[0])))
    )
    bot.model.release()
    await bot.people.said("one two three")

    assert "still working" in refused


async def test_after_its_end_a_run_cannot_be_stopped(bot: Bench) -> None:
    bot.model.answer(Text("one two three", pieces=3), hold_before=5)
    await bot.people.mention("Count")
    await bot.people.until(lambda: bool(bot.people.shown()))
    stop = button(bot.people.shown()[0], "Stop")
    bot.model.release()
    await bot.people.said("one two three")

    told = await bot.people.whispered(await bot.people.click(stop.token))

    assert "finished" in told
    assert not any(isinstance(post.view, Notice) for post in bot.people.shown())


async def test_only_the_newest_reply_offers_to_be_regenerated(bot: Bench) -> None:
    bot.model.answer(Text("Four"))
    bot.model.answer(Text("Six"))
    await bot.people.mention("2 + 2?")
    first = await bot.people.said("Four")
    await bot.people.mention("3 + 3?")
    second = await bot.people.said("Six")

    await bot.people.until(lambda: "Regenerate" not in str(first.view))
    assert button(second, "Regenerate")


@pytest.mark.parametrize("action", ["regenerate", "retry"])
async def test_what_no_model_was_asked_is_not_asked_again_by_a_forged_button(
    bot: Bench, action: Literal["regenerate", "retry"]
) -> None:
    await bot.people.mention("  ")
    await bot.people.until(lambda: bool(bot.people.texts()))
    ((run,),) = bot.rows("SELECT id FROM runs")

    pressed = await bot.people.click(tokens.encode(action, str(run)))

    assert await bot.people.whispered(pressed) == say("quiz.stale_button")
    assert bot.rows("SELECT id FROM runs") == [(run,)]
