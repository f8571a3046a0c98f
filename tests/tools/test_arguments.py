"""Whatever a model writes as arguments is either understood or refused with a reason."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.tools import TOOLS
from bot.tools.arguments import MAX_CHOICE, MAX_CHOICES, MAX_QUESTION
from bot.tools.display_quiz import MAX_EXPLANATION, MAX_HINT, MAX_SECONDS
from bot.tools.outputs import error_output
from bot.tools.port import Asked, Asking, BadArgumentsError, Interactive

NAMES = sorted(TOOLS)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["\x00", "\ud800", "\U0001f642", "MULTIPLE_CHOICE", "x" * 501, " \n\t"])
    | st.sampled_from(["\u202e", "\u200b", "@everyone", r"\(x^2\)", "```", "a", "A", "0,5", "B)"])
)
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4), max_leaves=8)
QUESTIONS = st.lists(
    st.dictionaries(
        st.sampled_from(
            [
                *("question_text", "question_type", "choices", "made_up"),
                *("answer", "hint", "explanation"),
            ]
        )
        | st.text(),
        VALUES,
    )
    | VALUES,
    max_size=4,
)
ALMOST = st.dictionaries(
    st.sampled_from(["title", "question", "choices", "audience", "time_limit_seconds", "\ud800"]),
    VALUES,
    max_size=3,
).flatmap(lambda start: QUESTIONS.map(lambda questions: start | {"questions": questions}))


def tool(name: str) -> Interactive:
    found = TOOLS[name]
    assert isinstance(found, Interactive)
    return found


def reason(name: str, arguments: str) -> str:
    with pytest.raises(BadArgumentsError) as refused:
        tool(name).ask(arguments)
    return str(refused.value)


def check(asking: Asking) -> None:
    """What the store and the screen rely on."""
    assert asking.questions
    assert asking.audience in {"asker", "everyone", "first"}
    assert asking.seconds is None or 1 <= asking.seconds <= MAX_SECONDS
    check_text(asking.title)
    for question in asking.questions:
        assert 0 < len(question.text) <= MAX_QUESTION
        assert question.kind == ("choice" if question.options else "text")
        assert len(question.options) in {0, *range(2, MAX_CHOICES + 1)}
        assert len(set(question.options)) == len(question.options)
        assert all(0 < len(option) <= MAX_CHOICE for option in question.options)
        check_key(question)
        for text in (question.text, *question.options):
            check_text(text)


def check_key(question: Asked) -> None:
    aside = (
        (question.answer, MAX_CHOICE),
        (question.hint, MAX_HINT),
        (question.explanation, MAX_EXPLANATION),
    )
    for text, most in aside:
        if text is not None:
            assert 0 < len(text) <= most
            check_text(text)
    if question.options and question.answer is not None:
        assert question.answer_option == question.options.index(question.answer)
    else:
        assert question.answer_option is None


def check_text(text: str) -> None:
    assert text == text.strip()
    assert not TURNING.intersection(text)
    assert "\x00" not in text
    text.encode()  # no lone surrogates


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60)
@given(arguments=st.text() | VALUES.map(json.dumps) | ALMOST.map(json.dumps))
def test_any_text_is_understood_or_refused_with_a_reason(name: str, arguments: str) -> None:
    refusal: str | None = None
    try:
        check(tool(name).ask(arguments))
    except BadArgumentsError as error:
        refusal = str(error)

    assert refusal is None or (refusal.strip() and error_output(refusal).encode())


TEXTS = (
    st.text(min_size=1, max_size=12)
    | st.sampled_from(["A", "b", "0,5", "0.5", "3", "\u202eabc", "مرحبا", "@here", r"\(\frac12\)"])
    | st.integers(-3, 30).map(str)
)
GOOD = st.fixed_dictionaries(
    {"question_text": TEXTS},
    optional={
        "question_type": st.sampled_from(["MULTIPLE_CHOICE", "FREE_RESPONSE"]),
        "choices": st.lists(TEXTS, max_size=5),
        "answer": TEXTS | st.integers(-3, 30) | st.just(""),
        "hint": TEXTS | st.just("") | st.none(),
        "explanation": TEXTS,
    },
)
QUIZZES = st.fixed_dictionaries(
    {"title": TEXTS, "questions": st.lists(GOOD, min_size=1, max_size=3)},
    optional={
        "audience": st.sampled_from(["asker", "everyone", "first", "Everyone ", "", None, "all"]),
        "time_limit_seconds": st.integers() | st.floats() | st.text(max_size=3) | st.booleans(),
    },
)


@settings(max_examples=150)
@given(quiz=QUIZZES)
def test_a_quiz_that_is_nearly_right_is_asked_whole_or_refused(quiz: dict[str, JsonValue]) -> None:
    asking: Asking | None = None
    refusal: str | None = None
    try:
        asking = tool("display_quiz").ask(json.dumps(quiz))
    except BadArgumentsError as error:
        refusal = str(error)

    if asking is None:
        assert refusal is not None
        assert refusal.strip()
        return
    written = quiz["questions"]
    assert isinstance(written, list)
    assert len(asking.questions) == len(written)
    check(asking)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "{",
        "quiz",
        "{'title': 'x'}",
        '{"title": "x"} extra',
        "\ufeff{}",
        "\x00",
        "\ud800",
        "NaN,",
    ],
)
def test_text_that_is_no_json_is_refused(name: str, arguments: str) -> None:
    assert reason(name, arguments) == "The arguments are not valid JSON."


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("arguments", ["[]", '[{"title": "x"}]', "null", "1", '"text"', "NaN"])
def test_json_that_is_no_object_is_refused(name: str, arguments: str) -> None:
    assert reason(name, arguments).startswith("arguments: ")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("open_", "close"), [("[", "]"), ('{"questions":', "}")])
def test_deep_nesting_is_refused(name: str, open_: str, close: str) -> None:
    deep = open_ * 100_000 + "1" + close * 100_000

    assert reason(name, deep) == "The arguments are nested too deeply."


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "arguments",
    [
        f'{{"title": "{"x" * 1_000_000}"}}',
        f'{{"title": {"1" * 10_000}}}',
        json.dumps({"question": "?", "title": "x", "choices": ["x"] * 100_000}),
        json.dumps({"title": "x", "questions": [{}] * 50_000}),
    ],
    ids=["long_text", "long_number", "many_choices", "many_questions"],
)
def test_huge_arguments_are_refused_in_few_words(name: str, arguments: str) -> None:
    assert 0 < len(reason(name, arguments)) < 1_000


@pytest.mark.parametrize("name", NAMES)
def test_the_definition_is_what_the_code_takes(name: str) -> None:
    definition = tool(name).definition
    parameters = definition["parameters"]

    assert definition["name"] == name
    assert isinstance(parameters, dict)
    required = parameters["required"]
    assert isinstance(required, list)
    for missing in required:
        assert str(missing) in reason(name, "{}")
