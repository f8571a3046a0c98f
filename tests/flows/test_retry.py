"""Retry where the model failed after people had answered: it goes on from what they did."""

import json
from datetime import timedelta

import pytest

from bot.looking import Looking
from bot.store.records import VIEW
from bot.strings import say
from bot.views import Button, Notice, Quiz, Reply
from tests.flows.bench import Bench
from tests.flows.classes import class_quiz, labelled, lobby, outputs, take, tallies
from tests.flows.lessons import actions, button, choices
from tests.sims.answers import Call, Calls, Reasoning, Text
from tests.sims.platform import Posted
from tests.sims.posts import Fault
from tests.test_forgetting import forgotten

NEXT_STEPS = ["Try the missed ones", "Harder", "Explain"]
SKY = choices("Which one is the sky?", answer="blue")
REPLACED = say("run.replaced")


def down(bot: Bench) -> None:
    """The provider fails for good, once."""
    bot.model.fail(401, "invalid_api_key")


async def failed(bot: Bench, times: int = 1) -> Button:
    """Wait until people have been told so that often; the way on from there."""

    def told() -> list[Posted]:
        return [post for post in bot.people.shown() if "unavailable" in post.text]

    await bot.people.until(lambda: len(told()) == times)
    return button(told()[-1], "Try again")


async def answered(bot: Bench) -> None:
    """Ada answers a quiz of one question, wrongly."""
    await bot.people.mention("Quiz me")
    asked = await bot.people.question(1)
    await bot.people.click(asked.choices[0].token)


def notes(bot: Bench) -> list[str]:
    """Below each reply as it is stored, from the first to the newest."""
    rows = bot.rows("SELECT view FROM deliveries ORDER BY seq")
    views = [VIEW.validate_json(str(view)) for (view,) in rows]
    return [view.note for view in views if isinstance(view, Reply)]


def quizzes(bot: Bench) -> int:
    return sum(isinstance(post.view, Quiz) for post in bot.people.shown())


def messages(bot: Bench) -> list[str]:
    """What operators read of the only thread."""
    looking = Looking(bot.database)
    (thread,) = looking.threads(limit=2)
    return [message.text for message in looking.thread(thread.id, limit=20).messages]


async def test_the_feedback_comes_to_the_answers_that_were_given(bot: Bench) -> None:
    bot.model.answer(Reasoning("gAAAAAthought"), Text("Here is your quiz."), SKY)
    down(bot)
    await answered(bot)
    bot.model.answer(Text("Blue, as you know now."))
    bot.model.answer(Text("Harder it is."))

    await bot.people.click((await failed(bot)).token)
    feedback = await bot.people.said("Blue, as you know now.")

    assert bot.said_to_model(2) == bot.said_to_model(1)[:1] + bot.said_to_model(1)[2:]
    assert [item["type"] for item in bot.model.requests[2].items] == [
        "message",
        "message",
        "function_call",
        "function_call_output",
    ]
    assert outputs(bot, 2) == outputs(bot, 1)
    assert quizzes(bot) == 1
    assert notes(bot) == ["", ""]
    assert [action.label for action in actions(feedback)] == [*NEXT_STEPS, "Regenerate"]
    assert messages(bot) == ["Quiz me", "Here is your quiz.", "Blue, as you know now."]
    assert bot.rows("SELECT round, status FROM runs ORDER BY turn") == [
        (2, "failed"),
        (2, "completed"),
    ]

    await bot.people.click(button(feedback, "Harder").token)
    await bot.people.said("Harder it is.")
    assert bot.said_to_model(3) == [
        *bot.said_to_model(2),
        "Blue, as you know now.",
        say("next_steps.harder"),
    ]


async def test_a_class_is_not_asked_twice(bench: Bench, led_by_ada: None) -> None:  # noqa: ARG001
    async with bench.running():
        bench.model.answer(Text("For all of you:"), class_quiz())
        down(bench)
        bench.model.answer(Text("Well done"))
        await bench.people.mention("A quiz for us all")
        shown = await lobby(bench.people)
        await take(bench.people, labelled(shown.actions, "Start"), "ben", 1, "2")
        await take(bench.people, labelled(shown.actions, "Start"), "cleo", 0, "2")
        await bench.people.click(labelled(shown.actions, "Close"), by="ada")

        await bench.people.click((await failed(bench)).token)
        feedback = await bench.people.said("Well done")

        assert bench.said_to_model(2) == bench.said_to_model(1)
        assert outputs(bench)["call_1"]["started"] == 2
        await lobby(bench.people, 1)
        assert len(tallies(bench.people)) == 1
        assert [action.label for action in actions(feedback)][:3] == NEXT_STEPS
        assert notes(bench) == ["", ""]


async def test_it_goes_on_from_there_however_often_it_fails(bot: Bench) -> None:
    bot.model.answer(Text("Here is your quiz."), SKY)
    down(bot)
    await answered(bot)
    token = (await failed(bot)).token
    bot.model.answer(Text("One more."), choices("Which one is fire?", call="call_2", answer="red"))
    down(bot)
    await bot.people.click(token)
    second = await bot.people.question(1)
    assert second.text == "Which one is fire?"
    await bot.people.click(second.choices[0].token)
    for times in (2, 3):
        token = (await failed(bot, times)).token
        if times == 2:
            down(bot)
        else:
            bot.model.answer(Text("At last"))
            bot.model.answer(Text("Gladly"))
        await bot.people.click(token)
    feedback = await bot.people.said("At last")

    assert list(outputs(bot)) == ["call_1", "call_2"]
    assert quizzes(bot) == 2
    assert [action.label for action in actions(feedback)][:3] == NEXT_STEPS
    assert messages(bot) == ["Quiz me", "Here is your quiz.", "One more.", "At last"]
    whole = bot.said_to_model()
    assert len(whole) == 7
    await bot.people.mention("Thanks")
    await bot.people.said("Gladly")
    assert bot.said_to_model() == [*whole, "At last", "Thanks"]


