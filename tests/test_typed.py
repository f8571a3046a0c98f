"""What is meant by a text that is typed while a question is open: one ordered table."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import COMMANDS, spoken
from bot.questions import EITHER, MAX_ANSWER, REQUEST, TOLD, Meaning, meaning
from bot.quiz.typed import Where
from bot.store.records import Audience, Question
from bot.text.cleaning import clean
from bot.tokens import Press
from tests.store.rows import question

WHERE: tuple[Where, ...] = ("reply", "here", "elsewhere")
WORDS = question(0, "Why is the sky blue?")
CHOICE = question(0, "How much is 1 + 1?", ["0", "1", "2", "3"])
TEXTS = st.text(max_size=60) | st.sampled_from(["why?", "stop", "B", "quiz me", "é？", " \n", "a."])
PLACES = st.sampled_from(WHERE)


def asked(audience: Audience, options: tuple[str, ...] = ()) -> Question:
    return replace(question(0, "What?", options), audience=audience)


def chosen(text: str, where: Where = "elsewhere", of: Question = CHOICE) -> int | None:
    meant = meaning(text, of, where)
    return None if meant.press is None else meant.press.option


WRITTEN = Meaning("answer", Press("write", WORDS.id))


@pytest.mark.parametrize("where", WHERE)
def test_a_choices_text_or_letter_is_that_choice_wherever_it_is_typed(where: Where) -> None:
    assert [chosen(text, where) for text in ("0", " 2 ", "3")] == [0, 2, 3]
    assert [chosen(text, where) for text in ("A", "b", "C)", "d.")] == [0, 1, 2, 3]


def test_a_number_is_never_the_position_of_a_choice() -> None:
    names = question(0, "Who?", ["Euler", "Gauss", "Noether"])

    assert [chosen(text, of=names) for text in ("1", "2", "0", "#1")] == [None] * 4
    assert chosen("gauss", of=names) == 1


def test_what_is_no_choice_is_a_request_even_as_a_reply() -> None:
    for where in WHERE:
        assert meaning("the second one", CHOICE, where) == REQUEST
        assert meaning("hint?", CHOICE, where) == REQUEST


def test_free_text_is_an_answer_as_a_reply_directly_or_in_the_same_thread() -> None:
    assert meaning("Because of scattering", WORDS, "reply") == WRITTEN
    assert meaning("Because of scattering", WORDS, "here") == WRITTEN
    assert meaning("Because of scattering", WORDS, "elsewhere") == REQUEST


@pytest.mark.parametrize(
    "text",
    [
        *("Is it dust?", "dust?!", "*dust?*", "ist es Staub？", "لماذا؟", "why?)"),
        *("quiz me on it", "/status please", "Stop signs are red", "New York"),
    ],
)
def test_what_ends_as_a_question_or_begins_as_a_command_may_be_either(text: str) -> None:
    assert meaning(text, WORDS, "here") == EITHER
    assert meaning(text, WORDS, "reply") == WRITTEN
    assert meaning(text, WORDS, "elsewhere") == REQUEST


@pytest.mark.parametrize("word", COMMANDS)
@pytest.mark.parametrize("where", WHERE)
def test_a_command_is_never_an_answer(word: str, where: Where) -> None:
    named = question(0, "Which word?", [word, "another"])

    for text in (word, f"/{word}", word.title(), f"{word}."):
        assert meaning(text, WORDS, where) == REQUEST
        assert meaning(text, named, where) == REQUEST


def test_nothing_and_too_much_are_no_answers() -> None:
    assert meaning(" \n\t", WORDS, "reply") == REQUEST
    assert meaning("x" * MAX_ANSWER, WORDS, "here") == WRITTEN
    assert meaning("x" * (MAX_ANSWER + 1), WORDS, "reply") == REQUEST


def test_in_a_quiz_for_everyone_what_looks_like_an_answer_is_told_to_go_elsewhere() -> None:
    choice, words = asked("everyone", ("yes", "no")), asked("everyone")

    assert [meaning(text, choice, "here") for text in ("yes", "B")] == [TOLD, TOLD]
    assert meaning("dust", words, "reply") == TOLD
    assert meaning("How many questions are there?", words, "reply") == REQUEST
    assert meaning("dust", words, "here") == REQUEST


def test_in_a_race_what_is_typed_counts_in_its_own_thread_alone() -> None:
    choice = asked("first", ("yes", "no"))

    assert chosen("no", "here", choice) == chosen("no", "reply", choice) == 1
    assert meaning("no", choice, "elsewhere") == REQUEST


@given(TEXTS, PLACES, st.lists(st.text(min_size=1, max_size=20), max_size=6, unique=True))
def test_for_everyone_nothing_that_is_typed_is_ever_an_answer(
    text: str, where: Where, options: list[str]
) -> None:
    assert meaning(text, asked("everyone", tuple(options)), where) in (REQUEST, TOLD)


@given(TEXTS, PLACES, st.sampled_from(["asker", "first"]))
def test_free_text_says_what_its_place_and_end_say(
    text: str, where: Where, audience: Audience
) -> None:
    meant, said = meaning(text, asked(audience), where), clean(text).strip()
    command = spoken(text)

    if not said or (command is not None and not command.argument) or where == "elsewhere":
        assert meant == REQUEST
    elif where == "reply":
        assert meant.press is not None
        assert meant.press.action == "write"
    elif said.endswith("?"):
        assert meant == EITHER
    else:
        assert meant.kind in ("answer", "either")


@given(st.lists(st.text("abcxyz 019,.½", min_size=2, max_size=8), min_size=1, max_size=6), PLACES)
def test_whoever_types_a_choice_letter_by_letter_means_it(options: list[str], where: Where) -> None:
    asked_of = asked(
        "asker", tuple(dict.fromkeys(each.strip() for each in options if each.strip()))
    )
    for index, option in enumerate(asked_of.options):
        assert chosen(option, where, asked_of) == index
