"""Tells people who wait for a free place where in the queue they are, now and then."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.events import PlaceRef
from bot.replies import stop_button
from bot.store import deliveries, demand, runs
from bot.store.database import Store, Tx
from bot.store.deliveries import NewDelivery
from bot.store.records import Delivery, Run
from bot.strings import say, speaking
from bot.views import Reply

LOOK = timedelta(seconds=2)
"""Between two looks; who is seen in two of them has waited that long and is told so."""
FIRST = 20
"""Those at the head of the queue, whose number is kept up to date."""
MAX_TOLD = 200
"""Messages written after one look, so that a long queue does not keep others from the database."""

log = structlog.get_logger()


def sign(run_id: str, note: str = "") -> Reply:
    """What shows that a message was heard, where its reply will be."""
    return Reply(text="", note=note, actions=(stop_button(run_id),), live=True)


def heard(tx: Tx, busy: Collection[str]) -> list[NewDelivery]:
    """A sign for the next run of each busy thread, where it shows nothing yet: messages appear in
    the order of their rows, and there is to be another sign below."""
    return [
        _new(each.run_id, each.slot_no, each.place, each.language)
        for each in demand.unheard(tx, busy)
    ]


def behind(run: Run, *, current: bool) -> NewDelivery:
    """A sign for a run that waits for others of its thread; `current` says that one was there
    before, and not only what came together with it."""
    note = "limits.after_current" if current else ""
    return _new(run.id, run.first_slot, run.place, run.language, note)


def _new(run_id: str, slot_no: int, place: PlaceRef, language: str, note: str = "") -> NewDelivery:
    with speaking(language):
        view = sign(run_id, say(note) if note else "")
    return NewDelivery(run_id=run_id, slot_no=slot_no, place=place, view=view)


class Queueing:
    """`waiting` gives the threads that wait for a free place, the next one first."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        waiting: Callable[[], Sequence[str]],
        *,
        deliver: Callable[[Iterable[str]], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._waiting = waiting
        self._deliver = deliver
        self._told: set[str] = set()

    async def run(self) -> None:
        seen: set[str] = set()
        while True:
            await self._clock.until(self._clock.now() + LOOK)
            waiting = self._waiting()
            try:
                await self._tell({key: n for n, key in enumerate(waiting, 1) if key in seen})
            except Exception:
                log.exception("queue_not_told", waiting=len(waiting))
            seen = set(waiting)
            self._told &= seen

    async def _tell(self, numbers: dict[str, int]) -> None:
        """Those at the head, and as many of the others as are not told yet."""
        due = [key for key, n in numbers.items() if n <= FIRST or key not in self._told]
        if chosen := {key: numbers[key] for key in due[:MAX_TOLD]}:
            self._deliver(await self._store.write(tell, chosen, self._clock.now()))
            self._told.update(chosen)


def tell(tx: Tx, numbers: dict[str, int], now: datetime) -> list[str]:
    """Write the numbers of threads onto the replies of their next runs, where these still wait.

    Returns the places where something changed. Runs in backoff say themselves why they wait.
    """
    heads = [
        head
        for head in demand.heads(tx, numbers)
        if head.not_before is None or head.not_before <= now
    ]
    rows = deliveries.of_runs(tx, [head.run_id for head in heads])
    shown = {(row.run_id, row.slot_no): row for row in rows}
    new: list[NewDelivery] = []
    changed: list[str] = []
    for head in heads:
        with speaking(head.language):
            view = sign(head.run_id, say("limits.number", number=numbers[head.thread_id]))
        row = shown.get((head.run_id, head.slot_no))
        if row is None:
            new.append(
                NewDelivery(run_id=head.run_id, slot_no=head.slot_no, place=head.place, view=view)
            )
        elif not _noted(tx, row, view.note):
            continue
        changed.append(head.place.id)
    deliveries.insert_many(tx, new)
    return changed


def _noted(tx: Tx, row: Delivery, note: str) -> bool:
    """Whether another note had to be written; what is no reply in the making stays as it is."""
    if not isinstance(row.view, Reply) or not row.view.live or row.view.note == note:
        return False
    if (run := runs.get(tx, row.run_id)) is None:
        return False
    deliveries.put(tx, run, row.slot_no, replace(row.view, note=note))
    return True
