"""A question asked privately goes on in a thread between the person and the tutor."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapter import Accepted, Duplicate
from bot.store.tables import places as place_table
from bot.strings import say
from tests.acts.desk import Desk, open_desk
from tests.acts.orders import accepting, all_runs, obeyed, order, told
from tests.store.rows import ADA, BEN, looking, place, rows


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk, accepting(desk):
        yield desk


async def test_the_question_is_a_run_in_the_persons_private_place(desk: Desk) -> None:
    given = order(desk, "ask what is a prime?", locale="de")

    assert await obeyed(desk, given) == Accepted()
    assert await obeyed(desk, given) == Duplicate()
    (run,) = await all_runs(desk)
    assert (run.place, run.asker, run.language) == (given.private, ADA, "de")
    assert desk.woken == [run.thread_id]


async def test_asking_again_goes_on_and_each_run_keeps_the_way_of_its_order(desk: Desk) -> None:
    orders = [order(desk, "what is a prime?"), order(desk, "why?"), order(desk, "why?", by=BEN)]
    for given in orders:
        await obeyed(desk, given)
    first, second, bens = await all_runs(desk)

    assert first.thread_id == second.thread_id != bens.thread_id
    assert [run.place.reach for run in (second, bens)] == [
        given.private.reach for given in orders[1:]
    ]


async def test_what_goes_on_is_reached_the_newest_way(desk: Desk) -> None:
    await obeyed(desk, order(desk, "what is a prime?"))
    await desk.clock.advance(timedelta(minutes=20))
    latest = order(desk, "steps")
    await obeyed(desk, latest)

    (run,) = await all_runs(desk)
    assert run.place == latest.private


async def test_in_a_direct_conversation_it_is_the_next_message_there(desk: Desk) -> None:
    direct = place("dm-ada", direct=True)
    given = replace(order(desk, "ask what is a prime?", where=direct), private=direct)

    assert await obeyed(desk, given) == Accepted()
    (run,) = await all_runs(desk)
    assert run.place == direct


async def test_nothing_is_asked_where_everybody_would_read_it(desk: Desk) -> None:
    given = order(desk, "ask what is a prime?")

    assert told(await obeyed(desk, replace(given, private=given.place))) == say("asking.nowhere")
    assert await all_runs(desk) == []


async def test_the_private_place_belongs_to_its_channel(desk: Desk) -> None:
    await obeyed(desk, order(desk, "what is a prime?"))

    async with looking(desk.office.store) as tx:
        (row,) = rows(tx, place_table)
    assert (row.id, row.parent_id) == ("sim:private-channel-U-ada", "sim:channel")


async def test_ask_alone_says_how_it_is_written(desk: Desk) -> None:
    assert told(await obeyed(desk, order(desk, "ask"))) == say("commands.ask_needs")
