"""What people type while a question is open, and is no answer, or only they can say."""

import json

from bot.adapter import Accepted
from bot.jsons import Json
from bot.views import Notice
from tests.flows.bench import Bench
from tests.flows.lessons import actions, button, choices, words
from tests.sims.answers import Call, Text

STOPPED = "SELECT count(*) FROM runs WHERE status = 'cancelled'"


async def test_a_text_that_ends_as_a_question_is_the_answer_when_its_writer_says_so(
    bench: Bench,
) -> None:
    bench.model.answer(words("Why is the sky blue?", "Why is the sea?"))
    bench.model.answer(Text("Noted"))
    async with bench.running():
        await bench.people.mention("Quiz me")
        await bench.people.question(1)
        await bench.people.mention("Rayleigh scattering?")
        offer = await bench.people.said("Is this your answer")
    assert "Why is the sky blue?" in offer.text

    async with bench.running():
        use = button(offer, "Use as my answer")
        foreign = await bench.people.click(use.token, by="ben")
        assert "somebody else" in await bench.people.whispered(foreign)
        await bench.people.click(use.token)
        await bench.people.question(2)
        await bench.people.said("Recorded as your answer")
        again = await bench.people.whispered(await bench.people.click(use.token))
        await bench.people.mention("The sky")
        await bench.people.said("Noted")

    assert "no longer works" in again
    assert isinstance(offer.view, Notice)
    assert offer.view.actions == ()
    output = str(bench.model.requests[1].items[-1]["output"])
    assert json.loads(output) == ["Rayleigh scattering?", "The sky"]
    assert len(bench.model.requests) == 2


async def test_what_was_used_as_an_answer_is_no_message_to_the_model(bot: Bench) -> None:
    bot.model.answer(words("Why is the sky blue?", "Why is the sea?"))
    bot.model.answer(Text("It is a wave"))
    await bot.people.mention("Quiz me")
    await bot.people.question(1)
    await bot.people.mention("Scattering?")
    offer = await bot.people.said("Is this your answer")
    await bot.people.click(button(offer, "Use as my answer").token)
    await bot.people.said("Recorded as your answer")

    await bot.people.mention("What is light?")
    second = await bot.people.said("Is this your answer")
    await bot.people.click(button(second, "Ask the tutor").token)
    await bot.people.said("It is a wave")

    assert "Scattering?" not in json.dumps(bot.model.requests[1].body)
    assert bot.said_to_model()[-1] == "What is light?"


async def test_what_may_be_either_is_not_read_by_the_model_before_its_writer_says_so(
    bot: Bench,
) -> None:
    bot.model.answer(words("Why is the sky blue?"))
    bot.model.answer(Text("Hello Ben"))
    bot.model.answer(Text("It is a wave"))
    await bot.people.mention("Quiz me")
    await bot.people.question(1)
    await bot.people.mention("What is light?")
    offer = await bot.people.said("Is this your answer")

    await bot.people.mention("Good morning", by="ben")
    await bot.people.said("Hello Ben")
    await bot.people.click(button(offer, "Ask the tutor").token)
    await bot.people.said("It is a wave")

    assert "light" not in json.dumps(bot.model.requests[1].body)
    assert bot.said_to_model()[-1] == "[Learner 1] What is light?"


async def test_a_text_that_ends_as_a_question_is_asked_when_its_writer_says_so(
    bot: Bench,
) -> None:
    bot.model.answer(words("Why is the sky blue?"))
    bot.model.answer(Text("It is a wave"))
    bot.model.answer(Text("Noted"))
    await bot.people.mention("Quiz me")
    await bot.people.question(1)
    await bot.people.mention("What is light?")
    offer = await bot.people.said("Is this your answer")

    use = button(offer, "Use as my answer")
    await bot.people.click(button(offer, "Ask the tutor").token)
    await bot.people.said("It is a wave")
    late = await bot.people.click(use.token)

    assert "no longer works" in await bot.people.whispered(late)
    note, said = bot.model.requests[1].items
    assert note["role"] == "developer"
    assert said["content"] == "What is light?"
    assert isinstance(offer.view, Notice)
    assert offer.view.actions == ()
    await bot.people.mention("Scattering")
    await bot.people.said("Noted")
    assert bot.model.requests[2].items[-1]["output"] == '["Scattering"]'


