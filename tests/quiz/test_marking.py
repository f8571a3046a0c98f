"""An answer is marked where it is clear, and left to a reader where it is not."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quiz.marking import mark, meant, same
from bot.store.records import Question
from tests.store.rows import question

CHOICE = replace(question(options=["0", "1", "2", "3"]), answer="2", answer_option=2)


def free(answer: str) -> Question:
    return replace(question(), answer=answer)


def test_a_choice_is_right_by_its_place_alone() -> None:
    assert [mark(CHOICE, "choice", option, "") for option in range(4)] == [
        *(False, False, True, False)
    ]


def test_without_a_key_nobody_can_say() -> None:
    assert mark(question(options=["a", "b"]), "choice", 0, "") is None
    assert mark(question(), "text", None, "56") is None


@pytest.mark.parametrize("asked", [CHOICE, free("56")])
def test_no_answer_is_neither_right_nor_wrong(asked: Question) -> None:
    assert mark(asked, "unknown", None, "") is None
    assert mark(asked, "skipped", None, "") is None


RIGHT = [
    *(("56", "56"), (" 56 ", "56"), ("56.", "56"), ("56.0", "56"), ("+56", "56"), ("056", "56")),
    *(("0,5", "0.5"), (".5", "0.5"), ("1/2", "0.5"), ("½", "0,50"), ("2/4", "1/2")),
    *(("-3", "\u22123"), ("- 3", "-3"), ("-1/2", "-0.5"), ("1 1/2", "1.5"), ("1½", "3/2")),
    *(("x = 3", "3"), ("3", "x=3"), ("X=3.0", "x = 3"), ("50%", "50 %"), ("50,0 %", "50%")),
    *((r"\(\frac{11}{12}\)", "11/12"), (r"-\frac{1}{2}", "-0.5"), ("٣", "3"), ("٠٫٥", "0.5")),
    *(("paris", "Paris"), ("PARIS.", "Paris"), ("x=2 or x=3", "x = 2 or x = 3")),
    *(
        ("don’t", "don't"),
        ("e\u0301te\u0301", "Été"),
        ("\u200f\u0645", "\u0645"),
        ("1, 2", "1,  2"),
    ),
    ("1,000", "1.000"),
    ("\u202e5\u202c", "5"),
]
WRONG = [
    *(("57", "56"), ("-56", "56"), ("1/3", "1/2"), ("0.3", "1/3"), ("0.05", "0,5")),
    *(("x = 4", "3"), ("40%", "50"), ("7", "1,000"), ("0.34", "1/3"), ("3.1", "3.14159")),
]
UNSURE = [
    *(("", "56"), ("fifty-six", "56"), ("56 cm", "56"), ("7*8 = 56", "56"), ("Rome", "Paris")),
    *(("1000", "1,000"), ("1.000", "1000"), ("50", "50%"), ("0.5", "50%"), ("y = 3", "x = 3")),
    *(("0.33", "1/3"), ("1/3", "0.333"), ("3.14", "3.14159"), ("2/0", "2"), ("1 000", "1000")),
    *(("1,2", "1, 2"), ("4" * 5_000, "4"), ("²", "2"), ("2 3", "23"), ("5!", "5"), ("1e3", "1000")),
]


@pytest.mark.parametrize(("text", "answer"), RIGHT)
def test_the_same_answer_is_right_however_it_is_written(text: str, answer: str) -> None:
    assert mark(free(answer), "text", None, text) is True


@pytest.mark.parametrize(("text", "answer"), WRONG)
def test_another_number_is_wrong(text: str, answer: str) -> None:
    assert mark(free(answer), "text", None, text) is False


@pytest.mark.parametrize(("text", "answer"), UNSURE)
def test_what_only_a_reader_can_judge_is_left_open(text: str, answer: str) -> None:
    assert mark(free(answer), "text", None, text) is None


DECIMALS = st.decimals(-10_000, 10_000, places=4)
FRACTIONS = st.fractions(-50, 50, max_denominator=60)


def written(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


@given(number=DECIMALS, comma=st.booleans())
def test_a_number_is_itself_with_comma_and_with_point(number: Fraction, *, comma: bool) -> None:
    text = str(number)

    assert same(text.replace(".", ",") if comma else text, text) is True


@given(one=FRACTIONS, other=FRACTIONS)
def test_fractions_are_right_exactly_when_they_are_equal(one: Fraction, other: Fraction) -> None:
    assert same(written(one), written(other)) is (one == other)


@given(one=FRACTIONS, times=st.integers(1, 9))
def test_a_fraction_need_not_be_in_lowest_terms(one: Fraction, times: int) -> None:
    assert same(f"{one.numerator * times}/{one.denominator * times}", written(one)) is True


@given(one=st.text(), other=st.text())
def test_judging_is_the_same_both_ways(one: str, other: str) -> None:
    assert same(one, other) == same(other, one)


@given(one=st.text(alphabet="0123456789.,/%-+x= ", max_size=8), other=st.integers(-99, 99))
def test_nothing_that_looks_like_a_number_breaks_it(one: str, other: int) -> None:
    assert same(one, str(other)) in {True, False, None}


@given(text=st.text())
def test_the_answer_itself_is_never_wrong(text: str) -> None:
    assert same(text, text) is not False
    assert same(f"  {text}\u200b ", text) is not False


SEED = ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("text", "options", "option"),
    [
        *(("2", SEED, 2), (" 2\n", SEED, 2), ("A", SEED, 0), ("b", SEED, 1), ("D)", SEED, 3)),
        *(("(c)", SEED, 2), ("d.", SEED, 3), ("b:", SEED, 1), ("2.", SEED, 2)),
        *(("E", SEED, None), ("4", SEED, None), ("", SEED, None), ("AB", SEED, None)),
        *(("1", ["red", "blue"], None), ("2", ["red", "blue"], None), ("blue", ["red", "Blue"], 1)),
        *(("A", ["B", "A"], 1), ("a", ["B", "A"], 1), ("C", ["B", "A", "D"], 2)),
        *(("a", ["A", "a"], 1), ("co", ["Co", "CO"], None), ("0,5", ["0.5", "5"], 0)),
        *(("x=2", ["x = 2", "x = 3"], 0), ("it is blue", ["red", "blue"], None)),
        ("\u202e", ["a", "b"], None),
    ],
)
def test_typed_text_means_a_choice_or_its_letter_and_never_its_number(
    text: str, options: list[str], option: int | None
) -> None:
    assert meant(text, options) == option


CHOICES = st.lists(st.text(min_size=1, max_size=9).map(str.strip), min_size=2, max_size=20).filter(
    lambda options: len(set(options)) == len(options) and all(options)
)


@given(options=CHOICES, data=st.data())
def test_a_choice_that_is_typed_exactly_is_always_meant(
    options: list[str], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(options) - 1))

    assert meant(f" {options[index]}\n", options) == index


LONGER = st.lists(st.integers(100, 9_999).map(str), min_size=2, max_size=20, unique=True)


@given(options=LONGER, index=st.integers(0, 19))
def test_a_letter_means_its_choice_where_no_choice_reads_like_it(
    options: list[str], index: int
) -> None:
    letter = "ABCDEFGHIJKLMNOPQRST"[index]

    assert meant(letter, options) == (index if index < len(options) else None)


@given(text=st.text(), options=CHOICES)
def test_any_text_means_one_of_the_choices_or_none(text: str, options: list[str]) -> None:
    assert meant(text, options) in {None, *range(len(options))}


@given(number=st.integers(0, 99))
def test_a_number_is_never_a_position(number: int) -> None:
    assert meant(str(number), ["red", "blue", "green"]) is None
