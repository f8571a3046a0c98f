"""Whom a quiz is for and how long it is open is read, and nothing else is taken for it."""

import time

import pytest

from bot.offline.audiences import MAX_SECONDS, wanted
from bot.offline.intents import intents
from bot.offline.quiz_requests import QuizRequest
from bot.strings import LANGUAGES, say, speaking

ASKED = [
    ("Make a quiz about fractions", "asker", None),
    ("Make a quiz about fractions for me", "asker", None),
    ("Make a quiz about fractions for everyone", "everyone", None),
    ("Make a quiz about fractions for all of us", "everyone", None),
    ("Make a quiz about fractions for my whole class", "everyone", None),
    ("Make a class quiz about fractions", "everyone", None),
    ("Quiz everyone on fractions", "everyone", None),
    ("Quiz on fractions for everyone in this channel, open for 2 hours", "everyone", 7_200),
    ("Make a 10-minute quiz about fractions", "asker", 600),
    ("Make a quiz about fractions with a time limit of 90 seconds", "asker", 90),
    ("Make a quiz about fractions with 2 minutes and 30 seconds", "asker", 150),
    ("Make a half an hour quiz about fractions", "asker", 1_800),
    ("Make a quiz about fractions, open for 30 days", "asker", MAX_SECONDS),
    ("Make a quiz about fractions: the first right answer wins", "first", None),
    ("Make a quiz about fractions for everyone. First one wins!", "first", None),
    ("Make a race quiz about fractions", "first", None),
    ("Make a quiz about fractions as a race, whoever answers first wins", "first", None),
    ("Mach ein Quiz über Brüche für die ganze Klasse", "everyone", None),
    ("Mach für alle ein Quiz über Brüche", "everyone", None),
    ("Mach ein Quiz über Brüche, wer zuerst richtig antwortet, gewinnt", "first", None),
    ("Mach ein Quiz über Brüche um die Wette, 5 Minuten Zeit", "first", 300),
    ("Haz un cuestionario sobre fracciones para la clase", "everyone", None),
    ("Haz un cuestionario sobre fracciones de 10 minutos", "asker", 600),
    ("Haz un cuestionario sobre fracciones, gana el primero que acierte", "first", None),
]
OTHERS = [
    "Make a quiz about race cars",
    "Quiz me on fractions in 10 minutes",
    "Make a quiz about fractions with 2 minutes per question",
    "Make a quiz about the first class",
    "Make a quiz for the first time",
]


def request(text: str) -> QuizRequest:
    (found,) = [each for each in intents(text) if isinstance(each, QuizRequest)]
    return found


@pytest.mark.parametrize(("text", "audience", "seconds"), ASKED)
def test_audience_and_time_are_read_beside_the_topic(
    text: str, audience: str, seconds: int | None
) -> None:
    found = request(text)

    assert (found.topics, found.unknown) == (("fractions",), ())
    assert (found.audience, found.seconds) == (audience, seconds)


@pytest.mark.parametrize("text", OTHERS)
def test_what_only_sounds_like_it_is_not_understood(text: str) -> None:
    found = request(text)

    assert found.unknown
    assert found.audience == "asker"


def test_a_quiz_for_all_topics_is_for_nobody_else() -> None:
    found = request("Make a quiz for all topics")

    assert (found.unknown, found.audience) == ((), "asker")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", ["asker", "everyone", "first"])
@pytest.mark.parametrize(("kinds", "only"), [("mixed", None), ("choices", True), ("text", False)])
def test_what_the_form_writes_is_understood_in_every_language(
    language: str,
    audience: str,
    kinds: str,
    only: bool | None,
) -> None:
    topic = {"de": "Brüche", "es": "fracciones"}.get(language, "fractions")
    with speaking(language):
        text = say(
            "quiz_request.wanted",
            number=4,
            kinds=say(f"quiz_request.kinds_{kinds}"),
            audience=say(f"quiz_request.audience_{audience}"),
            topic=topic,
        )
    found = request(text)

    assert (found.topics, found.unknown) == (("fractions",), ())
    assert (found.total, found.only, found.audience) == (4, only, audience)
    assert len(found.plan()) == 4


@pytest.mark.parametrize(
    "text",
    [
        *("first " * 330, "who first " * 200, "the first answer is right " * 70, "der " * 480),
        *("quien gana " * 180, "que " * 500, "open for " * 200, "for all the " * 160, "1 " * 990),
    ],
)
def test_hostile_lengths_take_no_time(text: str) -> None:
    start = time.perf_counter()
    wanted(text.strip())

    assert time.perf_counter() - start < 1
