import re

import pytest

from bot.offline import readings
from bot.offline.solving import grading, quiz
from bot.offline.solving.cas import Impossible
from bot.offline.solving.problems import TOPICS, Grade, Make, Problem, Topic

DERIVATIVE = "What is the derivative of the function f(x) = 3x^2 + 2x - 5?"
LINEAR = "Solve 3x + 11 = 14"
QUADRATIC = "Solve x^2 - 5x + 6 = 0 for x and give all solutions."
HALF = "What is 1/4 + 1/4?"
THIRD = "What is 1/6 + 1/6?"
PRIMITIVE = r"Find the indefinite integral \(\int 3x^2 \, dx\)."
GRADED = [
    (DERIVATIVE, "6x + 2", "right"),
    (DERIVATIVE, "f'(x) = 2(3x+1)", "right"),
    (DERIVATIVE, "6x", "wrong"),
    (DERIVATIVE, "i dunno", "unread"),
    (LINEAR, "1", "right"),
    (LINEAR, "x = 1", "right"),
    (LINEAR, "one", "right"),
    (LINEAR, "3", "wrong"),
    (LINEAR, "x = x", "unread"),
    (QUADRATIC, "2 and 3", "right"),
    (QUADRATIC, "x=3, x=2", "right"),
    (QUADRATIC, "2", "wrong"),
    ("Solve x^2 = 4", "±2", "right"),
    ("Solve x^2 = -4", "no solution", "right"),
    ("Solve x = x", "all numbers", "right"),
    (HALF, "0,5", "right"),
    (HALF, "50%", "right"),
    (THIRD, "0.33", "right"),
    (THIRD, "0.3", "wrong"),
    (PRIMITIVE, "x^3 + C", "right"),
    (PRIMITIVE, "x^3", "right"),
    (PRIMITIVE, "3x^3", "wrong"),
    (PRIMITIVE, "1/0", "wrong"),
]


def problem(text: str) -> Problem:
    found = readings.problem(text)
    assert found is not None
    return found


@pytest.mark.parametrize(("question", "response", "verdict"), GRADED)
def test_responses_are_compared_as_mathematics(question: str, response: str, verdict: str) -> None:
    assert verdict == grading.grade(Grade(problem=problem(question), response=response)).verdict


@pytest.mark.parametrize("topic", TOPICS)
def test_a_made_question_reads_back_and_has_one_right_choice(topic: Topic) -> None:
    made = quiz.make(Make(topic=topic, choices=True, seed=len(topic)))
    again = problem(made.text)

    verdicts = [grading.grade(Grade(problem=again, response=c)).verdict for c in made.choices]

    assert sorted(verdicts) == ["right", "wrong", "wrong", "wrong"]


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_choices_of_a_question_are_all_formulas_or_all_plain_text(
    topic: Topic, level: int
) -> None:
    made = [
        quiz.make(Make(topic=topic, choices=True, seed=seed, level=level)).choices
        for seed in range(12)
    ]

    assert [len({choice.startswith(r"\(") for choice in choices}) for choices in made] == [1] * 12
    assert not any(
        re.search(r"[\\^{}]", choice)
        for choices in made
        for choice in choices
        if not choice.startswith(r"\(")
    )


def test_the_same_seed_makes_the_same_question() -> None:
    job = Make(topic="fractions", choices=True, seed=7)

    assert quiz.make(job) == quiz.make(job)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("3x + 11 = 14", "x = 1"),
        ("2(x+1) - 3 = 5x/2", "x = -2"),
        ("x^2 - 5x + 6 = 0", r"x = 2 \text{ or } x = 3"),
        ("|x-3| = 5", r"x = -2 \text{ or } x = 8"),
        ("x^5 - x - 1 = 0", r"x \approx 1.1673"),
        ("x = x + 1", r"\text{no solution}"),
        ("2x = x + x", r"\text{every number}"),
        ("solve x+y=3 and x-y=1", r"x = 2,\; y = 1"),
        ("5!", "120"),
        ("0.1 + 0.2", "0.3"),
        ("2/3 + 1/4", r"\frac{11}{12} \approx 0.916667"),
        ("second derivative of x^4", "12x^{2}"),
        ("derivative of x^3 at x = 2", "12"),
        ("integrate 2x from 0 to 1", "1"),
        ("antiderivative of 1/x", r"\ln{\left(\left|{x}\right| \right)} + C"),
        ("factor 84", r"2^{2} \cdot 3 \cdot 7"),
        ("expand (x+1)(x-2)", "x^{2} - x - 2"),
        ("simplify x^2 + 3x", "x^{2} + 3x"),
        ("d/dx x^3 at x = 2", "12"),
    ],
)
def test_problems_are_worked_out(text: str, answer: str) -> None:
    assert answer == grading.work(problem(text)).answer


@pytest.mark.parametrize(
    "text",
    [
        "what is 1/0",
        "sqrt(-1)",
        "integrate 1/x from -1 to 1",
        "x + y = 2",
        "x+y=1, 2x+2y=3",
        "x(x-1)/(x-1) = 1",
        "integrate e^(x^2)",
    ],
)
def test_what_has_no_answer_is_said(text: str) -> None:
    with pytest.raises(Impossible):
        grading.work(problem(text))


def test_what_was_cancelled_is_remembered() -> None:
    simpler = grading.work(problem("simplify (x^2-1)/(x-1)"))
    identity = grading.work(problem("solve (x-1)/(x-1) = 1"))

    assert simpler.brief.endswith(r"= x + 1\), wherever the left side has a value")
    assert "every number for which both sides have a value" in identity.brief


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("simplify x + 1", r"\(x + 1\) is as simple as it gets."),
        ("factor x^2 + 1", r"\(x^{2} + 1\) cannot be factored further with whole numbers."),
        ("prime factors of 97", "97 is a prime number: only 1 and itself divide it."),
    ],
)
def test_what_cannot_be_changed_is_said(text: str, sentence: str) -> None:
    assert sentence == grading.work(problem(text)).brief


def test_a_linear_equation_is_isolated_and_divided_step_by_step() -> None:
    worked = grading.work(problem(LINEAR))

    assert worked.brief == (
        r"Subtract 11 from both sides to get \(3x = 3\), "
        r"then divide both sides by 3 to find \(x = 1\)."
    )
    assert r"1. Subtract 11 from both sides: \(3x = 3\)" in worked.full
    assert r"2. Divide both sides by 3: \(x = 1\)" in worked.full
    assert "Check: " in worked.full


def test_terms_in_another_order_are_not_simplified_first() -> None:
    worked = grading.work(problem("solve -2x + 5 = 9"))

    assert worked.brief.startswith("Subtract 5 from both sides")
    assert r"We want the unknown in \(-2x + 5 = 9\)" in worked.full
