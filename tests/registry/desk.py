"""A store with the default assistant and two workspaces, and what changes are made with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import assistants
from bot.events import WorkspaceId
from bot.registry.changes import Editor
from bot.store import places
from bot.store.database import Store, Tx
from bot.tools import TOOLS
from tests.store.rows import NOW, opened, place

ONE, TWO = WorkspaceId("sim:one"), WorkspaceId("sim:two")
OPERATOR = Editor(who="shell:kim")
ADMIN_ONE = Editor(who="sim:one/ada", workspace=ONE)
ADMIN_TWO = Editor(who="sim:two/ben", workspace=TWO)


@asynccontextmanager
async def furnished(folder: Path) -> AsyncIterator[Store]:
    async with opened(folder) as store:
        await store.write(_furnish)
        yield store


def _furnish(tx: Tx) -> None:
    assistants.offer_default(tx, TOOLS, NOW)
    refs = [place("t1"), place("t9", direct=True, workspace=TWO)]
    places.note(tx, refs, NOW)
