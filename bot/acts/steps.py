"""`steps`: how the newest reply of a place came about."""

from bot import recap
from bot.acts.office import Office, thread_of
from bot.adapter import Receipt
from bot.commands import Right
from bot.events import Order
from bot.store import runs
from bot.store.database import Tx
from bot.store.records import Run
from bot.strings import say


async def steps(office: Office, order: Order, _: str) -> Receipt:
    """Whoever asked, instructors and admins read what went in and came out too."""
    run = await office.store.read(_newest, order)
    if run is None:
        return await office.say(order, say("steps.nothing"))
    seen = await office.store.read(recap.look, run.id)
    return await office.say(order, recap.told(seen, whole=await _may_read(office, order, run)))


def _newest(tx: Tx, order: Order) -> Run | None:
    return runs.newest_begun(tx, thread_of(tx, order))


async def _may_read(office: Office, order: Order, run: Run) -> bool:
    """Not if the platform is too slow to say so."""
    if order.person == run.asker:
        return True
    try:
        return await office.roster.right(order.person, run.place) >= Right.INSTRUCTOR
    except TimeoutError:
        return False
