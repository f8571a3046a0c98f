"""Forgetting: what a person wrote is nowhere any more, what others wrote is; the thread goes on."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import String, cast, select

from bot.adapter import Accepted, Receipt
from bot.events import PersonRef
from bot.intake import accept_many
from bot.jsons import Json
from bot.quiz.seen import Quizzes
from bot.store.database import reading
from bot.store.tables import metadata
from bot.views import Button, Notice, Quiz, Reply
from tests.acts.desk import open_desk
from tests.flows.bench import Bench
from tests.sims.answers import Call, Reasoning, Text
from tests.sims.openai import OpenAISim
from tests.sims.platform import PlatformSim, Sent
from tests.sims.wire import LIMITS
from tests.store.rows import mention, place, writing

WROTE = "My aardvark equation is:\n3x + 11 = 14"
ANSWERED = 'A zebrafish says "6x", I think'
LATER = "And what about the capybara theorem?"
BENS = "Ben's walrus would like a hint"
QUESTIONS: list[Json] = [
    {
        "question_text": f"You wrote: {WROTE} What is its derivative?",
        "answer": f"See above, “{WROTE}”, and look it up",
    },
    {
        "question_text": "Which one is even?",
        "choices": ["one", "two"],
        "hint": f"It is not like “{WROTE}”.",
        "explanation": f"As you wrote: {WROTE}",
    },
]
QUIZ: Json = {
    "title": "On “my aardvark equation is: 3x + 11 = 14”",
    "questions": [*QUESTIONS],
}
WORDS = ("aardvark", "zebrafish", "capybara")


def stored(database: Path) -> dict[str, str]:
    """All that is in each column of each table, as text."""
    with reading(database) as tx:
        return {
            f"{table.name}.{column.name}": " ".join(
                str(value).casefold() for value in tx.scalars(select(cast(column, String)))
            )
            for table in metadata.sorted_tables
            for column in table.columns
        }


def traces(database: Path) -> list[str]:
    """The columns in which a word of the person is left."""
    return [name for name, text in stored(database).items() if any(word in text for word in WORDS)]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with PlatformSim() as people, OpenAISim() as model:
        yield Bench(people, model, tmp_path / "docent.db")


def button(receipt: Receipt | None) -> Button:
    """The one beside the question."""
    assert isinstance(receipt, Accepted)
    assert isinstance(receipt.private, Notice)
    (only,) = receipt.private.actions
    return only


async def asked(bench: Bench, by: str = "ada") -> Button:
    sent = await bench.people.acknowledged(await bench.people.order("forget", by=by))
    return button(sent.receipt)


async def pressed(bench: Bench, by: str = "ada") -> Sent:
    press = await asked(bench, by)
    sent = await bench.people.click(press.token, by=by, place="channel")
    return await bench.people.acknowledged(sent)


async def forgotten(bench: Bench) -> None:
    """Wait until nothing is left to be done, here and on the screen."""
    stale = "state = 'sent' AND shown_version < view_version"

    def is_done() -> bool:
        return not bench.rows(
            f"SELECT at FROM forgetting UNION SELECT slot FROM deliveries WHERE {stale}"  # noqa: S608 - ours
        )

    await bench.later(is_done, step=timedelta(milliseconds=1))


async def lesson(bench: Bench) -> None:
    """Ada asks, is quizzed and answers, and the tutor repeats her words to her and to Ben."""
    people, model = bench.people, bench.model
    model.answer(Reasoning("gAAAA-1"), Text(f"You wrote: {WROTE}"), Call("display_quiz", QUIZ, "c"))
    await people.mention(WROTE)
    shown = await people.question(1)
    await people.submit(shown.actions[0].token, ANSWERED)
    second = await people.question(2)
    model.answer(Reasoning("gAAAA-2"), Text(f"On “{ANSWERED.upper()}”: this is right."))
    await people.click(second.choices[1].token)
    await people.said("this is right")
    repeated = json.dumps({"question": "Ada said:\n> " + WROTE.replace("\n", "\n> ")})
    model.answer(Reasoning("gAAAA-3"), Call("ask_person", repeated, "c2"))
    await people.mention(BENS, by="ben")
    hint = await people.question(1)
    model.answer(Text("As Ada said: my aardvark equation is: 3x + 11 = 14."))
    await people.submit(hint.actions[0].token, "Ben's own answer stays", by="ben")
    await people.said("As Ada said")
    model.answer(Text("Never heard of it."))
    await people.mention(LATER)
    await people.said("Never heard of it.")


async def test_nothing_that_was_written_or_answered_is_left_anywhere(bench: Bench) -> None:
    async with bench.running():
        await lesson(bench)
        before = traces(bench.database)
        assert len(list(Quizzes(bench.database).results_in("sim:one"))) == len(QUESTIONS)
        sent = await pressed(bench)
        assert "is being forgotten" in await bench.people.whispered(sent)
        await forgotten(bench)

        assert {"items.body", "answers.text", "deliveries.view", "tool_calls.output"} < {*before}
        assert {"quizzes.title", "questions.title", "questions.text"} < {*before}
        assert {"questions.answer", "questions.hint", "questions.explanation"} < {*before}
        assert traces(bench.database) == []
        shown = " ".join(str(post.view) for post in bench.people.shown()).casefold()
        assert not any(word in shown for word in WORDS)

        assert list(Quizzes(bench.database).results_in("sim:one")) == []

        left = stored(bench.database)
        assert "walrus" in left["items.body"]
        assert "ben's own answer stays" in left["answers.text"]
        assert "this is right" in left["items.body"]
        assert "never heard of it" in left["deliveries.view"]
    # What SQLite has let go of is overwritten, and the journal is empty after a clean stop.
    assert not any(word.encode() in bench.database.read_bytes() for word in WORDS)


async def test_a_quiz_shows_its_questions_without_the_answers(bench: Bench) -> None:
    async with bench.running():
        await lesson(bench)
        await pressed(bench)
        await forgotten(bench)

        quiz, bens = (post.view for post in bench.people.shown() if isinstance(post.view, Quiz))
        assert isinstance(quiz, Quiz)
        assert quiz.title == "On “[removed]”"
        assert [line.text for line in quiz.answered] == [
            "1. You wrote: [removed] What is its derivative? — [removed]",
            "2. Which one is even? — [removed]",
        ]
        assert isinstance(bens, Quiz)
        assert "Ben's own answer stays" in bens.answered[0].text


async def test_the_thread_goes_on_with_a_valid_request(bench: Bench) -> None:
    async with bench.running():
        await lesson(bench)
        await pressed(bench)
        await forgotten(bench)
        bench.model.answer(Text("Let us go on."))
        await bench.people.mention("Where were we?", by="ben")
        await bench.people.said("Let us go on.")

        said = [str(one) for one in bench.said_to_model()]
        assert said[0] == "[Learner 1] [removed]"
        assert said[1] == "You wrote: [removed]"
        assert said[3] == "[removed]"
        assert said[4] == "On “[removed]”: this is right."
        assert f"[Learner 2] {BENS}" in said
        assert "As Ada said: [removed]." in said
        items = bench.model.requests[-1].items
        assert not any(item["type"] == "reasoning" for item in items if "type" in item)


async def test_a_retry_brings_nothing_back(bench: Bench) -> None:
    async with bench.running():
        bench.model.answer(Text("Never heard of it."))
        await bench.people.mention(LATER)
        reply = await bench.people.said("Never heard of it.")
        assert isinstance(reply.view, Reply)
        await pressed(bench)
        await forgotten(bench)
        bench.model.answer(Text("What do you mean?"))
        await bench.people.click(reply.view.actions[0].token)
        await bench.people.said("What do you mean?")

        assert bench.said_to_model() == ["[removed]"]
        assert traces(bench.database) == []


async def test_a_retry_that_came_in_between_ends_and_is_forgotten_too(bench: Bench) -> None:
    async with bench.running():
        bench.model.answer(Text("Never heard of it."))
        await bench.people.mention(LATER)
        await bench.people.said("Never heard of it.")
        bench.model.answer(Text("Ben has to wait."), hold_before=0)
        await bench.people.mention(BENS, by="ben")
        await bench.model.request_arrived(2)
        await pressed(bench)
        bench.change(
            "INSERT INTO runs SELECT 'run_again', thread_id, 99, round, 'requires_action', "
            "asker_scope, asker_user, place_id, place, snapshot, 1, 0, '{}', NULL, NULL, 0, NULL, "
            "NULL, id, '{}', '2099-01-01 00:00:00.000000', NULL, NULL FROM runs WHERE turn = 1"
        )
        bench.model.release()
        await bench.people.said("Ben has to wait.")
        await bench.later(lambda: not bench.rows("SELECT 1 FROM forgetting"))

        again = bench.rows("SELECT status FROM runs WHERE id = 'run_again'")
        assert again == [("cancelled",)]
        assert traces(bench.database) == []


async def test_a_reply_in_several_messages_loses_a_quote_that_goes_across(bench: Bench) -> None:
    long = " ".join(f"capybara{number}" for number in range(40))
    bench.limits = replace(LIMITS, max_text=300)
    async with bench.running():
        bench.model.answer(Text("x" * 200 + f" You said: {long}. " + "y" * 200))
        await bench.people.mention(long)
        await bench.people.said("yyy")
        assert len(bench.people.shown()) > 2
        await pressed(bench)
        await forgotten(bench)

        assert "capybara" not in " ".join(bench.people.texts())
        assert traces(bench.database) == []


async def test_an_open_question_and_what_is_queued_end_first(bench: Bench) -> None:
    async with bench.running():
        bench.model.answer(Call("display_quiz", QUIZ, "c"))
        await bench.people.mention(WROTE)
        shown = await bench.people.question(1)
        await bench.people.submit(shown.actions[0].token, ANSWERED)
        await bench.people.question(2)
        await pressed(bench)
        await forgotten(bench)

        assert traces(bench.database) == []
        assert bench.rows("SELECT status FROM runs") == [("cancelled",)]
        assert bench.rows("SELECT DISTINCT state FROM questions") == [("closed",)]
        assert bench.people.quiz() is None


async def test_while_the_tutor_is_at_work_for_them_nothing_is_forgotten(bench: Bench) -> None:
    async with bench.running():
        bench.model.answer(Text("Never heard of it."), hold_before=0)
        await bench.people.mention(LATER)
        await bench.model.request_arrived(1)
        sent = await pressed(bench)

        assert "Stop it first" in await bench.people.whispered(sent)
        assert bench.rows("SELECT 1 FROM forgetting") == []
        assert traces(bench.database) == ["items.body"]
        bench.model.release()
        await bench.people.said("Never heard of it.")


async def test_a_thread_on_which_somebody_else_is_answered_waits_for_that(bench: Bench) -> None:
    async with bench.running():
        bench.model.answer(Text("Never heard of it."))
        await bench.people.mention(LATER)
        await bench.people.said("Never heard of it.")
        bench.model.answer(Text(f"Ada asked: {LATER}"), hold_before=0)
        await bench.people.mention(BENS, by="ben")
        await bench.model.request_arrived(2)
        await bench.people.whispered(await pressed(bench))
        assert "items.body" in traces(bench.database)
        bench.model.release()
        await bench.people.said("Ada asked:")
        await bench.later(lambda: not bench.rows("SELECT 1 FROM forgetting"))
        await forgotten(bench)

        assert traces(bench.database) == []
        assert "Ada asked: [removed]" in bench.people.texts()


async def test_what_a_kill_has_kept_from_being_done_is_done_at_the_next_start(
    bench: Bench,
) -> None:
    async with bench.running():
        await lesson(bench)
    bench.change(
        "INSERT INTO forgetting VALUES ('sim:one', 'sim', 'ada', ?, 0, 0)",
        (bench.clock.now() + timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S.%f"),
    )
    async with bench.running():
        await forgotten(bench)

    assert traces(bench.database) == []
    assert "walrus" in stored(bench.database)["items.body"]


async def test_the_log_of_changes_says_how_much_and_not_what(bench: Bench) -> None:
    async with bench.running():
        await lesson(bench)
        await pressed(bench)
        await forgotten(bench)

        (line,) = bench.rows("SELECT workspace_id, who, what, before, after FROM audit")
        assert line[:4] == ("sim:one", "sim/ada", "person.forgotten", None)
        assert json.loads(str(line[4])) == {"messages": 2, "answers": 2}


async def test_other_workspaces_are_untouched(bench: Bench) -> None:
    ada, there = PersonRef(scope="sim", user="ada"), place("x", workspace="w2")
    elsewhere = mention(LATER, by=ada, where=there, key="sim:elsewhere")
    async with bench.running():
        bench.model.answer(Text("Never heard of it."))
        await bench.people.mention(WROTE)
        await bench.people.said("Never heard of it.")
    async with open_desk(bench.database.parent) as desk, writing(desk.office.store) as tx:
        accept_many(tx, [elsewhere], bench.clock.now())
    async with bench.running():
        bench.model.answer(Text("Never heard of it either."))
        await bench.people.said("either", place="x")
        await pressed(bench)
        await forgotten(bench)

        assert LATER.casefold() in stored(bench.database)["items.body"]
        assert "aardvark" not in stored(bench.database)["items.body"]
