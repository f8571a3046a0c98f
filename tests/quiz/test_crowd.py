"""What one person does costs no more because a whole class does the same: nothing of what others
answered is read for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, event

from bot import tokens
from bot.quiz import typed
from bot.store import questions
from bot.strings import say
from tests.quiz.classroom import CAPITALS, CAT, DOG, Classroom, classroom
from tests.store.rows import ADA, BEN, limits, mention, writing

RACE = replace(CAPITALS, audience="first")


@contextmanager
def nobody_elses() -> Iterator[None]:
    """Answers and hints are read by person."""
    read: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        read.extend(
            statement
            for table in ("answers", "hints")
            if f"FROM {table}" in statement and f"{table}.person IN" not in statement
        )

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert read == []


async def tried(room: Classroom) -> None:
    """Others have answered already, one with the hint."""
    (first, *_) = await room.questions()
    for person in (CAT, DOG):
        await room.start(person)
        await room.act(tokens.encode("hint", first.id), person)
        await room.choose(0, 0, person)


async def test_a_paper_and_a_result_are_of_their_person_alone(tmp_path: Path) -> None:
    async with classroom(tmp_path) as room:
        await tried(room)
        with nobody_elses():
            await room.start(BEN)
            await room.choose(0, 1, BEN)
            await room.write(1, "2", BEN)
            await room.choose(2, 0, BEN)
        await room.close(ADA)
        hinted = say("my_result.hinted")
        with nobody_elses():
            assert hinted not in (await room.result(BEN)).text
        assert hinted in (await room.result(CAT)).text


async def test_a_try_in_a_race_is_of_its_person_alone(tmp_path: Path) -> None:
    async with classroom(tmp_path, RACE) as room:
        await tried(room)
        with nobody_elses():
            await room.choose(0, 0, BEN)
            await room.choose(0, 1, BEN)
        async with writing(room.desk.office.store) as tx:
            with nobody_elses():
                typed.found(tx, mention("2", by=BEN), limits(), room.desk.clock.now())


async def test_of_a_race_the_answers_that_won_are_read_and_no_others(tmp_path: Path) -> None:
    async with classroom(tmp_path, RACE) as room:
        await tried(room)
        await room.choose(0, 1, BEN)
        await room.write(1, "3", BEN)
        async with writing(room.desk.office.store) as tx:
            asked = questions.of_call(tx, room.call.id)
            won = [(one.question_id, one.person) for one in questions.winning(tx, asked)]

        assert won == [(asked[0].id, BEN.key)]
        assert len(await room.answers()) == 4
