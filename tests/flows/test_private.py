"""What is asked privately stays between the person and the tutor, until they share it."""

from datetime import timedelta

import pytest

from bot.events import PersonRef
from bot.strings import say
from bot.views import Reply
from tests.flows.bench import Bench
from tests.flows.lessons import button, quiz
from tests.sims.answers import Text
from tests.sims.platform import Posted, Sent

LATER = timedelta(minutes=16)  # an order can be answered privately for fifteen
MINE, BENS = "private-ada", "private-ben"


@pytest.fixture(autouse=True)
def one_clock(bench: Bench) -> None:
    bench.people.clock = bench.clock.now


async def asked(bot: Bench, question: str, reply: str, *, by: str = "ada") -> Posted:
    bot.model.answer(Text(reply))
    await bot.people.order(question, by=by)
    return await bot.people.said(reply, f"private-{by}")


async def press(bot: Bench, post: Posted, *, by: str = "ada", place: str = "t1") -> Sent:
    return await bot.people.click(button(post, "Share").token, by=by, place=place)


async def kept(bot: Bench) -> None:
    """Wait until something could not be shown."""
    await bot.later(
        lambda: bot.rows("SELECT count(*) FROM deliveries WHERE state = 'failed'") != [(0,)],
        timedelta(seconds=1),
    )


async def test_a_question_behind_the_command_is_answered_where_only_the_person_reads(
    bot: Bench,
) -> None:
    await asked(bot, "ask what is a prime?", "A number with two divisors.")
    await asked(bot, "and is 1 one?", "No, it has only one.")

    assert [request.items[-1]["content"] for request in bot.model.requests] == [
        "what is a prime?",
        "and is 1 one?",
    ]
    assert bot.said_to_model()[0] == "what is a prime?"
    assert {post.place for post in bot.people.messages} == {MINE}


async def test_everybody_has_a_private_thread_of_their_own(bot: Bench) -> None:
    await asked(bot, "I am Ada", "Hello", by="ada")
    await asked(bot, "Who am I?", "I do not know", by="ben")
    bot.model.answer(Text("Somebody else"))
    await bot.people.mention("And I?", place="channel")
    await bot.people.said("Somebody else", "channel")

    assert bot.said_to_model(1) == ["Who am I?"]
    assert bot.said_to_model(2) == ["And I?"]


async def test_a_private_reply_is_shared_once_by_whoever_asked_and_no_model_is_asked(
    bot: Bench,
) -> None:
    reply = await asked(bot, "what is a prime?", "A number with two divisors.")

    assert await bot.people.whispered(await press(bot, reply, by="ben")) == say("sharing.not_yours")
    assert await bot.people.whispered(await press(bot, reply)) == say("sharing.done")
    shared = (await bot.people.said("two divisors", "t1")).view
    again = await bot.people.whispered(await press(bot, reply, place="t2"))

    assert again == say("sharing.already")
    assert isinstance(shared, Reply)
    assert (shared.shared_by, shared.actions) == (PersonRef(scope="sim", user="ada"), ())
    assert (bot.people.shown("t2"), len(bot.people.shown("t1"))) == ([], 1)
    assert len(bot.model.requests) == 1


async def test_a_press_that_comes_again_shares_nothing_twice(bot: Bench) -> None:
    reply = await asked(bot, "what is a prime?", "A number with two divisors.")
    sent = await press(bot, reply)
    await bot.people.said("two divisors", "t1")
    await bot.people.again(sent)
    await asked(bot, "thanks", "You are welcome")

    assert bot.people.texts("t1") == ["A number with two divisors."]


async def test_what_was_stopped_is_not_to_be_shared(bot: Bench) -> None:
    bot.model.answer(Text("one two three four", pieces=4), hold_before=6)
    await bot.people.order("count")
    await bot.people.until(lambda: any("one" in text for text in bot.people.texts(MINE)))
    stop = button(bot.people.shown(MINE)[0], "Stop")
    await bot.people.click(stop.token, place="channel")
    stopped = await bot.people.said("one", MINE)
    bot.model.release()

    assert isinstance(stopped.view, Reply)
    assert [action.label for action in stopped.view.actions] == ["Regenerate"]


async def test_a_failed_question_is_tried_again_privately(bot: Bench) -> None:
    bot.model.answer(Text(""))
    bot.model.answer(Text("A number with two divisors."))
    await bot.people.order("what is a prime?")
    empty = await bot.people.said(say("run.empty_reply"), MINE)
    await bot.people.click(button(empty, "Try again").token, place="channel")
    reply = await bot.people.said("two divisors", MINE)

    assert await bot.people.whispered(await press(bot, reply)) == say("sharing.done")
    await bot.people.said("two divisors", "t1")
    assert {post.place for post in bot.people.messages} == {MINE, "t1"}


async def test_all_parts_of_a_long_reply_are_shared_in_order(bot: Bench) -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "word " * 60 for number in range(20)).strip()
    bot.model.answer(Text(text, pieces=30))
    await bot.people.order("tell me all")
    last = await bot.people.said("Paragraph 19", MINE)
    await press(bot, last)
    await bot.people.said("Paragraph 19", "t1")

    assert " ".join(" ".join(bot.people.texts("t1")).split()) == " ".join(text.split())
    views = [post.view for post in bot.people.shown("t1")]
    assert [view.shared_by is not None for view in views if isinstance(view, Reply)] == [
        True,
        *[False] * (len(views) - 1),
    ]


