"""At most one visible message per slot, whatever the platform does."""

from dataclasses import replace
from datetime import timedelta

from bot.views import Reply
from tests.flows.bench import Bench
from tests.sims.answers import Text
from tests.sims.platform import Fault
from tests.sims.wire import LIMITS


async def test_a_refused_post_is_made_again_when_the_platform_says(bot: Bench) -> None:
    bot.people.faults = [Fault(429, retry_after=60), Fault(429, retry_after=60)]
    bot.model.answer(Text("Hello"))
    await bot.people.mention("Hi")
    await bot.later(lambda: bot.people.creates == 3, timedelta(seconds=61))
    await bot.people.said("Hello")

    assert bot.people.texts() == ["Hello"]
    assert len(bot.model.requests) == 1


async def test_a_post_whose_answer_was_lost_is_found_and_not_made_again(bot: Bench) -> None:
    bot.people.faults = [Fault(500, taken=True)]
    bot.model.answer(Text("Hello"))
    await bot.people.mention("Hi")
    await bot.later(lambda: bot.people.texts() == ["Hello"])

    assert bot.people.creates == 1
    assert bot.people.texts() == ["Hello"]


async def test_a_post_that_never_arrived_is_made_again(bot: Bench) -> None:
    bot.people.faults = [Fault(500)]
    bot.model.answer(Text("Hello"))
    await bot.people.mention("Hi")
    await bot.later(lambda: bot.people.creates == 2)
    await bot.people.said("Hello")

    assert bot.people.texts() == ["Hello"]


async def test_a_copy_that_the_platform_took_late_is_removed(bot: Bench) -> None:
    bot.people.faults = [Fault(500)]
    bot.model.answer(Text("Hello"))
    await bot.people.mention("Hi")
    await bot.later(lambda: bot.people.creates == 2)
    first = await bot.people.said("Hello")

    await bot.people.take_late(replace(first, at=bot.people.clock()))
    await bot.later(lambda: len(bot.people.shown()) == 1)

    assert bot.people.texts() == ["Hello"]


async def test_without_a_look_it_is_posted_again_after_ten_minutes_and_marked(bot: Bench) -> None:
    bot.people.faults = [Fault(500, taken=True)]
    bot.people.blind = True
    bot.model.answer(Text("Hello"))
    await bot.people.mention("Hi")
    await bot.later(lambda: bot.people.creates == 2, timedelta(seconds=60))
    last = bot.people.shown()[-1]

    assert isinstance(last.view, Reply)
    assert "twice" in last.view.note


async def test_replies_in_one_place_appear_in_the_order_of_the_questions(bot: Bench) -> None:
    bot.people.hold_creates()
    for number in range(3):
        bot.model.answer(Text(f"answer {number}"))
    for number in range(3):
        await bot.people.mention(f"question {number}")
    await bot.model.request_arrived(3)

    bot.people.release()
    for number in range(3):
        await bot.people.said(f"answer {number}")

    assert bot.people.texts() == [f"answer {number}" for number in range(3)]


async def test_a_post_that_waits_holds_back_only_its_own_run(bot: Bench) -> None:
    bot.people.faults = [Fault(429, retry_after=60)]
    for number in range(2):
        bot.model.answer(Text(f"answer {number}"))
    for number in range(2):
        await bot.people.mention(f"question {number}")

    await bot.people.said("answer 1")
    await bot.later(lambda: bot.people.texts() == ["answer 1", "answer 0"], timedelta(seconds=61))


async def test_a_long_reply_goes_on_in_further_messages(bot: Bench) -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "word " * 60 for number in range(20))
    bot.model.answer(Text(text.strip(), pieces=30))
    await bot.people.mention("Tell me all")

    await bot.people.said("Paragraph 19")

    views = [post.view for post in bot.people.shown()]
    assert len(views) > 2
    assert all(isinstance(view, Reply) and len(view.text) <= 2_000 for view in views)
    whole = " ".join(text.split())
    assert " ".join(" ".join(bot.people.texts()).split()) == whole


async def test_a_message_that_a_moderator_removed_is_not_posted_again(bot: Bench) -> None:
    bot.model.answer(Text("one two three four", pieces=4), hold_before=6)
    bot.model.answer(Text("Next"))
    await bot.people.mention("Count")
    await bot.people.until(lambda: bool(bot.people.shown()))

    bot.people.shown()[0].deleted = True
    bot.model.release()
    await bot.people.mention("And?")
    await bot.people.said("Next")

    assert bot.people.texts() == ["Next"]


async def test_a_platform_without_live_messages_sees_each_reply_once_and_whole(
    bench: Bench,
) -> None:
    bench.limits = replace(LIMITS, live=False)
    bench.model.answer(Text("one two three four", pieces=4), hold_before=6)
    async with bench.running():
        await bench.people.mention("Count")
        await bench.model.event_sent(5)
        assert bench.people.shown() == []
        bench.model.release()
        whole = await bench.people.said("one two three four")

    assert (whole.edits, len(bench.people.shown())) == (0, 1)


async def test_a_copy_is_removed_once_the_platform_lets_us_look(bot: Bench) -> None:
    bot.people.faults = [Fault(500)]
    bot.model.answer(Text("Hello"))
    await bot.people.mention("Hi")
    await bot.later(lambda: bot.people.creates == 2)
    first = await bot.people.said("Hello")

    await bot.people.take_late(replace(first, at=bot.people.clock()))
    bot.people.blind = True
    await bot.later(lambda: bot.clock.now() >= first.at + timedelta(minutes=3))
    bot.people.blind = False
    await bot.later(lambda: len(bot.people.shown()) == 1)
