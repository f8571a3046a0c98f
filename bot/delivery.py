"""Brings views onto the platform: one create per slot, everything later an idempotent edit.

Per place one task creates, in order; per message one task edits. What is due lives in the
database, so that a kill at any line heals at the next start.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.adapter import Adapter, CannotLook, Gone, MessageRef, Refused, Seen, Unknown
from bot.clock import Clock
from bot.lanes import Lanes
from bot.store import deliveries
from bot.store.database import Store
from bot.store.records import Delivery as Row
from bot.store.records import DeliveryState
from bot.strings import say
from bot.views import Notice, Reply, SlotId, View

CREATE_DEADLINE = 30.0
EDIT_DEADLINE = 30.0
LOOK_DEADLINE = 30.0
"""Seconds until a platform call counts as unanswered."""
DOUBT = timedelta(seconds=10)
"""How long a platform may take until a message that it accepted can be seen."""
BLIND = timedelta(minutes=10)
"""How long to ask for a look before posting again without one."""
LOOK_AGAIN = timedelta(seconds=30)
SWEEP = timedelta(seconds=30)
"""When to look for a copy that was accepted late."""
CLOCKS = timedelta(minutes=2)
"""How far the platform's clock may differ from ours."""
MAX_SEEN = 200
MAX_TRIES = 50
"""Creates of one message that a platform may refuse before it is given up."""
AT_ONCE = 200
"""Places, and messages, that are worked on at the same time."""

log = structlog.get_logger()


