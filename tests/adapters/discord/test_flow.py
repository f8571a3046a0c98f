"""Whole conversations on Discord with the real engine and a scripted model."""

import json
from datetime import timedelta

from tests.adapters.discord.tutor import Tutor
from tests.flows.lessons import quiz
from tests.sims.answers import Text
from tests.sims.discord import eyes
from tests.sims.discord.sim import ME
from tests.sims.discord.state import Fault
from tests.sims.discord.world import CHANNEL, PEOPLE


async def test_a_conversation_with_a_quiz_in_a_thread_over_two_restarts(tutor: Tutor) -> None:
    discord = tutor.discord
    tutor.model.answer(Text("Here is your quiz."), quiz())
    tutor.model.answer(Text("The derivative is 6x. The integral is 1: right!"))
    tutor.model.answer(Text("You are **welcome**!"))
    async with tutor.running():
        asked = await discord.write(f"{ME} Make a quiz with 2 questions.")
        first = await discord.said("1 of 2", asked.id)
    async with tutor.running():
        opened = await discord.press(first, "Write answer")
        await discord.fill(opened, "I don't know.")
        second = await discord.said("2 of 2", asked.id)
        await discord.press(second, "B", by="ben")
    async with tutor.running():
        await discord.press(second, "B")
        await discord.said("The derivative is 6x", asked.id)
        await discord.write(f"{ME} Thank you!", channel=asked.id)
        await discord.said("welcome", asked.id)

    output = tutor.model.requests[1].items[-1]["output"]
    assert json.loads(str(output)) == ["I don't know.", "1"]
    posts = discord.shown(asked.id)
    assert [post.content for post in posts if post.only is None and "•" not in post.content] == [
        "Here is your quiz.",
        "The derivative is 6x. The integral is 1: right!",
        "You are **welcome**!",
    ]
    [whisper] = [post for post in posts if post.only is not None]
    assert whisper.only == PEOPLE["ben"]
    assert discord.threads[asked.id].name == "Make a quiz with 2 questions."
    assert discord.limited == 0


async def test_a_message_that_is_delivered_twice_is_answered_once(tutor: Tutor) -> None:
    tutor.model.answer(Text("56"))
    async with tutor.running():
        asked = await tutor.discord.write(f"{ME} 7*8?")
        await tutor.discord.again(asked)
        await tutor.discord.said("56", asked.id)
        await tutor.discord.gateway.drop()
        await tutor.discord.again(asked)
        tutor.model.answer(Text("bye"))
        dm = await tutor.discord.write_directly("the end")
        await tutor.discord.said("bye", dm.channel)

    assert [post.content for post in tutor.discord.shown(asked.id)] == ["56"]
    assert tutor.runs() == 2


async def test_refusals_and_faults_of_discord_leave_one_message(tutor: Tutor) -> None:
    tutor.discord.faults = [Fault(429, retry_after=0.2), Fault(500, taken=True)]
    tutor.model.answer(Text("56"))
    async with tutor.running():
        asked = await tutor.discord.write(f"{ME} 7*8?")
        await tutor.discord.said("56", asked.id)

    assert [post.content for post in tutor.discord.shown(asked.id)] == ["56"]


async def test_hostile_text_of_the_model_calls_nobody(tutor: Tutor) -> None:
    hostile = "@everyone <@4000002> <@&2000003> [your bank](https://evil.example/login)"
    tutor.model.answer(Text(hostile))
    async with tutor.running():
        asked = await tutor.discord.write(f"{ME} Who is there?")
        post = await tutor.discord.said("your bank", asked.id)

    assert eyes.pings(post) == ()
    assert "(evil.example)" in post.content
    assert "@everyone" not in post.content


async def test_a_long_reply_comes_whole_in_several_messages(tutor: Tutor) -> None:
    words = [f"word{number}" for number in range(700)]
    tutor.model.answer(Text(" ".join(words)))

    def shown(channel: int) -> list[str]:
        return " ".join(eyes.words(post) for post in tutor.discord.shown(channel)).split()

    async with tutor.running():
        asked = await tutor.discord.write(f"{ME} Talk")
        await tutor.discord.until(lambda: shown(asked.id) == words)

    assert len(tutor.discord.shown(asked.id)) == 4


async def test_help_is_for_the_person_who_asks(tutor: Tutor) -> None:
    async with tutor.running():
        stopped = await tutor.discord.command("stop")

    assert stopped.data["flags"] == 68
    assert "Nothing is running here" in stopped.text
    assert tutor.discord.shown(CHANNEL)[-1].only == PEOPLE["ada"]


async def test_a_private_answer_is_seen_by_whoever_asked_alone(tutor: Tutor) -> None:
    tutor.model.answer(Text("A number with two divisors"))
    async with tutor.running():
        await tutor.discord.command("ask", "What is a prime?")
        post = await tutor.discord.said("two divisors", CHANNEL)

    assert post.only == PEOPLE["ada"]
    assert [each.content for each in tutor.discord.shown(CHANNEL) if each.only is None] == []


async def test_a_kill_after_the_post_is_healed_by_the_nonce_or_a_button(tutor: Tutor) -> None:
    """The answer of the post is lost, and so is the process that waited for it."""
    tutor.discord.faults = [Fault(503, taken=True)]
    tutor.model.answer(Text("56"))
    tutor.model.answer(Text("56"))  # if the kill cut the round, it is asked again
    async with tutor.running():
        asked = await tutor.discord.write(f"{ME} 7*8?")
        await tutor.discord.until(lambda: bool(tutor.discord.shown(asked.id)))
    tutor.discord.nonces_forgotten = True  # so that only the button says which slot it is
    async with tutor.running():
        await tutor.clock.advance(timedelta(minutes=1))
        await tutor.discord.said("56", asked.id)

    assert [post.content for post in tutor.discord.shown(asked.id)] == ["56"]
