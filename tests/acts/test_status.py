"""What is going on for one person, and what they could not be shown, each said once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import tokens
from bot.events import PlaceRef
from bot.intake import accept_many
from bot.store import deliveries, questions, runs, unshown
from bot.store.records import Run
from bot.strings import say
from bot.views import Button, Notice, Quiz, Reply, ShownQuestion, View
from tests.acts.desk import Desk, open_desk
from tests.acts.orders import REACH, obeyed, order, private, replied, shown_in, told
from tests.store.rows import ADA, BEN, asked, mention, place, question, writing

LATER = REACH + timedelta(minutes=1)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        yield desk


async def status(desk: Desk, *, lasts: timedelta = REACH) -> str:
    return told(await obeyed(desk, order(desk, "status", lasts=lasts)))


async def queued(desk: Desk, text: str, *, where: PlaceRef | None = None) -> Run:
    async with writing(desk.office.store) as tx:
        (run,) = accept_many(tx, [mention(text, where=where)], desk.clock.now())
    assert run is not None
    return run


async def missed(desk: Desk, *texts: str, where: PlaceRef | None = None) -> Run:
    """A private reply of Ada's that comes too late to be shown."""
    run = await replied(desk, *texts, where=where or private())
    await keep(desk, run)
    return run


async def keep(desk: Desk, run: Run) -> None:
    async with writing(desk.office.store) as tx:
        for row in deliveries.of_run(tx, run.id):
            unshown.keep(tx, row, desk.clock.now() + LATER)


async def states(desk: Desk) -> list[str]:
    return [row.state for row in await shown_in(desk, private())]


def open_quiz() -> Quiz:
    shown = ShownQuestion(
        id=question().id,
        number=1,
        total=1,
        text="How much is 7 × 8?",
        actions=(Button(token=tokens.encode("write", "q_1"), label="Write answer", form=True),),
        closes_at=question().closes_at,
    )
    return Quiz(title="Times tables", question=shown)


async def test_nothing_is_said_in_a_sentence(desk: Desk) -> None:
    await replied(desk, "Hello", where=place())

    assert await status(desk) == say("status.nothing")


async def test_what_works_and_what_waits_is_told_with_its_place_in_the_row(desk: Desk) -> None:
    await replied(desk, where=place(), status="in_progress")
    await queued(desk, "and `then`?")
    await desk.clock.advance(timedelta(minutes=5))
    said = await status(desk)

    assert say("status.working", words="`what?`", ago="5 minutes ago") in said
    assert say("status.waits", number=1, words="`` and `then`? ``", ago="5 minutes ago") in said


async def test_the_next_one_in_row_is_told_so(desk: Desk) -> None:
    await queued(desk, "hello?")

    assert say("status.next", words="`hello?`", ago="just now") in await status(desk)


async def test_a_quiz_that_waits_is_named_and_holds_up_nobody(desk: Desk) -> None:
    run = await replied(desk, where=place(), status="requires_action")
    async with writing(desk.office.store) as tx:
        questions.insert_many(tx, [question(of=asked(tx, run))])
    await queued(desk, "hint?")
    await desk.clock.advance(timedelta(hours=3))
    said = await status(desk)

    quiz = say("status.quiz", title="`Times tables`", words="`what?`", ago="3 hours ago")
    assert quiz in said
    assert say("status.next", words="`hint?`", ago="3 hours ago") in said


async def test_a_question_without_a_title_is_told_too(desk: Desk) -> None:
    run = await replied(desk, where=place(), status="requires_action")
    async with writing(desk.office.store) as tx:
        questions.insert_many(tx, [question(of=asked(tx, run), title="")])
    await desk.clock.advance(timedelta(days=2))

    assert say("status.asks", words="`what?`", ago="2 days ago") in await status(desk)


async def test_threads_of_the_channel_are_looked_at_and_other_channels_are_not(desk: Desk) -> None:
    await queued(desk, "here", where=place("t2"))
    await queued(desk, "there", where=replace(place("t9"), parent="elsewhere"))
    said = await status(desk)

    assert "`here`" in said
    assert "there" not in said


async def test_what_others_ask_is_counted_and_not_quoted(desk: Desk) -> None:
    await replied(desk, where=place(), status="in_progress", by=BEN)
    await replied(desk, where=place("t2"), status="in_progress", by=BEN)

    assert await status(desk) == say("status.others", number=1)


async def test_of_many_only_the_newest_are_listed(desk: Desk) -> None:
    for number in range(8):
        await queued(desk, f"question {number}", where=place(f"t{number}"))
    said = await status(desk)

    assert say("status.more", number=3) in said
    assert "question 7" in said
    assert "question 2" not in said


