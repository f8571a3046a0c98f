"""Whole conversations on Slack: the real engine and adapter between two simulated servers."""

import asyncio
import json
import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from bot.strings import say
from tests.flows.lessons import quiz
from tests.flows.on_slack import running
from tests.sims.answers import Text
from tests.sims.openai import OpenAISim
from tests.sims.slack.server import WITHIN, Fault, SlackSim
from tests.sims.slack.state import BOT

ASK = f"<@{BOT}> Make a quiz with 2 questions."


async def test_a_mention_becomes_a_quiz_and_the_quiz_feedback_over_two_restarts(
    slack: SlackSim, model: OpenAISim, tmp_path: Path
) -> None:
    model.answer(Text("Here is your quiz."), quiz())
    model.answer(Text("The derivative is 6x. The integral is 1: right!"))
    async with running(slack, model, tmp_path):
        asked = await slack.say("U1", "C1", ASK)
        first = await slack.said("Question 1 of 2")
    async with running(slack, model, tmp_path):
        await slack.press("U1", first, "Write answer")
        await slack.submit("U1", slack.views[0], "I don't know.")
        await slack.until(lambda: "Question 2 of 2" in first.shown)
        other = await slack.press("U2", first, "B 1")
        await slack.until(lambda: bool(slack.whispers("U2")))
    async with running(slack, model, tmp_path):
        await slack.press("U1", first, "B 1")
        await slack.said("The derivative is 6x")

    assert other.acknowledged
    assert "somebody else" in slack.whispers("U2")[0]
    output = model.requests[1].items[-1]
    assert json.loads(str(output["output"])) == ["I don't know.", "1"]
    shown = [one.shown for one in slack.thread("C1", asked.ts)]
    assert [text.partition("\n")[0].strip("*") for text in shown] == [
        "Here is your quiz.",
        "Math Quiz",
        "The derivative is 6x. The integral is 1: right!",
    ]
    assert len(slack.of_bot("C1")) == 3


async def test_a_direct_message_is_answered_below_it_and_a_stop_button_stops(
    slack: SlackSim, model: OpenAISim, tmp_path: Path
) -> None:
    model.answer(Text("one two three four", pieces=4), hold_before=6)
    async with running(slack, model, tmp_path):
        asked = await slack.say("U1", slack.direct("U1"), "Count")
        growing = await slack.said("", slack.direct("U1"))
        assert growing.thread == asked.ts
        await slack.until(lambda: "Stop" in growing.labels)
        await slack.press("U1", growing, "Stop")
        await slack.until(lambda: "Stopped." in growing.shown)


async def test_a_post_whose_answer_was_lost_is_looked_for_and_shown_once(
    slack: SlackSim, model: OpenAISim, tmp_path: Path
) -> None:
    model.answer(Text("Seven"))
    slack.faults["chat.postMessage"] = [Fault(status=500, taken=True)]
    async with running(slack, model, tmp_path) as clock:
        asked = await slack.say("U1", "C1", f"<@{BOT}> 3 + 4?")
        await slack.until(lambda: len(slack.thread("C1", asked.ts)) == 1)
        await model.request_arrived(1)

        def finished() -> bool:
            return any("Regenerate" in one.labels for one in slack.thread("C1", asked.ts))

        async with asyncio.timeout(WITHIN):
            while not finished():
                await clock.advance(timedelta(seconds=11))
                with suppress(TimeoutError):
                    await slack.until(finished, within=0.2)

    assert [one.shown for one in slack.thread("C1", asked.ts)] == ["Seven"]
    assert slack.calls.count("chat.postMessage") == 1


async def test_steps_and_stop_are_heard_in_the_thread_and_as_commands(
    slack: SlackSim, model: OpenAISim, tmp_path: Path
) -> None:
    model.answer(Text("Seven"))
    async with running(slack, model, tmp_path):
        asked = await slack.say("U1", "C1", f"<@{BOT}> 3 + 4?")
        await slack.said("Seven")
        await slack.say("U1", "C1", f"<@{BOT}> steps", thread=asked.ts)
        await slack.until(lambda: bool(slack.whispers("U1")))
        stopped = await slack.command("U1", "C1", "stop")

    assert "How the newest reply came about" in slack.whispers("U1")[0]
    assert stopped.payload["response_type"] == "ephemeral"
    assert len(model.requests) == 1


async def test_a_question_by_command_is_answered_privately_and_shared_once(
    slack: SlackSim, model: OpenAISim, tmp_path: Path
) -> None:
    model.answer(Text("Fifty-six"))
    async with running(slack, model, tmp_path):
        asked = await slack.command("U1", "C1", "ask what is 7 * 8?")
        private = await slack.said("Fifty-six", slack.direct("U1"))
        await slack.until(lambda: "Share" in private.labels)
        assert slack.of_bot("C1") == []
        await slack.press("U1", private, "Share")
        shared = await slack.said("Fifty-six")
        await slack.press("U1", private, "Share")
        await slack.until(lambda: len(slack.whispers("U1")) == 3)

    assert "direct messages" in str(asked.payload["blocks"])
    assert "Shared by u1" in shared.shown
    assert shared.pings == []
    assert len(slack.of_bot("C1")) == 1
    assert "already" in slack.whispers("U1")[2]


async def test_no_id_and_no_name_of_anybody_goes_to_the_provider(
    slack: SlackSim, model: OpenAISim, tmp_path: Path
) -> None:
    model.answer(Text("Seven"))
    model.answer(Text("Eight"))
    async with running(slack, model, tmp_path):
        asked = await slack.say("U1", "C1", f"<@{BOT}> is <@U2|bob.brown> right that 3 + 4 is 7?")
        await slack.said("Seven")
        await slack.say("U2", "C1", f"<@{BOT}> and 8?", thread=asked.ts)
        await slack.said("Eight")

    sent = [json.dumps(request.body) for request in model.requests]
    assert "is @somebody right" in sent[0]
    assert not any(re.search(r"bob|\bU[12]\b|\bC1\b|\bT1\b|slack", text) for text in sent)


async def test_direct_messages_have_one_assistant_and_one_status(
    slack: SlackSim, model: OpenAISim, tmp_path: Path
) -> None:
    model.answer(Text("one two three four", pieces=4), hold_before=6)
    mine = slack.direct("U1")
    async with running(slack, model, tmp_path):
        await slack.say("U1", mine, "assistant tutor")
        await slack.until(lambda: len(slack.whispers("U1")) == 1)
        await slack.say("U1", mine, "assistant")
        await slack.until(lambda: len(slack.whispers("U1")) == 2)
        await slack.say("U1", mine, "Count, please")
        await slack.said("", mine)
        await slack.say("U1", mine, "status")
        await slack.until(lambda: len(slack.whispers("U1")) == 3)
        await slack.say("U2", slack.direct("U2"), "status")
        await slack.until(lambda: len(slack.whispers("U2")) == 1)

    here = say("choosing.from_direct")
    assert here in slack.whispers("U1")[1]
    assert "Count, please" in slack.whispers("U1")[2]
    assert slack.whispers("U2") == [say("status.nothing")]
