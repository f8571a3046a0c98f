"""What the tutor says of a finished quiz, one person's or a class's, and what comes next."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai import AsyncOpenAI
from pydantic import JsonValue

from bot.offline import class_feedback
from bot.offline.again import Again, again
from bot.offline.intents import Plain, intents
from bot.offline.subjects import topic_of
from bot.offline.wording import words
from bot.strings import LANGUAGES, say, speaking
from tests.offline.talking import Items, calls, questions, user
from tests.offline.talking import say as talk

DERIVATIVE = "What is the derivative of \\(f(x) = 3x^{2}\\)?"
LINEAR = "Solve \\(2x = 10\\) for \\(x\\)."
SUM = "What is \\(2 + 3 \\cdot 4\\)?"
CAPITAL: dict[str, JsonValue] = {
    "question_text": "What is the capital of France?",
    "choices": ["Rome", "Paris"],
    "answer": "Paris",
    "explanation": "It has been since 987.",
}
THREE: list[JsonValue] = [
    {"question_text": DERIVATIVE},
    {"question_text": LINEAR, "choices": ["4", "5"], "answer": "5"},
    {"question_text": SUM},
]


def finished(asked: Sequence[JsonValue], output: JsonValue, *then: str) -> Items:
    arguments = json.dumps({"title": "T", "questions": list(asked)})
    return [
        user("quiz"),
        {
            "type": "function_call",
            "call_id": "c1",
            "name": "display_quiz",
            "arguments": arguments,
        },
        {"type": "function_call_output", "call_id": "c1", "output": json.dumps(output)},
        *(user(text) for text in then),
    ]


def counts(**values: JsonValue) -> JsonValue:
    return {"right": 4, "wrong": 0, "unknown": 0, "skipped": 0, "not_answered": 0} | values


EVERYONE: dict[str, JsonValue] = {
    "audience": "everyone",
    "started": 12,
    "finished": 8,
    "questions": [
        counts(question=DERIVATIVE, right=9, wrong=3),
        counts(question=LINEAR, counts={"A: 4": 7, "B: 5": 3}, right=3, wrong=7, unknown=2),
        counts(question=SUM, right=12),
    ],
}
FIRST: dict[str, JsonValue] = {
    "audience": "first",
    "questions": [
        {"question": DERIVATIVE, "won": True, "answer": "6x", "tries": 17, "right": 1, "wrong": 16},
        {"question": LINEAR, "won": False, "tries": 9, "right": 0, "wrong": 9},
        {"question": SUM, "won": True, "answer": "**14** @here", "tries": 1},
    ],
}


@pytest.mark.asyncio(loop_scope="session")
async def test_a_class_is_told_what_was_hardest_and_why(client: AsyncOpenAI) -> None:
    said = (await talk(client, finished(THREE, EVERYONE))).output_text

    assert "12 people started and 8 finished." in said
    assert "9 right, 3 wrong." in said
    assert "3 right, 7 wrong, 2 did not know." in said
    assert "Question 2 was the hardest. The right answer is B) 5. Divide both sides by 2" in said
    assert "“Make a quiz about linear equations for everyone”" in said


@pytest.mark.asyncio(loop_scope="session")
async def test_the_hardest_is_what_most_people_missed_as_the_counts_beside_it_say(
    client: AsyncOpenAI,
) -> None:
    few = counts(question=LINEAR, right=0, wrong=1, not_answered=4)
    most = counts(question=DERIVATIVE, right=2, wrong=1, unknown=1)
    output = EVERYONE | {"questions": [few, most]}
    said = (await talk(client, finished([THREE[1], THREE[0]], output))).output_text

    assert "Question 2 was the hardest." in said


@pytest.mark.asyncio(loop_scope="session")
async def test_a_race_is_told_who_wins_nothing_and_what_nobody_had(client: AsyncOpenAI) -> None:
    said = (await talk(client, finished(THREE, FIRST))).output_text

    assert "Won with “6x” (17 tries)." in said
    assert "Nobody had it right (9 tries)." in said
    assert "Won with `**14** @here` (1 try)." in said
    assert "Question 2 was the hardest. The right answer is B) 5." in said


@pytest.mark.asyncio(loop_scope="session")
async def test_a_class_without_mistakes_and_one_that_never_came(client: AsyncOpenAI) -> None:
    good = EVERYONE | {"questions": [counts(), counts(), counts()]}
    nobody = EVERYONE | {"started": 0, "finished": 0}
    silent = EVERYONE | {"questions": [counts(right=0, not_answered=12)] * 3}

    assert "Nobody missed anything." in (await talk(client, finished(THREE, good))).output_text
    assert "Nobody took this quiz." in (await talk(client, finished(THREE, nobody))).output_text
    said = (await talk(client, finished(THREE, silent))).output_text
    assert "Nobody missed" not in said
    assert "“Make a quiz about derivatives for everyone”" in said


@pytest.mark.asyncio(loop_scope="session")
async def test_what_nobody_marked_is_not_called_right_or_hard(client: AsyncOpenAI) -> None:
    unmarked = counts(answers=["<b>a</b>"], not_answered=2)
    assert isinstance(unmarked, dict)
    output = EVERYONE | {
        "questions": [{k: v for k, v in unmarked.items() if k not in {"right", "wrong"}}]
    }
    said = (await talk(client, finished([{"question_text": "Why?"}], output))).output_text

    assert "1. **Why?**\n   - 2 did not answer." in said
    assert "hardest" not in said
    assert "<b>" not in said


@pytest.mark.asyncio(loop_scope="session")
async def test_where_nothing_can_be_calculated_the_key_decides(client: AsyncOpenAI) -> None:
    replies = [
        (await talk(client, finished([CAPITAL], [response]))).output_text
        for response in ("Paris", "Rome", "I don't know.", "(skipped)")
    ]

    assert "Right! It has been since 987." in replies[0]
    assert "You got 1 of 1 right. Well done!" in replies[0]
    assert "Not quite. The right answer is B) Paris. It has been since 987." in replies[1]
    assert all("The right answer is B) Paris." in reply for reply in replies[1:])


@pytest.mark.asyncio(loop_scope="session")
async def test_words_are_not_judged_but_answered(client: AsyncOpenAI) -> None:
    asked: JsonValue = {"question_text": "Who wrote Faust?", "answer": "Goethe"}
    right, other = [
        (await talk(client, finished([asked], [response]))).output_text
        for response in ("goethe.", "Johann Wolfgang")
    ]

    assert "Right!" in right
    assert "I cannot judge words. The right answer is Goethe." in other
    assert "Not quite" not in other


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_missed_ones_come_again_in_kind_and_number(
    client: AsyncOpenAI, language: str
) -> None:
    with speaking(language):
        wish = say("next_steps.missed")
    reply = await talk(client, finished(THREE, ["5x", "4", "14"], wish))
    (call,) = calls(reply)
    asked = questions(call)

    assert [topic_of(str(each["question_text"])) for each in asked] == [
        *("derivatives", "linear equations")
    ]
    assert [each["question_type"] for each in asked] == ["FREE_RESPONSE", "MULTIPLE_CHOICE"]
    assert [each["question_text"] for each in asked] != [DERIVATIVE, LINEAR]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_harder_ones_keep_the_topics_of_the_quiz(client: AsyncOpenAI, language: str) -> None:
    with speaking(language):
        wish = say("next_steps.harder")
    (call,) = calls(await talk(client, finished(THREE, ["6x", "5", "14"], wish)))

    assert json.loads(call.arguments)["title"] == "Arithmetic, linear equations and derivatives"
    assert r"\sin" in str(questions(call)[0]["question_text"])


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_missed_ones_and_only_they_are_explained(
    client: AsyncOpenAI, language: str
) -> None:
    with speaking(language):
        wish = say("next_steps.explain")
    said = (
        await talk(client, finished([*THREE, CAPITAL], ["6x", "4", "14", "Rome"], wish))
    ).output_text

    assert rf"**2. {LINEAR}**" in said
    assert "Divide both sides by 2" in said
    assert "The right answer is B) Paris. It has been since 987." in said
    assert DERIVATIVE not in said
    assert SUM not in said


@pytest.mark.asyncio(loop_scope="session")
async def test_the_missed_ones_of_a_class_are_those_that_anybody_missed(
    client: AsyncOpenAI,
) -> None:
    (call,) = calls(await talk(client, finished(THREE, EVERYONE, "Try the missed ones")))
    (race,) = calls(await talk(client, finished(THREE, FIRST, "Try the missed ones")))

    assert len(questions(call)) == 2
    assert [topic_of(str(each["question_text"])) for each in questions(race)] == [
        "linear equations"
    ]


@pytest.mark.asyncio(loop_scope="session")
async def test_without_mistakes_or_without_a_quiz_there_is_nothing_to_try_again(
    client: AsyncOpenAI,
) -> None:
    all_right = await talk(client, finished(THREE, ["6x", "5", "14"], "Try the missed ones"))
    no_quiz = await talk(client, [user("Try the missed ones")], ())
    harder = await talk(client, [user("Make a harder quiz")])
    not_mine = await talk(client, finished([CAPITAL], ["Rome"], "Try the missed ones"), ())

    assert "Nothing was missed in that quiz." in all_right.output_text
    assert "There is no finished quiz in our thread yet" in no_quiz.output_text
    assert [call.name for call in calls(harder)] == ["ask_person"]
    assert "I cannot make other questions of that kind." in not_mine.output_text


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Harder", Again("harder")),
        ("harder please!", Again("harder")),
        ("Make it more difficult", Again("harder")),
        ("Try the missed ones", Again("missed")),
        ("Quiz me again on what I got wrong", Again("missed")),
        ("easier ones please", Again("easier")),
        ("What did I get wrong?", Again("explain")),
        ("Explain the ones I missed", Again("explain")),
        ("Explain", Plain("explain")),
        ("Verfehlte wiederholen", Again("missed", "de")),
        ("schwerer bitte", Again("harder", "de")),
        ("Erklären", Again("explain", "de")),
        ("Repetir las falladas", Again("missed", "es")),
        ("Más difícil", Again("harder", "es")),
        ("Explícame las que fallé", Again("explain", "es")),
    ],
)
def test_wishes_after_a_quiz_are_understood(text: str, wish: object) -> None:
    assert intents(text) == [wish]


@pytest.mark.parametrize(
    "text",
    [
        *("wrong", "that is wrong", "it was difficult", "harder faster stronger", "es difícil"),
        *("Give me 3 harder questions about fractions", "why is the sky missed"),
    ],
)
def test_what_only_sounds_like_such_a_wish_is_something_else(text: str) -> None:
    assert again(words(text)) is None


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        (DERIVATIVE, "derivatives"),
        (LINEAR, "linear equations"),
        (SUM, "arithmetic"),
        (
            "Solve \\(x^{2} - 5x + 6 = 0\\) for \\(x\\) and give all solutions.",
            "quadratic equations",
        ),
        ("What is \\(\\frac{2}{3} + \\frac{1}{4}\\)?", "fractions"),
        ("What is \\(20\\%\\) of \\(50\\)?", "percentages"),
        ("Integrate 2x from 0 to 1", "integrals"),
        ("What is the capital of France?", None),
        ("factor 84", None),
    ],
)
def test_a_question_is_about_a_topic_or_about_none_of_them(question: str, topic: str) -> None:
    assert topic_of(question) == topic


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(
    output=st.text()
    | JSONS.map(json.dumps)
    | st.fixed_dictionaries(
        {"audience": st.sampled_from(["everyone", "first", "asker"]), "questions": JSONS}
    ).map(json.dumps)
)
def test_any_output_is_a_class_result_or_is_not(output: str) -> None:
    went = class_feedback.read(output)

    assert went is None or went.audience in {"everyone", "first"}
