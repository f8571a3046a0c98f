"""Every button there is, made up for every id there is: whoever presses it is answered, and what is
not theirs stays as it is."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, product
from pathlib import Path
from typing import get_args

import pytest

from bot import tokens
from bot.door import FrontDoor
from bot.events import ButtonToken, Click, EventKey, PersonRef, PlaceRef, Submission
from bot.questions import Questions
from bot.store.records import Audience
from bot.store.tables import answers, hints, questions, quizzes, runs, takers, tool_calls
from bot.tokens import Action
from bot.tools.port import Asking
from tests.acts.desk import Desk, open_desk
from tests.quiz.classroom import CAPITALS, begun
from tests.store.rows import ADA, BEN, looking, place, rows

FORMS: Sequence[dict[str, str]] = ({}, {"answer": "2"}, {"answer": ""}, {"answer": "x" * 5_000})
ELSEWHERE = (
    place("dm", direct=True),
    place("t1", workspace="sim:two"),
    replace(place("t1"), parent="other"),
)
OF_QUIZZES = (answers, hints, takers, questions, quizzes, tool_calls)

_numbers = count(1)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        yield desk


@pytest.fixture
async def door(desk: Desk) -> AsyncIterator[FrontDoor]:
    door = FrontDoor(desk.office, Questions(desk.office))
    working = [asyncio.create_task(work.run()) for work in (door, desk.office.intake)]
    yield door
    for task in working:
        task.cancel()
    await asyncio.wait(working)


async def made_up(desk: Desk) -> list[ButtonToken]:
    """For a quiz of each kind and a lone question, that ADA has asked for; and for nothing."""
    audiences: Sequence[Audience] = get_args(Audience)
    asked = [replace(CAPITALS, audience=audience) for audience in audiences]
    targets = ["nothing", "shared", "channel"]
    for number, asking in enumerate([*asked, Asking(questions=CAPITALS.questions[:1])]):
        room = await begun(desk, asking, where=place(f"t{number}"))
        targets += [room.call.id, room.run.id, *(each.id for each in await room.questions())]
    return list(_tokens(targets))


def _tokens(targets: Sequence[str]) -> Iterator[ButtonToken]:
    for action, target in product(get_args(Action), targets):
        numbered = action in ("choose", "result", "learners")
        for option in (0, 2, 999) if numbered else (None,):
            token = tokens.encode(action, target, option)
            if tokens.decode(token) is not None:
                yield token


async def press(door: FrontDoor, token: ButtonToken, by: PersonRef, where: PlaceRef) -> None:
    """As a button and as a form. Raises NotSaved."""
    number, at = next(_numbers), datetime.now(UTC)
    await door.accept(
        Click(key=EventKey(f"press:{number}"), place=where, person=by, token=token, at=at)
    )
    await door.accept(
        Submission(
            key=EventKey(f"form:{number}"),
            place=where,
            person=by,
            token=token,
            values=FORMS[number % len(FORMS)],
            at=at,
        )
    )


async def stored(desk: Desk) -> list[object]:
    """Of what ADA has asked for."""
    async with looking(desk.office.store) as tx:
        kept = [rows(tx, table) for table in OF_QUIZZES]
        return [*kept, [(run.id, run.status) for run in rows(tx, runs) if run.status != "queued"]]


async def test_from_elsewhere_a_learner_changes_nothing(desk: Desk, door: FrontDoor) -> None:
    made = await made_up(desk)
    before = await stored(desk)

    for token, where in product(made, ELSEWHERE):
        await press(door, token, BEN, where)

    assert await stored(desk) == before


@pytest.mark.parametrize("ending", [False, True])
async def test_whoever_presses_anything_anywhere_is_answered(
    desk: Desk, door: FrontDoor, *, ending: bool
) -> None:
    made = await made_up(desk)
    if ending:
        made = [token for token in made if token[0] in "lxrn"] + made
    for number, (token, by) in enumerate(product(made, (ADA, BEN))):
        await press(door, token, by, (place("t1"), *ELSEWHERE)[number % 4])

    async with looking(desk.office.store) as tx:
        assert {run.status for run in rows(tx, runs)} <= {"queued", "requires_action", "cancelled"}
