"""Orders as a platform gives them that can answer privately, and what became of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count

from bot import assistants
from bot.adapter import Accepted, Receipt
from bot.commands import ordered
from bot.events import EventKey, Order, PersonRef, PlaceRef
from bot.intake import accept_many
from bot.store import deliveries, runs
from bot.store.records import Delivery, Run, RunStatus
from bot.store.tables import deliveries as delivery_table
from bot.store.tables import runs as run_table
from bot.tools import TOOLS
from bot.views import Notice, Reply
from tests.acts.desk import Desk
from tests.store.rows import ADA, NOW, SNAPSHOT, looking, mention, place, rows, writing

REACH = timedelta(minutes=15)

_numbers = count(1)


def private(by: PersonRef = ADA, *, channel: str = "channel") -> PlaceRef:
    """Where only that person reads in the channel."""
    where = replace(place(f"private-{channel}-{by.user}"), parent=channel, private=True)
    return replace(where, reach="reach-0", expires_at=NOW + REACH)


def order(
    desk: Desk,
    text: str,
    *,
    by: PersonRef = ADA,
    where: PlaceRef | None = None,
    key: str = "",
    locale: str = "",
    lasts: timedelta = REACH,
) -> Order:
    number, now = next(_numbers), desk.clock.now()
    reach = replace(private(by), reach=f"reach-{number}", expires_at=now + lasts)
    return Order(
        key=EventKey(key or f"sim:order:{number}"),
        place=where or place(),
        private=reach,
        person=by,
        text=text,
        at=now,
        locale=locale,
    )


@asynccontextmanager
async def accepting(desk: Desk) -> AsyncIterator[None]:
    """The intake works, and nothing else."""
    task = asyncio.create_task(desk.office.intake.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def obeyed(desk: Desk, given: Order) -> Receipt | None:
    return await desk.obeying.obey(ordered(given.text), given)


def told(receipt: Receipt | None) -> str:
    match receipt:
        case Accepted(private=Notice(text=text)):
            return text
    return ""


async def offer_tutor(desk: Desk) -> None:
    async with writing(desk.office.store) as tx:
        assistants.offer_default(tx, TOOLS, NOW)


async def all_runs(desk: Desk) -> list[Run]:
    """The newest last."""
    async with looking(desk.office.store) as tx:
        found = [runs.get(tx, row.id) for row in rows(tx, run_table)]
    return sorted((run for run in found if run), key=lambda run: (run.created_at, run.turn))


async def shown_in(desk: Desk, where: PlaceRef) -> list[Delivery]:
    async with looking(desk.office.store) as tx:
        slots = [row.slot for row in rows(tx, delivery_table) if row.place_id == where.id]
        found = [deliveries.get(tx, slot) for slot in slots]
    return [row for row in found if row]


async def replied(
    desk: Desk,
    *texts: str,
    where: PlaceRef,
    by: PersonRef = ADA,
    status: RunStatus = "completed",
) -> Run:
    """A run that has ended so, with its reply stored."""
    async with writing(desk.office.store) as tx:
        (queued,) = accept_many(tx, [mention("what?", by=by, where=where)], desk.clock.now())
        assert queued is not None
        now = desk.clock.now()
        runs.start(tx, queued.id, SNAPSHOT, now, now + timedelta(minutes=10))
        if status != "in_progress":
            runs.move(tx, queued.id, source=["in_progress"], target=status, now=now)
        for slot_no, text in enumerate(texts):
            deliveries.put(tx, queued, slot_no, Reply(text=text))
        run = runs.get(tx, queued.id)
        assert run is not None
    return run
