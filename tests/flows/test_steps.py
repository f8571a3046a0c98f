"""`steps` and `stop` as whole messages: what people read, and what they may not."""

import re

import pytest

from bot.jsons import Json
from bot.limits import Limits
from bot.views import Quiz, Reply
from tests.flows.bench import Bench
from tests.flows.lessons import quiz
from tests.sims.answers import Call, Calls, Text
from tests.sims.platform import Sent


async def answered_quiz(bot: Bench) -> None:
    """A finished run with one tool call that Ada has answered."""
    bot.model.answer(Text("Here is your quiz."), quiz())
    bot.model.answer(Text("Well done"))
    await bot.people.mention("Quiz me")
    first = await bot.people.question(1)
    await bot.people.submit(first.actions[0].token, "six `x`, \\(6x\\)")
    await bot.people.click((await bot.people.question(2)).choices[1].token)
    await bot.people.said("Well done")


async def told(bot: Bench, word: str = "steps", *, by: str = "ada", place: str = "t1") -> str:
    return await bot.people.whispered(await bot.people.mention(word, by=by, place=place))


async def test_steps_tells_the_asker_what_went_in_and_came_out(bot: Bench) -> None:
    await answered_quiz(bot)
    before = [post.view for post in bot.people.shown()]

    said = await told(bot)

    assert re.search(r"newest reply came about\*\*: finished after \d+\.\d\ss\.", said)
    assert re.search(r"1\. Wrote a message \(\d+\.\d\ss\)\n2\. Called `display_quiz` \(", said)
    assert 'Arguments: `{"title": "Math Quiz"' in said
    assert 'Output: `` ["six `x`, \\\\(6x\\\\)", "1"] ``' in said
    assert "3. Wrote a message" in said
    assert "Tokens: 200 read, 40 written." in said
    assert [post.view for post in bot.people.shown()] == before
    assert len(bot.model.requests) == 2


async def test_steps_hides_from_others_what_the_asker_answered(bot: Bench) -> None:
    await answered_quiz(bot)
    bot.people.admins.add("root")

    to_ben, to_root = await told(bot, by="ben"), await told(bot, by="root")

    assert "Called `display_quiz`" in to_ben
    assert "Tokens: 200 read, 40 written." in to_ben
    assert "shown to the person who asked, to instructors and to admins" in to_ben
    assert "six" not in to_ben
    assert "Math Quiz" not in to_ben
    assert "six" in to_root


async def test_steps_of_a_run_that_waits_says_so(bot: Bench) -> None:
    bot.model.answer(quiz())
    await bot.people.mention("Quiz me")
    await bot.people.question(1)

    said = await told(bot)

    assert "waiting for an answer" in said
    assert "1. Called `display_quiz` (not finished)" in said
    assert "Its output is still to come." in said


async def test_steps_keeps_what_is_right_from_all_until_the_run_is_over(bot: Bench) -> None:
    asked: Json = {"question_text": "7 × 8?", "answer": "KEY", "hint": "KEY", "explanation": "KEY"}
    made_up: Json = {"question_text": "6 × 9?", "correct": "KEY"}
    refused = Call("display_quiz", {"questions": [asked]}, "call_1")
    bot.model.answer(refused)
    bot.model.answer(
        Call("display_quiz", {"title": "Sums", "questions": [asked, made_up]}, "call_2")
    )
    bot.model.answer(Text("Well done"))
    bot.people.admins.add("root")
    await bot.people.mention("Quiz me")
    await bot.people.question(1)

    while_open = [await told(bot, by=by) for by in ("ada", "root", "ben")]
    await told(bot, "stop")
    over = await told(bot)

    assert "7 × 8?" in while_open[0]
    assert "6 × 9?" in while_open[1]
    assert not any("KEY" in text for text in while_open)
    assert "KEY" in over


async def test_steps_of_a_run_that_failed_at_once_says_so(bot: Bench) -> None:
    bot.model.fail(401, code="invalid_api_key")
    await bot.people.mention("Hello")
    await bot.people.said("unavailable")

    said = await told(bot)

    assert re.search(r": failed after \d+\.\d\ss\.\n\nIt came to no step\.$", said)


async def test_steps_is_not_hidden_behind_messages_that_were_refused(bench: Bench) -> None:
    bench.quota = Limits(runs_per_minute=1)
    bench.model.answer(Text("Hello"))
    async with bench.running():
        await bench.people.mention("Hi")
        await bench.people.said("Hello")
        for number in range(30):
            sent = await bench.people.mention("Hi", key=f"again {number}")
            await bench.people.acknowledged(sent)
        said = await told(bench)

    assert "1. Wrote a message" in said