class Delivery:
    """T3 and T7. `run` must be running for anything to be shown."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        adapters: Mapping[str, Adapter],
        *,
        nudge: Callable[[], None],
    ) -> None:
        self._store = store
        self._nudge = nudge
        self._clock = clock
        self._adapters = adapters
        self._live: dict[SlotId, View] = {}
        self._creators = Lanes(self._settle_place, limit=AT_ONCE)
        self._editors = Lanes(self._edit, limit=AT_ONCE)

    async def run(self) -> None:
        async with self._store.read() as tx:
            self.wake(await deliveries.busy_places(tx))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._creators.run())
            tasks.create_task(self._editors.run())

    def wake(self, place_ids: Iterable[str]) -> None:
        """Something of these places has been stored, or has become due."""
        self._creators.wake(place_ids)

    def show(self, slot: SlotId, view: View) -> None:
        """Show a view that is not worth storing: the next one may overtake it."""
        self._live[slot] = view
        self._editors.wake([slot])

    def forget(self, slots: Iterable[SlotId]) -> None:
        """What is stored for these slots counts from now on, not what was shown live."""
        for slot in slots:
            self._live.pop(slot, None)

    async def _settle_place(self, place_id: str) -> None:
        while True:
            now = self._clock.now()
            async with self._store.read() as tx:
                rows = await deliveries.unsettled(tx, place_id)
                self._editors.wake(await deliveries.stale(tx, place_id))
            if (row := self._due(rows, now)) is None:
                self._nudge()
                return
            if row.state == "new":
                await self._create(row)
            elif row.state == "sent":
                await self._sweep(row)
            elif row.state == "doubt":
                await self._look(row)
            else:  # created, but then the database failed before it could say so
                await self._not_created(row, "doubt", DOUBT)

    def _due(self, rows: Iterable[Row], now: datetime) -> Row | None:
        """The next thing to do. What waits holds back only its own run."""
        held: set[str] = set()
        for row in rows:
            waits = row.not_before is not None and row.not_before > now
            if row.state == "sent":
                if row.sweep_at is not None and row.sweep_at <= now:
                    return row
                continue
            if not waits and row.run_id not in held and self._may_show(row):
                return row
            held.add(row.run_id)
        return None

    def _may_show(self, row: Row) -> bool:
        return not _is_live(row.view) or self._adapter(row).capabilities.live

    async def _create(self, row: Row) -> None:
        async with self._store.write() as tx:
            mine = await deliveries.intend(tx, row.slot, self._clock.now())
        if mine is None:
            return
        try:
            async with asyncio.timeout(CREATE_DEADLINE):
                ref = await self._adapter(mine).create(mine.place, mine.slot, mine.view)
        except Refused as refused:
            hopeless = refused.retry_after is None or mine.attempts >= MAX_TRIES
            log.warning("create_refused", slot=mine.slot, reason=str(refused), given_up=hopeless)
            await self._not_created(mine, "failed" if hopeless else "new", refused.retry_after)
        except Gone:
            await self._not_created(mine, "dropped", None)
        except Exception as error:  # noqa: BLE001 - whatever happened, the message may be there
            log.warning("create_in_doubt", slot=mine.slot, error=type(error).__name__)
            await self._not_created(mine, "doubt", DOUBT)
        else:
            await self._created(mine, ref)

    async def _created(self, mine: Row, ref: MessageRef) -> None:
        async with self._store.write() as tx:
            ours = await deliveries.created(tx, mine, ref, mine.view_version)
        if ours:
            self._editors.wake([mine.slot])
        else:
            await self._delete(mine, ref)

    async def _not_created(self, mine: Row, state: DeliveryState, delay: timedelta | None) -> None:
        not_before = None if delay is None else self._clock.now() + delay
        async with self._store.write() as tx:
            await deliveries.not_created(tx, mine, state, not_before)

    async def _look(self, row: Row) -> None:
        """A create without an answer: adopt its message if it is there, else create it again."""
        now = self._clock.now()
        try:
            copies = await self._copies(row)
        except (CannotLook, TimeoutError):
            await self._cannot_look(row, now)
            return
        log.info("doubt_resolved", slot=row.slot, found=len(copies))
        async with self._store.write() as tx:
            if copies:
                await deliveries.adopt(tx, row.slot, copies[0].message, now + SWEEP)
            else:
                await deliveries.retry(tx, row.slot, now + SWEEP)

    async def _cannot_look(self, row: Row, now: datetime) -> None:
        blind = row.intent_at is not None and now - row.intent_at >= BLIND
        log.warning("cannot_look", slot=row.slot, posts_again=blind)
        async with self._store.write() as tx:
            if blind:
                await deliveries.retry(tx, row.slot, None, view=_marked(row.view))
            else:
                await deliveries.postpone(tx, row.slot, now + LOOK_AGAIN)

    async def _sweep(self, row: Row) -> None:
        """After a doubt: of several copies only the first stays."""
        try:
            copies = await self._copies(row)
        except (CannotLook, TimeoutError):
            copies = []
        for copy in copies[1:]:
            await self._delete(row, copy.message)
        stays = copies[0].message if copies and copies[0].message != row.ref else None
        async with self._store.write() as tx:
            await deliveries.swept(tx, row.slot, stays)

    async def _copies(self, row: Row) -> list[Seen]:
        since = (row.intent_at or self._clock.now()) - CLOCKS
        async with asyncio.timeout(LOOK_DEADLINE):
            seen = await self._adapter(row).recent(row.place, since, MAX_SEEN)
        return sorted((one for one in seen if one.slot == row.slot), key=lambda one: one.at)

    async def _delete(self, row: Row, ref: MessageRef) -> None:
        try:
            async with asyncio.timeout(EDIT_DEADLINE):
                await self._adapter(row).delete(ref)
        except (Refused, Unknown, TimeoutError) as error:
            log.warning("copy_not_deleted", slot=row.slot, error=type(error).__name__)

    async def _edit(self, key: str) -> None:
        """Show the newest view of one message, and go on until it shows the newest."""
        slot, tries = SlotId(key), 0
        while True:
            async with self._store.read() as tx:
                row = await deliveries.get(tx, slot)
            if row is None or row.state != "sent" or row.ref is None:
                return
            unsaved = self._live.pop(slot, None)
            view = row.view if unsaved is None or not _is_live(row.view) else unsaved
            if view is row.view and row.shown_version >= row.view_version:
                return
            adapter = self._adapter(row)
            try:
                async with asyncio.timeout(EDIT_DEADLINE):
                    ref = await adapter.edit(row.ref, view)
            except Gone:
                async with self._store.write() as tx:
                    await deliveries.drop(tx, slot)
                return
            except (Refused, Unknown, TimeoutError) as error:
                log.warning("edit_failed", slot=slot, error=type(error).__name__, tries=tries)
                if isinstance(error, Refused) and error.retry_after is None:
                    ref = row.ref  # never to be accepted: what stands there stays
                else:
                    tries += 1
                    await self._clock.until(self._clock.now() + _pause(error, tries))
                    continue
            if row.shown_version < row.view_version:
                async with self._store.write() as tx:
                    await deliveries.shown(tx, slot, ref, row.view_version)
            await self._clock.until(self._clock.now() + adapter.capabilities.edit_interval)

    def _adapter(self, row: Row) -> Adapter:
        return self._adapters[row.place.platform]


def _is_live(view: View) -> bool:
    return isinstance(view, Reply) and view.live


def _pause(error: Exception, tries: int) -> timedelta:
    if isinstance(error, Refused) and error.retry_after is not None:
        return error.retry_after
    return timedelta(seconds=min(2**tries, 60))


def _marked(view: View) -> View:
    """A view that says it may stand there twice."""
    note = say("run.posted_again")
    if isinstance(view, Notice):
        return replace(view, text=f"{view.text} {note}")
    return replace(view, note=note)
