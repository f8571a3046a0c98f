"""More than the bot may do at once: what is refused is told in private, what waits is seen."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.adapter import Accepted
from bot.events import PersonRef
from bot.limits import Limits
from bot.store import spending
from bot.store.database import open_store
from bot.views import Notice, Reply
from tests.flows.bench import Bench
from tests.flows.lessons import button
from tests.sims.answers import Text
from tests.sims.platform import Posted, Sent
from tests.store.rows import started, writing

LOOK = timedelta(seconds=2)
ROOT, BOSS = PersonRef(scope="sim", user="root"), PersonRef(scope="sim", user="boss")


def private(sent: Sent) -> str:
    """What the person alone reads; empty if nothing."""
    private = sent.receipt.private if isinstance(sent.receipt, Accepted) else None
    return private.text if isinstance(private, Notice) else ""


def note(post: Posted) -> str:
    return post.view.note if isinstance(post.view, Reply) else ""


def stands_at(bench: Bench, number: int) -> bool:
    """Whether the one who came last reads that number."""
    return f"number {number}" in notes(bench, "t3")[0]


def notes(bench: Bench, *places: str) -> list[str]:
    """What the newest message of each place says below its text."""
    shown = [bench.people.shown(place) for place in places]
    return [note(posts[-1]) if posts else "" for posts in shown]


async def test_of_a_hundred_messages_of_one_person_six_are_answered_and_the_others_told(
    bench: Bench,
) -> None:
    bench.quota = Limits(runs_per_minute=6)
    for number in range(7):
        bench.model.answer(Text(f"answer {number}"))
    async with bench.running():
        sent = [await bench.people.mention(f"question {number}") for number in range(100)]
        await asyncio.gather(*(bench.people.acknowledged(each) for each in sent))
        await bench.people.said("answer 5")
        told = [private(each) for each in sent]
        await bench.clock.advance(timedelta(seconds=61))
        later = await bench.people.mention("and now?")
        await bench.people.said("answer 6")

    assert told[:6] == [""] * 6
    assert len([text for text in told[6:] if "6 messages a minute" in text]) == 94
    assert all("again in 60 seconds" in text or "again in 5" in text for text in told[6:])
    assert private(later) == ""
    assert bench.people.texts() == [f"answer {number}" for number in range(7)]
    said = [item["content"] for item in bench.model.requests[-1].items if item["role"] == "user"]
    assert said == [*(f"question {number}" for number in range(6)), "and now?"]


async def test_a_second_message_waits_visibly_and_its_reply_takes_the_same_place(
    bot: Bench,
) -> None:
    bot.model.answer(Text("first"), hold_before=0)
    bot.model.answer(Text("second"))
    await bot.people.mention("one")
    await bot.model.request_arrived(1)
    await bot.people.mention("two")

    await bot.people.until(lambda: "after the current answer" in notes(bot, "t1")[0])
    waiting = bot.people.shown()[-1].key
    bot.model.release()
    done = await bot.people.said("second")

    assert done.key == waiting
    assert bot.people.texts() == ["first", "second"]
    assert [note(post) for post in bot.people.shown()] == ["", ""]


async def test_a_message_that_waits_can_be_stopped_and_costs_nothing(bot: Bench) -> None:
    bot.model.answer(Text("first"), hold_before=0)
    await bot.people.mention("one")
    await bot.model.request_arrived(1)
    await bot.people.mention("two")
    await bot.people.until(lambda: len(bot.people.shown()) == 2)

    await bot.people.click(button(bot.people.shown()[-1], "Stop").token)
    await bot.people.said("Stopped.")
    bot.model.release()
    await bot.people.said("first")

    assert len(bot.model.requests) == 1
    assert bot.people.texts() == ["first", "Stopped."]


async def test_messages_that_wait_on_a_thread_are_answered_in_their_order(bot: Bench) -> None:
    for number in range(4):
        bot.model.answer(Text(f"answer {number}"), hold_before=0 if number == 0 else None)
    sent = [
        await bot.people.mention(f"question {number}", by="abcd"[number]) for number in range(4)
    ]
    await asyncio.gather(*(bot.people.acknowledged(each) for each in sent))
    await bot.people.until(lambda: len(bot.people.shown()) == 4)
    waiting = [post.key for post in bot.people.shown()]
    bot.model.release()
    await bot.people.said("answer 3")

    assert bot.people.texts() == [f"answer {number}" for number in range(4)]
    assert [post.key for post in bot.people.shown()] == waiting


async def test_who_waits_for_a_free_place_reads_the_number_and_sees_it_fall(bench: Bench) -> None:
    bench.quota = Limits(max_executing=1)
    places = ("t1", "t2", "t3")
    for number in range(4):
        bench.model.answer(Text(f"answer {number}"), hold_before=0)
    async with bench.running():
        await bench.people.mention("zero", place="t0")
        await bench.model.request_arrived(1)
        for place in places:
            await bench.people.acknowledged(await bench.people.mention(place, place=place))
        assert notes(bench, *places) == ["", "", ""]

        await bench.later(lambda: all(notes(bench, *places)), LOOK)
        numbers = notes(bench, *places)
        waiting = bench.people.shown("t3")[-1].key
        for count in (2, 3):
            bench.model.release()
            bench.model.hold_again()
            await bench.model.request_arrived(count)
            await bench.later(partial(stands_at, bench, 4 - count), LOOK)
        bench.model.release()
        done = await bench.people.said("answer 3", "t3")

    assert [text[-22:] for text in numbers] == [f"number {n} in the queue." for n in (1, 2, 3)]
    assert done.key == waiting
    assert [bench.people.texts(place) for place in ("t0", *places)] == [
        [f"answer {number}"] for number in range(4)
    ]
    assert notes(bench, *places) == ["", "", ""]


async def test_many_threads_on_few_places_are_all_worked_on_in_fair_order(
    bench: Bench,
) -> None:
    crowd = 120
    bench.quota = Limits(max_executing=20)
    for _ in range(crowd):
        bench.model.answer(Text("Done"))
    async with bench.running():
        for number in range(crowd):
            await bench.people.mention(f"{number}", by=f"p{number}", place=f"t{number}")
        await bench.model.request_arrived(crowd)
        for number in range(crowd):
            await bench.people.said("Done", f"t{number}")

    order = [int(str(asked.items[-1]["content"])) for asked in bench.model.requests]
    assert max(abs(number - turn) for turn, number in enumerate(order)) <= 40


@pytest.mark.parametrize("lives", [1, 2])
async def test_each_admin_gets_one_message_when_a_workspace_has_used_its_tokens(
    bench: Bench, lives: int
) -> None:
    bench.quota = Limits(tokens_per_day=1_000)
    bench.admins = (ROOT, BOSS, PersonRef(scope="slack:T1", user="U2"))
    async with open_store(bench.database) as store, writing(store) as tx:
        run = started(tx)
        spending.add(tx, run, {"total_tokens": 1_000}, bench.clock.now())
        tx.exec_driver_sql("UPDATE runs SET status = 'completed'")
    for life in range(lives):
        async with bench.running():
            for number in range(3):
                sent = await bench.people.mention("hello", key=f"{life}.{number}")
                await bench.people.acknowledged(sent)
                assert "all that it may do here today" in private(sent)
            await bench.people.said("has used its tokens", "dm-root")
            await bench.people.said("has used its tokens", "dm-boss")

    views = [post.view for post in bench.people.messages]
    assert len(views) == 2
    assert all(isinstance(view, Notice) for view in views)
    with sqlite3.connect(bench.database) as database:
        statuses = database.execute("SELECT status, count(*) FROM runs GROUP BY 1").fetchall()
    assert statuses == [("completed", 1), ("failed", 3 * lives)]


async def test_without_live_messages_nothing_is_shown_of_waiting(bench: Bench) -> None:
    bench.limits = replace(bench.limits, live=False)
    bench.model.answer(Text("first"), hold_before=0)
    bench.model.answer(Text("second"))
    async with bench.running():
        await bench.people.mention("one")
        await bench.model.request_arrived(1)
        await bench.people.acknowledged(await bench.people.mention("two"))
        assert bench.people.shown() == []
        bench.model.release()
        await bench.people.said("second")

    assert bench.people.texts() == ["first", "second"]
    assert bench.people.creates == 2
