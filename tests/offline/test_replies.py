import asyncio
import json
from typing import cast

import pytest
from openai import AsyncOpenAI

from tests.offline.talking import (
    SEED,
    Items,
    answer,
    calls,
    questions,
    say,
    user,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_solved_equation_is_explained_when_asked(client: AsyncOpenAI) -> None:
    items: Items = [user("I need to solve the equation `3x + 11 = 14`. Can you help me?")]
    assert r"\(x = 1\)" in (await say(client, items)).output_text

    items.append(user("Could you explain this to me?"))
    explained = (await say(client, items)).output_text

    assert r"1. Subtract 11 from both sides: \(3x = 3\)" in explained
    assert r"2. Divide both sides by 3: \(x = 1\)" in explained


async def test_a_quiz_is_made_answered_and_graded_from_the_thread_alone(
    client: AsyncOpenAI,
) -> None:
    items: Items = [user(SEED)]
    (call,) = calls(await say(client, items))
    asked = questions(call)
    assert [each["question_type"] for each in asked] == ["FREE_RESPONSE", "MULTIPLE_CHOICE"]

    choices = cast("list[str]", asked[1]["choices"])
    items.append(answer(call, json.dumps(["I don't know.", choices[0]])))
    feedback = (await say(client, items)).output_text

    assert "Your response: “I don't know.”" in feedback
    assert feedback.count("Feedback: ") == 2
    assert "of 2 right" in feedback


async def test_the_right_choice_and_only_it_is_called_right(client: AsyncOpenAI) -> None:
    items: Items = [user("Make a quiz with 1 multiple choice question about fractions")]
    (call,) = calls(await say(client, items))
    choices = cast("list[str]", questions(call)[0]["choices"])

    said = [
        (await say(client, [*items, answer(call, json.dumps([choice]))])).output_text
        for choice in choices
    ]

    assert len(set(choices)) == 4
    assert sum("You got 1 of 1 right." in text for text in said) == 1
    assert sum("Not quite. The right answer is " in text for text in said) == 3


async def test_the_quiz_of_another_model_is_graded_only_where_it_is_understood(
    client: AsyncOpenAI,
) -> None:
    quiz = {
        "title": "Mixed",
        "questions": [
            {"question_text": "What is the derivative of the function f(x) = 3x^2 + 2x - 5?"},
            {"question_text": "What is your favourite colour?", "choices": ["Red", "Blue"]},
        ],
    }
    items: Items = [
        user("quiz"),
        {
            "type": "function_call",
            "call_id": "call_7",
            "name": "display_quiz",
            "arguments": json.dumps(quiz),
        },
        {
            "type": "function_call_output",
            "call_id": "call_7",
            "output": json.dumps(["2(3x + 1)", "Red"]),
        },
    ]

    feedback = (await say(client, items)).output_text

    assert "Right!" in feedback
    assert "“Red”\n   - Feedback: I cannot grade this one" in feedback
    assert "You got 1 of 1 right. I could not grade the other question." in feedback
    assert "Well done!" not in feedback


DERIVATIVE = "What is the derivative of \\(f(x) = 3x^{2}\\)?"
LINEAR = "Solve \\(2x = 10\\) for \\(x\\)."
TOTALS = [
    (["6x", "5"], "You got 2 of 2 right. Well done!"),
    (["6x", "6"], "You got 1 of 2 right."),
    (["7x", "6"], "You got 0 of 2 right."),
    (["6x", "(skipped)"], "You got 1 of 2 right."),
    (["(skipped)", "banana"], "You got 0 of 2 right."),
    (["(skipped)", "I don't know."], "You did not answer any of the questions."),
    (["(not answered)", "(not answered)"], "You did not answer any of the questions."),
]


@pytest.mark.parametrize(("responses", "total"), TOTALS)
async def test_praise_is_only_for_what_was_right(
    client: AsyncOpenAI, responses: list[str], total: str
) -> None:
    asked = {"questions": [{"question_text": DERIVATIVE}, {"question_text": LINEAR}]}
    call: Items = [
        {
            "type": "function_call",
            "call_id": "call_1",
            "name": "display_quiz",
            "arguments": json.dumps(asked),
        },
        {
            "type": "function_call_output",
            "call_id": "call_1",
            "output": json.dumps(responses),
        },
    ]

    feedback = (await say(client, [user("quiz"), *call])).output_text

    assert total in feedback
    assert ("Well done!" in feedback) == total.endswith("Well done!")
    assert feedback.count("Right!") == sum(each in {"6x", "5"} for each in responses)
    assert feedback.count("The right answer is ") == 2 - feedback.count("Right!")


@pytest.mark.parametrize(
    ("request_text", "title"),
    [
        ("Make a quiz about linear equations", "Linear equations"),
        ("Make a quiz about calculus and fractions", "Fractions, derivatives and integrals"),
        ("Make a quiz with 2 questions", "Mixed topics"),
    ],
)
async def test_the_title_of_a_quiz_is_its_topic(
    client: AsyncOpenAI, request_text: str, title: str
) -> None:
    (call,) = calls(await say(client, [user(request_text)]))

    assert title == json.loads(call.arguments)["title"]


@pytest.mark.parametrize(
    ("request_text", "note"),
    [
        ("Mach ein Quiz über Brüche", "Der Offline-Tutor spricht nur Englisch."),
        ("Haz un cuestionario sobre fracciones", "El tutor sin conexión solo habla inglés."),
    ],
)
async def test_a_quiz_asked_for_in_another_language_says_that_it_is_in_english(
    client: AsyncOpenAI, request_text: str, note: str
) -> None:
    reply = await say(client, [user(request_text)])

    (call,) = calls(reply)
    assert reply.output_text.startswith(f"{note}\n\nHere is a quiz with 3 questions")
    assert json.loads(call.arguments)["title"] == "Fractions"


async def test_a_german_quiz_without_topic_takes_the_answer(client: AsyncOpenAI) -> None:
    items: Items = [user("Mach ein Quiz zu diesem Thema.")]
    (asked,) = calls(await say(client, items))
    items.append(answer(asked, "Brüche"))
    (made,) = calls(await say(client, items))

    assert (asked.name, json.loads(made.arguments)["title"]) == ("ask_person", "Fractions")


async def test_what_is_quoted_back_has_all_its_letters(client: AsyncOpenAI) -> None:
    reply = await say(client, [user("Mach ein Quiz über Römische Straßen")], ())

    assert "I do not understand `römische straßen`" in reply.output_text


async def test_a_message_that_is_too_long_is_told_the_limit(client: AsyncOpenAI) -> None:
    reply = (await say(client, [user("x" * 100_000)], ())).output_text

    assert "it is longer than 2,000 characters." in reply
    assert len(reply) < 500


@pytest.mark.parametrize(
    "output", ["", "null", '{"error": "cancelled"}', "[1, null, {}]", '["\\ud800 \\u0000"]']
)
async def test_any_output_of_a_quiz_gets_a_reply(client: AsyncOpenAI, output: str) -> None:
    items: Items = [user("Make a quiz with 1 question")]
    (call,) = calls(await say(client, items))
    items.append(answer(call, output))

    assert (await say(client, items)).output_text


async def test_a_quiz_without_topic_asks_for_one_and_uses_the_answer(client: AsyncOpenAI) -> None:
    items: Items = [user("quiz me")]
    (asked,) = calls(await say(client, items))
    assert asked.name == "ask_person"
    assert "Derivatives" in json.loads(asked.arguments)["choices"]

    items.append(answer(asked, "Derivatives"))
    (made,) = calls(await say(client, items))

    assert made.name == "display_quiz"
    assert all("derivative of" in str(each["question_text"]) for each in questions(made))


async def test_what_is_not_understood_offers_requests_that_work(client: AsyncOpenAI) -> None:
    items: Items = [user("what is the capital of France")]
    first = await say(client, items)
    (asked,) = calls(first)
    choices = json.loads(asked.arguments)["choices"]
    assert "I did not understand that." in first.output_text
    assert len(choices) == 4

    replies = [await say(client, [*items, answer(asked, choice)]) for choice in choices]

    assert not any("did not understand" in reply.output_text for reply in replies)
    assert [call.name for reply in replies for call in calls(reply)] == ["display_quiz"]


async def test_declining_an_offer_is_fine(client: AsyncOpenAI) -> None:
    items: Items = [user("what is the capital of France")]
    (asked,) = calls(await say(client, items))
    items.append(answer(asked, "(skipped)"))

    assert "That is fine." in (await say(client, items)).output_text


async def test_without_tools_offers_are_a_list_and_quizzes_are_text(client: AsyncOpenAI) -> None:
    unknown = await say(client, [user("tell me a joke")], ())
    quiz = await say(client, [user("Make a quiz with 2 questions about derivatives")], ())

    assert calls(unknown) + calls(quiz) == []
    assert unknown.output_text.count("\n- ") == 4
    assert quiz.output_text.count("derivative of") == 2
    assert "I cannot take responses here." in quiz.output_text


async def test_a_hint_is_about_the_open_question(client: AsyncOpenAI) -> None:
    note = "A quiz is still open: What is the derivative of \\(f(x) = 3x^{2}\\)? (question 1 of 2)"
    items: Items = [
        user("Solve 3x = 9"),
        {"role": "developer", "content": note},
        user("hint?"),
    ]

    assert "bring the exponent down" in (await say(client, items)).output_text


async def test_small_talk_is_answered_in_kind(client: AsyncOpenAI) -> None:
    said = {
        text: (await say(client, [user(text)], ())).output_text
        for text in (
            "Thank you!",
            "I don't like math. What can I do?",
            "Could you explain linear algebra to me?",
            "are you an AI?",
        )
    }

    assert "You're welcome!" in said["Thank you!"]
    assert "confidence" in said["I don't like math. What can I do?"]
    assert "vectors" in said["Could you explain linear algebra to me?"]
    assert "offline tutor" in said["are you an AI?"]
    assert "not an AI" in said["are you an AI?"]


async def test_twenty_requests_give_at_least_fifteen_different_quizzes(
    client: AsyncOpenAI,
) -> None:
    same = [await say(client, [user(SEED)]) for _ in range(10)]
    topics = ("arithmetic", "fractions", "linear equations", "derivatives", "percentages")
    others = [
        await say(client, [user(f"Make a quiz with {size} questions about {topic}")])
        for size in (1, 2)
        for topic in topics
    ]

    made = {calls(each)[0].arguments for each in [*same, *others]}

    assert len(made) >= 15


async def test_requests_at_once_are_all_answered(client: AsyncOpenAI) -> None:
    replies = await asyncio.gather(
        *(say(client, [user(f"what is {number} + 1?")], ()) for number in range(8))
    )

    assert [rf"\({number} + 1 = {number + 1}\)" for number in range(8)] == [
        reply.output_text for reply in replies
    ]
