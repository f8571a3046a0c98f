"""`new`: the next message in a place begins a new thread."""

from bot import threads
from bot.acts.office import Office
from bot.adapter import Receipt
from bot.commands import Right
from bot.events import Order, PlaceRef
from bot.store import places, runs
from bot.store import threads as thread_rows
from bot.store.database import Tx
from bot.strings import say


async def new(office: Office, order: Order, _: str) -> Receipt:
    """For what is the person's alone they themselves; else whoever asked last, instructors and
    admins. What is going on goes on, and questions stay open. Raises StoreError, TimeoutError."""
    entitled = False
    if not await office.store.read(_may, order):
        right = await office.roster.right(order.person, order.place)
        entitled = right >= Right.INSTRUCTOR
    return await office.change(order, lambda tx: _begin(tx, order, entitled=entitled))


def _may(tx: Tx, order: Order) -> bool:
    """Without being more than a learner."""
    settings = places.settings_of(tx, [order.place])[order.place.id]
    if threads.is_personal(order.place, settings):
        return True
    thread = threads.bound(tx, order.place, order.person)
    newest = None if thread is None else runs.newest_begun(tx, thread)
    return newest is None or newest.asker == order.person


def _begin(tx: Tx, order: Order, *, entitled: bool) -> str:
    private = order.private.private and _unbind(tx, order, order.private)
    if entitled or _may(tx, order):
        shared = _unbind(tx, order, order.place)
        return say("new.begun" if shared or private else "new.nothing")
    return say("new.begun_privately" if private else "new.not_yours")


def _unbind(tx: Tx, order: Order, place: PlaceRef) -> bool:
    settings = places.settings_of(tx, [place])[place.id]
    scope = threads.scope_key(place, order.person, settings)
    thread = thread_rows.bound(tx, [scope]).get(scope)
    return thread is not None and thread_rows.unbind_scope(tx, scope, thread)
