"""Arguments of a quiz as the curious read them while it is still to be answered."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jsons import Json
from bot.quiz import keyless
from bot.store.records import FINISHED, RunStatus
from tests.store.rows import call, run

QUESTION: Json = {
    "question_text": "What is the capital of Peru?",
    "question_type": "MULTIPLE_CHOICE",
    "choices": ["Quito", "Lima"],
}
ODD: Json = {"choices": [{"text": "Lima", "right": "KEY"}], "question_text": {"right": "KEY"}}
SECRETS: Json = {"answer": "KEY", "hint": "KEY", "explanation": "KEY", "correct": "KEY"}
QUIZ: Json = {"title": "Capitals", "audience": "everyone", "time_limit_seconds": 60}


def told(arguments: str, status: RunStatus = "requires_action", name: str = "display_quiz") -> str:
    of = replace(run(), status=status)
    return keyless.arguments(of, replace(call(of, name), arguments=arguments))


def test_what_is_asked_is_told_and_what_is_right_is_not() -> None:
    written = json.dumps({**QUIZ, "key": "KEY", "questions": [QUESTION | SECRETS, QUESTION]})

    assert json.loads(told(written)) == {**QUIZ, "questions": [QUESTION, QUESTION]}


def test_what_is_written_within_a_choice_is_not_told() -> None:
    assert "KEY" not in told(json.dumps({**QUIZ, "questions": [ODD]}))


@pytest.mark.parametrize("status", sorted(FINISHED))
def test_once_the_run_is_over_all_is_told_as_the_model_wrote_it(status: RunStatus) -> None:
    written = json.dumps({"questions": [SECRETS]}, indent=3)

    assert told(written, status) == written


def test_what_goes_into_other_tools_is_told() -> None:
    assert told('{"answer": 1}', name="ask_person") == '{"answer": 1}'


@given(
    st.recursive(
        st.none() | st.integers() | st.just("KEY"),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["questions", "answer", "x"]), inner, max_size=3)
        ),
    ).map(json.dumps)
    | st.just("[" * 100_000)
    | st.text().map(lambda text: f"KEY {text}")
)
def test_nothing_that_is_no_quiz_tells_a_key(arguments: str) -> None:
    assert "KEY" not in told(arguments)
