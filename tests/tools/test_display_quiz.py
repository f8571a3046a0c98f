"""`display_quiz` asks what the model wrote, and says what it cannot ask."""

import json
from dataclasses import replace

import pytest
from pydantic import JsonValue

from bot.store.records import Answer, Question
from bot.tools.display_quiz import MAX_QUESTIONS, MAX_TITLE, DisplayQuiz
from bot.tools.port import Asked, BadArgumentsError
from tests.store.rows import answer, question

SEED: dict[str, JsonValue] = {
    "title": "Sample Quiz",
    "questions": [
        {"question_text": "What is your name?", "question_type": "FREE_RESPONSE"},
        {
            "question_text": "What is your favorite color?",
            "question_type": "MULTIPLE_CHOICE",
            "choices": ["Red", "Blue", "Green", "Yellow"],
        },
    ],
}


def ask(arguments: JsonValue) -> tuple[Asked, ...]:
    return DisplayQuiz().ask(json.dumps(arguments))


def one(**fields: JsonValue) -> Asked:
    question_fields: dict[str, JsonValue] = {"question_text": "Why?"}
    (asked,) = ask({"title": "T", "questions": [question_fields | fields]})
    return asked


def refusal(**fields: JsonValue) -> str:
    with pytest.raises(BadArgumentsError) as refused:
        one(**fields)
    return str(refused.value)


def test_a_quiz_of_both_kinds_is_asked_as_it_was_written() -> None:
    assert ask(SEED) == (
        Asked(kind="text", text="What is your name?", title="Sample Quiz"),
        Asked(
            kind="choice",
            text="What is your favorite color?",
            options=("Red", "Blue", "Green", "Yellow"),
            title="Sample Quiz",
        ),
    )


def test_without_a_type_the_choices_decide() -> None:
    assert one().kind == "text"
    assert one(choices=[]).kind == "text"
    assert one(choices=None).kind == "text"
    assert one(choices=["a", "b"]).kind == "choice"
    assert one(question_type=None, choices=["a", "b"]).kind == "choice"


def test_a_free_response_drops_choices_that_make_no_sense() -> None:
    asked = one(question_type="FREE_RESPONSE", choices=["a", "b"])

    assert (asked.kind, asked.options) == ("text", ())


@pytest.mark.parametrize("choices", [None, []])
def test_multiple_choice_without_choices_is_refused(choices: JsonValue) -> None:
    assert "needs choices" in refusal(question_type="MULTIPLE_CHOICE", choices=choices)


def test_twenty_choices_are_asked_and_twenty_five_refused() -> None:
    assert len(one(choices=[f"choice {n}" for n in range(20)]).options) == 20
    assert "at most 20" in refusal(choices=[f"choice {n}" for n in range(25)])


def test_one_choice_is_refused() -> None:
    assert "one choice is no choice" in refusal(choices=["only"])


def test_choices_of_500_characters_are_asked_and_longer_ones_refused() -> None:
    assert one(choices=["a" * 500, "b" * 500]).options == ("a" * 500, "b" * 500)
    assert "at most 500" in refusal(choices=["a" * 501, "b"])


@pytest.mark.parametrize("choices", [["a", "a"], ["a", " a "], ["1", 1], ["a\x00", "a"]])
def test_choices_that_read_the_same_are_refused(choices: JsonValue) -> None:
    assert "differ" in refusal(choices=choices)


def test_numbers_are_taken_as_text() -> None:
    assert one(question_text=7, choices=[54, 56, 0.5]).options == ("54", "56", "0.5")


@pytest.mark.parametrize("choices", [[True, False], [None, "a"], [["a"], ["b"]], [{}, "a"], "ab"])
def test_choices_of_another_type_are_refused(choices: JsonValue) -> None:
    assert "questions.0.choices" in refusal(choices=choices)


def test_a_quiz_without_questions_is_refused() -> None:
    with pytest.raises(BadArgumentsError, match="at least 1"):
        ask({"title": "T", "questions": []})
    with pytest.raises(BadArgumentsError, match="questions: Field required"):
        ask({"title": "T"})


def test_more_questions_than_anybody_answers_are_refused() -> None:
    questions: list[JsonValue] = [{"question_text": f"{n}?"} for n in range(MAX_QUESTIONS + 1)]

    assert len(ask({"title": "T", "questions": questions[:-1]})) == MAX_QUESTIONS
    with pytest.raises(BadArgumentsError, match=f"at most {MAX_QUESTIONS}"):
        ask({"title": "T", "questions": questions})


@pytest.mark.parametrize("text", ["", " \n", "\x00", None, [], "a" * 4_001])
def test_a_question_that_cannot_be_read_is_refused(text: JsonValue) -> None:
    assert "questions.0.question_text" in refusal(question_text=text)


@pytest.mark.parametrize("title", ["", None, "a" * (MAX_TITLE + 1)])
def test_a_title_that_cannot_be_shown_is_refused(title: JsonValue) -> None:
    with pytest.raises(BadArgumentsError, match="title"):
        ask({"title": title, "questions": [{"question_text": "Why?"}]})


def test_an_unknown_type_is_refused_with_the_ones_there_are() -> None:
    assert "'MULTIPLE_CHOICE' or 'FREE_RESPONSE'" in refusal(question_type="ESSAY")


def test_what_no_screen_can_show_is_cleaned() -> None:
    asked = one(question_text="Wh\x00y\ud800?", choices=["a\r\nb\x07", "\ud83d\ude42"])

    assert asked.text == "Why\ufffd?"
    assert asked.options == ("a\nb", "🙂")


def test_made_up_keys_are_left_aside() -> None:
    assert one(hint="none", points=3).text == "Why?"


def test_the_output_is_a_list_of_full_responses_in_question_order() -> None:
    free, choice = question(0), question(1, options=["a" * 500, "Blue"])
    unknown, skipped, open_question = question(2), question(3), question(4)
    answered: list[tuple[Question, Answer | None]] = [
        (free, answer(free, "text", 'Ünï\n"quoted"')),
        (choice, answer(choice, "choice", option=0)),
        (unknown, answer(unknown, "unknown")),
        (skipped, answer(skipped, "skipped")),
        (open_question, None),
    ]
    output = DisplayQuiz().output(answered)

    assert json.loads(output) == [
        'Ünï\n"quoted"',
        "a" * 500,
        "I don't know.",
        "(skipped)",
        "(not answered)",
    ]
    assert "Ünï" in output


def test_a_withdrawn_answer_counts_if_nothing_followed() -> None:
    asked = question(0)
    withdrawn = replace(answer(asked, "text", "56"), withdrawn=True)

    assert json.loads(DisplayQuiz().output([(asked, withdrawn)])) == ["56"]
