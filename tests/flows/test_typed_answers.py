"""What people type while a question is open is the answer, wherever in its channel it is said."""

import asyncio
import json
from dataclasses import replace

from bot.adapter import Duplicate
from bot.events import EventKey, Mention
from bot.views import Lobby
from tests.flows.bench import Bench
from tests.flows.lessons import actions, asks, choices, lines, quiz, words
from tests.sims.answers import Calls, Text
from tests.sims.platform import Sent

TWO = (words("one?", call="c1"), words("two?", call="c2"))


async def type_directly(bot: Bench, text: str, thread: str) -> Sent:
    """As in Slack's agent view, where each message that is typed begins a thread of its own."""
    place = replace(bot.people.place(thread, direct=True), parent="dm-ada")
    sent = await bot.people.send(
        Mention(
            key=EventKey(f"sim:root:{thread}"),
            place=place,
            person=bot.people.person("ada"),
            text=text,
            at=bot.clock.now(),
        )
    )
    return await bot.people.acknowledged(sent)


async def test_what_is_typed_in_the_thread_is_the_answer_and_the_quiz_goes_on_below(
    bot: Bench,
) -> None:
    bot.model.answer(quiz())
    bot.model.answer(Text("The derivative is right"))
    await bot.people.mention("Quiz me")
    await bot.people.question(1)

    await bot.people.mention("6x")
    second = await bot.people.question(2)
    await bot.people.until(lambda: not asks(bot.people.shown()[0]))
    _, below = bot.people.shown()

    assert [line.text.endswith("— 6x") for line in lines(below)] == [True]
    assert lines(below)[0].change is not None
    await bot.people.mention(second.choices[1].letter)
    await bot.people.said("The derivative is right")
    assert bot.model.requests[1].items[-1]["output"] == '["6x", "1"]'
    assert bot.said_to_model()[0] == "Quiz me"
    assert len(bot.said_to_model()) == 3
    assert bot.rows("SELECT count(*) FROM runs") == [(1,)]


async def test_what_was_typed_can_be_changed(bot: Bench) -> None:
    bot.model.answer(quiz())
    bot.model.answer(Text("Well done"))
    await bot.people.mention("Quiz me")
    await bot.people.question(1)
    await bot.people.mention("5x")
    await bot.people.question(2)
    change = lines(bot.people.shown()[-1])[0].change
    assert change is not None

    await bot.people.click(change.token)
    await bot.people.question(1)
    await bot.people.mention("6x")
    await bot.people.question(2)
    await bot.people.mention("b")
    await bot.people.said("Well done")

    assert bot.model.requests[1].items[-1]["output"] == '["6x", "1"]'


async def test_a_choice_that_begins_a_thread_of_its_own_takes_the_quiz_along(bot: Bench) -> None:
    bot.model.answer(choices("one?", "two?"))
    bot.model.answer(Text("Well done"))
    bot.model.answer(Text("You are welcome"))
    await type_directly(bot, "Quiz me", "root-1")
    await bot.people.question(1, place="root-1")

    await type_directly(bot, "B", "root-2")
    second = await bot.people.question(2, place="root-2")
    await bot.people.until(lambda: not asks(bot.people.shown("root-1")[0]))
    await bot.people.click(second.choices[0].token, place="root-2")
    await bot.people.said("Well done", place="root-2")
    thanks = replace(bot.people.place("root-2", direct=True), parent="dm-ada")
    await bot.people.send(
        Mention(
            key=EventKey("sim:thanks"),
            place=thanks,
            person=bot.people.person("ada"),
            text="Thank you",
            at=bot.clock.now(),
        )
    )
    await bot.people.said("You are welcome", place="root-2")

    assert bot.model.requests[1].items[-1]["output"] == '["blue", "red"]'
    assert len(bot.people.shown("root-1")) == 1
    assert bot.said_to_model()[0] == "Quiz me"


async def test_a_message_that_answered_is_no_request_when_it_comes_again(bot: Bench) -> None:
    bot.model.answer(words("one?"))
    bot.model.answer(Text("Noted"))
    await bot.people.mention("Quiz me")
    await bot.people.question(1)
    sent = await bot.people.mention("It is one")
    await bot.people.said("Noted")

    for _ in range(3):
        assert (await bot.people.again(sent)).receipt == Duplicate()

    assert len(bot.model.requests) == 2
    assert bot.rows("SELECT count(*) FROM answers") == [(1,)]


