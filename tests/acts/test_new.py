"""The next message begins a new thread, for those who may say so."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import threads
from bot.events import PersonRef, PlaceRef
from bot.intake import accept_many
from bot.store import runs
from bot.strings import say
from tests.acts.desk import Desk, open_desk
from tests.acts.orders import accepting, obeyed, order, private, replied, told
from tests.store.rows import ADA, BEN, NOW, looking, mention, place, writing

DIRECT = place("dm-ada", direct=True)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk, accepting(desk):
        yield desk


async def bound(desk: Desk, where: PlaceRef, person: PersonRef = ADA) -> str | None:
    async with looking(desk.office.store) as tx:
        return threads.bound(tx, where, person)


async def test_whoever_asked_last_begins_a_new_thread(desk: Desk) -> None:
    run = await replied(desk, "Hello", where=place())

    assert await desk.told("new", by=ADA) == say("new.begun")
    assert await bound(desk, place()) is None
    again = await replied(desk, "Hello again", where=place())
    assert (again.thread_id != run.thread_id, again.turn) == (True, 1)


async def test_nobody_else_does(desk: Desk) -> None:
    run = await replied(desk, "Hello", where=place())
    assert await desk.told("new", by=BEN) == say("new.not_yours")
    assert await bound(desk, place()) == run.thread_id

    await replied(desk, "Hello Ben", where=place(), by=BEN)
    assert await desk.told("new", by=ADA) == say("new.not_yours")
    assert await desk.told("new", by=BEN) == say("new.begun")


async def test_admins_do_as_long_as_they_are_so(desk: Desk) -> None:
    await replied(desk, "Hello", where=place())
    desk.platform.admins.add(BEN)
    assert await desk.told("new", by=BEN) == say("new.begun")

    await replied(desk, "Hello", where=place())
    desk.platform.admins.clear()
    assert await desk.told("new", by=BEN) == say("new.not_yours")


async def test_no_platform_is_asked_about_whoever_asked(desk: Desk) -> None:
    desk.platform.slow = True
    await replied(desk, "Hello", where=DIRECT)
    await replied(desk, "Hello", where=place())

    assert await desk.told("new", by=ADA, where=DIRECT) == say("new.begun")
    assert await desk.told("new", by=ADA) == say("new.begun")


async def test_where_nothing_was_said_there_is_nothing_to_begin(desk: Desk) -> None:
    assert await desk.told("new") == say("new.nothing")


async def test_what_is_going_on_goes_on(desk: Desk) -> None:
    run = await replied(desk, where=place(), status="requires_action")
    await desk.told("new", by=ADA)

    async with looking(desk.office.store) as tx:
        stored = runs.get(tx, run.id)
    assert stored == run


async def test_the_private_conversation_begins_anew_too(desk: Desk) -> None:
    await replied(desk, "Hello", where=private())
    await replied(desk, "Hello", where=place())
    receipt = await obeyed(desk, order(desk, "new"))

    assert told(receipt) == say("new.begun")
    assert (await bound(desk, private()), await bound(desk, place())) == (None, None)


async def test_whoever_may_not_in_public_begins_their_private_one(desk: Desk) -> None:
    await replied(desk, "Hello", where=private())
    run = await replied(desk, "Hello", where=place(), by=BEN)
    receipt = await obeyed(desk, order(desk, "new"))

    assert told(receipt) == say("new.begun_privately")
    assert (await bound(desk, private()), await bound(desk, place())) == (None, run.thread_id)


async def test_one_persons_new_thread_leaves_the_others_theirs(desk: Desk) -> None:
    await replied(desk, "Hello", where=private(BEN), by=BEN)
    await obeyed(desk, order(desk, "new", by=ADA))

    assert await bound(desk, private(BEN), BEN) is not None


async def test_it_is_done_once(desk: Desk) -> None:
    await replied(desk, "Hello", where=place())
    await desk.told("new", by=ADA, key="sim:again")
    run = await replied(desk, "Hello", where=place())

    assert await desk.told("new", by=ADA, key="sim:again") == ""
    assert await bound(desk, place()) == run.thread_id


async def test_a_message_that_started_nothing_makes_nobody_its_asker(desk: Desk) -> None:
    async with writing(desk.office.store) as tx:
        accept_many(tx, [mention("", by=BEN, where=replace(place(), key="t9"))], NOW)

    assert await desk.told("new", by=ADA, where=place("t9")) == say("new.begun")
