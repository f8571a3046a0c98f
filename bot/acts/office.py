"""What acts work with, and how they answer."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.adapter import Accepted, Adapter, Capabilities, Duplicate, Receipt
from bot.clock import Clock
from bot.endings import Endings
from bot.events import Order
from bot.intake import Intake
from bot.quota import Quota
from bot.rights import Roster
from bot.store import events, runs
from bot.store.database import Store, Tx
from bot.store.records import Run
from bot.threads import bound
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

    def limits(self, platform: str) -> Capabilities:
        """What a platform can show."""
        return self.adapters[platform].capabilities

    def room(self, order: Order) -> int:
        """Characters that a private answer may have."""
        return self.limits(order.place.platform).private_room

    async def change(self, order: Order, work: Callable[[Tx], str]) -> Receipt:
        """`work` in the transaction that saves the order, so once; what it returns is the private
        answer. Raises StoreError."""

        def once(tx: Tx) -> str | None:
            return work(tx) if events.claim(tx, order.key, "command", order.at) else None

        told = await self.store.write_first(once)
        return Duplicate() if told is None else Accepted(private=Notice(text=told))


Act = Callable[[Office, Order, str], Awaitable[Receipt | None]]
"""What a command does with what stood behind it. None: as a message it was no command, so it is a
question; never for an order that was given as one.

Raises StoreError, and TimeoutError where a platform is too slow.
"""


def threads_of(tx: Tx, order: Order) -> list[str]:
    """The threads that an order can concern: the one behind the place, and that of what the person
    asks privately there."""
    found = (bound(tx, place, order.person) for place in (order.place, order.private))
    return list(dict.fromkeys(thread for thread in found if thread is not None))


def thread_of(tx: Tx, order: Order) -> str:
    """The thread behind the place, else the person's private one there, or what is no thread's
    id."""
    return next(iter(threads_of(tx, order)), "")


def own_first(found: Iterable[Run], order: Order) -> Run | None:
    """The person's own newest run of those, else that of anybody."""
    left = list(found)
    mine = (run for run in left if run.asker == order.person)
    return next(mine, next(iter(left), None))


def all_unfinished(tx: Tx, order: Order) -> list[Run]:
    """What has not ended on the threads that an order can concern, newest first."""
    left = [run for thread in threads_of(tx, order) for run in runs.unfinished(tx, thread)]
    return sorted(left, key=lambda run: run.created_at, reverse=True)


def unfinished(tx: Tx, order: Order) -> Run | None:
    """The run that a person means when they want to stop one."""
    return own_first(all_unfinished(tx, order), order)
