"""Private replies that could not be shown, brought back to the person who asked for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.acts.office import Office
from bot.events import Order
from bot.outcomes import joined
from bot.store import unshown
from bot.store.database import Tx
from bot.store.records import Delivery
from bot.views import Notice, Quiz, Reply

AT_ONCE = 5
"""Messages that go out again after one order; some platforms take no more than five for one."""


@dataclass(frozen=True, slots=True)
class Missed:
    """What of one run was not shown, in the order in which it would have been."""

    rows: Sequence[Delivery]

    @property
    def text(self) -> str:
        return joined(row.view.text for row in self.rows if isinstance(row.view, Reply | Notice))

    @property
    def needs_buttons(self) -> bool:
        """Whether a question waits in it."""
        return any(isinstance(row.view, Quiz) and row.view.question for row in self.rows)


def missed(tx: Tx, order: Order, now: datetime) -> list[Missed]:
    """By run, the newest first. What is still being written is not missed yet."""
    found = unshown.found(tx, order.person, order.place.channel_id, now)
    whole = [row for row in found if not (isinstance(row.view, Reply) and row.view.live)]
    newest = {run: nth for nth, run in enumerate(dict.fromkeys(row.run_id for row in whole))}
    whole.sort(key=lambda row: (newest[row.run_id], row.slot_no))
    return [Missed(list(rows)) for _, rows in groupby(whole, key=lambda row: row.run_id)]


def show(tx: Tx, order: Order, found: Sequence[Missed], now: datetime) -> int:
    """Let as many of them go out where the order can be answered privately as it bears; returns
    how many that are, of the first ones."""
    if not order.private.private or order.private.is_over(now):
        return 0
    unshown.renew(tx, order.person, order.private, now)
    taken: list[Delivery] = []
    for number, each in enumerate(found):
        if {row.place.id for row in each.rows} != {order.private.id}:
            return number
        if taken and len(taken) + len(each.rows) > AT_ONCE:
            return number
        taken += each.rows
        unshown.show(tx, each.rows, order.private)
    return len(found)


async def catch_up(office: Office, order: Order) -> None:
    """Whatever the order is, it opens a way to the person for what goes on and what could not be
    shown. Raises StoreError."""
    if not order.private.private:
        return
    shown = await office.store.write(_catch_up, order, office.clock.now())
    if shown:
        office.deliver([order.private.id])


def _catch_up(tx: Tx, order: Order, now: datetime) -> int:
    return show(tx, order, missed(tx, order, now), now)
