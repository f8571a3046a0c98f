"""A private reply is shared by its asker, once, and only where it was asked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import tokens
from bot.acts.sharing import share
from bot.adapter import Accepted, Duplicate
from bot.events import Click, EventKey, PersonRef, PlaceRef
from bot.store import deliveries, runs
from bot.store.records import Run, RunStatus
from bot.strings import say
from bot.views import Reply
from tests.acts.desk import Desk, open_desk
from tests.acts.orders import private, replied, shown_in, told
from tests.store.rows import ADA, BEN, NOW, place, writing

THREAD, CHANNEL = place("t1"), replace(place("channel"), parent=None)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        yield desk


def press(
    run_id: str, where: PlaceRef = THREAD, *, by: PersonRef = ADA, key: str = "sim:click:1"
) -> Click:
    return Click(
        key=EventKey(key), place=where, person=by, token=tokens.encode("share", run_id), at=NOW
    )


async def pressed(desk: Desk, run: Run, where: PlaceRef = THREAD, *, by: PersonRef = ADA) -> str:
    return told(await share(desk.office, press(run.id, where, by=by, key=new_key()), run.id))


_keys = iter(range(1_000_000))


def new_key() -> str:
    return f"sim:press:{next(_keys)}"


async def texts(desk: Desk, where: PlaceRef) -> list[str]:
    return [row.view.text for row in await shown_in(desk, where) if isinstance(row.view, Reply)]


@pytest.mark.parametrize("where", [THREAD, place("t2"), CHANNEL], ids=["thread", "other", "root"])
async def test_it_is_posted_where_it_was_pressed_in_its_channel(
    desk: Desk, where: PlaceRef
) -> None:
    run = await replied(desk, "A number", "with two divisors.", where=private())

    assert await pressed(desk, run, where) == say("sharing.done")
    assert await texts(desk, where) == ["A number", "with two divisors."]
    assert desk.delivered == [where.id]


@pytest.mark.parametrize(
    "where",
    [
        replace(place("t1"), parent="elsewhere"),
        replace(place("elsewhere"), parent=None),
        place("t1", workspace="sim:two"),
        replace(place("t1"), platform="other"),
        private(),
        private(BEN),
        place("dm-ada", direct=True),
        replace(CHANNEL, direct=True),
    ],
    ids=["thread", "channel", "workspace", "platform", "private", "bens", "direct", "lie"],
)
async def test_it_goes_nowhere_else(desk: Desk, where: PlaceRef) -> None:
    run = await replied(desk, "A number with two divisors.", where=private())
    before = len(await shown_in(desk, where))

    assert await pressed(desk, run, where) == say("quiz.stale_button")
    assert len(await shown_in(desk, where)) == before


async def test_nobody_else_can_share_it_whatever_they_are(desk: Desk) -> None:
    desk.platform.admins.add(BEN)
    run = await replied(desk, "A number with two divisors.", where=private())

    assert await pressed(desk, run, by=BEN) == say("sharing.not_yours")
    assert await shown_in(desk, THREAD) == []


async def test_it_is_shared_once(desk: Desk) -> None:
    run = await replied(desk, "A number with two divisors.", where=private())
    await pressed(desk, run)

    assert await pressed(desk, run) == say("sharing.already")
    assert await pressed(desk, run, place("t2")) == say("sharing.already")
    assert len(await shown_in(desk, THREAD)) == 1
    assert await shown_in(desk, place("t2")) == []


async def test_the_same_press_is_taken_once(desk: Desk) -> None:
    run = await replied(desk, "A number with two divisors.", where=private())
    click = press(run.id)

    assert isinstance(await share(desk.office, click, run.id), Accepted)
    assert await share(desk.office, click, run.id) == Duplicate()


@pytest.mark.parametrize("status", ["in_progress", "requires_action", "failed", "cancelled"])
async def test_what_is_not_finished_or_went_wrong_is_not_shared(
    desk: Desk, status: RunStatus
) -> None:
    run = await replied(desk, "A number", where=private(), status=status)

    assert await pressed(desk, run) == say("sharing.nothing")
    assert await shown_in(desk, THREAD) == []


async def test_a_run_that_said_nothing_is_not_shared(desk: Desk) -> None:
    run = await replied(desk, where=private())

    assert await pressed(desk, run) == say("sharing.nothing")


async def test_what_was_said_in_public_needs_no_sharing(desk: Desk) -> None:
    run = await replied(desk, "A number", where=place("t2"))

    assert await pressed(desk, run) == say("quiz.stale_button")
    assert await pressed(desk, replace(run, id="run_none")) == say("quiz.stale_button")


async def test_only_the_reply_below_a_quiz_is_shared(desk: Desk) -> None:
    run = await replied(desk, "Here is your quiz.", where=private())
    async with writing(desk.office.store) as tx:
        runs.next_round(tx, run.id, first_slot=1)
        deliveries.put(tx, run, 1, Reply(text="All right!", note="The reply ends here."))
    await pressed(desk, run)

    (shared,) = await shown_in(desk, THREAD)
    assert shared.view == Reply(text="All right!", note="The reply ends here.", shared_by=ADA)


async def test_a_shared_reply_is_not_taken_for_the_runs_own(desk: Desk) -> None:
    run = await replied(desk, "A number", where=private())
    await pressed(desk, run)

    assert await pressed(desk, run) == say("sharing.already")
    assert [row.slot_no for row in await shown_in(desk, THREAD)] == [1]