async def test_steps_knows_only_the_place_where_it_is_said(bot: Bench) -> None:
    await answered_quiz(bot)

    assert "Nothing has run here yet" in await told(bot, place="t2")


async def test_steps_of_many_long_calls_fits_one_message(bot: Bench) -> None:
    text: Json = {"text": "``` long \u202e\n" * 200}
    bot.model.answer(Calls(*[("fly", text, f"c{number}") for number in range(40)]))
    bot.model.answer(Text("Let me walk."))
    await bot.people.mention("Fly")
    await bot.people.said("Let me walk.")

    said = await told(bot)

    assert len(said) <= 3_000
    assert "earlier steps are not shown" in said
    assert "41. Wrote a message" in said
    assert "\u202e" not in said
    assert not re.search(r"^ *```", said, re.MULTILINE)


async def test_a_command_that_is_delivered_twice_is_answered_once(bot: Bench) -> None:
    await answered_quiz(bot)
    sent = await bot.people.mention("steps")
    await bot.people.whispered(sent)

    await bot.people.again(sent)

    assert await bot.people.whispered(sent) == ""


@pytest.mark.parametrize("word", ["stop", " /STOP! "])
async def test_stop_ends_what_is_being_written(bot: Bench, word: str) -> None:
    bot.model.answer(Text("one two three four", pieces=4), hold_before=6)
    await bot.people.mention("Count")
    await bot.model.event_sent(6)

    whisper = await told(bot, word)
    await bot.people.until(lambda: "Stopped." in str(bot.people.shown()[0].view))

    assert whisper == ""
    assert len(bot.people.shown()) == 1
    await bot.model.broken_off()


async def test_stop_ends_a_quiz_that_waits(bot: Bench) -> None:
    bot.model.answer(quiz())
    await bot.people.mention("Quiz me")
    await bot.people.question(1)

    assert await told(bot, "stop") == ""
    closed = await bot.people.said("Stopped.")

    assert isinstance(closed.view, Quiz)
    assert "could be stopped" in await told(bot, "stop")


async def test_stop_is_for_the_asker_and_admins(bot: Bench) -> None:
    bot.model.answer(quiz())
    await bot.people.mention("Quiz me")
    first = await bot.people.question(1)
    bot.people.admins.add("root")

    refused = await told(bot, "stop", by="ben")

    assert "Only the person who asked" in refused
    assert bot.people.quiz() == first
    assert await told(bot, "stop", by="root") == ""
    await bot.people.said("Stopped.")


async def test_stop_takes_the_persons_own_run_before_a_newer_one(bot: Bench) -> None:
    bot.model.answer(quiz())
    await bot.people.mention("Quiz me", by="ada")
    await bot.people.question(1)
    bot.model.answer(Call("ask_person", {"question": "Which topic?", "choices": ["A", "B"]}, "c2"))
    await bot.people.mention("Practise", by="ben")
    await bot.people.until(lambda: [type(post.view) for post in bot.people.shown()] == [Quiz, Quiz])

    assert await told(bot, "stop", by="ada") == ""
    await bot.people.said("Stopped.")

    (of_ada, of_ben) = (post.view for post in bot.people.shown())
    assert isinstance(of_ada, Quiz)
    assert isinstance(of_ben, Quiz)
    assert (of_ada.question is None, of_ben.question is None) == (True, False)


async def test_a_stop_that_comes_again_does_not_stop_what_was_asked_since(bot: Bench) -> None:
    async def stopped_nothing() -> Sent:
        sent = await bot.people.mention("stop")
        assert "could be stopped" in await bot.people.whispered(sent)
        return sent

    sent = await stopped_nothing()
    bot.model.answer(Text("one two three four", pieces=4), hold_before=6)
    await bot.people.mention("Count")
    await bot.model.event_sent(6)

    await bot.people.again(sent)
    bot.model.release()
    reply = await bot.people.said("one two three four")

    assert isinstance(reply.view, Reply)
    assert reply.view.note == ""


async def test_a_message_that_only_contains_a_command_is_a_question(bot: Bench) -> None:
    bot.model.answer(Text("Subtract first."))

    await bot.people.mention("stop telling me the steps")
    await bot.people.said("Subtract first.")

    assert bot.said_to_model() == ["stop telling me the steps"]
