import time
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.offline.intents import About, Loose, Plain, Polite, Solve, Unknown, Unread, intents
from bot.offline.quiz_requests import QuizRequest, topic_request
from bot.strings import say, speaking

# What people write, and the kind of problem and the formulas that must be read from it.
PROBLEMS = [
    ("3x + 11 = 14", "solve", "3x + 11 = 14"),
    ("I need to solve the equation `3x + 11 = 14`. Can you help me?", "solve", "3x + 11 = 14"),
    ("[Learner 2] what is 7*8?", "evaluate", "7*8"),
    ("Solve for x: 2x = 10", "solve", "2x = 10"),
    ("Could you please solve 2x+3=7 for x?", "solve", "2x+3=7"),
    ("If 3x + 1 = 10, what is x?", "solve", "3x + 1 = 10"),
    ("|x-3|=5", "solve", "|x-3|=5"),
    ("what are the roots of x^2-5x+6", "solve", "x^2-5x+6 = 0"),
    ("solve the system x+y=3, x-y=1", "system", "x+y=3"),
    ("7 times 8", "evaluate", "7 * 8"),
    ("7 x 8", "evaluate", "7 * 8"),
    ("what's 144 divided by 12 please", "evaluate", "144 / 12"),
    ("seven times eight", "evaluate", "7 * 8"),
    ("twenty-one plus four", "evaluate", "21 + 4"),
    ("what is 5!?", "evaluate", "5!"),
    ("thanks, what is 5 factorial?", "evaluate", "5!"),
    ("what is 20 percent of 50?", "evaluate", "20 % * 50"),
    ("3/4 of 20", "evaluate", "3/4 * 20"),
    ("what is the square root of 16?", "evaluate", "sqrt 16"),
    ("3 + 4 = ?", "evaluate", "3 + 4"),
    ("what does 3*4 equal?", "evaluate", "3*4"),
    ("derivative of x^2", "differentiate", "x^2"),
    ("what is the derivative of f(x) = 3x^2+2x-5?", "differentiate", "3x^2+2x-5"),
    ("differentiate sin(x) cos(x)", "differentiate", "sin(x) cos(x)"),
    ("d/dx x^3", "differentiate", "x^3"),
    ("what is the antiderivative of cos(x)?", "integrate", "cos(x)"),
    ("integral of x^2 dx from 0 to 3", "integrate", "x^2"),
    ("integrate 2x from 0 to 1", "integrate", "2x"),
    (r"What is the value of \( \int_{0}^{1} 2x \, dx \)?", "integrate", "2x"),
    ("factor x^2+5x+6", "factor", "x^2+5x+6"),
    ("prime factors of 84", "factor", "84"),
    ("expand (x+1)^2", "expand", "(x+1)^2"),
    ("simplify 2x+3x", "simplify", "2x+3x"),
]
OTHERS = [
    ("Thank you!", Polite("thanks")),
    ("hi there", Polite("greeting")),
    ("Could you explain linear algebra to me?", About("linear algebra")),
    ("what is a derivative?", About("derivative")),
    ("I don't understand fractions", About("fractions")),
    ("Could you explain this to me?", Plain("explain")),
    ("why?", Plain("explain")),
    ("I don't like math. What can I do?", Plain("dislike")),
    ("maths is so boring", Plain("dislike")),
    ("give me a hint", Plain("hint")),
    ("are you an AI?", Plain("who")),
    ("What can you do?", Plain("help")),
    ("hello, can you help me with my maths homework?", Plain("help")),
    ("👍", Plain("empty")),
    ("x^2+3x", Loose("x^2+3x")),
]
# One word too many, or nothing of ours: these must not be answered as if it were not there.
NOT_UNDERSTOOD = [
    "what is the capital of France",
    "Could you explain linear algebra in the context of quantum mechanics?",
    "solve x+1=2 on the Moon",
    "15% off 80",
    "what is 5 mod 3",
    "2 < 3x",
    "definite integral of x^2",
    "Differentiate x^2 and then integrate it",
    "what is log(100)",
    "Solve x+1=2. Then write a poem.",
    "solve world hunger",
    "1,000 * 3",
    "Generate the first 20 fibonacci numbers with code.",
]
SEED = (
    "Make a quiz with 2 questions: One open ended, one multiple choice. "
    "Then, give me feedback for the responses."
)
QUIZZES = [
    (SEED, [False, True], ()),
    ("Quiz me on derivatives", [True, False, True], ("derivatives",)),
    ("Give me 2 multiple choice questions about fractions", [True, True], ("fractions",)),
    ("another question please", [True], ()),
    ("Make a quiz with four open ended questions", [False] * 4, ()),
    ("a multiple choice quiz on integrals", [True] * 3, ("integrals",)),
    ("Give me 2 easy practice problems on linear equations", [True, False], ("linear equations",)),
]


@pytest.mark.parametrize(("text", "kind", "first"), PROBLEMS)
def test_problems_are_read_whole(text: str, kind: str, first: str) -> None:
    (found,) = intents(text)

    assert isinstance(found, Solve)
    assert (kind, first) == (found.problem.kind, found.problem.formulas[0])


@pytest.mark.parametrize(("text", "expected"), OTHERS)
def test_words_are_understood_without_formulas(text: str, expected: object) -> None:
    assert [expected] == intents(text)


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_a_part_that_is_not_understood_spoils_the_whole(text: str) -> None:
    (found,) = intents(text)

    assert isinstance(found, Unread | Unknown)


