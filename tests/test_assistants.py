"""Which assistant answers where, and what a run keeps of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import JsonValue
from sqlalchemy import insert, update

from bot import assistants
from bot.events import PlaceRef
from bot.jsons import Json
from bot.store import places, tables
from bot.store.database import Store
from bot.store.records import Snapshot
from bot.tools import TOOLS
from tests.store.rows import NOW, looking, opened, place, writing

HERE = place("t1")
CHANNEL = f"{HERE.platform}:{HERE.parent}"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as store:
        async with writing(store) as tx:
            assistants.offer_default(tx, TOOLS, NOW)
            channel = place(str(HERE.parent), direct=True)
            places.note(tx, [HERE, channel, place("t9", direct=True, workspace="sim:two")], NOW)
        yield store


async def add(
    store: Store, name: str, body: Json | None = None, workspace: str | None = None
) -> None:
    async with writing(store) as tx:
        tx.execute(
            insert(tables.assistants).values(
                id=name,
                workspace_id=workspace,
                body={"name": name} if body is None else body,
                version=3,
                created_at=NOW,
            )
        )


async def choose(store: Store, name: str, where: str) -> None:
    """Set the assistant of a place, a channel or a workspace, by its id."""
    async with writing(store) as tx:
        for table in (tables.places, tables.workspaces):
            tx.execute(update(table).where(table.c.id == where).values(assistant_id=name))


async def snapshot(store: Store, where: PlaceRef = HERE) -> Snapshot:
    async with looking(store) as tx:
        return assistants.snapshot(tx, where, model="model-1", provider="https://one.example")


async def answering(store: Store, where: PlaceRef = HERE) -> str:
    return (await snapshot(store, where)).assistant_id


async def test_the_tutor_answers_where_nobody_chose_another(store: Store) -> None:
    tutor = await snapshot(store)

    assert (tutor.assistant_id, tutor.name, tutor.version) == ("asst_tutor", "Tutor", 1)
    assert (tutor.model, tutor.provider) == ("model-1", "https://one.example")
    assert "patient tutor" in tutor.instructions
    assert await answering(store, place("never seen", workspace="sim:nowhere")) == "asst_tutor"


async def test_the_model_sees_the_stored_tools_flat(store: Store) -> None:
    tutor = await snapshot(store)

    assert [tool["name"] for tool in tutor.tools] == ["display_quiz", "ask_person"]
    assert all(tool["type"] == "function" and tool["strict"] is False for tool in tutor.tools)
    assert all(isinstance(tool["parameters"], dict) for tool in tutor.tools)


async def test_the_nearest_choice_counts(store: Store) -> None:
    for name in ("asst_workspace", "asst_channel", "asst_place"):
        await add(store, name)

    await choose(store, "asst_workspace", "sim:one")
    assert await answering(store) == "asst_workspace"
    await choose(store, "asst_channel", CHANNEL)
    assert await answering(store) == "asst_channel"
    await choose(store, "asst_place", HERE.id)
    assert await answering(store) == "asst_place"
    assert await answering(store, place("t2")) == "asst_channel"
    assert await answering(store, place("dm", direct=True)) == "asst_workspace"
    assert await answering(store, place("t9", direct=True, workspace="sim:two")) == "asst_tutor"


async def test_an_assistant_of_another_workspace_never_answers(store: Store) -> None:
    await add(store, "asst_theirs", workspace="sim:two")
    await choose(store, "asst_theirs", "sim:one")
    assert await answering(store) == "asst_tutor"

    await choose(store, "asst_theirs", "sim:two")
    assert await answering(store, place("t9", direct=True, workspace="sim:two")) == "asst_theirs"


async def test_a_deleted_assistant_does_not_answer(store: Store) -> None:
    await add(store, "asst_old")
    await choose(store, "asst_old", "sim:one")
    async with writing(store) as tx:
        tx.execute(
            update(tables.assistants)
            .where(tables.assistants.c.id == "asst_old")
            .values(deleted_at=NOW)
        )

    assert await answering(store) == "asst_tutor"


async def test_an_assistant_that_does_not_exist_does_not_answer(store: Store) -> None:
    await choose(store, "asst_never", "sim:one")

    assert await answering(store) == "asst_tutor"


async def test_the_default_is_offered_once_and_stays_as_it_was_edited(store: Store) -> None:
    async with writing(store) as tx:
        tx.execute(update(tables.assistants).values(body={"name": "Ours"}, version=2))
        assistants.offer_default(tx, TOOLS, NOW)

    tutor = await snapshot(store)
    assert (tutor.name, tutor.version, tutor.tools) == ("Ours", 2, ())


async def test_an_assistants_own_settings_are_kept(store: Store) -> None:
    body: Json = {
        "name": "Kim",
        "instructions": "Be brief.",
        "model": "model-2",
        "temperature": 0,
        "top_p": 0.5,
    }
    await add(store, "asst_kim", body)
    await choose(store, "asst_kim", "sim:one")

    assert await snapshot(store) == Snapshot(
        assistant_id="asst_kim",
        name="Kim",
        version=3,
        instructions="Be brief.",
        model="model-2",
        tools=(),
        temperature=0.0,
        top_p=0.5,
        provider="https://one.example",
    )


async def test_the_model_is_not_told_of_functions_that_nobody_implements(store: Store) -> None:
    nested: list[JsonValue] = [
        {"type": "function", "function": {"name": name}} for name in ("display_quiz", "zip")
    ]
    for number, wanted in enumerate(("display_quiz", "zip")):
        choice: Json = {"type": "function", "function": {"name": wanted}}
        await add(store, f"asst_{number}", {"tools": nested, "tool_choice": choice})
    found = []
    for number in range(2):
        await choose(store, f"asst_{number}", "sim:one")
        async with looking(store) as tx:
            found.append(
                assistants.snapshot(tx, HERE, model="m", provider="p", tools={"display_quiz"})
            )

    assert [one.tool_names for one in found] == [{"display_quiz"}, {"display_quiz"}]
    assert isinstance(found[0].tool_choice, dict)
    assert found[1].tool_choice is None


ODD: list[Json] = [
    {},
    {"name": None, "instructions": None, "model": None, "tools": None, "temperature": None},
    {"tools": "display_quiz", "temperature": "hot", "top_p": []},
    {"tools": [None, 7, "x", {"type": "code_interpreter"}, {"type": "function", "function": None}]},
]


@pytest.mark.parametrize("body", ODD, ids=["empty", "nulls", "types", "tools"])
async def test_a_body_that_lacks_or_garbles_fields_still_answers(store: Store, body: Json) -> None:
    await add(store, "asst_odd", body)
    await choose(store, "asst_odd", "sim:one")
    odd = await snapshot(store)

    assert (odd.name, odd.instructions, odd.model) == ("", "", "model-1")
    assert (odd.tools, odd.temperature, odd.top_p) == ((), None, None)


async def test_a_database_without_any_assistant_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    async with opened(tmp_path / "empty") as empty:
        with pytest.raises(LookupError, match="asst_tutor"):
            await snapshot(empty)
