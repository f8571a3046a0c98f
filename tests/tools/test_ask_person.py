"""`ask_person` asks one question, and gives the model the one response as plain text."""

import json

import pytest
from pydantic import JsonValue

from bot.tools.ask_person import AskPerson
from bot.tools.port import Asked, BadArgumentsError
from tests.store.rows import answer, question


def ask(arguments: JsonValue) -> Asked:
    asking = AskPerson().ask(json.dumps(arguments))
    assert (asking.title, asking.audience, asking.seconds) == ("", "asker", None)
    (asked,) = asking.questions
    return asked


def refusal(arguments: JsonValue) -> str:
    with pytest.raises(BadArgumentsError) as refused:
        ask(arguments)
    return str(refused.value)


def test_a_question_without_choices_is_answered_in_words() -> None:
    assert ask({"question": "Which topic?"}) == Asked(kind="text", text="Which topic?")
    assert ask({"question": "Which topic?", "choices": []}).kind == "text"
    assert ask({"question": "Which topic?", "choices": None}).kind == "text"


def test_a_question_with_choices_is_answered_by_a_click() -> None:
    assert ask({"question": "Which topic?", "choices": ["sets", 7]}) == Asked(
        kind="choice", text="Which topic?", options=("sets", "7")
    )


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        (["only"], "one choice is no choice"),
        (["same", "same"], "differ"),
        ([f"{n}" for n in range(25)], "at most 20"),
        (["a" * 501, "b"], "at most 500"),
        ("sets", "choices"),
    ],
)
def test_choices_that_cannot_be_shown_are_refused(choices: JsonValue, reason: str) -> None:
    assert reason in refusal({"question": "Which topic?", "choices": choices})


@pytest.mark.parametrize("text", ["", "\x00\x01", " ", None, {}, "a" * 4_001])
def test_a_question_that_cannot_be_read_is_refused(text: JsonValue) -> None:
    assert "question" in refusal({"question": text})


def test_the_output_is_the_response_as_it_was_given() -> None:
    tool = AskPerson()
    free, choice = question(0), question(0, options=["sets", "graphs"])

    assert tool.output([(free, answer(free, "text", '"sets"\nand more'))]) == '"sets"\nand more'
    assert tool.output([(choice, answer(choice, "choice", option=1))]) == "graphs"
    assert tool.output([(free, answer(free, "unknown"))]) == "I don't know."
    assert tool.output([(free, answer(free, "skipped"))]) == "(skipped)"
    assert tool.output([(free, None)]) == "(not answered)"
