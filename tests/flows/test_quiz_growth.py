"""Quizzes larger than a message, and text larger than a quiz."""

import json
from dataclasses import replace

import pytest

from bot.jsons import Json
from bot.views import Quiz, Reply
from tests.flows.bench import Bench
from tests.sims.answers import Call, Text
from tests.sims.wire import LIMITS


def numbered(count: int, length: int = 60) -> dict[str, object]:
    return {
        "title": "Long quiz",
        "questions": [
            {
                "question_text": f"Question {number}: " + "x" * length,
                "choices": [f"first {number}", f"second {number}"],
            }
            for number in range(1, count + 1)
        ],
    }


async def test_a_long_quiz_goes_on_in_the_next_message_and_freezes_the_full_one(
    bench: Bench,
) -> None:
    bench.limits = replace(LIMITS, max_text=600, max_buttons=10)
    bench.model.answer(Call("display_quiz", json.dumps(numbered(12)), "call_1"))
    bench.model.answer(Text("All done"))
    async with bench.running():
        await bench.people.mention("Quiz me")
        for number in range(1, 13):
            shown = await bench.people.question(number)
            await bench.people.click(shown.choices[number % 2].token)
        await bench.people.said("All done")

    quizzes = [post.view for post in bench.people.shown() if isinstance(post.view, Quiz)]
    assert len(quizzes) > 1
    assert sum(len(view.answered) for view in quizzes) == 12
    assert all(len(line.text) <= 80 for view in quizzes for line in view.answered)
    assert all(line.change is None for view in quizzes for line in view.answered)
    assert json.loads(str(bench.model.requests[1].items[-1]["output"])) == [
        f"{'second' if number % 2 else 'first'} {number}" for number in range(1, 13)
    ]
    assert bench.people.shown()[-1].text == "All done"


async def test_a_question_longer_than_a_message_is_posted_as_text_first(bench: Bench) -> None:
    bench.limits = replace(LIMITS, max_text=500)
    long = " ".join(f"word{number}" for number in range(120))
    arguments = {"title": "T", "questions": [{"question_text": long, "choices": ["a", "b"]}]}
    bench.model.answer(Call("display_quiz", json.dumps(arguments), "call_1"))
    bench.model.answer(Text("All done"))
    async with bench.running():
        await bench.people.mention("Quiz me")
        shown = await bench.people.question(1)
        await bench.people.click(shown.choices[0].token)
        await bench.people.said("All done")

    texts = [post.view for post in bench.people.shown() if isinstance(post.view, Reply)]
    above = " ".join(" ".join(view.text for view in texts).split())
    assert above.startswith(long)
    assert len(shown.text) < 300


async def test_choices_of_500_characters_are_answered_in_full(bot: Bench) -> None:
    choices = ["a" * 500, "b" * 500]
    arguments = {"title": "T", "questions": [{"question_text": "Which?", "choices": choices}]}
    bot.model.answer(Call("display_quiz", json.dumps(arguments), "call_1"))
    bot.model.answer(Text("All done"))
    await bot.people.mention("Quiz me")

    await bot.people.click((await bot.people.question(1)).choices[1].token)
    await bot.people.said("All done")

    assert json.loads(str(bot.model.requests[1].items[-1]["output"])) == [choices[1]]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"title": "T", "questions": []}, "at least 1 item"),
        (
            {
                "title": "T",
                "questions": [{"question_text": "?", "choices": list(map(str, range(25)))}],
            },
            "at most 20 items",
        ),
        (
            {
                "title": "T",
                "questions": [{"question_text": "?", "question_type": "MULTIPLE_CHOICE"}],
            },
            "needs choices",
        ),
        ({"title": "T", "questions": [{"question_text": "?", "choices": ["a", "b" * 501]}]}, "500"),
    ],
    ids=["no question", "25 choices", "no choices", "a choice of 501 characters"],
)
async def test_a_quiz_that_cannot_be_shown_is_refused_to_the_model_with_the_reason(
    bot: Bench, arguments: Json, reason: str
) -> None:
    bot.model.answer(Call("display_quiz", arguments, "call_1"))
    bot.model.answer(Text("Then in words"))
    await bot.people.mention("Quiz me")
    await bot.people.said("Then in words")

    assert reason in str(bot.model.requests[1].items[-1]["output"])
    assert bot.people.quiz() is None


async def test_long_explanations_go_on_in_the_next_message_and_none_is_too_long(
    bench: Bench,
) -> None:
    bench.limits = replace(LIMITS, max_text=600)
    asked = numbered(6)["questions"]
    assert isinstance(asked, list)
    for number, each in enumerate(asked, 1):
        each |= {"answer": f"first {number}", "explanation": f"KEY-{number}: " + "so " * 300}
    bench.model.answer(Call("display_quiz", {"title": "Long quiz", "questions": asked}, "call_1"))
    bench.model.answer(Text("All done"))
    async with bench.running():
        await bench.people.mention("Quiz me")
        for number in range(1, 7):
            shown = await bench.people.question(number)
            await bench.people.click(shown.choices[number % 2].token)
        await bench.people.said("All done")

    quizzes = [post.view for post in bench.people.shown() if isinstance(post.view, Quiz)]
    lines = [line for view in quizzes for line in view.answered]
    assert [line.mark for line in lines] == ["wrong", "right"] * 3
    assert all(line.detail.endswith("…") for line in lines)
    for view in quizzes:
        assert sum(len(line.text) + len(line.detail) for line in view.answered) < 600
