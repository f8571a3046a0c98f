"""Admins read who changed what in their workspace, and nothing of another's."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.jsons import Json
from bot.registry import changes, choices
from bot.registry.changes import New
from bot.registry.vault import Vault
from bot.store import audit
from bot.strings import say
from tests.acts.desk import Desk
from tests.acts.settled import ONE, OPERATOR, TWO, settled
from tests.store.rows import ADA, NOW, place, writing

HIDDEN = "sk-very-secret"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with settled(tmp_path) as desk:
        yield desk


async def test_the_newest_changes_with_before_and_after(desk: Desk) -> None:
    await desk.told("settings follow_ups never", by=ADA)
    await desk.told("settings follow_ups always", by=ADA)
    told = await desk.told("audit", by=ADA)

    head, newest, before, *_ = told.splitlines()
    assert head == say("audit.head")
    assert f"`{ADA.key}`: `place.updated sim:channel` `follow_ups: never → always`" in newest
    assert "UTC" in newest
    assert "`follow_ups: not set → never`" in before


async def test_assistants_are_named_and_what_is_not_set_is_said_in_words(desk: Desk) -> None:
    await desk.told("assistant asst_poet", by=ADA)
    values: Json = {"instructors": []}
    await desk.office.store.write(choices.change, OPERATOR, ONE, "sim:channel", values, now=NOW)
    told = await desk.told("audit", by=ADA)

    assert "`assistant_id: not set → Poet (asst_poet)`" in told
    assert "→ not set`" in told
    assert "`assistant.created Algebra Coach (asst_coach)` `name: Algebra Coach" not in told
    assert "assistant.created Algebra Coach (asst_coach)" in told
    assert "description: All about Algebra Coach.; name: Algebra Coach" in told
    assert "[]" not in told


async def test_of_a_deleted_assistant_the_name_is_still_told(desk: Desk) -> None:
    store = desk.office.store
    await store.write(changes.delete, OPERATOR, "asst_coach", now=NOW)
    told = await desk.told("audit", by=ADA)

    assert "assistant.deleted Algebra Coach (asst_coach)" in told


async def test_the_name_of_another_workspaces_assistant_is_not_told(desk: Desk) -> None:
    async with writing(desk.office.store) as tx:
        audit.add(
            tx,
            workspace=ONE,
            who=ADA.key,
            what="place.updated",
            before={"id": "sim:channel", "assistant_id": None},
            after={"id": "sim:channel", "assistant_id": "asst_theirs"},
            now=NOW,
        )
    told = await desk.told("audit", by=ADA)

    assert "`assistant_id: not set → asst_theirs`" in told
    assert "Their Tutor" not in told


async def test_ten_of_them_and_none_of_another_workspace(desk: Desk) -> None:
    for number in range(12):
        values: Json = {"additional_instructions": f"text {number}"}
        await desk.office.store.write(choices.change, OPERATOR, TWO, "sim:t9", values, now=NOW)
        await desk.office.store.write(choices.change, OPERATOR, ONE, None, values, now=NOW)
    told = await desk.told("audit", by=ADA)

    assert len(told.splitlines()) == 11
    assert "text 11" in told
    assert "t9" not in told


async def test_nothing_in_it_is_secret_or_acts(desk: Desk, tmp_path: Path) -> None:
    tool: Json = {
        "type": "mcp",
        "server_label": "notes",
        "server_url": "https://notes.example",
        "headers": {"Authorization": HIDDEN},
    }
    new = New(body={"name": "**`@everyone`**", "tools": [tool]}, workspace=ONE)
    vault = Vault(tmp_path / "docent.db")
    await desk.office.store.write(changes.create, OPERATOR, new, vault, NOW)
    told = await desk.told("audit", by=ADA)

    assert "assistant.created" in told
    assert HIDDEN not in told
    assert "`` " in told


async def test_a_workspace_without_changes_says_so(desk: Desk) -> None:
    nowhere = place("x", workspace="sim:three")

    assert await desk.told("audit", by=ADA, where=nowhere) == say("audit.nothing")
