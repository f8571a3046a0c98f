"""Whom a quiz is for: the model's audience is a wish, the right to ask others a setting."""

import pytest

from bot.views import Lobby, Quiz
from tests.flows.bench import Bench
from tests.flows.classes import class_quiz, set_to
from tests.sims.answers import Text

PEOPLE = ("learner-1", "tutor-1", "root")
"""A learner, an instructor and an admin."""


@pytest.fixture(autouse=True)
async def school(bot: Bench) -> None:
    bot.people.admins = {"root"}
    bot.people.groups = {"tutor-1": {"tutors"}}
    await set_to(bot, "instructors", "group:tutors", by="root")


async def shown(bench: Bench, audience: str, by: str, *, direct: bool = False) -> Lobby | Quiz:
    """What somebody gets for whom the model wants to ask that audience."""
    bench.model.answer(class_quiz(audience=audience))
    await bench.people.mention("A quiz", by=by, direct=direct)

    def there() -> list[Lobby | Quiz]:
        views = [post.view for post in bench.people.shown()]
        return [view for view in views if isinstance(view, Lobby | Quiz)]

    await bench.people.until(lambda: bool(there()))
    return there()[0]


@pytest.mark.parametrize("setting", ["", "instructors", "everyone", "admins"])
@pytest.mark.parametrize("by", PEOPLE)
async def test_who_may_ask_everyone_in_a_channel(bot: Bench, setting: str, by: str) -> None:
    if setting:
        await set_to(bot, "class_quizzes", setting, by="root")
    may = PEOPLE[{"everyone": 0, "admins": 2}.get(setting, 1) :]

    view = await shown(bot, "everyone", by)

    assert isinstance(view, Lobby) == (by in may)
    stored = "everyone" if by in may else "asker"
    assert bot.rows("SELECT DISTINCT audience FROM questions") == [(stored,)]
    assert bot.rows("SELECT audience FROM quizzes") == [(stored,)]


@pytest.mark.parametrize("audience", ["everyone", "first"])
async def test_in_a_direct_conversation_nobody_else_is_asked(bot: Bench, audience: str) -> None:
    assert isinstance(await shown(bot, audience, "root", direct=True), Quiz)
    assert bot.rows("SELECT audience FROM quizzes") == [("asker",)]


@pytest.mark.parametrize("audience", ["everyone", "first"])
async def test_what_is_asked_privately_is_asked_of_nobody_else(bot: Bench, audience: str) -> None:
    bot.model.answer(class_quiz(audience=audience))
    await bot.people.order("ask A quiz", by="root")
    await bot.people.until(lambda: bot.people.quiz("private-root") is not None)

    assert bot.rows("SELECT audience FROM quizzes") == [("asker",)]


async def test_a_quiz_of_a_learner_is_answered_by_nobody_else(bot: Bench) -> None:
    view = await shown(bot, "first", "learner-1")
    assert isinstance(view, Quiz)
    assert view.question is not None

    foreign = await bot.people.click(view.question.choices[1].token, by="root")

    assert "somebody else" in await bot.people.whispered(foreign)
    assert bot.rows("SELECT count(*) FROM answers") == [(0,)]


async def test_the_right_counts_when_the_model_asks_not_when_the_person_did(bot: Bench) -> None:
    bot.model.answer(class_quiz(), hold_before=0)
    bot.model.answer(Text("Fine"))
    await bot.people.mention("A quiz", by="tutor-1")
    await bot.model.request_arrived(1)
    bot.people.groups.clear()
    await set_to(bot, "instructors", "", by="root")
    bot.model.release()

    await bot.people.question(1)

    assert bot.rows("SELECT audience FROM quizzes") == [("asker",)]
