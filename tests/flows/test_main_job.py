"""Mention → run → quiz → click → feedback, as people see it and as it is stored."""

import json
from datetime import timedelta

from bot.jsons import Json
from bot.views import Notice, Quiz, Reply
from tests.flows.bench import Bench
from tests.flows.lessons import button, quiz
from tests.sims.answers import Call, Calls, Reasoning, Text


async def test_a_mention_is_answered_and_the_next_one_knows_of_it(bot: Bench) -> None:
    bot.model.answer(Text("Subtract 11, then divide by 3: x = 1."))
    bot.model.answer(Text("You undo what was done to x."))

    await bot.people.mention("I need to solve 3x + 11 = 14.")
    await bot.people.said("x = 1")
    await bot.people.mention("Could you explain this to me?")
    await bot.people.said("You undo")

    assert bot.people.texts() == [
        "Subtract 11, then divide by 3: x = 1.",
        "You undo what was done to x.",
    ]
    assert bot.model.requests[1].items[0]["content"] == "I need to solve 3x + 11 = 14."
    assert len(bot.model.requests[1].items) == 3


async def test_three_threads_go_on_at_once_and_each_remembers_its_own(bot: Bench) -> None:
    for _ in range(3):
        bot.model.answer(Text("Later"), hold_before=0)
    for number in range(3):
        await bot.people.mention(f"question {number}", place=f"t{number}")

    await bot.model.request_arrived(3)
    bot.model.release()
    for number in range(3):
        await bot.people.said("Later", place=f"t{number}")
    bot.model.answer(Text("You are welcome!"))
    await bot.people.mention("Thank you!", place="t2")
    await bot.people.said("welcome", place="t2")

    assert bot.said_to_model()[0] == "question 2"


async def test_a_quiz_is_answered_and_its_responses_reach_the_same_run(bot: Bench) -> None:
    bot.model.answer(Text("Here is your quiz."), quiz())
    bot.model.answer(Text("The derivative is 6x. The integral is 1: right!"))

    await bot.people.mention("Make a quiz with 2 questions.")
    first = await bot.people.question(1)
    written = await bot.people.submit(first.actions[0].token, "I don't know.")
    second = await bot.people.question(2)
    await bot.people.click(second.choices[1].token)
    feedback = await bot.people.said("The derivative is 6x")

    assert (first.total, second.total) == (2, 2)
    assert await bot.people.whispered(written) == ""
    output = bot.model.requests[1].items[-1]
    assert output["call_id"] == "call_1"
    assert json.loads(str(output["output"])) == ["I don't know.", "1"]
    assert bot.people.shown()[-1] is feedback
    answered = bot.people.shown()[1].view
    assert isinstance(answered, Quiz)
    assert [line.text for line in answered.answered] == [
        "1. What is the derivative of 3x^2? — I don't know.",
        "2. What is the value of \\( \\int_0^1 2x \\, dx \\)? — 1",
    ]
    assert answered.question is None


async def test_someone_elses_click_is_refused_and_changes_nothing(bot: Bench) -> None:
    bot.model.answer(quiz())
    await bot.people.mention("Quiz me")
    first = await bot.people.question(1)
    before = bot.people.shown()[0].view

    whisper = await bot.people.whispered(
        await bot.people.submit(first.actions[0].token, "6x", by="ben")
    )

    assert "somebody else" in whisper
    assert bot.people.shown()[0].view == before


async def test_a_mention_while_a_quiz_is_open_is_answered_and_the_quiz_stays(bot: Bench) -> None:
    bot.model.answer(quiz())
    bot.model.answer(Text("56"))
    bot.model.answer(Text("Well done"))
    await bot.people.mention("Quiz me")
    first = await bot.people.question(1)

    await bot.people.mention("what is 7*8?")
    asked = await bot.people.said("Is this your answer")
    await bot.people.click(button(asked, "Ask the tutor").token)
    await bot.people.said("56")

    assert bot.people.quiz() == first
    hint, question = bot.model.requests[1].items
    assert hint["role"] == "developer"
    assert "What is the derivative of 3x^2?" in str(hint["content"])
    assert question["content"] == "what is 7*8?"
    await bot.people.submit(first.actions[0].token, "6x")
    await bot.people.click((await bot.people.question(2)).choices[1].token)
    await bot.people.said("Well done")


async def test_an_open_quiz_survives_a_restart(bench: Bench) -> None:
    bench.model.answer(quiz())
    bench.model.answer(Text("Well done"))
    async with bench.running():
        await bench.people.mention("Quiz me")
        first = await bench.people.question(1)

    sent = await bench.people.submit(first.actions[0].token, "6x")
    async with bench.running():
        assert await bench.people.whispered(sent) == ""
        await bench.people.click((await bench.people.question(2)).choices[1].token)
        await bench.people.said("Well done")