async def test_anything_else_is_a_request_below_which_the_quiz_can_go_on_or_end(
    bot: Bench,
) -> None:
    bot.model.answer(choices("one?", "two?"))
    bot.model.answer(Text("56"))
    await bot.people.mention("Quiz me")
    first = await bot.people.question(1)
    await bot.people.mention("what is 7 * 8?", place="t2")
    reply = await bot.people.said("56", place="t2")
    labels = [each.label for each in actions(reply)]
    assert labels == ["Continue the quiz", "End it", "Regenerate"]
    assert "one?" in str(bot.said_to_model()[0])

    foreign = await bot.people.click(actions(reply)[0].token, by="ben", place="t2")
    assert "somebody else" in await bot.people.whispered(foreign)
    await bot.people.click(actions(reply)[0].token, place="t2")
    again = await bot.people.question(1, place="t2")
    assert again.text == first.text
    await bot.people.until(lambda: bot.people.quiz("t1") is None)

    await bot.people.click(actions(reply)[1].token, place="t2")
    await bot.people.until(lambda: bot.people.quiz("t2") is None)
    assert bot.rows(STOPPED) == [(1,)]
    late = await bot.people.click(actions(reply)[0].token, place="t2")
    assert await bot.people.whispered(late) == "This quiz is closed already."


async def test_a_lone_question_is_no_quiz_that_a_reply_leads_back_to(bot: Bench) -> None:
    lone: Json = {"question": "Would you like a quiz?", "choices": ["Yes", "No"]}
    bot.model.answer(Call("ask_person", lone, "call_1"))
    bot.model.answer(Text("56"))
    await bot.people.mention("Hello")
    await bot.people.question(1)

    await bot.people.mention("what is 7 * 8?", place="t2")
    reply = await bot.people.said("56", place="t2")

    assert [each.label for each in actions(reply)] == ["Regenerate"]


async def test_a_reply_offers_no_way_back_to_a_quiz_of_others_or_elsewhere(bot: Bench) -> None:
    bot.model.answer(choices("one?"))
    bot.model.answer(Text("56"))
    bot.model.answer(Text("57"))
    await bot.people.mention("Quiz me")
    await bot.people.question(1)

    await bot.people.mention("what is 7 * 8?", by="ben")
    await bot.people.mention("what is 7 * 8?", place="d1", direct=True)
    replies = [await bot.people.said("5"), await bot.people.said("5", place="d1")]

    for reply in replies:
        assert [each.label for each in actions(reply)] == ["Regenerate"]


async def test_what_was_asked_privately_is_not_answered_for_all_to_read(bot: Bench) -> None:
    bot.model.answer(choices("one?"))
    bot.model.answer(Text("What is red?"))
    await bot.people.order("ask quiz me privately")
    await bot.people.question(1, place="private-ada")

    await bot.people.mention("red", place="t1")
    reply = await bot.people.said("What is red?", place="t1")

    assert [each.label for each in actions(reply)] == ["Regenerate"]
    assert bot.rows("SELECT count(*) FROM answers") == [(0,)]


async def test_what_may_be_either_is_forgotten_like_any_message(bot: Bench) -> None:
    bot.model.answer(words("Why is the sky blue?"))
    await bot.people.mention("Quiz me")
    await bot.people.question(1)
    await bot.people.mention("An aardvark?")
    offer = await bot.people.said("Is this your answer")

    asked = await bot.people.acknowledged(await bot.people.order("forget"))
    assert isinstance(asked.receipt, Accepted)
    assert isinstance(asked.receipt.private, Notice)
    await bot.people.click(asked.receipt.private.actions[0].token)
    await bot.later(lambda: "aardvark" not in str(bot.rows("SELECT body FROM items")))
    for label in ("Ask the tutor", "Use as my answer"):
        late = await bot.people.click(button(offer, label).token)
        assert "no longer works" in await bot.people.whispered(late)

    assert len(bot.model.requests) == 1
