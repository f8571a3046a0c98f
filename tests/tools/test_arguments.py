"""Whatever a model writes as arguments is either understood or refused with a reason."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.tools import TOOLS
from bot.tools.arguments import MAX_CHOICE, MAX_CHOICES, MAX_QUESTION
from bot.tools.outputs import error_output
from bot.tools.port import Asked, BadArgumentsError, Interactive

NAMES = sorted(TOOLS)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["\x00", "\ud800", "\U0001f642", "MULTIPLE_CHOICE", "x" * 501, " \n\t"])
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4), max_leaves=8)
QUESTIONS = st.lists(
    st.dictionaries(
        st.sampled_from(["question_text", "question_type", "choices", "made_up"]) | st.text(),
        VALUES,
    )
    | VALUES,
    max_size=4,
)
ALMOST = st.dictionaries(
    st.sampled_from(["title", "question", "choices", "\ud800"]), VALUES, max_size=3
).flatmap(lambda start: QUESTIONS.map(lambda questions: start | {"questions": questions}))


def tool(name: str) -> Interactive:
    found = TOOLS[name]
    assert isinstance(found, Interactive)
    return found


def reason(name: str, arguments: str) -> str:
    with pytest.raises(BadArgumentsError) as refused:
        tool(name).ask(arguments)
    return str(refused.value)


def check(asked: tuple[Asked, ...]) -> None:
    """What the store and the screen rely on."""
    assert asked
    for question in asked:
        assert 0 < len(question.text) <= MAX_QUESTION
        assert question.kind == ("choice" if question.options else "text")
        assert len(question.options) in {0, *range(2, MAX_CHOICES + 1)}
        assert len(set(question.options)) == len(question.options)
        for text in (question.title, question.text, *question.options):
            assert text == text.strip()
            assert "\x00" not in text
            text.encode()  # no lone surrogates
        assert all(0 < len(option) <= MAX_CHOICE for option in question.options)


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
