"""What a person chooses in the form of a quiz holds, and who may start one for others is asked of
the platform until it is there."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import product

import pytest

from bot.adapter import Accepted, FieldError
from bot.events import ButtonToken
from bot.jsons import Json
from bot.strings import say
from bot.views import Form, Lobby, Notice, Quiz
from tests.flows.bench import Bench
from tests.flows.lessons import QUIZ, button
from tests.sims.answers import Call, Text
from tests.sims.platform import Sent

CHOSEN: Json = {
    "topic": "fractions",
    "number": "3",
    "kinds": "mixed",
    "audience": "asker",
    "closes": "3600",
}


@pytest.fixture
async def school(bench: Bench) -> AsyncIterator[Bench]:
    """Robin is an admin, Ben an instructor of the channel, Ada a learner."""
    bench.people.admins = {"robin"}
    async with bench.running():
        await told(bench, "settings instructors sim/ben", by="robin")
        yield bench


async def told(bench: Bench, order: str, by: str) -> str:
    return await bench.people.whispered(await bench.people.order(order, by=by))


def given(bench: Bench, audience: str | None = None, seconds: int | None = None) -> None:
    """The model will make a quiz, for that audience if it is its wish."""
    wish: Json = {} if audience is None else {"audience": audience}
    limit: Json = {} if seconds is None else {"time_limit_seconds": seconds}
    bench.model.answer(Call("display_quiz", {**QUIZ, **wish, **limit}, "call_1"))


async def opened(bench: Bench, by: str, place: str = "channel") -> Form:
    sent = await bench.people.acknowledged(await bench.people.order("quiz", by=by, place=place))
    assert isinstance(sent.receipt, Accepted)
    assert sent.receipt.form is not None
    return sent.receipt.form


async def sent_in(
    bench: Bench, token: ButtonToken, by: str, key: str = "", place: str = "channel", **values: str
) -> Sent:
    filled = {name: str(value) for name, value in (CHOSEN | values).items()}
    sent = await bench.people.submit(token, by=by, place=place, key=key, values=filled)
    return await bench.people.acknowledged(sent)


async def asked_for(bench: Bench, by: str, **values: str) -> Sent:
    """By the form that opens for them."""
    return await sent_in(bench, (await opened(bench, by)).token, by, **values)


async def shown(bench: Bench, place: str = "channel") -> Lobby | Quiz:
    """The quiz that everybody sees."""

    def found() -> list[Lobby | Quiz]:
        views = (post.view for post in bench.people.shown(place))
        return [view for view in views if isinstance(view, Lobby | Quiz)]

    await bench.people.until(lambda: bool(found()))
    (view,) = found()
    return view


def row(bench: Bench) -> tuple[object, object, timedelta]:
    """The audience and topic of the quiz, and how long it is open."""
    ((audience, topic, begins, ends),) = bench.rows(
        "SELECT audience, topic, opened_at, closes_at FROM quizzes"
    )
    return audience, topic, _time(ends) - _time(begins)


def _time(stored: object) -> datetime:
    return datetime.fromisoformat(str(stored))


async def test_a_quiz_for_everyone_is_so_whatever_the_model_writes(school: Bench) -> None:
    given(school, "asker", seconds=60)
    sent = await asked_for(school, "ben", audience="everyone")

    lobby = await shown(school)
    assert isinstance(lobby, Lobby)
    assert lobby.questions == 2
    assert row(school) == ("everyone", "fractions", timedelta(hours=1))
    assert sent.whisper == say("quiz_request.heard")
    request = "(multiple choice and free text; for everyone) about fractions"
    assert school.said_to_model() == [f"Make a quiz with 3 questions {request}"]


async def test_a_quiz_for_oneself_is_so_whatever_the_model_writes(school: Bench) -> None:
    given(school, "everyone", seconds=60)
    await asked_for(school, "robin", closes="none")

    assert isinstance(await shown(school), Quiz)
    assert row(school) == ("asker", "fractions", timedelta(hours=24))


async def test_the_form_holds_for_a_second_try_too(school: Bench) -> None:
    school.model.fail(401, "invalid_api_key")
    await asked_for(school, "ben", audience="everyone")
    failed = await school.people.said("unavailable", "channel")
    given(school)
    await school.people.click(button(failed, "Try again").token, by="ben", place="channel")

    assert isinstance(await shown(school), Lobby)
    assert row(school) == ("everyone", "fractions", timedelta(hours=1))


async def test_a_form_that_is_sent_twice_makes_one_quiz(school: Bench) -> None:
    token = (await opened(school, "ben")).token
    given(school)
    first = await sent_in(school, token, "ben", key="once", audience="everyone")
    await shown(school)
    await school.people.again(first)

    assert len(school.model.requests) == 1
    assert school.rows("SELECT count(*) FROM quizzes") == [(1,)]


async def test_typed_in_the_channel_a_button_opens_the_form(school: Bench) -> None:
    sent = await school.people.acknowledged(await school.people.mention("Quiz!", by="ben"))
    assert isinstance(sent.receipt, Accepted)
    assert isinstance(sent.receipt.private, Notice)
    (opens,) = sent.receipt.private.actions
    given(school)
    await sent_in(school, opens.token, "ben", place="t1", audience="everyone")

    assert opens.form
    assert isinstance(await shown(school, "t1"), Lobby)


async def test_learners_are_told_at_the_field_that_it_is_not_theirs(school: Bench) -> None:
    for audience in ("everyone", "first"):
        sent = await asked_for(school, "ada", audience=audience)
        text = say("quiz_form.for_instructors")
        assert sent.receipt == FieldError(text=text, field="audience")

    assert not school.model.requests


@pytest.mark.parametrize(
    "token", ["z.shared", "z.private", "z.shared.de", "z.nowhere"], ids=lambda token: token[2:]
)
async def test_a_forged_form_gives_nobody_a_right(school: Bench, token: str) -> None:
    sent = await sent_in(school, ButtonToken(token), "ada", audience="everyone")

    assert sent.receipt == FieldError(text=say("quiz_form.for_instructors"), field="audience")


@pytest.mark.parametrize("whole", [False, True], ids=["channel", "workspace"])
async def test_who_may_lead_quizzes_is_set_for_a_channel_or_a_workspace(
    school: Bench, *, whole: bool
) -> None:
    """A message alone asks for one: then the audience is the model's wish."""
    may = {
        "instructors": {"ben", "robin"},
        "everyone": {"ada", "ben", "robin"},
        "admins": {"robin"},
    }
    places: dict[tuple[str, str], str] = {}
    for number, (setting, by) in enumerate(product(may, ("ada", "ben", "robin"))):
        where = "workspace " if whole else ""
        await told(school, f"settings {where}class_quizzes {setting}", by="robin")
        given(school, "everyone")
        place = places[setting, by] = f"t{number}"
        await school.people.mention("A quiz!", by=by, place=place)
        await shown(school, place)

    lobbies = {at for at, place in places.items() if isinstance(await shown(school, place), Lobby)}
    assert lobbies == {(setting, by) for setting, those in may.items() for by in those}


