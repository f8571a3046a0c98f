"""A reply while it is written: its text so far, its steps, and the slots that it fills."""

import asyncio
from dataclasses import dataclass, field

from bot import outcomes, replies
from bot.adapter import Capabilities
from bot.delivery import Delivery
from bot.store import deliveries
from bot.store.database import Store, Tx
from bot.store.records import Run
from bot.text.math import finished
from bot.views import Reply, SlotId, View

INTERVAL = 0.05
"""Seconds between two views; a platform's own interval is kept by the delivery."""


@dataclass(slots=True, kw_only=True)
class LiveReply:
    """`before` is the text of the reply's earlier rounds, `partial` that of this one's items,
    `kept` what a try of this round that was cut had written: it stays until there is more."""

    run: Run
    limits: Capabilities
    before: str
    kept: str = ""
    partial: dict[int, str] = field(default_factory=dict)
    steps: dict[int, str] = field(default_factory=dict)
    note: str = ""
    slots: list[SlotId] = field(default_factory=list)
    _shown_at: float = 0.0

    @property
    def cut(self) -> str:
        """The text of the round that is being written."""
        return outcomes.joined(text for _, text in sorted(self.partial.items())) or self.kept

    @property
    def text(self) -> str:
        return outcomes.joined([self.before, self.cut])

    def add(self, index: int, text: str) -> None:
        self.partial[index] = self.partial.get(index, "") + text

    def views(self) -> list[Reply]:
        lines = tuple(line for _, line in sorted(self.steps.items()))
        return replies.live(self.run.id, finished(self.text), lines, self.limits, self.note)

    def take_slots(self, tx: Tx, *, fresh: bool = False) -> None:
        """Make sure that a message exists for each part; what one shows already stays.

        A fresh run has shown at most that it waits.
        """
        rows = [] if fresh else deliveries.of_run(tx, self.run.id)
        own = {row.slot_no: row for row in rows}
        self.slots = []
        for slot_no, view in enumerate(self.views(), self.run.first_slot):
            row = own.get(slot_no)
            if row is None or _says_why_it_waits(row.view):
                row = deliveries.put(tx, self.run, slot_no, view)
            self.slots.append(row.slot)

    async def show(self, store: Store, delivery: Delivery, *, at_once: bool = False) -> None:
        now = asyncio.get_running_loop().time()
        if not at_once and now - self._shown_at < INTERVAL:
            return
        self._shown_at = now
        views = self.views()
        if len(views) > len(self.slots):
            await store.write(self.take_slots)
            delivery.wake([self.run.place.id])
        for slot, view in zip(self.slots, views, strict=False):
            delivery.show(slot, view)


def _says_why_it_waits(view: View) -> bool:
    """Which is over."""
    return isinstance(view, Reply) and view.live and view.note != ""
