"""One lesson, killed at every point that can be seen from outside: nothing is lost or doubled."""

import signal
from typing import get_args

import pytest

from bot.adapter import Duplicate
from bot.views import Quiz, Reply
from tests.crash.lesson import LESSON, OUTPUT, PLACE, ROUNDS, Lesson, Point, Seen
from tests.crash.process import Bot
from tests.crash.tutor import Tutor

pytestmark = pytest.mark.crash

WITHOUT_ROUND: tuple[Seen, ...] = ("sent", "acknowledged", "shown")
POINTS = [
    *(Point(act, seen) for act in ROUNDS for seen in get_args(Seen)),
    *(Point("first answer", seen) for seen in WITHOUT_ROUND),
    Point("hello", "sent", ends=2),
    Point("quiz", "stream event sent", ends=2),
    Point("last answer", "request arrived", ends=2),
]


POLITE = [
    Point("hello", "sent", how=signal.SIGTERM),
    Point("quiz", "stream event sent", how=signal.SIGTERM),
    Point("first answer", "shown", how=signal.SIGTERM),
]


@pytest.mark.parametrize("point", POINTS, ids=str)
async def test_a_lesson_survives_a_kill(bot: Bot, tutor: Tutor, point: Point) -> None:
    await _the_lesson_goes_well(bot, tutor, point)


@pytest.mark.parametrize("point", POLITE, ids=str)
async def test_sigterm_is_a_clean_end(bot: Bot, tutor: Tutor, point: Point) -> None:
    await _the_lesson_goes_well(bot, tutor, point)


async def _the_lesson_goes_well(bot: Bot, tutor: Tutor, point: Point) -> None:
    await Lesson(bot, tutor, point).take()

    _people_see_the_lesson_once(bot)
    await _saved_events_are_known_again(bot)
    _model_was_asked_no_more_than_needed(bot, point)
    await _the_lesson_is_stored_once(bot)


def _people_see_the_lesson_once(bot: Bot) -> None:
    posts = bot.people.shown(PLACE)
    assert [post.text for post in posts] == LESSON
    assert len({post.slot for post in bot.people.messages}) == len(bot.people.messages)
    for post in posts:
        assert not (isinstance(post.view, Reply) and (post.view.live or post.view.note))
    quiz = posts[1].view
    assert isinstance(quiz, Quiz)
    assert quiz.question is None
    assert [line.text for line in quiz.answered] == [
        "1. Why is the sky blue? — Rayleigh scattering",
        "2. What is 7 times 8? — 56",
    ]


async def _saved_events_are_known_again(bot: Bot) -> None:
    for sent in bot.people.sent.values():
        assert isinstance((await bot.people.again(sent)).receipt, Duplicate)


def _model_was_asked_no_more_than_needed(bot: Bot, point: Point) -> None:
    asked = len(bot.model.requests)
    assert not [each.refused for each in bot.model.requests if each.refused]
    if point.held:
        assert asked == len(ROUNDS) + point.ends
    elif point.seen == "shown" or point.act not in ROUNDS:
        assert asked == len(ROUNDS)
    else:  # at the moment of the kill the round may have begun
        assert len(ROUNDS) <= asked <= len(ROUNDS) + point.ends


async def _the_lesson_is_stored_once(bot: Bot) -> None:
    await bot.settled()
    runs = "SELECT turn, status, json_extract(usage, '$.input_tokens') FROM runs ORDER BY turn"
    assert bot.rows(runs) == [(1, "completed", 100), (2, "completed", 200)]
    items = (
        "SELECT turn, items.round, type FROM items JOIN runs ON runs.id = run_id"
        " ORDER BY turn, items.round, idx"
    )
    assert bot.rows(items) == [
        (1, 0, "message"),
        (1, 1, "message"),
        (2, 0, "message"),
        (2, 1, "reasoning"),
        (2, 1, "function_call"),
        (2, 1, "function_call_output"),
        (2, 2, "message"),
    ]
    calls = "SELECT turn, state, output FROM tool_calls JOIN runs ON runs.id = run_id"
    assert bot.rows(calls) == [(2, "done", OUTPUT)]
    assert bot.rows("SELECT DISTINCT state FROM questions") == [("closed",)]
    assert bot.rows("SELECT state FROM deliveries") == [("sent",)] * len(LESSON)
    assert bot.rows("SELECT count(*) FROM events") == [(len(bot.people.sent),)]
