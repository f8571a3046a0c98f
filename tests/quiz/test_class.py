"""Whatever a class does in whatever order: paper, lobby, list, results and the model's output say
the same."""

import asyncio
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import tokens
from bot.adapter import Receipt
from bot.events import PersonRef
from bot.store import calls
from bot.store.migrate import migrate
from bot.strings import say
from bot.tokens import Action
from bot.views import Notice, Quiz
from tests.quiz.classroom import CAPITALS, CAT, DOG, Classroom, classroom, private
from tests.store.rows import ADA, BEN

PEOPLE = (BEN, CAT, DOG)
WORDS = ("2", "3", "who knows?")
ACTIONS: list[Action] = ["start", "start", "choose", "choose", "write", "unknown", "skip", "see"]
OPTIONS = [question.options for question in CAPITALS.questions]
"""The first question has its second option for an answer, the third none at all."""


@dataclass(frozen=True)
class Step:
    who: int
    action: Action
    position: int
    value: int


STEPS = st.builds(
    Step,
    who=st.integers(0, 2),
    action=st.sampled_from(ACTIONS),
    position=st.integers(0, 2),
    value=st.integers(0, 3),
)


PUNCTUAL = [Step(who, "start", 0, 0) for who in (0, 1)]


@dataclass
class Learner:
    """What one person should have done so far."""

    started: bool = False
    finished: bool = False
    answers: dict[int, str] = field(default_factory=dict)

    def told(self, step: Step) -> int | str | None:
        """The position that is shown next, None for all of them; or the key of a sentence."""
        if step.action == "start":
            self.started = True
            return self._open()
        if not self.started:
            return "paper.not_started"
        if step.action == "see":
            return step.position
        answer = self._answer(step)
        if answer is None:
            return "quiz.stale_button"
        self.answers[step.position] = answer
        self.finished = self.finished or self._open() is None
        return self._open()

    def _open(self) -> int | None:
        return next((position for position in range(3) if position not in self.answers), None)

    def _answer(self, step: Step) -> str | None:
        options = OPTIONS[step.position]
        if step.action in ("unknown", "skip"):
            return step.action
        if step.action == "write":
            return None if options else WORDS[step.value % 3]
        return options[step.value] if step.value < len(options) else None

    @property
    def right(self) -> int:
        return (self.answers.get(0) == "Lima") + (self.answers.get(1) == "2")


@dataclass
class School:
    """The room beside what should be so in it."""

    room: Classroom
    learners: dict[PersonRef, Learner] = field(
        default_factory=lambda: {person: Learner() for person in PEOPLE}
    )
    order: list[PersonRef] = field(default_factory=list)

    async def step(self, step: Step) -> None:
        person = PEOPLE[step.who]
        learner = self.learners[person]
        expected = learner.told(step)
        if learner.started and person not in self.order:
            self.order.append(person)
        shown = private(await self._press(step, person))
        if isinstance(expected, str):
            assert shown == Notice(text=say(expected))
            return
        assert isinstance(shown, Quiz)
        if expected is None:
            ends = [line.text.rpartition(" — ")[2] for line in shown.answered]
            assert ends == [self._said(learner.answers[position]) for position in range(3)]
            return
        assert shown.question is not None
        assert shown.question.number == expected + 1
        assert shown.note == say("paper.recorded", done=len(learner.answers), total=3)
        chosen = [choice.text for choice in shown.question.choices if choice.chosen]
        kept = learner.answers.get(expected)
        assert chosen == ([kept] if kept in OPTIONS[expected] else [])

    async def _press(self, step: Step, person: PersonRef) -> Receipt:
        if step.action == "start":
            return await self.room.start(person)
        if step.action == "choose":
            return await self.room.choose(step.position, step.value, person)
        if step.action == "write":
            return await self.room.write(step.position, WORDS[step.value % 3], person)
        asked = (await self.room.questions())[step.position]
        return await self.room.act(tokens.encode(step.action, asked.id), person)

    @staticmethod
    def _said(answer: str) -> str:
        return {"unknown": "I don't know", "skip": "skipped"}.get(answer, answer)

    async def compare_open(self) -> None:
        lobby, roll = await self.room.lobby(), await self.room.roll(ADA)
        finished = sum(learner.finished for learner in self.learners.values())
        assert (lobby.started, lobby.finished) == (len(self.order), finished)
        assert [line.person for line in roll.lines] == self.order
        assert [line.text for line in roll.lines] == [
            "finished" if each.finished else f"{len(each.answers)} of 3 done"
            for each in (self.learners[person] for person in self.order)
        ]

    async def compare_closed(self) -> None:
        roll = await self.room.roll(ADA)
        assert [line.person for line in roll.lines] == self.order
        for line in roll.lines:
            learner = self.learners[line.person]
            assert line.text.startswith(f"{learner.right} of 2 right")
            assert line.text.endswith("not finished") == (not learner.finished)
            text = (await self.room.result(line.person)).text
            assert say("my_result.score", right=learner.right, total=2) in text
            assert text.count("Your answer:") == len(learner.answers)
            assert text.count("– right") == learner.right
        await self._compare_output()

    async def _compare_output(self) -> None:
        call = await self.room.desk.office.store.read(calls.get, self.room.call.id)
        assert call is not None
        output = json.loads(call.output or "")
        everyone = [self.learners[person] for person in self.order]
        finished = sum(learner.finished for learner in everyone)
        assert (output["started"], output["finished"]) == (len(everyone), finished)
        for position, told in enumerate(output["questions"]):
            given = [each.answers[position] for each in everyone if position in each.answers]
            assert told["not_answered"] == len(everyone) - len(given)
            assert told["unknown"] == given.count("unknown")
            assert told["skipped"] == given.count("skip")
            if position != 1:
                counts = [given.count(option) for option in OPTIONS[position]]
                assert list(told["counts"].values()) == counts
        first, second, _ = output["questions"]
        assert first["right"] + second["right"] == sum(each.right for each in everyone)


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "docent.db"
    migrate(path)
    return path


@settings(max_examples=20, deadline=None)
@given(st.lists(STEPS, min_size=12, max_size=40))
def test_all_that_is_said_of_a_class_agrees(
    empty_database: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    async def walk(folder: Path) -> None:
        async with classroom(folder) as room:
            school = School(room)
            for step in (*PUNCTUAL, *steps):
                await school.step(step)
            await school.compare_open()
            await room.close(ADA)
            await school.compare_closed()

    folder = tmp_path_factory.mktemp("class")
    shutil.copy(empty_database, folder / "docent.db")
    asyncio.run(walk(folder))
