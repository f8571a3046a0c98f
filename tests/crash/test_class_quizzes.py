"""A quiz for everyone and a race, killed at every point that can be seen from outside: what a
learner was told is recorded stays so, and the quiz closes once."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from bot.adapter import Duplicate
from bot.events import ButtonToken
from bot.jsons import Json
from bot.store.records import Audience
from bot.views import Lobby, Quiz, Reply, ShownQuestion
from tests.crash.lesson import HELD_BEFORE, PLACE, Seen, pressed
from tests.crash.process import Bot
from tests.crash.tutor import Tutor, round_of
from tests.flows.classes import class_quiz, labelled, lobbies, lobby, tallies
from tests.sims.answers import Answer, Reasoning
from tests.sims.openai import Asked
from tests.sims.platform import PlatformSim, Sent

pytestmark = pytest.mark.crash

CLICKS: tuple[Seen, ...] = ("sent", "acknowledged", "shown")
ROUND: tuple[Seen, ...] = ("request arrived", "stream event sent")
IN_CLASS = [
    *[(act, seen) for act in ("start", "answer", "last answer", "close") for seen in CLICKS],
    *[("close", seen) for seen in ROUND],
]
IN_RACE = [
    *[(act, seen) for act in ("wrong", "right", "last") for seen in CLICKS],
    *[("last", seen) for seen in ROUND],
]


@dataclass(slots=True)
class ClassTutor(Tutor):
    """A tutor whose quizzes are for a class."""

    audience: Audience = "everyone"

    def answer(self, asked: Asked) -> Answer:
        if round_of(asked) != "quiz":
            return Tutor.answer(self, asked)
        return Answer((Reasoning(), class_quiz(audience=self.audience)))


@pytest.fixture
def tutor() -> ClassTutor:
    return ClassTutor()


@pytest.fixture
def people(people: PlatformSim) -> PlatformSim:
    people.admins = {"ada"}
    return people


@dataclass(slots=True)
class Lesson:
    """Acts one after another, and the end of the bot at one point of one of them."""

    bot: Bot
    tutor: ClassTutor
    act: str
    seen: Seen

    async def take(
        self, act: str, do: Callable[[], Awaitable[Sent]], shown: Callable[[], bool]
    ) -> Sent:
        """Somebody does something, and people see what comes of it."""
        people, model = self.bot.people, self.bot.model
        held = act == self.act and self.seen in HELD_BEFORE
        if held:
            self.tutor.holds["feedback"] = HELD_BEFORE[self.seen]
        number = len(model.requests) + 1
        sent = await do()
        await self._pass(act, "sent")
        await people.acknowledged(sent)
        await self._pass(act, "acknowledged")
        if held:
            await model.event_sent(HELD_BEFORE[self.seen], number=number)
            await self.bot.settled()
            await self._end(self.tutor.holds.clear)
        await people.until(shown)
        await self.bot.settled()
        await self._pass(act, "shown")
        return sent

    async def _pass(self, act: str, seen: Seen) -> None:
        if (self.act, self.seen) == (act, seen):
            await self._end()

    async def _end(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        await self.bot.end()
        meanwhile()
        await self.bot.start()


@pytest.mark.parametrize(("act", "seen"), IN_CLASS)
async def test_a_quiz_for_everyone_survives_a_kill(
    bot: Bot, tutor: ClassTutor, act: str, seen: Seen
) -> None:
    people, lesson = bot.people, Lesson(bot, tutor, act, seen)
    await people.mention("a quiz for us all")
    shown = await lobby(people)
    start, close = labelled(shown.actions, "Start"), labelled(shown.actions, "Close")
    await _whole(people, start, "ben", option=1)

    def counts(started: int, finished: int) -> Callable[[], bool]:
        return lambda: (
            [(one.started, one.finished) for one in lobbies(people)] == [(started, finished)]
        )

    await lesson.take("start", lambda: people.click(start, by="cleo"), counts(2, 1))
    first = await _on_paper(people, start, "cleo", 1)
    choice = first.choices[0].token
    await lesson.take("answer", lambda: people.click(choice, by="cleo"), counts(2, 1))
    second = await _on_paper(people, start, "cleo", 2)
    write = labelled(second.actions, "Write answer")
    await lesson.take("last answer", lambda: people.submit(write, "2", by="cleo"), counts(2, 2))
    await lesson.take("close", lambda: people.click(close), lambda: _fed_back(people))

    assert [post.view.kind for post in people.shown()] == ["lobby", "notice", "reply"]
    assert [one.closed for one in lobbies(people)] == [True]
    assert len(tallies(people)) == 1
    result = labelled(lobbies(people)[0].actions, "My result")
    for by, right in (("ben", 2), ("cleo", 1)):
        told = await people.whispered(await people.click(result, by=by))
        assert f"You have {right} of 2 right." in told
    output = await _stored_once(bot)
    assert (output["started"], output["finished"]) == (2, 2)
    assert bot.rows("SELECT count(*) FROM quizzes WHERE closed_at IS NOT NULL") == [(1,)]
    answers = "SELECT person, option, text FROM answers ORDER BY person, option IS NULL"
    assert bot.rows(answers) == [
        ("sim/ben", 1, ""),
        ("sim/ben", None, "2"),
        ("sim/cleo", 0, ""),
        ("sim/cleo", None, "2"),
    ]


async def _whole(people: PlatformSim, start: ButtonToken, by: str, *, option: int) -> None:
    """Somebody takes the quiz while nothing happens to the bot."""
    first = await _on_paper(people, start, by, 1)
    await people.acknowledged(await people.click(first.choices[option].token, by=by))
    second = await _on_paper(people, start, by, 2)
    sent = await people.submit(labelled(second.actions, "Write answer"), "2", by=by)
    await people.acknowledged(sent)


async def _on_paper(people: PlatformSim, start: ButtonToken, by: str, number: int) -> ShownQuestion:
    """Where the person is: what they were shown may be lost, but Start brings it back."""
    shown = (await people.acknowledged(await people.click(start, by=by))).private
    assert isinstance(shown, Quiz)
    assert shown.question is not None
    assert shown.question.number == number
    return shown.question


@pytest.mark.parametrize(("act", "seen"), IN_RACE)
async def test_a_race_survives_a_kill(bot: Bot, tutor: ClassTutor, act: str, seen: Seen) -> None:
    tutor.audience = "first"
    people, lesson = bot.people, Lesson(bot, tutor, act, seen)
    await people.mention("a quiz in which the first one wins")
    first = await people.question(1)

    def asks(number: int) -> Callable[[], bool]:
        return lambda: (asked := people.quiz()) is not None and asked.number == number

    wrong, right = (choice.token for choice in first.choices)
    await lesson.take("wrong", lambda: people.click(wrong, by="ben"), asks(1))
    await lesson.take("right", lambda: people.click(right, by="cleo"), asks(2))
    write = pressed(people, "w", PLACE)
    await lesson.take(
        "last", lambda: people.submit(write, "2", by="ben"), lambda: _fed_back(people)
    )

    quiz, feedback = (post.view for post in people.shown())
    assert isinstance(quiz, Quiz)
    assert isinstance(feedback, Reply)
    winners = [line.person.user for line in quiz.answered if line.person is not None]
    assert winners == ["cleo", "ben"]
    assert str(await _stored_once(bot)).count("'won': True") == 2
    winners_stored = "SELECT winner FROM questions ORDER BY position"
    assert bot.rows(winners_stored) == [("sim/cleo",), ("sim/ben",)]
    assert bot.rows("SELECT count(*) FROM answers") == [(3,)]


def _fed_back(people: PlatformSim) -> bool:
    views = [post.view for post in people.shown()]
    last = views[-1]
    closed = [one.closed for one in views if isinstance(one, Lobby)]
    return all(closed) and isinstance(last, Reply) and not last.live and bool(last.actions)


async def _stored_once(bot: Bot) -> Json:
    """One output, one feedback, everything known again; returns the output."""
    people = bot.people
    for sent in list(people.sent.values()):
        again = (await people.again(sent)).receipt
        assert isinstance(again, Duplicate) or "is closed." in sent.whisper
    await bot.settled()
    assert len({post.slot for post in people.messages}) == len(people.messages)
    assert bot.rows("SELECT status FROM runs") == [("completed",)]
    assert bot.rows("SELECT DISTINCT state FROM questions") == [("closed",)]
    given = "SELECT json_extract(body, '$.output') FROM items WHERE type = 'function_call_output'"
    stored = bot.rows("SELECT output FROM tool_calls")
    assert bot.rows(given) == stored
    ((output,),) = stored
    (feedback,) = [post for post in people.shown() if isinstance(post.view, Reply)]
    assert feedback.text == f"Feedback on {output}"
    told: Json = json.loads(str(output))
    return told
