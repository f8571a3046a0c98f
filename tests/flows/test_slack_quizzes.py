"""Quizzes on Slack: for a class, as a race, by the form; the real engine and adapter."""

import json
from pathlib import Path

from bot.jsons import Json
from tests.flows.classes import class_quiz
from tests.flows.on_slack import running
from tests.sims.answers import Call, Text
from tests.sims.openai import OpenAISim
from tests.sims.slack.server import SlackSim
from tests.sims.slack.state import BOT, Message

ASK = f"<@{BOT}> Make a quiz for us all."
HOSTILE = "<!channel> *b* `c` \u202e <@U2> \\( x^2 \\) =1+1"


async def given(slack: SlackSim, user: str, message: Message, label: str) -> Message:
    """What the person is newly shown, they alone, after a press."""
    before = len(slack.private(user))
    await slack.until(lambda: label in message.labels)
    await slack.press(user, message, label)
    await slack.until(lambda: len(slack.private(user)) > before)
    return slack.private(user)[-1]


async def turned(slack: SlackSim, user: str, message: Message, label: str) -> None:
    """The message that the person alone sees becomes another after a press."""
    edits = message.edits
    await slack.press(user, message, label)
    await slack.until(lambda: message.edits > edits)


async def write(slack: SlackSim, user: str, message: Message, text: str) -> None:
    """The same after a written answer."""
    edits, forms = message.edits, len(slack.views)
    await slack.press(user, message, "Write answer")
    await slack.submit(user, slack.views[forms], text)
    await slack.until(lambda: message.edits > edits)


async def test_a_class_takes_a_quiz_each_in_private_and_hears_what_was_right_at_its_end(
    slack: SlackSim, model: OpenAISim, tmp_path: Path
) -> None:
    model.answer(class_quiz())
    model.answer(Text("Lima it is."))
    async with running(slack, model, tmp_path):
        asked = await slack.say("UADMIN", "C1", ASK)
        lobby = await slack.said("2 questions")
        one = await given(slack, "U1", lobby, "Start")
        await turned(slack, "U1", one, "A Quito")
        await turned(slack, "U1", one, "Back")
        assert "\u25cf A Quito" in one.labels
        await turned(slack, "U1", one, "B Lima")
        await write(slack, "U1", one, "two, I think")
        await slack.until(lambda: "Started: 1 · Finished: 1" in lobby.shown)
    async with running(slack, model, tmp_path):
        two = await given(slack, "U2", lobby, "Start")
        hint = await given(slack, "U2", two, "Hint")
        await turned(slack, "U2", two, "A Quito")
        refused = await given(slack, "U2", lobby, "Close")
        sent = "".join(slack.sent)
        roll = await given(slack, "UADMIN", lobby, "Learners")
        await slack.press("UADMIN", lobby, "Close")
        tally = await slack.said("How it went")
        await slack.said("Lima it is.")
        mine = await given(slack, "U1", lobby, "My result")
        await turned(slack, "U2", two, "Skip")

    assert "HINT-1" in hint.shown
    assert "Only whoever started" in refused.shown
    assert "KEY-" not in sent
    assert {"u1: finished", "u2: 1 of 2 done"} <= set(roll.shown.splitlines())
    assert "B: Lima – 1 answer, the right one" in tally.shown
    assert "Your answer: Lima – right" in mine.shown
    assert "KEY-1" in mine.shown
    assert "Your answer: Quito – wrong" in two.shown
    assert {one.thread, two.thread, mine.thread, lobby.thread} == {asked.ts}
    output = json.loads(str(model.requests[1].items[-1]["output"]))
    assert [each["counts"] for each in output["questions"][:1]] == [{"A: Quito": 1, "B: Lima": 1}]
    assert all(message.pings == [] for message in slack.messages if message.bot)


async def test_the_first_right_answer_wins_a_race_and_the_winner_is_named(
    slack: SlackSim, model: OpenAISim, tmp_path: Path
) -> None:
    model.answer(class_quiz(audience="first"))
    async with running(slack, model, tmp_path):
        await slack.say("UADMIN", "C1", ASK)
        board = await slack.said("Question 1 of 2")
        wrong = await given(slack, "U1", board, "A Quito")
        again = await given(slack, "U1", board, "B Lima")
        assert "KEY-" not in "".join(slack.sent)
        won = await given(slack, "U2", board, "B Lima")
        await slack.until(lambda: "won by u2" in board.shown)

    assert "one try per question" in wrong.shown
    assert "had your try" in again.shown
    assert "the first" in won.shown
    assert "✓ right · won by u2" in board.shown
    assert "KEY-1" in board.shown
    assert "Question 2 of 2" in board.shown
    assert all(message.pings == [] for message in slack.messages if message.bot)


async def test_the_askers_own_quiz_is_marked_where_it_stands(
    slack: SlackSim, model: OpenAISim, tmp_path: Path
) -> None:
    model.answer(class_quiz(audience="asker"))
    async with running(slack, model, tmp_path):
        await slack.say("U1", "C1", ASK)
        sheet = await slack.said("Question 1 of 2")
        await slack.press("U1", sheet, "A Quito")
        await slack.until(lambda: "Question 2 of 2" in sheet.shown)

    assert "✗ wrong" in sheet.shown
    assert "KEY-1" in sheet.shown
    assert "KEY-2" not in "".join(slack.sent)


async def test_a_quiz_is_asked_for_with_the_form_by_who_may(
    slack: SlackSim, model: OpenAISim, tmp_path: Path
) -> None:
    model.answer(class_quiz(audience="asker", title="Rivers"))
    async with running(slack, model, tmp_path):
        await slack.command("U1", "C1", "quiz")
        refused = await slack.submit("U1", slack.views[0], {"audience": "everyone"})
        forged = await slack.submit("U1", slack.views[0], {"number": "10000"})
        await slack.command("UADMIN", "C1", "quiz")
        taken = await slack.submit(
            "UADMIN", slack.views[1], {"topic": "rivers", "number": "3", "audience": "everyone"}
        )
        lobby = await slack.said("Rivers")

    assert refused.payload["response_action"] == "errors"
    assert "Only instructors" in str(refused.payload["errors"])
    assert set(dict(forged.payload["errors"])) == {"number"}  # type: ignore[arg-type]
    assert taken.payload == {}
    assert "rivers" in json.dumps(model.requests[0].body)
    assert "Start" in lobby.labels


async def test_hostile_quizzes_are_shown_and_do_nothing(
    slack: SlackSim, model: OpenAISim, tmp_path: Path
) -> None:
    question: Json = {
        "question_text": HOSTILE,
        "choices": [HOSTILE, "x" * 500, "=1+1"],
        "answer": "=1+1",
        "explanation": f"{HOSTILE}\n\n```\n{HOSTILE}",
    }
    quiz: Json = {"title": HOSTILE, "audience": "everyone", "questions": [question] * 20}
    model.answer(Call("display_quiz", quiz, "call_1"))
    model.answer(Text("Done."))
    async with running(slack, model, tmp_path):
        await slack.say("UADMIN", "C1", ASK)
        lobby = await slack.said("20 questions")
        paper = await given(slack, "U1", lobby, "Start")
        for _ in range(20):
            await turned(slack, "U1", paper, "C")
        await slack.press("UADMIN", lobby, "Close")
        await slack.said("How it went")
        result = await given(slack, "U1", lobby, "My result")
        assert "You have 20 of 20 right." in result.shown
        await turned(slack, "U1", result, "Next")

    assert "<!channel>" in lobby.shown
    assert "Page 2 of" in result.shown
    assert all(message.pings == [] for message in slack.messages if message.bot)
