"""The tutor's own quizzes carry keys, hints and reasons that are true."""

import json

import pytest
from openai import AsyncOpenAI

from bot.offline import readings
from bot.offline.solving import grading, quiz
from bot.offline.solving.problems import TOPICS, Grade, Make, Topic
from bot.quiz.marking import same
from bot.tools.display_quiz import DisplayQuiz
from tests.offline.talking import Items, calls, say, user


def verdict(question: str, response: str) -> str:
    problem = readings.problem(question)
    assert problem is not None
    return grading.grade(Grade(problem=problem, response=response)).verdict


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.parametrize("choices", [True, False])
def test_the_key_of_a_made_question_is_right(topic: Topic, level: int, *, choices: bool) -> None:
    for seed in range(5):
        made = quiz.make(Make(topic=topic, choices=choices, seed=seed, level=level))

        assert verdict(made.text, made.answer) == "right"
        assert not choices or made.choices.count(made.answer) == 1
        assert made.hint != made.answer


@pytest.mark.parametrize("seed", range(6))
def test_the_hint_for_a_quadratic_equation_is_about_its_solutions(seed: int) -> None:
    made = quiz.make(Make(topic="quadratic equations", choices=False, seed=seed, level=3))
    first, second = (int(part.removeprefix("x = ")) for part in made.answer.split(" or "))

    assert rf"product is \({first * second}\)" in made.hint
    assert rf"sum is \({first + second}\)" in made.hint


@pytest.mark.parametrize("topic", ["arithmetic", "fractions", "percentages", "linear equations"])
def test_a_typed_number_can_be_marked_against_the_key(topic: Topic) -> None:
    made = quiz.make(Make(topic=topic, choices=False, seed=3))

    assert same(made.answer.removeprefix("x = "), made.answer) is True
    assert same("100003", made.answer) is False


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("topic", TOPICS)
async def test_display_quiz_takes_every_quiz_with_all_its_keys(
    client: AsyncOpenAI, topic: Topic
) -> None:
    (call,) = calls(await say(client, [user(f"Make a quiz with 4 hard questions about {topic}")]))
    asking = DisplayQuiz().ask(call.arguments)

    assert len(asking.questions) == 4
    assert (asking.audience, asking.seconds) == ("asker", None)
    for asked in asking.questions:
        assert asked.answer
        assert asked.hint
        assert asked.explanation
        assert (asked.answer_option is None) == (asked.kind == "text")


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("request_text", "audience", "seconds"),
    [
        ("Make a quiz about fractions for everyone", "everyone", None),
        ("Quiz the class on fractions, first one wins, 2 minutes", "first", 120),
        ("Mach ein Quiz für alle über Brüche, 10 Minuten Zeit", "everyone", 600),
        ("Haz un cuestionario sobre fracciones para toda la clase", "everyone", None),
        ("Make a quiz about fractions", "asker", None),
    ],
)
async def test_a_quiz_is_for_whom_and_as_long_as_it_was_asked_for(
    client: AsyncOpenAI, request_text: str, audience: str, seconds: int | None
) -> None:
    (call,) = calls(await say(client, [user(request_text)]))
    asking = DisplayQuiz().ask(call.arguments)

    assert (asking.title, asking.audience, asking.seconds) == ("Fractions", audience, seconds)


@pytest.mark.asyncio(loop_scope="session")
async def test_the_audience_survives_the_question_for_the_topic(client: AsyncOpenAI) -> None:
    items: Items = [user("Make a race quiz, 5 minutes")]
    (asked,) = calls(await say(client, items))
    items.append(
        {"type": "function_call_output", "call_id": asked.call_id, "output": "Derivatives"}
    )
    (made,) = calls(await say(client, items))

    arguments = json.loads(made.arguments)
    assert (arguments["audience"], arguments["time_limit_seconds"]) == ("first", 300)
