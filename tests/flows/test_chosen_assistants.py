"""Who answers where is set while the bot runs, and counts from the next run on."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.events import WorkspaceId
from bot.jsons import Json
from bot.registry import changes, choices
from bot.registry.changes import Editor, New
from bot.registry.errors import MissingError, RegistryError
from bot.registry.vault import Vault
from bot.store.database import writing
from tests.flows.bench import Bench
from tests.flows.lessons import quiz
from tests.flows.test_requests import ask
from tests.sims.answers import Text

OPERATOR = Editor(who="shell:kim")
SIM = WorkspaceId("sim:one")
POET = "Answer in verse."


def work(bot: Bench, place: str | None, assistant: str | None, text: str | None = None) -> None:
    """What an operator does beside the bot."""
    now = datetime.now(UTC)
    with writing(bot.database) as tx:
        values: Json = {"assistant": assistant, "additional_instructions": text}
        choices.change(tx, OPERATOR, SIM, place, values, now=now)


async def choose(bot: Bench, place: str | None, assistant: str | None, text: str = "") -> None:
    await asyncio.to_thread(work, bot, place, assistant, text or None)


def poet(bot: Bench, workspace: str | None = None) -> str:
    body: Json = {"name": "Poet", "instructions": POET, "model": "model-2"}
    new = New(body=body, workspace=None if workspace is None else WorkspaceId(workspace))
    with writing(bot.database) as tx:
        return changes.create(tx, OPERATOR, new, Vault(bot.database), datetime.now(UTC)).id


def told(sent: Json) -> tuple[object, object]:
    return sent["instructions"], sent["model"]


async def test_it_answers_there_from_the_next_run_on_and_not_elsewhere(bot: Bench) -> None:
    before = await ask(bot, "Hi")
    await ask(bot, "Hi", place="t2")
    await choose(bot, "sim:t1", await asyncio.to_thread(poet, bot), "About the sea.")

    there = await ask(bot, "And now?")
    elsewhere = await ask(bot, "And now?", place="t2")
    await choose(bot, "sim:t1", None)
    again = await ask(bot, "And then?")

    assert told(there) == (f"{POET}\n\nAbout the sea.", "model-2")
    assert told(elsewhere) == told(again) == told(before)


async def test_a_channel_is_set_for_all_its_threads_and_a_workspace_for_the_rest(
    bot: Bench,
) -> None:
    await ask(bot, "Hi")
    await choose(bot, "sim:channel", await asyncio.to_thread(poet, bot))
    await choose(bot, None, None, "Exam on Friday.")

    in_channel = await ask(bot, "Hello", place="new")
    bot.model.answer(Text("In private"))
    await bot.people.mention("Hello", place="dm-ada", direct=True)
    await bot.people.said("In private", place="dm-ada")
    direct = bot.model.requests[-1].body

    assert told(in_channel) == (f"{POET}\n\nExam on Friday.", "model-2")
    assert POET not in str(direct["instructions"])
    assert str(direct["instructions"]).endswith("Exam on Friday.")


async def test_a_run_that_waits_for_an_answer_goes_on_as_it_began(bot: Bench) -> None:
    bot.model.answer(quiz())
    bot.model.answer(Text("Well done"))
    await bot.people.mention("Quiz me")
    await bot.people.question(1)
    await choose(bot, "sim:channel", await asyncio.to_thread(poet, bot))
    for number in (1, 2):
        question = await bot.people.question(number)
        skip = next(action for action in question.actions if action.label == "Skip")
        await bot.people.click(skip.token)
    await bot.people.said("Well done")
    feedback = bot.model.requests[-1].body

    assert POET not in str(feedback["instructions"])
    assert told(await ask(bot, "And now?")) == (POET, "model-2")


async def test_another_workspaces_assistant_never_answers(bot: Bench) -> None:
    before = await ask(bot, "Hi")
    bot.change(
        "INSERT INTO workspaces (id, settings, created_at)"
        " VALUES ('sim:two', '{}', '2026-11-01 12:00:00.000000')"
    )
    theirs = await asyncio.to_thread(poet, bot, "sim:two")
    with pytest.raises(MissingError):
        await choose(bot, "sim:channel", theirs)
    with pytest.raises(RegistryError):
        await choose(bot, "sim:elsewhere", "asst_tutor")
    bot.change("UPDATE places SET assistant_id = ?", theirs)  # as no way in leaves it

    assert told(await ask(bot, "And now?")) == told(before)
