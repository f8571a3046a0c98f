"""Who may change which assistant, and what is kept of every change."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.events import WorkspaceId
from bot.jsons import Json
from bot.registry import changes
from bot.registry.changes import Editor, New
from bot.registry.errors import MissingError, OutdatedError, RegistryError, TakenError
from bot.registry.vault import Vault
from bot.store import assistants, tables
from bot.store.assistants import StoredAssistant
from bot.store.database import Store
from tests.registry.desk import ADMIN_ONE, ADMIN_TWO, ONE, OPERATOR, TWO, furnished
from tests.store.rows import NOW, looking, rows, writing

LATER = NOW + timedelta(days=1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with furnished(tmp_path) as store:
        yield store


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "docent.db")


async def made(
    store: Store, vault: Vault, editor: Editor = OPERATOR, body: Json | None = None
) -> StoredAssistant:
    new = New(body={"name": "Kim", "temperature": 1.0} if body is None else body)
    return await store.write(changes.create, editor, new, vault, NOW)


async def updated(
    store: Store,
    vault: Vault,
    assistant_id: str,
    fields: Json,
    *,
    editor: Editor = OPERATOR,
    version: int | None = None,
) -> StoredAssistant:
    return await store.write(
        changes.update,
        editor,
        assistant_id,
        lambda body: body | fields,
        vault,
        now=LATER,
        version=version,
    )


async def ids(store: Store, editor: Editor) -> set[str]:
    return {one.id for one in await store.read(assistants.listed, editor.workspace)}


async def test_the_operator_offers_to_all_and_an_admin_to_their_workspace(
    store: Store, vault: Vault
) -> None:
    everyones = await made(store, vault)
    ours = await made(store, vault, ADMIN_ONE)

    assert (everyones.workspace, ours.workspace) == (None, ONE)
    assert await ids(store, OPERATOR) == {"asst_tutor", everyones.id, ours.id}
    assert await ids(store, ADMIN_ONE) == {"asst_tutor", everyones.id, ours.id}
    assert await ids(store, ADMIN_TWO) == {"asst_tutor", everyones.id}


async def test_another_workspace_can_neither_see_nor_change_it(store: Store, vault: Vault) -> None:
    ours = (await made(store, vault, ADMIN_ONE)).id

    assert await store.read(assistants.find, ours, TWO) is None
    assert await store.read(assistants.get, ours, TWO) is None
    assert await store.read(assistants.versions, ours, TWO) == []
    with pytest.raises(MissingError):
        await updated(store, vault, ours, {"name": "Theirs"}, editor=ADMIN_TWO)
    with pytest.raises(MissingError):
        await store.write(changes.delete, ADMIN_TWO, ours, LATER)
    stolen = New(body={"name": "Theirs"}, id=ours)
    with pytest.raises(TakenError):
        await store.write(changes.replace, ADMIN_TWO, stolen, vault, LATER)
    kept = await store.read(assistants.find, ours, ONE)
    assert kept is not None
    assert (kept.body["name"], kept.version, kept.deleted_at) == ("Kim", 1, None)


async def test_what_is_offered_to_all_is_not_an_admins_to_change(
    store: Store, vault: Vault
) -> None:
    with pytest.raises(MissingError):
        await updated(store, vault, "asst_tutor", {"name": "Ours"}, editor=ADMIN_ONE)
    with pytest.raises(MissingError):
        await store.write(changes.delete, ADMIN_ONE, "asst_tutor", LATER)


async def test_each_change_is_a_version_and_a_line_in_the_audit(store: Store, vault: Vault) -> None:
    kim = await made(store, vault, ADMIN_ONE)
    second = await updated(store, vault, kim.id, {"name": "Kai", "temperature": None})
    await store.write(changes.delete, ADMIN_ONE, kim.id, LATER)

    history = await store.read(assistants.versions, kim.id, ONE)
    assert second.version == 2
    assert [(one.version, one.who, one.at) for one in history] == [
        (1, "sim:one/ada", NOW),
        (2, "shell:kim", LATER),
    ]
    assert [one.body for one in history] == [{"name": "Kim", "temperature": 1.0}, {"name": "Kai"}]
    async with looking(store) as tx:
        log = [row._asdict() for row in rows(tx, tables.audit)]
    assert [(line["what"], line["who"], line["workspace_id"]) for line in log] == [
        ("assistant.created", "sim:one/ada", ONE),
        ("assistant.updated", "shell:kim", ONE),
        ("assistant.deleted", "sim:one/ada", ONE),
    ]
    assert log[1]["before"] == {"id": kim.id, "version": 1, "name": "Kim", "temperature": 1.0}
    assert log[1]["after"] == {"id": kim.id, "version": 2, "name": "Kai"}
    assert log[2]["after"] is None


async def test_no_change_is_no_version(store: Store, vault: Vault) -> None:
    kim = await made(store, vault)

    assert await updated(store, vault, kim.id, {"temperature": 1}) == kim
    async with looking(store) as tx:
        assert len(rows(tx, tables.audit)) == 1


async def test_who_has_seen_an_older_version_is_told(store: Store, vault: Vault) -> None:
    kim = await made(store, vault)
    await updated(store, vault, kim.id, {"name": "Kai"}, version=1)

    with pytest.raises(OutdatedError, match="at version 2, no longer at 1"):
        await updated(store, vault, kim.id, {"name": "Mia"}, version=1)
    with pytest.raises(OutdatedError):
        await store.write(changes.delete, OPERATOR, kim.id, LATER, version=1)
    kept = await store.read(assistants.find, kim.id, None)
    assert kept is not None
    assert kept.body["name"] == "Kai"


async def test_a_mistake_changes_nothing(store: Store, vault: Vault) -> None:
    kim = await made(store, vault)
    with pytest.raises(RegistryError, match="at most 2"):
        await updated(store, vault, kim.id, {"temperature": 9})

    assert await store.read(assistants.find, kim.id, None) == kim


async def test_a_deleted_assistant_is_gone_until_it_is_brought_back(
    store: Store, vault: Vault
) -> None:
    kim = await made(store, vault, ADMIN_ONE)
    await store.write(changes.delete, ADMIN_ONE, kim.id, LATER)

    assert kim.id not in await ids(store, OPERATOR)
    assert await store.read(assistants.get, kim.id, ONE) is None
    with pytest.raises(MissingError):
        await updated(store, vault, kim.id, {"name": "Kai"})
    with pytest.raises(MissingError):
        await store.write(changes.delete, ADMIN_ONE, kim.id, LATER)
    again = New(body={"name": "Kim"}, id=kim.id)
    with pytest.raises(TakenError):
        await store.write(changes.create, ADMIN_ONE, again, vault, LATER)
    back = await store.write(changes.replace, ADMIN_ONE, again, vault, LATER)
    assert (back.version, back.deleted_at, back.workspace) == (2, None, ONE)
    assert kim.id in await ids(store, ADMIN_ONE)


async def test_the_default_assistant_stays(store: Store) -> None:
    with pytest.raises(RegistryError, match="cannot be deleted"):
        await store.write(changes.delete, OPERATOR, "asst_tutor", LATER)


async def test_a_workspace_that_nobody_has_seen_gets_no_assistant(
    store: Store, vault: Vault
) -> None:
    lost = New(body={"name": "Kim"}, workspace=WorkspaceId("sim:never"))
    with pytest.raises(RegistryError, match="sim:never"):
        await store.write(changes.create, OPERATOR, lost, vault, NOW)


async def test_the_default_assistant_has_a_first_version(store: Store) -> None:
    (first,) = await store.read(assistants.versions, "asst_tutor", ONE)

    assert (first.version, first.who, first.at) == (1, "docent", NOW)
    async with writing(store) as tx:
        assistants.insert_missing(tx, "asst_tutor", {"name": "Newer"}, LATER)
    assert len(await store.read(assistants.versions, "asst_tutor", None)) == 1
