"""Who is what where: the platform's word, the operator's list, and the lists of places."""

from collections.abc import AsyncIterator, Collection
from pathlib import Path

import pytest

from bot.adapter import Rights
from bot.commands import Right
from bot.events import PersonRef, PlaceRef, WorkspaceId
from bot.jsons import Json
from bot.registry import choices
from bot.registry.changes import Editor
from bot.rights import Roster
from bot.store import places
from bot.store.database import Store
from tests.acts.desk import Platform
from tests.store.rows import ADA, BEN, NOW, opened, place

OPERATOR = Editor(who="shell:kim")
ONE, TWO = WorkspaceId("sim:one"), WorkspaceId("sim:two")
HERE, THERE = place("t1"), place("t9", workspace=TWO)
DIRECT = place("dm-ben", direct=True)
ELSEWHERE = PlaceRef(platform="sim", workspace=ONE, key="t2", parent="other")


class PerWorkspace(Platform):
    """Knows of each admin in which workspace they are one."""

    def __init__(self) -> None:
        super().__init__()
        self.leads: dict[WorkspaceId, Collection[PersonRef]] = {}

    async def rights(self, person: PersonRef, workspace: WorkspaceId) -> Rights:
        said = await super().rights(person, workspace)
        return Rights(admin=person in self.leads.get(workspace, ()), groups=said.groups)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as store:
        await store.write(places.note, [HERE, THERE, DIRECT, ELSEWHERE], NOW)
        yield store


@pytest.fixture
def platform() -> PerWorkspace:
    return PerWorkspace()


async def name(
    store: Store, where: str | None, *entries: str, workspace: WorkspaceId = ONE
) -> None:
    values: Json = {"instructors": [*entries]}
    await store.write(choices.change, OPERATOR, workspace, where, values, now=NOW)


async def rights(
    store: Store, platform: Platform, person: PersonRef = BEN, *admins: PersonRef
) -> list[Right]:
    """In a thread, in another channel, in a direct place, and in another workspace."""
    roster = Roster(store, {"sim": platform}, admins)
    return [await roster.right(person, where) for where in (HERE, ELSEWHERE, DIRECT, THERE)]


LEARNER, INSTRUCTOR, ADMIN = Right.LEARNER, Right.INSTRUCTOR, Right.ADMIN


async def test_whom_nobody_names_is_a_learner(store: Store, platform: PerWorkspace) -> None:
    await name(store, None, ADA.key, "group:S1")

    assert await rights(store, platform) == [LEARNER] * 4


@pytest.mark.parametrize("entry", [BEN.key, "group:S1"], ids=["person", "group"])
async def test_an_instructor_of_a_channel_is_one_there_alone(
    store: Store, platform: PerWorkspace, entry: str
) -> None:
    platform.groups[BEN] = {"S1"}
    await name(store, "sim:channel", entry)

    assert await rights(store, platform) == [INSTRUCTOR, LEARNER, LEARNER, LEARNER]


@pytest.mark.parametrize("entry", [BEN.key, "group:S1"], ids=["person", "group"])
async def test_one_of_a_workspace_is_one_in_all_of_it(
    store: Store, platform: PerWorkspace, entry: str
) -> None:
    platform.groups[BEN] = {"S1"}
    await name(store, None, entry)

    assert await rights(store, platform) == [INSTRUCTOR, INSTRUCTOR, INSTRUCTOR, LEARNER]


async def test_the_lists_of_channel_and_workspace_add_up(
    store: Store, platform: PerWorkspace
) -> None:
    await name(store, None, BEN.key)
    await name(store, "sim:channel", ADA.key)
    both = [(await rights(store, platform, person))[0] for person in (ADA, BEN)]
    await name(store, "sim:channel")

    assert both == [INSTRUCTOR, INSTRUCTOR]
    assert [(await rights(store, platform, who))[0] for who in (ADA, BEN)] == [LEARNER, INSTRUCTOR]


async def test_nobody_is_a_group_by_their_name(store: Store, platform: PerWorkspace) -> None:
    await name(store, None, "group:S1")
    impostor = PersonRef(scope="group:S1", user="")
    named = PersonRef(scope="sim:one", user="group:S1")

    for person in (impostor, named):
        assert await rights(store, platform, person) == [LEARNER] * 4


async def test_a_group_of_another_workspace_does_not_count_here(
    store: Store, platform: PerWorkspace
) -> None:
    await name(store, "sim:t9", BEN.key, workspace=TWO)

    assert await rights(store, platform) == [LEARNER, LEARNER, LEARNER, INSTRUCTOR]


async def test_a_platforms_admin_is_one_in_their_own_workspace(
    store: Store, platform: PerWorkspace
) -> None:
    platform.leads[TWO] = [BEN]

    assert await rights(store, platform) == [LEARNER, LEARNER, LEARNER, ADMIN]


async def test_the_operators_admins_are_admins_on_their_platform(
    store: Store, platform: PerWorkspace
) -> None:
    assert await rights(store, platform, BEN, BEN) == [ADMIN] * 4
    assert platform.asked == 0

    stranger = PersonRef(scope="other:one", user=BEN.user)
    assert await rights(store, platform, stranger, stranger) == [LEARNER] * 4


async def test_a_platform_that_is_too_slow_gives_no_right(
    store: Store, platform: PerWorkspace
) -> None:
    platform.slow = True
    await name(store, None, BEN.key)

    with pytest.raises(TimeoutError):
        await rights(store, platform)
