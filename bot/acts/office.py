"""What acts work with, and how they answer."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.adapter import Accepted, Adapter, Duplicate, Receipt
from bot.clock import Clock
from bot.endings import Endings
from bot.events import Order
from bot.intake import Intake
from bot.quota import Quota
from bot.rights import Roster
from bot.store import events, runs, threads
from bot.store.database import Store, Tx
from bot.store.records import Run
from bot.threads import scope_key
from bot.tools.port import Tools
from bot.views import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """`wake` tells the dispatcher of threads, `deliver` the delivery of places."""

    store: Store
    clock: Clock
    adapters: Mapping[str, Adapter]
    tools: Tools
    intake: Intake
    endings: Endings
    roster: Roster
    quota: Quota
    wake: Callable[[Iterable[str]], None]
    deliver: Callable[[Iterable[str]], None]

    async def tell(self, order: Order, notice: Notice) -> Receipt:
        """The private answer, once: some platforms deliver one message as two events."""
        if not await self.store.write_first(events.claim, order.key, "command", order.at):
            return Duplicate()
        return Accepted(private=notice)

    async def say(self, order: Order, text: str) -> Receipt:
        return await self.tell(order, Notice(text=text))


Act = Callable[[Office, Order, str], Awaitable[Receipt | None]]
"""What a command does with what stood behind it. None: as a message it was no command, so it is a
question; never for an order that was given as one.

Raises StoreError, and TimeoutError where a platform is too slow.
"""


def thread_of(tx: Tx, order: Order) -> str:
    """The thread behind the place, or what is no thread's id."""
    scope = scope_key(order.place)
    return threads.bound(tx, [scope]).get(scope, "")


def own_first(found: Iterable[Run], order: Order) -> Run | None:
    """The person's own newest run of those, else that of anybody."""
    left = list(found)
    mine = (run for run in left if run.asker == order.person)
    return next(mine, next(iter(left), None))


def unfinished(tx: Tx, order: Order) -> Run | None:
    """The run of the place that a person means when they want to stop one."""
    return own_first(runs.unfinished(tx, thread_of(tx, order)), order)