async def test_an_answer_can_be_changed_until_the_quiz_is_finished(bot: Bench) -> None:
    bot.model.answer(quiz())
    bot.model.answer(Text("Well done"))
    await bot.people.mention("Quiz me")
    await bot.people.submit((await bot.people.question(1)).actions[0].token, "5x")
    second = await bot.people.question(2)
    shown = bot.people.shown()[0].view
    assert isinstance(shown, Quiz)
    change = shown.answered[0].change
    assert change is not None

    await bot.people.click(change.token)
    again = await bot.people.question(1)
    await bot.people.submit(again.actions[0].token, "6x")
    await bot.people.click((await bot.people.question(2)).choices[1].token)
    await bot.people.said("Well done")

    assert bot.model.requests[1].items[-1]["output"] == '["6x", "1"]'
    late = await bot.people.whispered(await bot.people.click(second.choices[0].token))
    assert "closed" in late


async def test_not_knowing_and_skipping_are_answers(bot: Bench) -> None:
    bot.model.answer(quiz())
    bot.model.answer(Text("Never mind"))
    await bot.people.mention("Quiz me")

    await bot.people.click((await bot.people.question(1)).actions[1].token)
    await bot.people.click((await bot.people.question(2)).actions[1].token)
    await bot.people.said("Never mind")

    assert bot.model.requests[1].items[-1]["output"] == '["I don\'t know.", "(skipped)"]'


async def test_a_second_click_on_an_answered_question_changes_nothing(bot: Bench) -> None:
    bot.model.answer(
        Call(
            "display_quiz",
            {
                "title": "T",
                "questions": [
                    {"question_text": "one?", "choices": ["a", "b"]},
                    {"question_text": "two?", "choices": ["c", "d"]},
                ],
            },
            "call_1",
        )
    )
    bot.model.answer(Text("Well done"))
    await bot.people.mention("Quiz me")
    first = await bot.people.question(1)
    await bot.people.click(first.choices[0].token)
    second = await bot.people.question(2)

    whisper = await bot.people.whispered(await bot.people.click(first.choices[1].token))
    await bot.people.click(second.choices[0].token)
    await bot.people.said("Well done")

    assert "already" in whisper
    assert bot.model.requests[1].items[-1]["output"] == '["a", "c"]'


async def test_a_quiz_closes_at_its_deadline_without_asking_the_model(bot: Bench) -> None:
    bot.model.answer(quiz())
    bot.model.answer(Text("Hello again"))
    await bot.people.mention("Quiz me")
    first = await bot.people.question(1)
    await bot.people.submit(first.actions[0].token, "6x")
    await bot.people.question(2)

    await bot.clock.advance(timedelta(hours=24))
    closed = await bot.people.said("the time to answer is over")
    await bot.people.mention("Hello?")
    await bot.people.said("Hello again")

    assert isinstance(closed.view, Quiz)
    assert closed.view.question is None
    assert len(bot.model.requests) == 2
    assert '["6x", "(not answered)"]' in bot.said_to_model()


async def test_a_quiz_in_a_direct_place_stays_open_for_a_week(bot: Bench) -> None:
    bot.model.answer(quiz())
    mention = await bot.people.mention("Quiz me", place="d1", direct=True)

    first = await bot.people.question(1, place="d1")

    open_for = first.closes_at - mention.event.at
    assert timedelta(days=7) <= open_for < timedelta(days=7, minutes=1)


async def test_ask_person_puts_one_question_and_the_answer_goes_on(bot: Bench) -> None:
    bot.model.answer(Call("ask_person", {"question": "Which topic?", "choices": ["A", "B"]}, "c1"))
    bot.model.answer(Text("Topic B it is"))
    await bot.people.mention("Practise")
    asked = await bot.people.question(1)

    await bot.people.click(asked.choices[1].token)
    await bot.people.said("Topic B")

    assert asked.total == 1
    assert bot.model.requests[1].items[-1]["output"] == "B"


