"""Who may start a quiz for others, for whom it is in the end, and how long it is open."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Right
from bot.jsons import Json
from bot.quiz import opening
from bot.quiz.opening import A_QUESTION, IN_CHANNEL, IN_DIRECT, LONGEST
from bot.store import deliveries, questions
from bot.store.records import Audience, QuizWish
from bot.tools.port import Asked, Asking
from bot.views import Lobby, Quiz
from tests.acts.desk import open_desk
from tests.quiz.classroom import CAPITALS, begun, classroom
from tests.store.rows import ADA, place, run

LONELY = Asking(questions=(Asked(kind="text", text="Which topic?"),))
TEN = Asking(title="Ten", questions=(Asked(kind="text", text="Why?"),) * 10)


@pytest.mark.parametrize(
    ("settings", "least"),
    [
        ({}, Right.INSTRUCTOR),
        ({"class_quizzes": "instructors"}, Right.INSTRUCTOR),
        ({"class_quizzes": "everyone"}, Right.LEARNER),
        ({"class_quizzes": "admins"}, Right.ADMIN),
        ({"class_quizzes": "nonsense"}, Right.INSTRUCTOR),
        ({"class_quizzes": ["everyone"]}, Right.INSTRUCTOR),
    ],
)
def test_who_may_start_a_quiz_for_others_is_a_setting(settings: Json, least: Right) -> None:
    may = [right for right in Right if opening.may_lead(right, settings)]

    assert may == [right for right in Right if right >= least]


@pytest.mark.parametrize("audience", ["asker", "everyone", "first"])
def test_a_form_decides_against_the_model(audience: Audience) -> None:
    model = replace(CAPITALS, audience="first", seconds=60)
    wishing = replace(run(), wish=QuizWish(audience=audience, seconds=600))

    asked = opening.wished(model, wishing)

    assert (asked.audience, asked.seconds) == (audience, 600)


def test_a_form_without_a_limit_takes_the_model_its_own() -> None:
    wishing = replace(run(), wish=QuizWish(audience="everyone"))

    assert opening.wished(replace(CAPITALS, seconds=60), wishing).seconds is None


def test_without_a_form_the_wish_of_the_model_stands() -> None:
    model = replace(CAPITALS, audience="first", seconds=60)

    assert opening.wished(model, run()) == model
    assert opening.wished(model, replace(run(), wish=QuizWish(topic="Peru"))) == model


@pytest.mark.parametrize("audience", ["everyone", "first"])
def test_where_one_person_is_alone_a_quiz_is_for_them(audience: Audience) -> None:
    model = replace(CAPITALS, audience=audience)
    direct = replace(run(), place=place("d1", direct=True), wish=QuizWish(audience=audience))
    private = replace(run(), place=replace(place("p1"), private=True))

    assert opening.wished(model, direct).audience == "asker"
    assert opening.wished(model, private).audience == "asker"


def test_a_lone_question_is_no_quiz_and_knows_no_audience() -> None:
    wishing = replace(run(), wish=QuizWish(audience="everyone", seconds=60))

    assert opening.wished(LONELY, wishing) == LONELY


@pytest.mark.parametrize(
    ("seconds", "open_for"),
    [
        (None, IN_CHANNEL),
        (1, 10 * A_QUESTION),
        (199, 10 * A_QUESTION),
        (201, timedelta(seconds=201)),
        (7 * 86_400, LONGEST),
        (7 * 86_400 + 1, LONGEST),
        (10**30, LONGEST),
    ],
)
@pytest.mark.parametrize("audience", ["asker", "everyone", "first"])
async def test_a_limit_is_long_enough_to_read_and_not_for_ever(
    tmp_path: Path, audience: Audience, seconds: int | None, open_for: timedelta
) -> None:
    async with classroom(tmp_path, replace(TEN, audience=audience, seconds=seconds)) as room:
        quiz = await room.quiz()
        asked = await room.questions()

    assert quiz.closes_at - quiz.opened_at == open_for
    assert quiz.seconds == (None if seconds is None else open_for.total_seconds())
    assert {question.closes_at for question in asked} == {quiz.closes_at}


@pytest.mark.parametrize(
    ("audience", "seconds", "open_for"),
    [
        ("asker", 300, timedelta(seconds=450)),
        ("asker", 1, 15 * A_QUESTION),
        ("asker", 7 * 86_400, LONGEST),
        ("asker", None, IN_CHANNEL),
        ("everyone", 300, timedelta(seconds=300)),
        ("first", 300, timedelta(seconds=300)),
    ],
)
async def test_extra_time_is_the_askers_own(
    tmp_path: Path, audience: Audience, seconds: int | None, open_for: timedelta
) -> None:
    asking = replace(TEN, audience=audience, seconds=seconds)
    async with classroom(tmp_path, asking, extra={ADA: 1.5}) as room:
        quiz = await room.quiz()

    assert quiz.closes_at - quiz.opened_at == open_for


async def test_in_a_direct_conversation_a_question_stays_open_longer(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        room = await begun(desk, replace(TEN), where=place("d1", direct=True))
        quiz = await room.quiz()

    assert quiz.closes_at - quiz.opened_at == IN_DIRECT


@pytest.mark.parametrize("audience", ["asker", "everyone", "first"])
async def test_nothing_that_tells_the_answer_is_in_what_is_shown_first(
    tmp_path: Path, audience: Audience
) -> None:
    async with classroom(tmp_path, replace(CAPITALS, audience=audience)) as room:
        shown = await room.desk.office.store.read(deliveries.of_run, room.run.id)
        stored = await room.desk.office.store.read(questions.of_run, room.run.id)

    (view,) = [row.view for row in shown]
    assert isinstance(view, Lobby if audience == "everyone" else Quiz)
    assert "KEY-" not in repr(view)
    assert [each.answer for each in stored] == [each.answer for each in CAPITALS.questions]
    assert [each.hint for each in stored] == [each.hint for each in CAPITALS.questions]


@given(st.integers(min_value=1), st.integers(1, 20))
def test_no_limit_that_a_model_writes_is_out_of_bounds(seconds: int, number: int) -> None:
    limit = opening.limited(seconds, number)

    assert number * A_QUESTION <= limit <= LONGEST
