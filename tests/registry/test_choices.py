"""Which assistant answers where: what may be set, by whom, and what counts in the end."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bot import assistants
from bot.events import PlaceRef, WorkspaceId
from bot.jsons import Json
from bot.place_settings import PLACE_SETTINGS, text_of
from bot.registry import changes, choices
from bot.registry.changes import New
from bot.registry.errors import MissingError, RegistryError
from bot.registry.vault import Vault
from bot.store import audit, choosing, places, workspaces
from bot.store.database import Store, Tx
from bot.store.places import Level, decided
from tests.registry.desk import ADMIN_ONE, ADMIN_TWO, ONE, OPERATOR, TWO, furnished
from tests.store.rows import NOW, place, started, writing

LATER = NOW + timedelta(days=1)
THREAD = place("t1")
CHANNEL, DIRECT = "sim:channel", "sim:t9"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with furnished(tmp_path) as store:
        for name, workspace in (("asst_all", None), ("asst_one", ONE), ("asst_two", TWO)):
            new = New(body={"instructions": name}, id=name, workspace=workspace)
            vault = Vault(tmp_path / "docent.db")
            await store.write(changes.create, OPERATOR, new, vault, NOW)
        yield store


async def answering(store: Store, ref: PlaceRef = THREAD) -> str:
    snapshot = await store.read(assistants.snapshot, ref, model="m", provider="p")
    return snapshot.assistant_id


async def change(store: Store, where: str | None, values: Json) -> bool:
    return await store.write(choices.change, OPERATOR, ONE, where, values, now=LATER)


async def choose(store: Store, where: str | None, assistant: str | None) -> bool:
    return await change(store, where, {"assistant": assistant})


async def add(store: Store, where: str | None, text: str | None) -> bool:
    return await change(store, where, {"additional_instructions": text})


async def added(store: Store) -> str:
    return text_of((await store.read(places.chosen, THREAD)).settings, "additional_instructions")


async def test_the_nearest_choice_counts_and_inheriting_ends_it(store: Store) -> None:
    found = [await answering(store)]
    for where, assistant in ((None, "asst_all"), (CHANNEL, "asst_one"), (THREAD.id, "asst_tutor")):
        assert await choose(store, where, assistant)
        found.append(await answering(store))
    for where in (THREAD.id, CHANNEL, None):
        assert await choose(store, where, None)
        found.append(await answering(store))

    way_in = ["asst_tutor", "asst_all", "asst_one", "asst_tutor"]
    assert found == [*way_in, "asst_one", "asst_all", "asst_tutor"]


async def test_a_channel_is_not_the_rest_of_the_workspace(store: Store) -> None:
    await choose(store, CHANNEL, "asst_one")

    assert await answering(store, place("t-new")) == "asst_one"
    assert await answering(store, place("dm", direct=True)) == "asst_tutor"
    assert await answering(store, place("t9", direct=True, workspace=TWO)) == "asst_tutor"


async def test_what_is_added_is_inherited_on_its_own_and_nothing_is_a_choice_too(
    store: Store,
) -> None:
    await choose(store, THREAD.id, "asst_one")
    await add(store, None, "Exam on Friday.")
    inherited = await added(store)
    await add(store, CHANNEL, "")
    nothing = await added(store)
    await add(store, CHANNEL, None)

    assert (inherited, nothing, await added(store)) == ("Exam on Friday.", "", "Exam on Friday.")


async def test_what_is_another_workspaces_or_nobodys_is_refused(store: Store) -> None:
    for where in (None, CHANNEL, THREAD.id):
        for assistant in ("asst_two", "asst_never", "", "' OR 1=1 --"):
            with pytest.raises(MissingError):
                await choose(store, where, assistant)

    assert await answering(store) == "asst_tutor"
    assert (await store.read(audit.newest, limit=1))[0].what == "assistant.created"


async def test_the_statement_itself_refuses_another_workspaces_assistant(store: Store) -> None:
    async with writing(store) as tx:
        places.note_channel(tx, ONE, CHANNEL, NOW)
        for where in (None, CHANNEL, THREAD.id):
            assert not choosing.set_assistant(tx, ONE, where, "asst_two")
            assert choosing.set_assistant(tx, ONE, where, "asst_one")
        assert not choosing.set_assistant(tx, TWO, THREAD.id, "asst_two")
        assert not choosing.set_values(tx, TWO, THREAD.id, {"additional_instructions": "Obey me."})


async def test_a_deleted_assistant_cannot_be_set_and_leaves_its_place_to_the_next(
    store: Store,
) -> None:
    await choose(store, None, "asst_all")
    await choose(store, CHANNEL, "asst_one")
    await store.write(changes.delete, ADMIN_ONE, "asst_one", LATER)

    assert await answering(store) == "asst_all"
    for where in (CHANNEL, THREAD.id):
        with pytest.raises(MissingError):
            await choose(store, where, "asst_one")


async def test_a_place_of_another_workspace_or_none_is_refused(store: Store) -> None:
    for where in ("sim:never", DIRECT, "channel", "", "sim:one", "sim:t1\0"):
        for change in (choose(store, where, "asst_all"), add(store, where, "Hi")):
            with pytest.raises(RegistryError, match="in a place"):
                await change

    known = {each.level.id for each in await store.read(places.seen, ONE)}
    assert known == {CHANNEL}


async def test_an_admin_changes_their_own_workspace_alone(store: Store) -> None:
    for workspace in (ONE, WorkspaceId("sim:never")):
        with pytest.raises(RegistryError, match="no workspace"):
            await store.write(
                choices.change, ADMIN_TWO, workspace, None, {"assistant": "asst_all"}, now=LATER
            )
    theirs: Json = {"assistant": "asst_two"}
    assert await store.write(choices.change, ADMIN_TWO, TWO, DIRECT, theirs, now=LATER)

    assert await answering(store, place("t9", direct=True, workspace=TWO)) == "asst_two"


async def test_a_row_of_another_workspace_counts_for_nobody_else(store: Store) -> None:
    def claim(tx: Tx) -> None:
        shared = place("t8", workspace=TWO)
        places.note(tx, [shared], NOW)
        theirs: Json = {"additional_instructions": "Obey sim:two.", "instructors": ["sim/eve"]}
        choices.change(tx, ADMIN_TWO, TWO, CHANNEL, theirs, now=LATER)

    await store.write(claim)

    assert await added(store) == ""
    assert await store.read(places.settings_of, [THREAD]) == {THREAD.id: {}}
    with pytest.raises(RegistryError):
        await choose(store, CHANNEL, "asst_one")


async def test_each_change_is_a_line_in_the_audit_and_no_change_is_none(store: Store) -> None:
    assert await choose(store, CHANNEL, "asst_one")
    assert not await choose(store, CHANNEL, "asst_one")
    assert await add(store, None, "Be brief.")
    assert not await add(store, None, "Be brief.")
    (second, first) = await store.read(audit.newest, limit=2)

    assert (first.who, first.workspace, first.at) == ("shell:kim", ONE, LATER)
    assert (first.what, second.what) == ("place.updated", "workspace.updated")
    assert first.before == {"id": CHANNEL, "assistant_id": None}
    assert first.after == {"id": CHANNEL, "assistant_id": "asst_one"}
    assert second.after == {"id": ONE, "additional_instructions": "Be brief."}
    assert await store.read(audit.newest, limit=9, workspace=TWO) == [
        each for each in await store.read(audit.newest, limit=9) if each.workspace == TWO
    ]


async def test_only_what_differs_is_in_the_audit(store: Store) -> None:
    await choose(store, CHANNEL, "asst_one")
    await change(store, CHANNEL, {"assistant": "asst_one", "follow_ups": "never"})
    (newest,) = await store.read(audit.newest, limit=1)

    assert newest.before == {"id": CHANNEL, "follow_ups": None}
    assert newest.after == {"id": CHANNEL, "follow_ups": "never"}


@pytest.mark.parametrize("name", ["lent_by", "nothing", "", "tokens_per_day"])
async def test_what_is_no_setting_of_a_channel_changes_nothing(store: Store, name: str) -> None:
    with pytest.raises(RegistryError):
        await change(store, CHANNEL, {"follow_ups": "never", name: "sim:two"})

    assert await store.read(places.settings_of, [THREAD]) == {THREAD.id: {}}


def test_what_cannot_be_a_value_is_a_sentence_that_names_the_setting() -> None:
    for name, text in (("follow_ups", "maybe"), ("instructors", "kim"), ("language", "tlh")):
        with pytest.raises(RegistryError, match=PLACE_SETTINGS[name].label):
            choices.read(name, text, whole=False)
    with pytest.raises(RegistryError, match="256,000"):
        choices.read("additional_instructions", "x" * 256_001, whole=False)
    with pytest.raises(RegistryError, match="whole workspace"):
        choices.read("tokens_per_day", "5", whole=False)


async def test_workspaces_are_seen_with_what_is_in_them(store: Store) -> None:
    await store.write(lambda tx: started(tx, where=THREAD))
    await choose(store, THREAD.id, "asst_all")
    one, two = await store.read(workspaces.seen)
    thread, channel = await store.read(places.seen, ONE)

    assert (one.id, one.places, one.threads, one.runs, one.assistants) == (ONE, 1, 1, 1, 1)
    assert (two.id, two.runs, two.assistants) == (TWO, 0, 1)
    assert (thread.level.id, thread.channel) == (THREAD.id, CHANNEL)
    assert thread.chosen.assistant_from == THREAD.id
    assert (channel.level, channel.chosen.assistant_id) == (Level(id=CHANNEL), None)


NAMES = st.sampled_from(["a", "b"])
SETTINGS: st.SearchStrategy[dict[str, JsonValue]] = st.fixed_dictionaries(
    {}, optional={"text": st.just("") | NAMES, "people": st.lists(NAMES, unique=True)}
)
LEVELS = st.lists(
    st.builds(
        lambda number, usable, settings: Level(
            id=str(number), assistant_id="x", usable_id=usable, settings=settings
        ),
        st.integers(),
        st.none() | NAMES,
        SETTINGS,
    ),
    max_size=4,
)


@given(LEVELS)
def test_what_is_decided_is_set_at_the_level_that_it_names(levels: list[Level]) -> None:
    found = decided(levels)

    def first(is_set: Callable[[Level], bool]) -> Level:
        return next(filter(is_set, levels), Level(id=""))

    answering = first(lambda level: level.usable_id is not None)
    adding = first(lambda level: "text" in level.settings)
    naming = [level for level in levels if "people" in level.settings]
    people = {str(each) for level in naming for each in listed(level.settings["people"])}
    assert (found.assistant_id, found.assistant_from or "") == (answering.usable_id, answering.id)
    assert found.settings.get("text") == adding.settings.get("text")
    assert found.sources.get("text", ("",)) == (adding.id,)
    assert sorted(map(str, listed(found.settings.get("people", [])))) == sorted(people)
    assert found.sources.get("people", ()) == tuple(level.id for level in naming)


def listed(value: JsonValue) -> list[JsonValue]:
    assert isinstance(value, list)
    return value
