"""Where a direct conversation belongs to no workspace, each message asks what may still answer."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot import tokens
from bot.acts.office import Office
from bot.adapter import Accepted
from bot.door import FrontDoor
from bot.events import Click, EventKey, PersonRef, WorkspaceId
from bot.questions import Questions
from tests.acts.desk import Desk, Platform
from tests.acts.orders import accepting
from tests.acts.settled import HOMELESS, TWO, answering, settled
from tests.store.rows import BEN, NOW, mention


class Silent(Platform):
    """Does not say what people share."""

    async def shared(self, person: PersonRef) -> Collection[WorkspaceId]:  # noqa: ARG002 - asked for
        raise TimeoutError


@asynccontextmanager
async def opened(office: Office) -> AsyncIterator[FrontDoor]:
    door = FrontDoor(office, Questions(office))
    running = asyncio.create_task(door.run())
    for _ in range(3):  # it starts its own tasks before it takes anything
        await asyncio.sleep(0)
    yield door
    running.cancel()
    await asyncio.wait([running])


@asynccontextmanager
async def borrowed(folder: Path) -> AsyncIterator[Desk]:
    """BEN has chosen an assistant of a workspace that they share with the bot."""
    async with settled(folder) as desk, accepting(desk):
        desk.platform.workspaces[BEN] = {TWO}
        await desk.told("assistant asst_theirs", where=HOMELESS)
        yield desk


async def test_the_run_of_who_left_begins_with_the_default(tmp_path: Path) -> None:
    async with borrowed(tmp_path) as desk, opened(desk.office) as door:
        await door.accept(mention("Hi", by=BEN, where=HOMELESS))
        before = await answering(desk.office.store, HOMELESS)
        desk.platform.workspaces[BEN] = set()
        saved = await door.accept(mention("And now?", by=BEN, where=HOMELESS))
        after = await answering(desk.office.store, HOMELESS)

        assert (saved, before, after) == (Accepted(), "asst_theirs", "asst_tutor")


async def test_a_press_that_may_start_a_run_asks_too(tmp_path: Path) -> None:
    async with borrowed(tmp_path) as desk, opened(desk.office) as door:
        desk.platform.workspaces[BEN] = set()
        token = tokens.encode("retry", "run_1")
        key = EventKey("sim:click:retry")
        await door.accept(Click(key=key, place=HOMELESS, person=BEN, token=token, at=NOW))

        assert await answering(desk.office.store, HOMELESS) == "asst_tutor"


async def test_in_doubt_the_default_answers_and_the_message_is_saved(tmp_path: Path) -> None:
    async with borrowed(tmp_path) as desk:
        silent = replace(desk.office, adapters={"sim": Silent()})
        async with opened(silent) as door:
            saved = await door.accept(mention("Hi", by=BEN, where=HOMELESS))

        assert saved == Accepted()
        assert await answering(desk.office.store, HOMELESS) == "asst_tutor"