async def test_only_what_is_said_anew_is_replaced(bot: Bench) -> None:
    bot.model.answer(Text("Here is your quiz."), SKY)
    bot.model.answer(Text("one two three", pieces=3), cut_after=5)
    down(bot)
    bot.model.answer(Text("All of it"))
    await answered(bot)
    await bot.later(lambda: "unavailable" in str(bot.people.shown()))

    await bot.people.click((await failed(bot)).token)
    await bot.people.said("All of it")

    assert bot.said_to_model() == bot.said_to_model(1)
    assert notes(bot) == ["", REPLACED, ""]
    assert bot.people.texts()[0] == "Here is your quiz."


async def test_a_run_that_took_too_long_goes_on_too(bot: Bench) -> None:
    bot.model.answer(SKY)
    bot.model.fail(503, headers={"retry-after": "200"})
    await answered(bot)
    await bot.people.until(lambda: "Trying again" in str(bot.people.shown()))
    # Its next try is due as well then, and may come first: it is too late.
    bot.model.responder = lambda _asked: Text("Blue.")
    await bot.later(lambda: say("run.expired") in bot.people.texts(), timedelta(minutes=11))

    await bot.people.click(button(bot.people.shown()[-1], "Try again").token)
    await bot.people.said("Blue.")

    assert bot.rows("SELECT status FROM runs ORDER BY turn") == [("expired",), ("completed",)]
    assert bot.said_to_model() == bot.said_to_model(1)


async def test_text_above_a_round_without_people_stays_and_is_not_said_again(bot: Bench) -> None:
    bot.model.answer(Text("Let me see."), Call("fly", {}, "call_1"))
    down(bot)
    bot.model.answer(Text("I cannot fly."))
    await bot.people.mention("Fly!")

    await bot.people.click((await failed(bot)).token)
    await bot.people.said("I cannot fly.")

    assert bot.people.texts()[0] == "Let me see."
    assert bot.people.texts()[-1] == "I cannot fly."
    assert notes(bot) == ["", ""]
    assert messages(bot) == ["Fly!", "Let me see.", "I cannot fly."]


async def test_what_went_round_in_circles_begins_afresh(bot: Bench) -> None:
    bot.model.responder = lambda asked: Calls(("fly", {}, f"call_{len(asked.items)}"))
    await bot.people.mention("Hello")
    told = await bot.people.said("round in circles")
    bot.model.responder = None
    bot.model.answer(Text("Hello to you"))

    await bot.people.click(button(told, "Try again").token)
    await bot.people.said("Hello to you")

    assert bot.said_to_model() == ["Hello"]


async def test_regenerate_of_a_feedback_asks_a_new_quiz(bot: Bench) -> None:
    bot.model.answer(SKY)
    bot.model.answer(Text("Blue."))
    await answered(bot)
    feedback = await bot.people.said("Blue.")
    bot.model.answer(choices("Which one is fire?", call="call_2"))

    await bot.people.click(button(feedback, "Regenerate").token)
    await bot.people.until(lambda: quizzes(bot) == 2)

    assert bot.said_to_model() == ["Quiz me"]


@pytest.mark.parametrize("who", ["ada", "ben"])
async def test_what_people_did_is_forgotten_in_the_later_try_too(
    bench: Bench,
    led_by_ada: None,  # noqa: ARG001
    who: str,
) -> None:
    async with bench.running():
        bench.model.answer(class_quiz())
        down(bench)
        bench.model.answer(Text("Well done"))
        await bench.people.mention("A quiz for us all")
        shown = await lobby(bench.people)
        await take(bench.people, labelled(shown.actions, "Start"), "ben", 1, "a newt")
        await bench.people.click(labelled(shown.actions, "Close"), by="ada")
        await bench.people.click((await failed(bench)).token)
        await bench.people.said("Well done")
        assert "newt" in json.dumps(outputs(bench))

        sent = await bench.people.acknowledged(await bench.people.order("forget", by=who))
        asked = sent.private
        assert isinstance(asked, Notice)
        press = await bench.people.click(asked.actions[0].token, by=who, place="channel")
        assert await bench.people.whispered(press) == say("forget.begun")
        await forgotten(bench)

    stored = bench.rows("SELECT body FROM items WHERE type = 'function_call_output'")
    assert len(stored) == 2
    assert "newt" not in str(stored)
    assert stored[0] == stored[1]


async def test_a_quiz_that_could_not_be_shown_is_asked_anew_after_the_first_one(bot: Bench) -> None:
    bot.model.answer(SKY)
    bot.model.answer(choices("Which one is fire?", call="call_2"), hold_before=0)
    await bot.people.mention("Quiz me")
    asked = await bot.people.question(1)
    before = bot.people.creates
    bot.people.faults = [Fault(400), Fault(400)]
    await bot.people.click(asked.choices[0].token)
    await bot.people.until(lambda: bot.people.creates == before + 1)
    bot.model.release()
    told = await bot.people.said(say("run.not_shown_retry"))
    bot.model.answer(choices("Which one is grass?", call="call_3"))

    await bot.people.click(button(told, "Try again").token)
    shown = await bot.people.question(1)

    assert shown.text == "Which one is grass?"
    assert bot.said_to_model() == bot.said_to_model(1)
