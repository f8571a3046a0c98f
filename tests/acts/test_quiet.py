"""Whoever writes in a thread may have the tutor keep quiet there."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import screens
from bot.adapter import AskManners, Manners
from bot.events import PlaceRef
from bot.store import audit
from bot.strings import say
from tests.acts.desk import Desk
from tests.acts.settled import DIRECT, ONE, OTHER, THREAD, heard, notice, settled
from tests.store.rows import ADA, BEN, place


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with settled(tmp_path) as desk:
        yield desk


async def manners(desk: Desk, where: PlaceRef) -> str:
    screen = await screens.read(desk.office, AskManners(place=where))
    assert isinstance(screen, Manners)
    return screen.follow_ups


async def test_it_is_for_the_thread_alone_by_anyone_and_in_the_audit(desk: Desk) -> None:
    told = await desk.told("quiet", by=BEN)

    assert told == say("quiet.now_never")
    assert await manners(desk, THREAD) == "never"
    assert await manners(desk, place("t3")) == "alone"
    (line,) = await desk.office.store.read(audit.newest, limit=1, workspace=ONE)
    assert (line.who, line.after) == (BEN.key, {"id": THREAD.id, "follow_ups": "never"})


async def test_off_goes_back_to_what_is_set_for_the_channel(desk: Desk) -> None:
    await desk.told("settings follow_ups always", by=ADA)
    await desk.told("quiet")
    between = await manners(desk, THREAD)
    told = notice(await heard(desk, "quiet off.", BEN)).text

    assert (between, told) == ("never", say("quiet.now_always"))
    assert await manners(desk, THREAD) == "always"
    assert await manners(desk, OTHER) == "alone"


async def test_off_does_not_promise_what_the_channel_forbids(desk: Desk) -> None:
    await desk.told("settings follow_ups never", by=ADA)
    await desk.told("quiet")

    assert await desk.told("quiet off") == say("quiet.still_never")
    assert await manners(desk, THREAD) == "never"


async def test_a_new_thread_can_be_quiet_before_anyone_asked(desk: Desk) -> None:
    fresh = place("t-fresh")
    await desk.told("quiet on", where=fresh)

    assert await manners(desk, fresh) == "never"


async def test_where_it_makes_no_sense_it_says_so(desk: Desk) -> None:
    channel = replace(place("channel"), parent=None)
    assert await desk.told("quiet", where=DIRECT) == say("quiet.direct")
    assert await desk.told("quiet", where=channel) == say("quiet.no_thread")
    assert await desk.told("quiet please") == say("quiet.needs")
    assert await heard(desk, "quiet please", BEN) is None

    assert {await manners(desk, where) for where in (DIRECT, channel, THREAD)} == {"alone"}