@pytest.mark.parametrize(("text", "plan", "topics"), QUIZZES)
def test_quizzes_have_the_number_kinds_and_topics_asked_for(
    text: str, plan: list[bool], topics: tuple[str, ...]
) -> None:
    (found,) = intents(text)

    assert isinstance(found, QuizRequest)
    assert (plan, topics, ()) == (found.plan(), found.topics, found.unknown)


def test_a_quiz_about_something_else_names_the_words_it_does_not_know() -> None:
    (found,) = intents("Make a quiz about French history")

    assert isinstance(found, QuizRequest)
    assert found.unknown == ("french", "history")


ABROAD = [
    ("de", "Brüche", ("fractions",)),
    ("de", "Prozentrechnung", ("percentages",)),
    ("de", "Kopfrechnen", ("arithmetic",)),
    ("de", "lineare Gleichungen", ("linear equations",)),
    ("de", "quadratische Gleichungen", ("quadratic equations",)),
    ("de", "Ableitungen und Integrale", ("derivatives", "integrals")),
    ("de", "fractions", ("fractions",)),
    ("es", "fracciones", ("fractions",)),
    ("es", "porcentajes", ("percentages",)),
    ("es", "aritmética", ("arithmetic",)),
    ("es", "ecuaciones lineales", ("linear equations",)),
    ("es", "ecuaciones de segundo grado", ("quadratic equations",)),
    ("es", "las derivadas y las integrales", ("derivatives", "integrals")),
]


@pytest.mark.parametrize(("language", "topic", "topics"), ABROAD)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_request_of_the_quiz_command_is_understood_in_every_language(
    language: str, topic: str, topics: tuple[str, ...], form: Literal["NFC", "NFD"]
) -> None:
    with speaking(language):
        text = say("quiz_request.about", topic=topic)
    (found,) = intents(unicodedata.normalize(form, text))

    assert isinstance(found, QuizRequest)
    assert (set(topics), (), language) == (set(found.topics), found.unknown, found.language)


@pytest.mark.parametrize(
    ("text", "language", "total"),
    [
        ("mach ein Quiz über brueche", "de", None),
        ("Bitte mach mir ein Quiz zum Thema Brüche!", "de", None),
        ("Mach ein Quiz mit 2 Fragen über Brüche", "de", 2),
        ("Quiz über Brüche", "de", None),
        ("Mach mir bitte noch ein kurzes Quiz über Brüche", "de", None),
        ("haz un cuestionario sobre fracciones", "es", None),
        ("Hazme un cuestionario de 2 preguntas sobre fracciones, por favor.", "es", 2),
        ("cuestionario sobre las fracciones", "es", None),
        ("Quiz me on fractions", None, None),
    ],
)
def test_a_quiz_may_be_asked_for_in_bare_words(
    text: str, language: str | None, total: int | None
) -> None:
    (found,) = intents(text)

    assert isinstance(found, QuizRequest)
    assert (found.topics, found.unknown) == (("fractions",), ())
    assert (found.language, found.total) == (language, total)


@pytest.mark.parametrize("language", ["de", "es"])
def test_a_quiz_about_this_topic_names_none_in_any_language(language: str) -> None:
    with speaking(language):
        (found,) = intents(say("quiz_request.about_this"))

    assert found == QuizRequest(language="de" if language == "de" else "es")


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Mach ein Quiz über Römische Straßen", ("römische", "straßen")),
        ("Haz un cuestionario sobre España", ("españa",)),
        ("Make a quiz about Zoe\u0308", ("zoë",)),
        ("Make a quiz about q\u0308y", ("q\u0308y",)),
        ("Mach ein Quiz über lineare Algebra", ("linear algebra",)),
    ],
)
def test_words_that_are_not_known_keep_all_their_letters(
    text: str, unknown: tuple[str, ...]
) -> None:
    (found,) = intents(text)

    assert isinstance(found, QuizRequest)
    assert found.unknown == unknown


def test_a_topic_may_be_answered_in_german_or_spanish() -> None:
    assert topic_request("Brüche").topics == ("fractions",)
    assert topic_request("Fracciones").topics == ("fractions",)


def test_words_in_other_scripts_are_not_left_out_of_a_request() -> None:
    assert intents("explain 代数 algebra") == [Unknown()]


def test_two_requests_in_one_message_are_both_kept() -> None:
    assert [
        each.problem.kind
        for each in intents("Solve x+1=2. Then what is 7*8?")
        if isinstance(each, Solve)
    ] == ["solve", "evaluate"]


def test_steps_are_shown_only_when_asked_for() -> None:
    assert [
        found.slowly
        for text in ("solve 2x=4", "solve 2x=4 step by step", "explain how to solve 2x=4")
        for found in intents(text)
        if isinstance(found, Solve)
    ] == [False, True, True]


@pytest.mark.parametrize(
    "text",
    [
        "a " * 990,
        "linear algebra " * 130,
        "x+1=2\n" * 300,
        "solve " * 330,
        "x" * 100_000,
        "(" * 1990,
    ],
)
def test_hostile_lengths_take_no_time(text: str) -> None:
    start = time.perf_counter()
    intents(text)

    assert time.perf_counter() - start < 2


@given(st.text(max_size=200))
def test_any_text_means_something_or_is_not_understood(text: str) -> None:
    assert 1 <= len(intents(text)) <= 3