async def test_what_could_not_be_shown_is_told_once_with_the_newest_first(desk: Desk) -> None:
    await missed(desk, "The first", "in two parts")
    await desk.clock.advance(timedelta(seconds=1))
    await missed(desk, "The second")
    said = await status(desk)

    assert said.index("The second") < said.index("The first\n\nin two parts")
    assert await status(desk) == say("status.nothing")


async def test_it_is_told_in_the_thread_of_the_channel_too(desk: Desk) -> None:
    await missed(desk, "A number with two divisors.")

    assert "two divisors" in await desk.told("status", by=ADA)
    assert await desk.told("status", by=ADA) == say("status.nothing")


async def test_others_and_other_channels_are_told_nothing_of_it(desk: Desk) -> None:
    await missed(desk, "A number with two divisors.")
    elsewhere = replace(place("t9"), parent="elsewhere")

    assert await desk.told("status", by=BEN) == say("status.nothing")
    assert await desk.told("status", by=ADA, where=elsewhere) == say("status.nothing")
    assert "two divisors" in await status(desk)


async def test_what_does_not_fit_comes_as_messages_where_the_order_allows_it(desk: Desk) -> None:
    await missed(desk, "long " * 390)
    said = await status(desk)

    assert said == say("status.follows", number=1)
    assert await states(desk) == ["new"]
    assert (await shown_in(desk, private()))[0].place.reach != private().reach
    assert desk.delivered[-1] == private().id


async def test_where_the_order_does_not_allow_it_the_person_is_told_how(desk: Desk) -> None:
    await missed(desk, "long " * 390)

    for said in (await desk.told("status", by=ADA), await status(desk, lasts=timedelta())):
        assert said == say("status.left", number=1)
    assert await states(desk) == ["failed"]
    assert await status(desk) == say("status.follows", number=1)


async def test_many_long_ones_come_a_few_at_a_time(desk: Desk) -> None:
    for _ in range(8):
        await missed(desk, "long " * 390)
    said = await status(desk)

    assert say("status.follows", number=5) in said
    assert say("status.left", number=3) in said
    assert len(said) < desk.office.room(order(desk, "status"))


@pytest.mark.parametrize("view", [Reply(text="half", live=True)], ids=["live"])
async def test_what_is_still_written_is_not_missed_yet(desk: Desk, view: View) -> None:
    run = await replied(desk, where=private(), status="in_progress")
    async with writing(desk.office.store) as tx:
        deliveries.put(tx, run, 0, view)
    await keep(desk, run)

    assert "half" not in await status(desk)
    assert await states(desk) == ["failed"]


async def test_a_quiz_comes_as_a_message_because_of_its_buttons(desk: Desk) -> None:
    run = await replied(desk, where=private(), status="requires_action")
    async with writing(desk.office.store) as tx:
        deliveries.put(tx, run, 0, Reply(text="Here is a quiz."))
        deliveries.put(tx, run, 1, open_quiz())
    await keep(desk, run)

    assert say("status.follows", number=1) in await status(desk)
    assert await states(desk) == ["new", "new"]


async def test_a_problem_is_told_too(desk: Desk) -> None:
    run = await replied(desk, where=private(), status="failed")
    async with writing(desk.office.store) as tx:
        deliveries.put(tx, run, 0, Notice(text="The tutor is unavailable.", tone="problem"))
    await keep(desk, run)

    assert "unavailable" in await status(desk)


async def test_after_a_week_nobody_looks_for_it(desk: Desk) -> None:
    await missed(desk, "A number with two divisors.")
    await desk.clock.advance(timedelta(days=8))

    assert await status(desk) == say("status.nothing")


async def test_a_status_that_comes_again_says_nothing(desk: Desk) -> None:
    await missed(desk, "A number with two divisors.")
    given = order(desk, "status")

    assert "two divisors" in told(await obeyed(desk, given))
    assert told(await obeyed(desk, given)) == ""


async def test_any_other_order_brings_it_as_messages(desk: Desk) -> None:
    await missed(desk, "A number with two divisors.")
    await obeyed(desk, order(desk, "steps"))

    assert await states(desk) == ["new"]
    assert await status(desk) == say("status.nothing")


async def test_a_newer_text_of_a_kept_reply_is_tried_once_more(desk: Desk) -> None:
    run = await missed(desk, "half")
    async with writing(desk.office.store) as tx:
        deliveries.put(tx, run, 0, Reply(text="whole"))
    assert await states(desk) == ["new"]
    await keep(desk, run)

    assert "whole" in await status(desk)


async def test_a_run_that_is_not_finished_keeps_the_newest_way(desk: Desk) -> None:
    run = await replied(desk, where=private(), status="requires_action")
    given = order(desk, "status")
    await obeyed(desk, given)

    async with writing(desk.office.store) as tx:
        stored = runs.get(tx, run.id)
    assert stored is not None
    assert stored.place == given.private