async def test_a_private_quiz_is_answered_privately(bot: Bench) -> None:
    bot.model.answer(quiz())
    bot.model.answer(Text("Well done"))
    await bot.people.order("ask quiz me")
    first = await bot.people.question(1, MINE)
    skip = next(action for action in first.actions if action.label == "Skip")
    await bot.people.click(skip.token, place="channel")
    second = await bot.people.question(2, MINE)
    await bot.people.click(second.choices[1].token, place="channel")
    await bot.people.said("Well done", MINE)

    assert {post.place for post in bot.people.messages} == {MINE}


async def test_a_reply_that_comes_too_late_is_kept_until_the_person_looks(bot: Bench) -> None:
    bot.model.answer(Text("A number with two divisors."), hold_before=0)
    await bot.people.order("what is a prime?")
    await bot.model.request_arrived(1)
    await bot.clock.advance(LATER)
    bot.model.release()
    await kept(bot)
    posted = list(bot.people.messages)

    first = await bot.people.whispered(await bot.people.order("status"))
    second = await bot.people.whispered(await bot.people.order("status"))

    assert all(post.place == MINE and not post.text for post in posted)
    assert "A number with two divisors." in first
    assert second == say("status.nothing")
    assert bot.people.messages == posted


async def test_the_next_question_brings_what_could_not_be_shown(bot: Bench) -> None:
    bot.model.answer(Text("A number with two divisors."), hold_before=0)
    await bot.people.order("what is a prime?")
    await bot.model.request_arrived(1)
    await bot.clock.advance(LATER)
    bot.model.release()
    await kept(bot)

    await asked(bot, "and is 1 one?", "No, it has only one.")

    finished = [text for text in bot.people.texts(MINE) if text]
    assert finished == ["A number with two divisors.", "No, it has only one."]


async def test_what_was_shown_in_part_is_whole_in_the_status(bot: Bench) -> None:
    bot.model.answer(Text("one two three four", pieces=4), hold_before=6)
    await bot.people.order("count")
    await bot.people.until(
        lambda: bool(bot.people.texts(MINE)) and "one" in bot.people.texts(MINE)[0]
    )
    await bot.clock.advance(LATER)
    bot.model.release()
    await kept(bot)

    assert "four" not in bot.people.texts(MINE)[0]
    assert "one two three four" in await bot.people.whispered(await bot.people.order("status"))
    assert {post.place for post in bot.people.messages} == {MINE}


async def test_a_reply_that_was_shown_whole_is_not_missed_later(bot: Bench) -> None:
    await asked(bot, "what is a prime?", "A number with two divisors.")
    await bot.clock.advance(LATER)
    await asked(bot, "and is 1 one?", "No, it has only one.")
    await bot.clock.advance(LATER)

    assert await bot.people.whispered(await bot.people.order("status")) == say("status.nothing")


async def test_an_open_quiz_that_could_not_be_shown_comes_with_the_status(bot: Bench) -> None:
    bot.model.answer(quiz(), hold_before=0)
    bot.model.answer(Text("Well done"))
    await bot.people.order("ask quiz me")
    await bot.model.request_arrived(1)
    await bot.clock.advance(LATER)
    bot.model.release()
    await kept(bot)

    told = await bot.people.whispered(await bot.people.order("status"))
    assert "Math Quiz" in told
    assert say("status.follows", number=1) in told
    for number in (1, 2):
        question = await bot.people.question(number, MINE)
        skip = next(action for action in question.actions if action.label == "Skip")
        await bot.people.click(skip.token, place="channel")
    await bot.people.said("Well done", MINE)


async def test_feedback_goes_out_by_the_newest_way_to_the_person(bot: Bench) -> None:
    bot.model.answer(quiz())
    bot.model.answer(Text("Think of rectangles."))
    bot.model.answer(Text("Well done"))
    await bot.people.order("ask quiz me")
    first = await bot.people.question(1, MINE)
    await bot.clock.advance(LATER)
    await bot.people.order("hint?")
    await bot.people.said("rectangles", MINE)

    await bot.people.submit(first.actions[0].token, "6x", place="channel")
    second = await bot.people.question(2, MINE)
    await bot.people.click(second.choices[1].token, place="channel")
    await bot.people.said("Well done", MINE)

    assert {post.place for post in bot.people.messages} == {MINE}


async def test_a_kill_between_any_two_steps_loses_nothing_private(bench: Bench) -> None:
    bench.model.answer(Text("Lost"), hold_before=0)
    bench.model.answer(Text("A number with two divisors."))
    async with bench.running():
        await bench.people.acknowledged(await bench.people.order("what is a prime?"))
        await bench.model.request_arrived(1)
    await bench.clock.advance(LATER)
    async with bench.running():
        await kept(bench)
    async with bench.running():
        await bench.people.order("help")
        reply = await bench.people.said("two divisors", MINE)
    sent = await press(bench, reply)
    async with bench.running():
        assert await bench.people.whispered(sent) == say("sharing.done")
        await bench.people.said("two divisors", "t1")
    async with bench.running():
        again = await bench.people.whispered(await press(bench, reply, place="channel"))

    assert again == say("sharing.already")
    assert bench.people.shown("channel") == []
    assert len(bench.people.shown("t1")) == 1