async def test_a_reply_answers_the_question_of_its_own_message(bot: Bench) -> None:
    bot.model.answer(Calls(*((each.name, each.arguments, each.call_id) for each in TWO)))
    bot.model.answer(Text("Both"))
    await bot.people.mention("Two quizzes")
    await bot.people.until(lambda: len(bot.people.shown()) == 2)
    _, second = bot.people.shown()

    reply = await bot.people.mention("Is it two?", reply_to=second.key)
    await bot.people.acknowledged(reply)
    await bot.people.until(lambda: not asks(second))
    await bot.people.mention("It is one")
    await bot.people.said("Both")

    outputs = [item["output"] for item in bot.model.requests[1].items if "output" in item]
    assert outputs == ['["It is one"]', '["Is it two?"]']


async def test_without_a_reply_the_newest_quiz_is_answered_first(bot: Bench) -> None:
    for number in (1, 2):
        bot.model.answer(choices(f"{number}?"))
        await bot.people.mention("Quiz me", place=f"t{number}")
        await bot.people.question(1, place=f"t{number}")
    bot.model.answer(Text("The second"))
    bot.model.answer(Text("The first"))

    await bot.people.mention("red", place="t3")
    await bot.people.said("The second", place="t3")
    await bot.people.mention("blue", place="t3")
    await bot.people.said("The first", place="t3")

    assert [request.items[-1]["output"] for request in bot.model.requests[2:]] == [
        '["red"]',
        '["blue"]',
    ]


async def test_what_somebody_else_types_is_their_own_request(bot: Bench) -> None:
    bot.model.answer(words("one?"))
    bot.model.answer(Text("Hello Ben"))
    await bot.people.mention("Quiz me")
    await bot.people.question(1)

    await bot.people.mention("It is one", by="ben")
    await bot.people.said("Hello Ben")

    assert bot.rows("SELECT count(*) FROM answers") == [(0,)]
    assert bot.people.quiz() is not None


async def test_two_messages_at_the_same_moment_answer_one_question_each(bot: Bench) -> None:
    bot.model.answer(words("one?", "two?"))
    bot.model.answer(Text("Noted"))
    await bot.people.mention("Quiz me")
    await bot.people.question(1)

    await asyncio.gather(bot.people.mention("first"), bot.people.mention("second"))
    await bot.people.said("Noted")

    output = str(bot.model.requests[1].items[-1]["output"])
    assert sorted(json.loads(output)) == ["first", "second"]
    assert len(bot.model.requests) == 2


async def test_for_everyone_typed_answers_do_not_count_and_are_told_so_privately(
    bot: Bench,
) -> None:
    bot.people.admins.add("ada")
    bot.model.answer(choices("one?", audience="everyone"))
    bot.model.answer(Text("It is a colour"))
    await bot.people.acknowledged(await bot.people.mention("A quiz for the class"))
    await bot.people.until(lambda: bot.people.shown() != [])
    await bot.people.until(lambda: isinstance(bot.people.shown()[0].view, Lobby))
    (lobby,) = bot.people.shown()
    assert isinstance(lobby.view, Lobby)
    await bot.people.acknowledged(await bot.people.click(lobby.view.actions[0].token, by="ben"))

    for text in ("red", "B"):
        sent = await bot.people.mention(text, by="ben")
        assert "does not count" in await bot.people.whispered(sent)
    replied = await bot.people.mention("my answer", by="cyd", reply_to=lobby.key)
    assert "does not count" in await bot.people.whispered(replied)
    await bot.people.mention("What is red?", by="ben")
    reply = await bot.people.said("It is a colour")

    assert bot.rows("SELECT count(*) FROM answers") == [(0,)]
    assert [each.label for each in actions(reply)] == ["Regenerate"]
    note, said = bot.model.requests[1].items
    assert "Colours" in str(note["content"])
    assert "one?" not in json.dumps(bot.model.requests[1].body)
    assert said["content"] == "[Learner 2] What is red?"


async def test_in_a_race_what_is_typed_in_its_thread_is_a_try(bot: Bench) -> None:
    bot.people.admins.add("ada")
    bot.model.answer(choices("one?", audience="first", answer="blue"))
    bot.model.answer(Text("Cyd was first"))
    await bot.people.mention("A race")
    await bot.people.question(1)

    wrong = await bot.people.mention("red", by="ben")
    assert await bot.people.whispered(wrong) != ""
    await bot.people.mention("blue", by="cyd")
    await bot.people.said("Cyd was first")

    assert bot.rows("SELECT winner FROM questions") == [("sim/cyd",)]
    assert len(bot.model.requests) == 2
