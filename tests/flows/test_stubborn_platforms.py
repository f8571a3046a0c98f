"""Platforms that refuse for good, never answer or do not let us look: bounded, and told."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.views import Reply
from tests.flows.bench import Bench
from tests.flows.lessons import button
from tests.sims.answers import Call, Text
from tests.sims.platform import Fault

SECOND = timedelta(seconds=1)
MINUTES = timedelta(minutes=5)
UNSETTLED = "SELECT count(*) FROM deliveries WHERE state IN ('new', 'sending', 'doubt')"
NOTHING_LEFT = (0,)
ASK = Call("ask_person", {"question": "Which?", "choices": ["a", "b"]}, "c1")


def rows(bot: Bench, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(bot.database) as database:
        return database.execute(query).fetchall()


async def test_a_message_that_is_refused_for_good_is_told_in_another_one(bot: Bench) -> None:
    bot.people.faults = [Fault(400), Fault(400)]
    bot.model.answer(Text("Unspeakable"), hold_before=0)
    bot.model.answer(Text("Spoken"))
    await bot.people.mention("Hello")
    await bot.people.until(lambda: bot.people.creates == 1)
    bot.model.release()

    told = await bot.people.said("could not be shown")
    await bot.people.click(button(told, "Try again").token)
    await bot.people.said("Spoken")


async def test_a_quiz_that_is_refused_for_good_ends_its_run(bot: Bench) -> None:
    bot.people.faults = [Fault(400), Fault(400)]
    bot.model.answer(ASK, hold_before=0)
    await bot.people.mention("Ask me")
    await bot.people.until(lambda: bot.people.creates == 1)
    bot.model.release()

    told = await bot.people.said("could not be shown")

    assert button(told, "Try again")
    assert rows(bot, "SELECT status FROM runs") == [("failed",)]


async def test_what_was_refused_while_it_was_written_is_tried_again_when_it_is_finished(
    bot: Bench,
) -> None:
    bot.people.faults = [Fault(400)]
    bot.model.answer(Text("Hello"), hold_before=0)
    await bot.people.mention("Hi")
    await bot.people.until(lambda: bot.people.creates == 1)
    bot.model.release()

    await bot.people.said("Hello")

    assert bot.people.texts() == ["Hello"]


async def test_a_place_goes_on_when_a_doubtful_message_turns_out_to_be_unwanted(
    bot: Bench,
) -> None:
    bot.people.faults = [Fault(500), Fault(404)]
    bot.model.answer(Text("Hello"))
    bot.model.answer(Text("Second"))
    await bot.people.mention("Hi")
    await bot.later(lambda: bot.people.creates == 2)

    await bot.people.mention("Again")
    await bot.people.said("Second")

    assert rows(bot, "SELECT state, sweep_at FROM deliveries ORDER BY seq")[0] == ("dropped", None)


async def test_a_refusal_after_a_doubt_is_waited_for_quietly(bot: Bench) -> None:
    bot.people.faults = [Fault(500), Fault(429, retry_after=600)]
    bot.model.answer(Text("Hello"))
    await bot.people.mention("Hi")
    await bot.later(lambda: bot.people.creates == 2)

    await bot.later(lambda: bot.people.texts() == ["Hello"], timedelta(seconds=120))

    assert bot.people.creates == 3


async def test_without_any_look_there_are_at_most_three_copies(bot: Bench) -> None:
    bot.people.faults = [Fault(500, taken=True)] * 500
    bot.people.blind = True
    bot.model.answer(Text("Hello"))
    await bot.people.mention("Hi")

    await bot.later(lambda: ("failed",) in rows(bot, "SELECT state FROM deliveries"), MINUTES)

    copies = [post for post in bot.people.shown() if isinstance(post.view, Reply)]
    assert len(copies) == 3
    notes = [post.view.note for post in copies if isinstance(post.view, Reply)]
    assert ["twice" in note for note in notes] == [False, True, True]


async def test_an_edit_that_meets_the_sweep_still_shows_the_whole_reply(bot: Bench) -> None:
    bot.people.faults = [Fault(500)]
    bot.model.answer(Text("one two three four", pieces=4), hold_before=6)
    await bot.people.mention("Hi")
    await bot.later(lambda: bot.people.creates == 2)
    await bot.people.until(lambda: bool(bot.people.shown()))
    ours = bot.people.shown()[0]

    await bot.people.take_late(replace(ours, at=ours.at - timedelta(seconds=11)))
    await bot.later(lambda: ours.deleted)
    bot.model.release()
    await bot.people.said("one two three four")

    assert bot.people.texts() == ["one two three four"]


async def test_one_place_that_must_wait_does_not_keep_the_others_waiting(bot: Bench) -> None:
    bot.people.slow_edits = {"t1"}
    for _ in range(2):
        bot.model.answer(Text("one two three four", pieces=4), hold_before=6)
    for place in ("t1", "t2"):
        await bot.people.mention("Count", place=place)
        await bot.people.until(lambda place=place: bool(bot.people.shown(place)))  # type: ignore[misc]
    bot.model.release()

    await bot.people.said("one two three four", place="t2")

    first = bot.people.shown("t1")[0].view
    assert isinstance(first, Reply)
    assert first.live
    bot.people.slow_edits.clear()
    await bot.later(lambda: bot.people.texts("t1") == ["one two three four"], MINUTES)


async def test_a_stored_message_that_cannot_be_read_holds_back_nobody(bench: Bench) -> None:
    bench.model.answer(ASK)
    bench.model.answer(Text("Hello"))
    async with bench.running():
        await bench.people.mention("Ask me", place="t1")
        await bench.people.question(1, place="t1")
    with sqlite3.connect(bench.database) as database:
        database.execute("UPDATE runs SET snapshot = json_remove(snapshot, '$.provider')")
        database.execute("UPDATE deliveries SET state = 'new', view = '{}'")
    async with bench.running():
        await bench.clock.advance(timedelta(hours=25))
        await bench.people.mention("Hi", place="t2")
        await bench.people.said("Hello", place="t2")


async def test_a_notice_that_is_refused_is_not_followed_by_another(bot: Bench) -> None:
    bot.people.faults = [Fault(400)]
    bot.model.answer(Text("Hello"))
    await bot.people.mention("  ")
    await bot.later(lambda: ("failed",) in rows(bot, "SELECT state FROM deliveries"))

    await bot.people.mention("Hi")
    await bot.people.said("Hello")

    assert bot.people.texts() == ["Hello"]


async def test_a_reply_whose_edit_is_refused_for_good_is_told(bot: Bench) -> None:
    bot.people.refused_edits = {"t1"}
    bot.model.answer(Text("Hello"), hold_before=0)
    bot.model.answer(Text("Spoken"))
    await bot.people.mention("Hi")
    await bot.people.until(lambda: bool(bot.people.shown()))
    bot.model.release()

    told = await bot.people.said("could not be shown")
    bot.people.refused_edits.clear()
    await bot.people.click(button(told, "Try again").token)

    await bot.people.said("Spoken")


async def test_a_quiz_whose_edit_is_refused_for_good_ends_its_run(bot: Bench) -> None:
    bot.people.refused_edits = {"t1"}
    bot.model.answer(ASK, hold_before=0)
    await bot.people.mention("Ask me")
    await bot.people.until(lambda: bool(bot.people.shown()))
    bot.model.release()

    told = await bot.people.said("could not be shown")

    assert button(told, "Try again")
    assert rows(bot, "SELECT status FROM runs") == [("failed",)]
    assert len(bot.people.shown()) == 2


@pytest.mark.parametrize("answer", [Text("Hello"), ASK], ids=["text", "quiz"])
async def test_a_refusal_that_comes_after_the_reply_is_finished_is_tried_anew(
    bot: Bench, answer: Text | Call
) -> None:
    bot.people.hold_creates()
    bot.people.faults = [Fault(400)]
    bot.model.answer(answer)
    await bot.people.mention("Hi")
    await bot.people.until(lambda: bot.people.creates == 1)
    await bot.later(lambda: rows(bot, "SELECT status FROM runs") != [("in_progress",)], SECOND)
    bot.people.release()

    if isinstance(answer, Text):
        await bot.people.said("Hello")
    else:
        await bot.people.question(1)


async def test_a_long_reply_that_is_refused_is_told_once(bot: Bench) -> None:
    long = "\n\n".join("word " * 300 for _ in range(5))
    bot.people.hold_creates()
    bot.people.faults = [Fault(400)] * 6
    bot.model.answer(Text(long.strip()))
    await bot.people.mention("Hi")
    await bot.later(lambda: rows(bot, "SELECT status FROM runs") == [("completed",)], SECOND)
    bot.people.release()

    await bot.people.said("could not be shown")
    await bot.later(lambda: NOTHING_LEFT in rows(bot, UNSETTLED), SECOND)

    assert len(bot.people.shown()) == 1


async def test_a_platform_that_says_retry_at_once_is_given_a_second(bot: Bench) -> None:
    bot.people.faults = [Fault(429, retry_after=0)] * 5
    bot.model.answer(Text("Hello"))
    await bot.people.mention("Hi")

    await bot.later(lambda: bot.people.texts() == ["Hello"], SECOND)

    assert bot.people.creates == 6


async def test_a_shorter_second_try_does_not_post_where_a_moderator_removed(bot: Bench) -> None:
    long = "\n\n".join("word " * 300 for _ in range(3))
    bot.model.answer(Text(long.strip(), pieces=6), cut_after=9)
    bot.model.answer(Text("Short"), hold_before=0)
    await bot.people.mention("Hi")
    await bot.people.until(lambda: len(bot.people.shown()) > 1)
    bot.people.shown()[1].deleted = True
    await bot.later(lambda: len(bot.model.requests) == 2)
    bot.model.release()

    await bot.people.said("Short")

    assert bot.people.texts()[0] == "Short"
    assert not any("above" in text for text in bot.people.texts()[2:])
