"""`forget` asks once more, and its button is for the person who was asked."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.acts.forget import confirmed
from bot.adapter import Accepted, Duplicate, Receipt
from bot.events import ButtonToken, Click, EventKey, PersonRef
from bot.intake import accept_many
from bot.store import runs
from bot.store.tables import forgetting as wishes
from bot.views import Button, Notice
from tests.acts.desk import Desk, open_desk
from tests.store.rows import ADA, BEN, looking, mention, place, rows, writing

WROTE = "My aardvark equation is 3x + 11 = 14"
LATER = "And what about the capybara theorem?"


def button(receipt: Receipt | None) -> Button:
    """The one beside the question."""
    assert isinstance(receipt, Accepted)
    assert isinstance(receipt.private, Notice)
    (only,) = receipt.private.actions
    return only


async def press(desk: Desk, token: ButtonToken, *, by: PersonRef, key: str = "press") -> Receipt:
    click = Click(key=EventKey(key), place=place(), person=by, token=token, at=desk.clock.now())
    word = token.removeprefix("f.")
    return await confirmed(desk.office, click, word)


def told(receipt: Receipt) -> str:
    assert isinstance(receipt, Accepted)
    assert isinstance(receipt.private, Notice)
    return receipt.private.text


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        async with writing(desk.office.store) as tx:
            accept_many(tx, [mention(WROTE, by=BEN), mention(LATER, by=ADA)], desk.clock.now())
        yield desk


async def wished(desk: Desk) -> int:
    async with looking(desk.office.store) as tx:
        return len(rows(tx, wishes))


async def test_the_question_names_what_goes_and_what_stays(desk: Desk) -> None:
    text = await desk.told("forget")

    for said in ("what you wrote", "what you answered", "What stays", "on the platform itself"):
        assert said in text
    assert await wished(desk) == 0


async def test_who_has_written_nothing_has_nothing_to_forget(desk: Desk) -> None:
    nobody = PersonRef(scope="sim:one", user="U-cyd")

    assert await desk.told("forget", by=nobody) == "There is nothing of yours to forget here."


async def test_the_button_is_for_the_person_who_was_asked(desk: Desk) -> None:
    token = button(await desk.obeyed("forget")).token

    assert "somebody else" in told(await press(desk, token, by=ADA))
    assert await wished(desk) == 0


async def test_the_button_works_for_ten_minutes(desk: Desk) -> None:
    token = button(await desk.obeyed("forget")).token
    await desk.clock.advance(timedelta(minutes=10, seconds=1))

    assert "too long ago" in told(await press(desk, token, by=BEN))
    assert await wished(desk) == 0


@pytest.mark.parametrize("word", ["x", "9999999999_0123456789abcdef", "_", "9" * 40])
async def test_a_forged_button_does_nothing(desk: Desk, word: str) -> None:
    await press(desk, ButtonToken(f"f.{word}"), by=BEN)

    assert await wished(desk) == 0


async def test_a_press_that_comes_twice_counts_once(desk: Desk) -> None:
    token = button(await desk.obeyed("forget")).token

    assert "is being forgotten" in told(await press(desk, token, by=BEN))
    assert await press(desk, token, by=BEN) == Duplicate()
    assert await wished(desk) == 1


async def test_a_queued_message_is_stopped_at_once_and_others_go_on(desk: Desk) -> None:
    token = button(await desk.obeyed("forget")).token
    await press(desk, token, by=BEN)

    async with looking(desk.office.store) as tx:
        assert {run.asker: run.status for run in runs.listed(tx, limit=9)} == {
            BEN: "cancelled",
            ADA: "queued",
        }
    assert desk.woken
    assert desk.delivered == ["sim:t1"]