async def test_two_quizzes_at_once_are_both_answered_before_the_run_goes_on(bot: Bench) -> None:
    one: Json = {"title": "One", "questions": [{"question_text": "one?", "choices": ["a", "b"]}]}
    two: Json = {"title": "Two", "questions": [{"question_text": "two?", "choices": ["c", "d"]}]}
    bot.model.answer(Calls(("display_quiz", one, "c1"), ("display_quiz", two, "c2")))
    bot.model.answer(Text("Both done"))
    await bot.people.mention("Two quizzes")
    await bot.people.until(lambda: len(bot.people.shown()) == 2)
    views = [post.view for post in bot.people.shown()]
    questions = [view.question for view in views if isinstance(view, Quiz) and view.question]

    await bot.people.acknowledged(await bot.people.click(questions[1].choices[0].token))
    assert len(bot.model.requests) == 1
    await bot.people.click(questions[0].choices[1].token)
    await bot.people.said("Both done")

    outputs = [item for item in bot.model.requests[1].items if "output" in item]
    assert [(item["call_id"], item["output"]) for item in outputs] == [
        ("c1", '["b"]'),
        ("c2", '["c"]'),
    ]


async def test_an_unknown_function_and_bad_arguments_are_told_to_the_model(bot: Bench) -> None:
    bot.model.answer(
        Calls(("fly", {}, "c1"), ("display_quiz", "{broken", "c2"), ("display_quiz", {}, "c3"))
    )
    bot.model.answer(Text("Let me say it in words"))

    await bot.people.mention("Quiz me")
    await bot.people.said("in words")

    outputs = [str(item["output"]) for item in bot.model.requests[1].items if "output" in item]
    assert "There is no function 'fly'" in outputs[0]
    assert "not valid JSON" in outputs[1]
    assert "title" in outputs[2]
    assert bot.people.texts() == ["Let me say it in words"]


async def test_reasoning_goes_back_to_where_it_came_from(bot: Bench) -> None:
    bot.model.answer(Reasoning(), quiz())
    bot.model.answer(Reasoning(encrypted="more"), Text("Well done"))
    bot.model.answer(Text("Bye"))
    await bot.people.mention("Quiz me")
    await bot.people.submit((await bot.people.question(1)).actions[0].token, "6x")
    await bot.people.click((await bot.people.question(2)).choices[1].token)
    await bot.people.said("Well done")
    await bot.people.mention("Thanks")
    await bot.people.said("Bye")

    types = [item["type"] for item in bot.model.requests[2].items]
    assert types == [
        "message",
        "reasoning",
        "function_call",
        "function_call_output",
        "reasoning",
        "message",
        "message",
    ]


async def test_people_on_one_thread_are_told_apart_without_their_names(bot: Bench) -> None:
    bot.model.answer(Text("Hi"))
    bot.model.answer(Text("Hi too"))
    await bot.people.mention("I am first", by="ada")
    await bot.people.said("Hi")
    await bot.people.mention("I am second", by="ben")
    await bot.people.said("Hi too")

    contents = [item["content"] for item in bot.model.requests[1].items]
    assert contents[0] == "[Learner 1] I am first"
    assert contents[2] == "[Learner 2] I am second"
    assert "ada" not in json.dumps(bot.model.requests[1].body)


async def test_messages_on_one_thread_are_answered_in_order(bot: Bench) -> None:
    for number in range(5):
        bot.model.answer(Text(f"answer {number}"))
    for number in range(5):
        await bot.people.acknowledged(await bot.people.mention(f"question {number}"))

    await bot.people.said("answer 4")

    assert bot.people.texts() == [f"answer {number}" for number in range(5)]
    assert [request.items[-1]["content"] for request in bot.model.requests] == [
        f"question {number}" for number in range(5)
    ]


async def test_a_redelivered_mention_is_answered_once(bot: Bench) -> None:
    bot.model.answer(Text("Hello"))
    sent = await bot.people.mention("Hi")
    await bot.people.said("Hello")

    for _ in range(3):
        await bot.people.again(sent)

    assert bot.people.texts() == ["Hello"]
    assert len(bot.model.requests) == 1


async def test_a_reply_grows_while_it_is_written_and_shows_its_stop_button(bot: Bench) -> None:
    bot.model.answer(Text("one two three four", pieces=4), hold_before=6)
    await bot.people.mention("Count")

    def growing() -> bool:
        views = [post.view for post in bot.people.shown()]
        return any(isinstance(view, Reply) and view.live and view.text for view in views)

    await bot.people.until(growing)
    live = bot.people.shown()[0].view
    assert isinstance(live, Reply)
    assert [button.label for button in live.actions] == ["Stop"]
    bot.model.release()
    final = await bot.people.said("one two three four")

    assert isinstance(final.view, Reply)
    assert (final.view.text, final.view.live) == ("one two three four", False)
    assert [action.label for action in final.view.actions] == ["Regenerate"]
    assert len(bot.people.shown()) == 1


async def test_a_message_without_a_question_gets_a_sentence_and_asks_no_model(bot: Bench) -> None:
    await bot.people.mention("  \n ")

    said = await bot.people.said("Write your question")

    assert isinstance(said.view, Notice)
    assert bot.model.requests == []
