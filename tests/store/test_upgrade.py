"""A database of each release so far, opened by this program as an operator who updates it would."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.assistants import DEFAULT_ID
from bot.errors import OperatorError
from bot.events import WorkspaceId
from bot.looking import Looking
from bot.quiz.seen import Quizzes
from bot.store import assistants, calls, deliveries, items, questions, runs
from bot.store.database import reading
from bot.store.migrate import MIGRATIONS
from bot.tools.display_quiz import DisplayQuiz
from bot.views import Notice, Quiz, Reply, SlotId
from tests.flows.bench import Bench
from tests.sims.answers import Text
from tests.sims.clock import MovableClock
from tests.sims.openai import OpenAISim
from tests.sims.platform import PlatformSim, Posted
from tests.sims.wire import VIEW

RELEASES = sorted(Path(__file__).parent.glob("release_*.sql"))

SHOWN = """
SELECT ref ->> 'key', place ->> 'key', slot, view FROM deliveries ORDER BY seq
"""
"""In plain SQL: the tables are not yet those of this program."""


@pytest.fixture(params=RELEASES, ids=lambda path: path.stem)
async def old(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    """What a release left, a minute after its end, and the platform as it was then."""
    database = tmp_path / "docent.db"
    with closing(sqlite3.connect(database)) as db:
        db.executescript(request.param.read_text("utf-8"))
        (ended,) = db.execute("SELECT max(created_at) FROM runs").fetchone()
        shown = db.execute(SHOWN).fetchall()
    ended_at = datetime.fromisoformat(ended).replace(tzinfo=UTC)
    clock = MovableClock()
    await clock.advance(ended_at + timedelta(minutes=1) - clock.now())
    async with PlatformSim(clock=clock.now) as people, OpenAISim() as model:
        people.messages += [
            Posted(key or f"m{number}", place, SlotId(slot), VIEW.validate_json(view), ended_at)
            for number, (key, place, slot, view) in enumerate(shown, 1)
        ]
        yield Bench(people, model, database, clock)


async def healed(old: Bench) -> None:
    """Let the look-up of the message in doubt come, and the run that was cut end."""
    await old.later(lambda: "Here you are." in old.people.texts("doubt"))
    await old.people.said("Here you are.", place="doubt")


async def test_a_parked_quiz_is_answered_to_its_end_and_its_feedback_comes(old: Bench) -> None:
    old.model.answer(Text("Here you are."))
    async with old.running():
        await healed(old)
        old.model.answer(Text("Both are right."))
        second = await old.people.question(2, place="quiz")
        sent = await old.people.click(second.choices[1].token, place="quiz", key="sim:new:1")
        await old.people.said("Both are right.", place="quiz")

    assert await old.people.whispered(sent) == ""
    assert json.loads(str(old.model.requests[-1].items[-1]["output"])) == ["6x", "1"]
    quiz = old.people.shown("quiz")[1].view
    assert isinstance(quiz, Quiz)
    assert quiz.question is None


async def test_an_old_quiz_is_listed_open_and_then_with_its_answers(old: Bench) -> None:
    old.model.answer(Text("Here you are."))
    found = Quizzes(old.database)
    async with old.running():
        await healed(old)
        (before,) = found.newest(limit=10)
        old.model.answer(Text("Both are right."))
        second = await old.people.question(2, place="quiz")
        await old.people.click(second.choices[1].token, place="quiz", key="sim:new:1")
        await old.people.said("Both are right.", place="quiz")
    (after,) = found.newest(limit=10)

    assert (before.quiz.title, before.quiz.audience) == ("Math Quiz", "asker")
    assert (before.quiz.workspace_id, before.quiz.topic) == ("sim:one", "")
    assert before.is_open
    assert not after.is_open
    rows = found.results_of(after.quiz.tool_call_id)
    assert [row.person for row in rows] == ["sim/ada"] * 2
    given = [row.answer for row in rows if row.answer is not None]
    assert [(each.text, each.option, each.right) for each in given] == [
        ("6x", None, None),
        ("", 1, None),
    ]


async def test_a_cut_reply_in_doubt_is_found_and_finished_in_its_place(old: Bench) -> None:
    old.model.answer(Text("Here you are."))
    async with old.running():
        await healed(old)

    [finished] = old.people.shown("doubt")
    assert isinstance(finished.view, Reply)
    assert not finished.view.live


async def test_a_failed_run_can_be_tried_again(old: Bench) -> None:
    old.model.answer(Text("Here you are."))
    async with old.running():
        await healed(old)
        old.model.answer(Text("Hello!"))
        [problem] = old.people.shown("failed")
        assert isinstance(problem.view, Notice)
        await old.people.click(problem.view.actions[0].token, place="failed", key="sim:new:1")
        await old.people.said("Hello!", place="failed")


async def test_a_copy_is_kept_and_all_that_was_stored_is_readable(old: Bench) -> None:
    old.model.answer(Text("Here you are."))
    async with old.running():
        await healed(old)

    newest = max(path.name[:4] for path in (MIGRATIONS / "versions").glob("0*.py"))
    copy = old.database.with_name(f"docent.db.before-{newest}")
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (before,) = kept.execute("SELECT count(*) FROM runs").fetchone()
    with reading(old.database) as tx:
        listed = runs.listed(tx, limit=100)
        for run in listed:
            assert runs.get(tx, run.id) == run
            assert items.own(tx, run.id)
            items.own_steps(tx, [run.id])
            calls.of_runs(tx, [run.id])
            questions.of_run(tx, run.id)
            assert deliveries.of_run(tx, run.id)
    assert len(listed) == before


async def test_it_is_not_looked_into_before_it_is_updated(old: Bench) -> None:
    with pytest.raises(OperatorError, match="made by an older Docent"):
        Looking(old.database).runs(limit=1)


async def test_old_runs_can_be_looked_at(old: Bench) -> None:
    old.model.answer(Text("Here you are."))
    async with old.running():
        await healed(old)

    looking = Looking(old.database)
    by_place = {thread.place_id: thread for thread in looking.threads(limit=10)}
    solved = looking.thread(by_place["sim:solved"].id, limit=10)
    (parked,) = looking.runs(limit=10, status="requires_action")
    (failed,) = looking.runs(limit=10, status="failed")

    assert [message.role for message in solved.messages] == ["user", "assistant"]
    assert "\\frac{3}{3}" in solved.messages[1].text
    assert [call.name for call in looking.run(parked.run.id).pending] == ["display_quiz"]
    assert failed.run.last_error is not None


async def test_an_assistant_with_our_own_definition_of_a_quiz_gets_the_present_one(
    old: Bench,
) -> None:
    old.model.answer(Text("Here you are."))
    async with old.running():
        await healed(old)

    with reading(old.database) as tx:
        tutor = assistants.get(tx, DEFAULT_ID, WorkspaceId("sim:one"))
        kept = assistants.versions(tx, DEFAULT_ID, None)
    assert tutor is not None
    tools = tutor.body["tools"]
    assert isinstance(tools, list)
    present = DisplayQuiz.definition | {"strict": False}
    assert {"type": "function", "function": present} in tools
    assert [version.version for version in kept] == [1, 2]
