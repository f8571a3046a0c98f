"""A desk in a workspace with assistants, and what people do there beside commands."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Literal

from bot import assistants, tokens
from bot.acts import editing
from bot.acts.assistant import press
from bot.adapter import Accepted, Receipt
from bot.commands import spoken
from bot.events import ButtonToken, Change, Click, EventKey, Order, PersonRef, PlaceRef, WorkspaceId
from bot.jsons import Json
from bot.registry import changes, choices
from bot.registry.changes import Editor, New
from bot.registry.vault import Vault
from bot.store import places
from bot.store.database import Store, Tx
from bot.tools import TOOLS
from bot.views import Notice
from tests.acts.desk import Desk, open_desk
from tests.store.rows import ADA, BEN, NOW, mention, place

ONE, TWO = WorkspaceId("sim:one"), WorkspaceId("sim:two")
OPERATOR = Editor(who="shell:kim")
THREAD, OTHER = place("t1"), replace(place("t2"), parent="other")
DIRECT = place("dm-ada", direct=True)
HOMELESS = place("dm-ben", direct=True, workspace="sim:dm")
ROOT = PersonRef(scope="sim:one", user="U-root")
CY = PersonRef(scope="sim:one", user="U-cy")
"""ADA is an admin, CY an instructor, BEN a learner, ROOT the operator."""

NAMES: Mapping[str, tuple[str, str | None]] = {
    "asst_coach": ("Algebra Coach", ONE),
    "asst_circles": ("Algebra of Circles", ONE),
    "asst_poet": ("Poet", None),
    "asst_theirs": ("Their Tutor", TWO),
}

_numbers = count(1)


@asynccontextmanager
async def settled(folder: Path) -> AsyncIterator[Desk]:
    async with open_desk(folder, [ROOT]) as desk:
        desk.platform.admins = {ADA}
        vault = Vault(folder / "docent.db")

        def furnish(tx: Tx) -> None:
            assistants.offer_default(tx, TOOLS, NOW)
            places.note(tx, [THREAD, OTHER, HOMELESS, place("t9", workspace=TWO)], NOW)
            for name, (called, owner) in NAMES.items():
                workspace = None if owner is None else WorkspaceId(owner)
                body = {"name": called, "description": f"All about {called}."}
                new = New(body={**body}, id=name, workspace=workspace)
                changes.create(tx, OPERATOR, new, vault, NOW)
            led: Json = {"instructors": [CY.key]}
            choices.change(tx, OPERATOR, ONE, "sim:channel", led, now=NOW)

        await desk.office.store.write(furnish)
        yield desk


async def answering(store: Store, where: PlaceRef = THREAD) -> str:
    """Which assistant a run that starts now begins with."""
    snapshot = await store.read(assistants.snapshot, where, model="m", provider="p")
    return snapshot.assistant_id


async def heard(desk: Desk, text: str, by: PersonRef, where: PlaceRef = THREAD) -> Receipt | None:
    """What becomes of a message that begins with a command's word."""
    said, words = mention(text, by=by, where=where), spoken(text)
    assert words is not None
    order = Order(
        key=said.key,
        place=where,
        private=where,
        person=by,
        text=text,
        at=NOW,
        said=True,
    )
    return await desk.obeying.obey(words, order)


async def pressed(
    desk: Desk,
    token: ButtonToken | str,
    by: PersonRef = BEN,
    where: PlaceRef = THREAD,
    key: str = "",
) -> Receipt:
    what = tokens.decode(ButtonToken(token))
    assert what is not None
    click = Click(
        key=EventKey(key or f"sim:click:{next(_numbers)}"),
        place=where,
        person=by,
        token=ButtonToken(token),
        at=NOW,
    )
    return await press(desk.office, click, what)


async def changed(
    desk: Desk,
    values: Mapping[str, str | None],
    by: PersonRef = ADA,
    level: Literal["channel", "workspace"] = "channel",
    key: str = "",
) -> Receipt:
    event = Change(
        key=EventKey(key or f"sim:change:{next(_numbers)}"),
        place=THREAD,
        person=by,
        level=level,
        values=values,
        at=NOW,
    )
    return await editing.change(desk.office, event)


def notice(receipt: Receipt | None) -> Notice:
    assert isinstance(receipt, Accepted)
    assert isinstance(receipt.private, Notice)
    return receipt.private


def buttons(receipt: Receipt | None) -> dict[str, ButtonToken]:
    return {button.label: button.token for button in notice(receipt).actions}
