"""A quiz for everyone in a channel, and people who press its buttons: the real acts over a real
database, without a platform."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bot import tokens
from bot.adapter import Accepted, Receipt
from bot.events import ButtonToken, Click, EventKey, PersonRef, PlaceRef, Submission
from bot.jsons import Json
from bot.questions import Questions
from bot.quiz import opening
from bot.registry import choices
from bot.registry.changes import Editor
from bot.store import deliveries, questions, quizzes, runs
from bot.store.database import Tx
from bot.store.records import Answer, Question, QuizGiven, Run, Taker, ToolCall
from bot.tools.port import Asked, Asking
from bot.views import Button, Lobby, Notice, Private, Quiz, Roll, ShownQuestion
from tests.acts.desk import Desk, open_desk
from tests.acts.settled import notice
from tests.store.rows import asked, place, started

TEACHER = Editor(who="shell:kim")
CAT, DOG = (PersonRef(scope="sim:one", user=f"U-{name}") for name in ("cat", "dog"))
MARKED = "KEY-"
"""Begins what nobody may see before the quiz is closed; a hint, before they ask for it."""

CAPITALS = Asking(
    title="Capitals",
    audience="everyone",
    questions=(
        Asked(
            kind="choice",
            text="What is the capital of Peru?",
            options=("Quito", "Lima", "La Paz"),
            answer="Lima",
            answer_option=1,
            hint="KEY-hint: it is at the sea",
            explanation="KEY-why: **Lima** was founded in 1535.",
        ),
        Asked(
            kind="text",
            text="How many has Bolivia?",
            answer="2",
            explanation="KEY-two: La Paz and Sucre.",
        ),
        Asked(kind="choice", text="Which do you like best?", options=("Rome", "Oslo")),
    ),
)

_numbers = count(1)


@dataclass(slots=True)
class Classroom:
    """One quiz; tests move the desk's clock."""

    desk: Desk
    run: Run
    call: ToolCall

    async def act(
        self,
        token: ButtonToken,
        by: PersonRef,
        *,
        text: str | None = None,
        where: PlaceRef | None = None,
        key: str = "",
    ) -> Receipt:
        """A press, or with a text a form that is sent."""
        press = tokens.decode(token)
        assert press is not None
        event_key = EventKey(key or f"sim:press:{next(_numbers)}")
        at, here = self.desk.clock.now(), where or place()
        event: Click | Submission
        if text is None:
            event = Click(key=event_key, place=here, person=by, token=token, at=at)
        else:
            values = {"answer": text}
            event = Submission(
                key=event_key, place=here, person=by, token=token, values=values, at=at
            )
        return await Questions(self.desk.office).take(event, press)

    async def told(self, token: ButtonToken, by: PersonRef, *, text: str | None = None) -> str:
        return notice(await self.act(token, by, text=text)).text

    async def start(self, by: PersonRef) -> Receipt:
        return await self.act(tokens.encode("start", self.call.id), by)

    async def paper(self, by: PersonRef) -> Quiz:
        return paper(await self.start(by))

    async def choose(self, position: int, option: int, by: PersonRef) -> Receipt:
        question = (await self.questions())[position]
        return await self.act(tokens.encode("choose", question.id, option), by)

    async def write(self, position: int, text: str, by: PersonRef) -> Receipt:
        question = (await self.questions())[position]
        return await self.act(tokens.encode("write", question.id), by, text=text)

    async def close(self, by: PersonRef) -> Receipt:
        return await self.act(tokens.encode("close", self.call.id), by)

    async def result(self, by: PersonRef, number: int = 0) -> Notice:
        return await self.page(tokens.encode("result", self.call.id, number), by)

    async def page(self, token: ButtonToken, by: PersonRef) -> Notice:
        return notice(await self.act(token, by))

    async def roll(self, by: PersonRef, number: int = 0) -> Roll:
        shown = private(await self.act(tokens.encode("learners", self.call.id, number), by))
        assert isinstance(shown, Roll)
        return shown

    async def questions(self) -> list[Question]:
        return await self.desk.office.store.read(questions.of_call, self.call.id)

    async def answers(self) -> list[Answer]:
        ids = [question.id for question in await self.questions()]
        return await self.desk.office.store.read(questions.answers_to, ids)

    async def quiz(self) -> QuizGiven:
        found = await self.desk.office.store.read(quizzes.get, self.call.id)
        assert found is not None
        return found

    async def taker(self, person: PersonRef) -> Taker | None:
        return await self.desk.office.store.read(quizzes.taker, self.call.id, person.key)

    async def lobby(self) -> Lobby:
        shown = await self.desk.office.store.read(deliveries.of_run, self.run.id)
        (lobby,) = (row.view for row in shown if isinstance(row.view, Lobby))
        return lobby


@asynccontextmanager
async def classroom(
    folder: Path, asking: Asking = CAPITALS, *, extra: dict[PersonRef, float] | None = None
) -> AsyncIterator[Classroom]:
    """ADA has started it. `extra` is who has so many times the time of others."""
    async with open_desk(folder) as desk:
        yield await begun(desk, asking, extra=extra)


async def begun(
    desk: Desk,
    asking: Asking = CAPITALS,
    *,
    extra: dict[PersonRef, float] | None = None,
    where: PlaceRef | None = None,
) -> Classroom:
    """A quiz more, in a run that waits for it."""
    now, limits = desk.clock.now(), desk.office.limits("sim")
    factors: Json = {person.key: factor for person, factor in (extra or {}).items()}

    def ask(tx: Tx) -> tuple[Run, ToolCall]:
        run = started(tx, "Quiz us", where)
        waiting = asked(tx, run)
        here = run.place
        if factors:
            settings: Json = {"extra_time": factors}
            choices.change(tx, TEACHER, here.workspace, here.channel_id, settings, now=now)
        opening.ask(tx, run, waiting, asking, limits=limits, now=now, free_slot=0)
        runs.move(tx, run.id, source=["in_progress"], target="requires_action", now=now)
        return run, waiting

    run, call = await desk.office.store.write(ask)
    return Classroom(desk, run, call)


def private(receipt: Receipt | None) -> Private:
    """What the person alone is shown."""
    assert isinstance(receipt, Accepted)
    assert receipt.private is not None
    return receipt.private


def paper(receipt: Receipt | None) -> Quiz:
    """Their paper, which takes the place of the one they pressed."""
    shown = private(receipt)
    assert isinstance(shown, Quiz)
    assert isinstance(receipt, Accepted)
    assert receipt.in_place
    return shown


def asks(shown: Quiz) -> ShownQuestion:
    assert shown.question is not None
    return shown.question


def labelled(actions: Iterable[Button], label: str) -> ButtonToken:
    return next(button.token for button in actions if button.label == label)