async def test_what_a_channel_says_counts_there(school: Bench) -> None:
    await told(school, "settings workspace class_quizzes everyone", by="robin")
    await told(school, "settings class_quizzes admins", by="robin")
    sent = await asked_for(school, "ben", audience="everyone")

    assert sent.receipt == FieldError(text=say("quiz_form.for_admins"), field="audience")


async def test_who_loses_the_right_before_the_quiz_is_there_gets_one_alone(school: Bench) -> None:
    call = Call("display_quiz", QUIZ, "call_1")
    school.model.answer(Text("Here it is."), call, hold_before=2)
    await asked_for(school, "robin", audience="everyone")
    await school.model.request_arrived(1)
    school.people.admins = set()
    school.model.release()

    assert isinstance(await shown(school), Quiz)
    assert row(school)[0] == "asker"


async def test_where_the_platform_does_not_say_who_may_the_quiz_is_for_the_asker(
    school: Bench,
) -> None:
    school.people.silent = True
    given(school, "everyone")
    await school.people.mention("A quiz!", by="robin")

    assert isinstance(await shown(school, "t1"), Quiz)
    assert row(school)[0] == "asker"


async def test_who_has_extra_time_has_more_of_it(school: Bench) -> None:
    await told(school, "settings extra_time sim/ada ×2", by="ben")
    given(school)
    await asked_for(school, "ada", closes="1800")
    await shown(school)

    assert row(school) == ("asker", "fractions", timedelta(hours=1))
