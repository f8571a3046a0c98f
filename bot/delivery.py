"""Brings views onto the platform: one create per slot, everything later an idempotent edit.

Per place one task creates, in order; per message one task edits. What is due lives in the
database, so that a kill at any line heals at the next start.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.adapter import Adapter, CannotLook, Gone, MessageRef, Refused, Seen
from bot.clock import Clock
from bot.lanes import Lanes
from bot.replies import marked
from bot.store import deliveries, unshown
from bot.store.database import Store, Tx
from bot.store.records import Delivery as Row
from bot.store.records import DeliveryState
from bot.strings import speaking
from bot.views import Reply, SlotId, View

DEADLINE = 30.0
"""Seconds until a platform call counts as unanswered."""
DOUBT = timedelta(seconds=10)
"""How long a platform may take until a message that it accepted can be seen."""
BLIND = timedelta(minutes=10)
"""How long to ask for a look before posting again without one."""
MAX_REPOSTS = 2
"""Creates of one message without knowing whether an earlier one is there."""
SOON = timedelta(seconds=1)
"""The least wait after a refusal; some platforms say zero."""
LOOK_AGAIN = timedelta(seconds=30)
SWEEP = timedelta(seconds=30)
"""When to look for a copy that was accepted late."""
CLOCKS = timedelta(minutes=2)
"""How far the platform's clock may differ from ours."""
MAX_SEEN = 500
MAX_CREATES = 50
"""Tries to create one message before it is given up."""
MAX_EDITS = 6
"""Failed edits of one message in a row; the alarm comes back to it."""
AT_ONCE = 200
"""Calls of platforms that are under way at the same time."""

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
        given_up: Callable[[Tx, Row], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._adapters = adapters
        self._nudge = nudge
        self._given_up = given_up
        self._live: dict[SlotId, View] = {}
        self._calls = asyncio.Semaphore(AT_ONCE)
        self._creators = Lanes(self._settle_place)
        self._editors = Lanes(self._edit)

    async def run(self) -> None:
        self.wake(await self._store.read(deliveries.busy_places))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._creators.run())
            tasks.create_task(self._editors.run())

    def wake(self, place_ids: Iterable[str]) -> None:
        """Something of these places has been stored, or has become due. Those of a platform that is
        not connected wait for it."""
        here = (one for one in place_ids if one.partition(":")[0] in self._adapters)
        self._creators.wake(here)

    def show(self, slot: SlotId, view: View) -> None:
        """Show a view that is not worth storing: the next one may overtake it."""
        self._live[slot] = view
        self._editors.wake([slot])

    def forget(self, slots: Iterable[SlotId]) -> None:
        """What is stored for these slots counts from now on, not what was shown live."""
        for slot in slots:
            self._live.pop(slot, None)

    async def _settle_place(self, place_id: str) -> None:
        stepped = False
        while True:
            now = self._clock.now()
            rows, stale = await self._store.read(deliveries.to_do, place_id)
            self._editors.wake(stale)
            if (row := self._due(rows, now)) is None:
                break
            stepped = True
            if row.place.is_over(now):
                await self._over(row)
                continue
            match row.state:
                case "new":
                    await self._create(row)
                case "sent":
                    await self._sweep(row)
                case "doubt":
                    await self._look(row)
                case _:  # created, but then the database failed before it could say so
                    await self._not_created(row, "doubt", DOUBT)
        if stepped:
            self._nudge()

    def _due(self, rows: Iterable[Row], now: datetime) -> Row | None:
        """The next thing to do. What waits holds back only its own run."""
        held: set[str] = set()
        for row in rows:
            if row.state == "sent":
                if row.sweep_at is not None and row.sweep_at <= now:
                    return row
                continue
            if row.place.is_over(now):
                return row
            waits = row.not_before is not None and row.not_before > now
            if not waits and row.run_id not in held and self._may_show(row):
                return row
            held.add(row.run_id)
        return None

    async def _over(self, row: Row) -> None:
        """Nothing can be shown or looked for any more where it is."""
        if row.state == "sent":
            await self._store.write(deliveries.swept, row.slot)
        else:
            await self._keep(row)

    async def _keep(self, row: Row) -> None:
        """A private reply never goes anywhere else: what is not shown is kept for the person."""
        log.info("private_reply_kept", slot=row.slot, run=row.run_id)
        await self._store.write(unshown.keep, row, self._clock.now())
        self.wake([row.place.id])

    def _may_show(self, row: Row) -> bool:
        return not _is_live(row.view) or self._adapter(row).capabilities.live

    async def _create(self, row: Row) -> None:
        mine = await self._store.write(deliveries.intend, row.slot, self._clock.now())
        if mine is None:
            return
        try:
            with speaking(mine.view.language):
                async with self._calls, asyncio.timeout(DEADLINE):
                    ref = await self._adapter(mine).create(mine.place, mine.slot, _shown(mine))
        except Refused as refused:
            log.warning("create_refused", slot=mine.slot, reason=str(refused))
            if refused.retry_after is None or mine.attempts >= MAX_CREATES:
                await self._give_up(mine)
            else:
                await self._not_created(mine, "new", max(refused.retry_after, SOON))
        except Gone:
            if mine.place.private:
                await self._keep(mine)
            else:
                await self._not_created(mine, "dropped", None)
        except Exception as error:  # noqa: BLE001 - whatever happened, the message may be there
            log.warning("create_in_doubt", slot=mine.slot, error=type(error).__name__)
            await self._not_created(mine, "doubt", DOUBT)
        else:
            await self._created(mine, ref)

    async def _created(self, mine: Row, ref: MessageRef) -> None:
        ours = await self._store.write(deliveries.created, mine, ref, mine.view_version)
        if ours:
            self._editors.wake([mine.slot])
        else:
            await self._delete(mine, ref)

    async def _not_created(self, mine: Row, state: DeliveryState, delay: timedelta | None) -> None:
        not_before = None if delay is None else self._clock.now() + delay
        await self._store.write(deliveries.not_created, mine, state, not_before)

    async def _give_up(self, row: Row) -> None:
        """It will not be shown: whoever waits for it must hear of it."""
        log.error("message_given_up", slot=row.slot, run=row.run_id, attempts=row.attempts)
        await self._store.write(self._store_given_up, row)

    def _store_given_up(self, tx: Tx, row: Row) -> None:
        if (given_up := deliveries.give_up(tx, row)) is not None:
            self._given_up(tx, given_up)

    async def _look(self, row: Row) -> None:
        """A create without an answer: adopt its message if it is there, else create it again."""
        copies = await self._copies(row)
        if copies is None:
            await self._cannot_look(row)
            return
        log.info("doubt_resolved", slot=row.slot, found=len(copies))
        if not copies and row.attempts >= MAX_CREATES:
            await self._give_up(row)
            return
        sweep_at = self._clock.now() + SWEEP
        if copies:
            await self._store.write(deliveries.adopt, row.slot, copies[0].message, sweep_at)
        else:
            await self._store.write(deliveries.retry, row.slot, sweep_at)

    async def _cannot_look(self, row: Row) -> None:
        now = self._clock.now()
        blind = row.tried_at is not None and now - row.tried_at >= BLIND
        log.warning("cannot_look", slot=row.slot, posts_again=blind)
        if blind and row.reposts >= MAX_REPOSTS:
            await self._give_up(row)
            return
        if blind:
            await self._store.write(deliveries.retry, row.slot, None, blindly=True)
        else:
            await self._store.write(deliveries.postpone, row.slot, now + LOOK_AGAIN)

    async def _sweep(self, row: Row) -> None:
        """After a doubt: of several copies only the first stays."""
        copies, now = await self._copies(row), self._clock.now()
        if copies is None and row.tried_at is not None and now - row.tried_at < BLIND:
            await self._store.write(deliveries.sweep_later, row.slot, now + LOOK_AGAIN)
            return
        copies = copies or []
        if copies and copies[0].message != row.ref:
            # Before any is deleted: an edit in between must not meet a deleted message.
            await self._store.write(deliveries.repoint, row.slot, copies[0].message)
        for copy in copies[1:]:
            await self._delete(row, copy.message)
        await self._store.write(deliveries.swept, row.slot)

    async def _copies(self, row: Row) -> list[Seen] | None:
        """The slot's messages on the platform, oldest first; None when it does not let us look."""
        since = (row.intent_at or self._clock.now()) - CLOCKS
        try:
            async with self._calls, asyncio.timeout(DEADLINE):
                seen = await self._adapter(row).recent(row.place, since, MAX_SEEN)
        except (CannotLook, TimeoutError):
            return None
        except Exception:
            log.exception("look_failed", slot=row.slot)
            return None
        return sorted((one for one in seen if one.slot == row.slot), key=lambda one: one.at)

    async def _delete(self, row: Row, ref: MessageRef) -> None:
        try:
            async with self._calls, asyncio.timeout(DEADLINE):
                await self._adapter(row).delete(ref)
        except Exception as error:  # noqa: BLE001 - a copy that stays is a known window
            log.warning("copy_not_deleted", slot=row.slot, error=type(error).__name__)

    async def _edit(self, key: str) -> None:
        """Edit one message until it shows its newest view."""
        slot, failures = SlotId(key), 0
        while failures < MAX_EDITS:
            row = await self._store.read(deliveries.get, slot)
            if row is None or row.state != "sent" or row.ref is None:
                return
            unsaved = self._live.pop(slot, None)
            view = unsaved if unsaved is not None and _is_live(row.view) else _shown(row)
            if view is not unsaved and row.shown_version >= row.view_version:
                return
            if row.place.is_over(self._clock.now()):
                if row.shown_version < row.view_version:
                    await self._keep(row)
                return
            pause = await self._edited(row, row.ref, view, failures)
            failures = 0 if pause is None else failures + 1
            interval = self._adapter(row).capabilities.edit_interval
            await self._clock.until(self._clock.now() + (pause or interval))

    async def _edited(
        self, row: Row, ref: MessageRef, view: View, failures: int
    ) -> timedelta | None:
        """One edit; how long to wait after one that failed."""
        try:
            with speaking(view.language):
                async with self._calls, asyncio.timeout(DEADLINE):
                    ref = await self._adapter(row).edit(ref, view)
        except Gone:
            if row.place.private:
                await self._keep(row)
            else:
                await self._store.write(deliveries.drop, row)
            return None
        except Refused as refused:
            log.warning("edit_refused", slot=row.slot, reason=str(refused))
            if refused.retry_after is not None:
                return max(refused.retry_after, SOON)
            await self._never_edited(row, ref)
            return None
        except Exception as error:  # noqa: BLE001 - an edit can be made again
            log.warning("edit_failed", slot=row.slot, error=type(error).__name__)
            return timedelta(seconds=2**failures)
        if row.shown_version < row.view_version:
            await self._store.write(deliveries.shown, row, ref)
        return None

    async def _never_edited(self, row: Row, ref: MessageRef) -> None:
        """What stands there stays; whoever waits for the rest must hear of it."""
        log.error("edit_given_up", slot=row.slot, run=row.run_id)
        await self._store.write(self._store_never_edited, row, ref)
        self.wake([row.place.id])

    def _store_never_edited(self, tx: Tx, row: Row, ref: MessageRef) -> None:
        deliveries.shown(tx, row, ref)
        self._given_up(tx, row)

    def _adapter(self, row: Row) -> Adapter:
        return self._adapters[row.place.platform]


def _is_live(view: View) -> bool:
    return isinstance(view, Reply) and view.live


def _shown(row: Row) -> View:
    return marked(row.view) if row.reposts else row.view
