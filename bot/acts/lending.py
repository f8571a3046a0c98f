"""Assistants that workspaces lend to the direct conversations of those who share them.

On some platforms a direct conversation belongs to no workspace. Who writes there chooses among the
operator's assistants and those of workspaces that they share with the bot. Whether they still do is
asked before each event that may start a run, and kept with the choice: a run takes its snapshot in
a transaction, where nobody can be asked. In doubt the default assistant answers.
"""

import asyncio

from bot.acts.office import Office
from bot.events import PersonRef, PlaceRef, WorkspaceId
from bot.store import choosing, places
from bot.store.database import Tx

DEADLINE = 5.0
"""Seconds that a platform may take to say what a person shares with the bot."""


async def lenders(office: Office, place: PlaceRef, person: PersonRef) -> tuple[WorkspaceId, ...]:
    """The workspaces whose assistants the person may choose there, besides the place's own.

    Raises TimeoutError where the platform is too slow to say so.
    """
    if not places.is_homeless(place):
        return ()
    async with asyncio.timeout(DEADLINE):
        return tuple(await office.adapters[place.platform].shared(person))


async def renew(office: Office, place: PlaceRef, person: PersonRef) -> None:
    """See to it that a borrowed assistant answers only whoever may still have it. Raises
    StoreError."""
    if not places.is_homeless(place) or await office.store.read(choosing.loan, place) is None:
        return
    try:
        shared = await lenders(office, place, person)
    except TimeoutError:
        shared = ()
    await office.store.write_first(_renew, place, shared)


def _renew(tx: Tx, place: PlaceRef, shared: tuple[WorkspaceId, ...]) -> None:
    loan = choosing.loan(tx, place)
    if loan is not None and loan.answers != (loan.lender in shared):
        lender = None if loan.answers else loan.lender
        choosing.lend(tx, place.workspace, place.id, lender)
