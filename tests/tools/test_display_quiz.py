"""`display_quiz` asks what the model wrote, and says what it cannot ask."""

import json
from dataclasses import replace

import pytest
from pydantic import JsonValue

from bot.store.records import Answer, Question
from bot.tools.display_quiz import (
    MAX_EXPLANATION,
    MAX_HINT,
    MAX_QUESTIONS,
    MAX_SECONDS,
    MAX_TITLE,
    DisplayQuiz,
)
from bot.tools.port import Asked, Asking, BadArgumentsError
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


def ask(arguments: JsonValue) -> Asking:
    return DisplayQuiz().ask(json.dumps(arguments))


def one(**fields: JsonValue) -> Asked:
    question_fields: dict[str, JsonValue] = {"question_text": "Why?"}
    (asked,) = ask({"title": "T", "questions": [question_fields | fields]}).questions
    return asked


def whole(**fields: JsonValue) -> Asking:
    quiz: dict[str, JsonValue] = {"title": "T", "questions": [{"question_text": "Why?"}]}
    return ask(quiz | fields)


def refusal(**fields: JsonValue) -> str:
    with pytest.raises(BadArgumentsError) as refused:
        one(**fields)
    return str(refused.value)


def test_a_quiz_of_both_kinds_is_asked_as_it_was_written() -> None:
    assert ask(SEED) == Asking(
        title="Sample Quiz",
        questions=(
            Asked(kind="text", text="What is your name?"),
            Asked(
                kind="choice",
                text="What is your favorite color?",
                options=("Red", "Blue", "Green", "Yellow"),
            ),
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


@pytest.mark.parametrize(
    "choices",
    [
        *(["a", "a"], ["a", " a "], ["1", 1], ["a\x00", "a"], ["a b", "a  b"]),
        *(["a", "a\u200b"], ["a", "\u202ea"], ["\u00e9", "e\u0301"]),
        *(["a", "a\u3164"], ["a", "\u034fa"], ["a", "a\ufe0f"]),
    ],
)
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

    assert len(whole(questions=questions[:-1]).questions) == MAX_QUESTIONS
    with pytest.raises(BadArgumentsError, match=f"at most {MAX_QUESTIONS}"):
        ask({"title": "T", "questions": questions})


@pytest.mark.parametrize(
    "text", ["", " \n", "\x00", "\u200b\u202e", "\u3164 \ufe0f", None, [], "a" * 4_001]
)
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
    assert one(points=3) == one()


def test_signs_that_turn_the_reading_direction_are_left_out() -> None:
    asked = one(question_text="\u202eWhy?", choices=["\u2067שלום\u2069", "\u200fمرحبا", "a\u202d"])

    assert asked.text == "Why?"
    assert asked.options == ("שלום", "\u200fمرحبا", "a")


def test_markup_mentions_and_formulas_are_asked_as_they_are() -> None:
    odd = ["@everyone <!channel>", "**a** [b](http://c)", r"\(x^{2}\)", "$5", "```", "<b>"]

    assert one(choices=[*odd]).options == tuple(odd)


@pytest.mark.parametrize(
    ("answer", "option"),
    [
        *(("2", 2), (2, 2), (" 2 ", 2), ("0", 0), ("A", 0), ("d", 3), ("C)", 2), ("c.", 2)),
    ],
)
def test_the_key_of_a_choice_is_its_text_or_its_letter(answer: JsonValue, option: int) -> None:
    asked = one(choices=["0", "1", "2", "3"], answer=answer)

    assert (asked.answer, asked.answer_option) == (str(option), option)


@pytest.mark.parametrize(
    ("choices", "answer", "option"),
    [
        (["0.5", "0.05"], "0,5", 0),
        (["x = 3", "x = -3"], "X=\u22123", 1),
        (["Paris", "Rome"], "  paris.", 0),
        (["B", "A"], "A", 1),
        (["b", "a"], "A", 1),
        (["Co", "CO"], "CO", 1),
        ([r"\(\frac{1}{2}\)", "2"], "1/2", 0),
        ([5, 0.5], 0.5, 1),
    ],
)
def test_a_key_is_found_however_it_is_written(
    choices: list[JsonValue], answer: JsonValue, option: int
) -> None:
    asked = one(choices=choices, answer=answer)

    assert (asked.answer, asked.answer_option) == (asked.options[option], option)


@pytest.mark.parametrize(
    ("choices", "answer"),
    [
        (["red", "blue"], "green"),
        (["red", "blue"], "1"),
        (["red", "blue"], 2),
        (["red", "blue"], "C"),
        (["red", "blue"], "red or blue"),
        (["Co", "CO"], "co"),
    ],
)
def test_a_key_that_is_no_choice_is_refused(choices: list[JsonValue], answer: JsonValue) -> None:
    assert "answer must be one of the choices" in refusal(choices=choices, answer=answer)


def test_the_key_of_a_free_response_is_a_short_text() -> None:
    assert (one(answer=" 54 ").answer, one(answer=54).answer) == ("54", "54")
    assert one(question_type="FREE_RESPONSE", choices=["a", "b"], answer="c").answer == "c"
    assert one(answer="a" * 500).answer == "a" * 500
    assert "at most 500" in refusal(answer="a" * 501)


def test_hints_and_explanations_are_kept_up_to_their_length() -> None:
    asked = one(hint="h" * MAX_HINT, explanation="e" * MAX_EXPLANATION)

    assert (asked.hint, asked.explanation) == ("h" * 500, "e" * 1_000)
    assert (
        refusal(hint="h" * (MAX_HINT + 1))
        == "questions.0.hint: String should have at most 500 characters"
    )
    assert "at most 1000" in refusal(explanation="e" * (MAX_EXPLANATION + 1))


@pytest.mark.parametrize("nothing", ["", "  ", "\u200b", None])
def test_an_empty_key_hint_or_explanation_is_none(nothing: JsonValue) -> None:
    for choices in ([], ["a", "b"]):
        asked = one(choices=[*choices], answer=nothing, hint=nothing, explanation=nothing)

        assert (asked.answer, asked.answer_option) == (None, None)
        assert (asked.hint, asked.explanation) == (None, None)


@pytest.mark.parametrize("field", ["answer", "hint", "explanation"])
@pytest.mark.parametrize("value", [True, [], ["a"], {"a": 1}])
def test_what_is_no_text_is_refused(field: str, value: JsonValue) -> None:
    assert f"questions.0.{field}" in refusal(**{field: value})


@pytest.mark.parametrize(
    ("wish", "audience"),
    [
        *(("asker", "asker"), ("everyone", "everyone"), ("first", "first")),
        *(("Everyone", "everyone"), ("", "asker"), (None, "asker")),
    ],
)
def test_the_audience_is_kept_as_a_wish(wish: JsonValue, audience: str) -> None:
    assert whole(audience=wish).audience == audience
    assert whole().audience == "asker"


@pytest.mark.parametrize("wish", ["all", "class", 1, True, ["first"], {}])
def test_another_audience_is_refused_with_the_ones_there_are(wish: JsonValue) -> None:
    with pytest.raises(BadArgumentsError, match="'asker', 'everyone' or 'first'"):
        whole(audience=wish)


@pytest.mark.parametrize(
    ("limit", "seconds"),
    [(600, 600), (600.0, 600), ("600", 600), (1, 1), (MAX_SECONDS, 604_800), ("", None)],
)
def test_a_time_limit_is_a_number_of_seconds(limit: JsonValue, seconds: int | None) -> None:
    assert whole(time_limit_seconds=limit).seconds == seconds


@pytest.mark.parametrize(
    "limit",
    [0, -5, 90.5, True, "ten minutes", MAX_SECONDS + 1, 10**400, "9" * 5_000, float("inf"), []],
)
def test_another_time_limit_is_refused(limit: JsonValue) -> None:
    with pytest.raises(BadArgumentsError, match="time_limit_seconds"):
        whole(time_limit_seconds=limit)


def test_what_an_assistant_was_given_earlier_still_fits() -> None:
    parameters = DisplayQuiz.definition["parameters"]
    assert isinstance(parameters, dict)
    assert parameters["required"] == ["title", "questions"]

    assert (ask(SEED).audience, ask(SEED).seconds) == ("asker", None)


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
