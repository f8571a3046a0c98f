"""Whatever is typed while questions are open is one thing and once: an answer, a request, or what
its writer is asked about."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from bot import tokens
from bot.adapter import Accepted, Duplicate, Receipt
from bot.events import Click, EventKey, Mention, PersonRef
from bot.questions import meaning
from bot.quiz import typed
from bot.quiz.hearing import Hearing
from bot.store import awaiting, deliveries, questions, runs
from bot.store import threads as thread_rows
from bot.store.database import Tx
from bot.store.tables import answers as answer_table
from bot.store.tables import deliveries as delivery_table
from bot.store.tables import events as event_table
from bot.store.tables import items as item_table
from bot.store.tables import runs as run_table
from bot.strings import say
from bot.tokens import Action, Press
from bot.tools.port import Asked, Asking
from bot.views import Reply
from tests.acts.desk import Desk, open_desk
from tests.acts.settled import notice
from tests.quiz.classroom import CAPITALS, CAT, begun, classroom
from tests.store.rows import ADA, BEN, looking, mention, opened, place, rows, writing

OWN = Asking(
    title="Capitals",
    questions=(
        Asked(kind="choice", text="Peru?", options=("Quito", "Lima")),
        Asked(kind="text", text="Which is the highest?"),
        Asked(kind="choice", text="Bolivia?", options=("La Paz", "Oruro")),
    ),
)
RACE = replace(CAPITALS, audience="first")
HERE, BESIDE, ELSEWHERE = place("t1"), place("t2"), replace(place("t9"), parent="other")
TEXTS = ("A", "Lima", "La Paz", "why?", "I do not know", "stop", "Is it Rome?")


async def hear(desk: Desk, said: Mention) -> Receipt:
    return await Hearing(desk.office).hear(said)


async def press(desk: Desk, action: Action, run: str, by: PersonRef, key: str) -> Receipt:
    click = Click(
        key=EventKey(key),
        place=HERE,
        person=by,
        token=tokens.encode(action, run),
        at=desk.clock.now(),
    )
    return await Hearing(desk.office).press(click, Press(action, run))


async def count(desk: Desk) -> tuple[int, int, int]:
    """Answers, runs and events so far."""
    async with looking(desk.office.store) as tx:
        found = [len(rows(tx, table)) for table in (answer_table, run_table, event_table)]
    return found[0], found[1], found[2]


SAID = st.tuples(
    st.sampled_from([ADA, BEN]),
    st.sampled_from([HERE, BESIDE, ELSEWHERE]),
    st.sampled_from(TEXTS) | st.text(max_size=12),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(SAID, max_size=8), st.sampled_from([OWN, RACE, CAPITALS]))
def test_each_message_is_an_answer_a_run_or_a_private_sentence_and_is_so_once(
    tmp_path_factory: pytest.TempPathFactory,
    said: Sequence[tuple[PersonRef, object, str]],
    asking: Asking,
) -> None:
    async def walk(folder: Path) -> None:
        async with classroom(folder, asking) as at:
            await at.start(BEN) if asking.audience == "everyone" else None
            for number, (who, where, text) in enumerate(said):
                assert where in (HERE, BESIDE, ELSEWHERE)
                spoken = mention(text, key=f"m{number}", by=who)
                spoken = replace(spoken, place=where)
                before = await count(at.desk)
                receipt = await hear(at.desk, spoken)
                after = await count(at.desk)
                assert isinstance(receipt, Accepted)
                new_answers, new_runs = after[0] - before[0], after[1] - before[1]
                assert after[2] - before[2] == 1
                assert new_answers + new_runs <= 1
                assert new_answers + new_runs == 1 or receipt.private is not None
                assert not (new_answers and where == ELSEWHERE)
                assert not (new_answers and asking.audience == "everyone")
                assert not (new_answers and asking.audience == "asker" and who != ADA)
                assert await hear(at.desk, spoken) == Duplicate()
                assert await count(at.desk) == after

    asyncio.run(walk(tmp_path_factory.mktemp("hearing")))


async def test_what_may_be_either_is_settled_once_whoever_presses_first(tmp_path: Path) -> None:
    texts = replace(OWN, questions=OWN.questions[1:2])
    async with open_desk(tmp_path) as desk:
        await begun(desk, texts)
        await hear(desk, mention("Is it La Paz?"))
        async with looking(desk.office.store) as tx:
            (offered,) = (row.id for row in rows(tx, run_table) if row.status == "completed")

        presses = [
            press(desk, action, offered, ADA, f"press-{action}-{number}")
            for number in range(5)
            for action in (("use", "ask") if number % 2 else ("ask", "use"))
        ]
        receipts = await asyncio.gather(*presses)

        told = [each for each in receipts if each != Accepted()]
        assert len(told) == len(receipts) - 1
        assert all("no longer works" in notice(each).text for each in told)
        async with looking(desk.office.store) as tx:
            asked = [row for row in rows(tx, run_table) if row.supersedes == offered]
            answered = rows(tx, answer_table)
        assert len(asked) + len(answered) == 1


async def test_whoever_did_not_write_it_cannot_say_what_it_is(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await begun(desk, replace(OWN, questions=OWN.questions[1:2]))
        await hear(desk, mention("Is it La Paz?"))
        async with looking(desk.office.store) as tx:
            (offered,) = (row.id for row in rows(tx, run_table) if row.status == "completed")

        before = await count(desk)
        for action in ("use", "ask"):
            receipt = await press(desk, action, offered, BEN, f"press-{action}")
            assert "somebody else" in notice(receipt).text
        assert (await count(desk))[:2] == before[:2]


async def test_a_press_that_names_nothing_of_ours_changes_nothing(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        one = await begun(desk, OWN)

        strange: list[tuple[Action, str]] = [
            ("use", "run_x"),
            ("ask", one.run.id),
            ("use", one.run.id),
            ("continue", "run_x"),
        ]
        for number, (action, target) in enumerate(strange):
            receipt = await press(desk, action, target, ADA, f"press-{number}")
            assert "no longer works" in notice(receipt).text
        async with looking(desk.office.store) as tx:
            assert len(rows(tx, run_table)) == 1


async def test_an_answer_that_comes_too_late_stays_a_message_for_the_tutor(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        one = await begun(desk, replace(OWN, questions=OWN.questions[1:2]))
        await hear(desk, mention("Is it La Paz?"))
        async with looking(desk.office.store) as tx:
            (offered,) = (row.id for row in rows(tx, run_table) if row.status == "completed")
        async with writing(desk.office.store) as tx:
            questions.close(tx, one.run.id)

        late = await press(desk, "use", offered, ADA, "late")
        asked = await press(desk, "ask", offered, ADA, "then")

        assert "closed" in notice(late).text
        assert asked == Accepted()
        async with looking(desk.office.store) as tx:
            (again,) = (row for row in rows(tx, run_table) if row.supersedes == offered)
            said = [row.body["content"] for row in rows(tx, item_table) if row.run_id == again.id]
        assert said[-1] == "Is it La Paz?"


async def test_what_is_asked_behind_another_message_shows_that_it_was_heard(
    tmp_path: Path,
) -> None:
    async with open_desk(tmp_path) as desk:
        await begun(desk, replace(OWN, questions=OWN.questions[1:2]))
        await hear(desk, mention("Is it La Paz?"))
        async with looking(desk.office.store) as tx:
            (offered,) = (row.id for row in rows(tx, run_table) if row.status == "completed")
        await hear(desk, mention("Good morning", by=BEN))

        await press(desk, "ask", offered, ADA, "ask")

        async with looking(desk.office.store) as tx:
            (asked,) = (row.id for row in rows(tx, run_table) if row.supersedes == offered)
            (sign,) = deliveries.of_run(tx, asked)
            order = [
                row.run_id for row in sorted(rows(tx, delivery_table), key=lambda row: row.seq)
            ]
            bens = runs.newest(tx, thread_of(tx, asked), 2)[0]
        assert isinstance(sign.view, Reply)
        assert sign.view.note == say("limits.after_current")
        assert order[-2:] == [bens.id, asked]


def thread_of(tx: Tx, run_id: str) -> str:
    run = runs.get(tx, run_id)
    assert run is not None
    return run.thread_id


async def test_a_deadline_that_has_passed_makes_a_request_of_every_text(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        one = await begun(desk, OWN)
        (first, *_) = await one.questions()
        await desk.clock.advance(first.closes_at - desk.clock.now())

        assert await hear(desk, mention("Lima")) == Accepted()
        assert (await count(desk))[:2] == (0, 2)


async def test_where_the_quiz_goes_on_both_places_are_shown_anew(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        one = await begun(desk, OWN)
        desk.delivered.clear()

        await hear(desk, mention("Lima", where=BESIDE))

        assert set(desk.delivered) == {HERE.id, BESIDE.id}
        async with looking(desk.office.store) as tx:
            moved = runs.get(tx, one.run.id)
            shown = [(row.place_id, row.run_id) for row in rows(tx, delivery_table)]
            bound = thread_rows.bound(tx, [HERE.id, BESIDE.id])
        assert moved is not None
        assert moved.place == BESIDE
        assert shown == [(HERE.id, one.run.id), (BESIDE.id, one.run.id)]
        assert set(bound.values()) == {one.run.thread_id}


async def test_a_place_with_a_thread_of_its_own_keeps_it(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await hear(desk, mention("Hello", where=BESIDE))
        one = await begun(desk, OWN)

        await hear(desk, mention("Lima", where=BESIDE))

        async with looking(desk.office.store) as tx:
            bound = thread_rows.bound(tx, [HERE.id, BESIDE.id])
        assert bound[HERE.id] == one.run.thread_id != bound[BESIDE.id]


async def test_a_batch_asks_once_what_is_open_for_whomever(tmp_path: Path) -> None:
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    async with open_desk(tmp_path) as desk:
        await begun(desk, OWN)
        crowd = [PersonRef(scope="sim", user=f"U-{number}") for number in range(200)]
        batch = [mention("Lima", by=who, where=place(f"t{who.user}")) for who in crowd]
        async with writing(desk.office.store) as tx:
            event.listen(tx, "before_cursor_execute", note)
            assert typed.set_aside(tx, batch) == set()
            assert len(statements) == 1
            mine = mention("Lima", where=BESIDE)
            assert typed.set_aside(tx, [*batch, mine]) == {mine.key}
            assert len(statements) == 3
            event.remove(tx, "before_cursor_execute", note)


async def test_what_is_open_is_found_by_indices(tmp_path: Path) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(
        _: object, __: object, statement: str, given: tuple[object, ...], *___: object
    ) -> None:
        asked.append((statement, given))

    async with opened(tmp_path) as store, writing(store) as tx:
        event.listen(tx, "before_cursor_execute", note)
        awaiting.found(tx, [ADA.key, BEN.key], [HERE.channel_id, "sim:other"])
        event.remove(tx, "before_cursor_execute", note)
        ((statement, given),) = asked
        plan = [row.detail for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)]

    assert [step for step in plan if step.startswith("SCAN")] == []
    assert any("questions_asked" in step for step in plan)
    assert any("quizzes_open" in step for step in plan)


async def test_who_has_finished_a_quiz_for_everyone_is_heard_again(tmp_path: Path) -> None:
    async with classroom(tmp_path, replace(CAPITALS, questions=CAPITALS.questions[:1])) as at:
        await at.start(CAT)
        assert "does not count" in notice(await hear(at.desk, mention("Lima", by=CAT))).text
        await at.choose(0, 1, CAT)

        assert await hear(at.desk, mention("Lima", by=CAT)) == Accepted()
        assert (await count(at.desk))[:2] == (1, 2)


async def test_the_table_is_what_decides(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await begun(desk, OWN)
        said = mention("Lima", where=BESIDE)
        async with looking(desk.office.store) as tx:
            (one,) = typed.found(tx, said, desk.office.limits("sim"), desk.clock.now())

        assert one.where == "elsewhere"
        assert meaning(said.text, one.question, one.where).kind == "answer"
        assert isinstance(await hear(desk, said), Accepted)
        assert (await count(desk))[0] == 1
