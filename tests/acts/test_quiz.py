"""A quiz is asked for as if the person had written so."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapter import Accepted, Duplicate, Receipt
from bot.messages import text_of
from bot.offline.quiz_requests import quiz_request
from bot.store import items
from bot.strings import LANGUAGES, say, speaking
from bot.views import Notice
from tests.acts.desk import Desk, open_desk
from tests.acts.orders import accepting, all_runs, obeyed, order
from tests.store.rows import ADA, looking, place


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk, accepting(desk):
        yield desk


async def said(desk: Desk) -> list[str]:
    found = []
    for run in await all_runs(desk):
        async with looking(desk.office.store) as tx:
            found += [text_of(item.body) for item in items.own(tx, run.id)]
    return found


async def test_it_is_a_public_request_where_the_order_was_given(desk: Desk) -> None:
    receipt = await obeyed(desk, order(desk, "quiz fractions"))

    (run,) = await all_runs(desk)
    assert (run.place, run.asker) == (place(), ADA)
    assert await said(desk) == ["Make a quiz about fractions"]
    assert receipt == Accepted(private=Notice(text=say("quiz_request.heard")))


async def test_without_a_topic_it_is_about_what_is_talked_of(desk: Desk) -> None:
    receipt: Receipt | None = await desk.obeyed("quiz")

    assert receipt == Accepted()
    assert await said(desk) == [say("quiz_request.about_this")]


async def test_a_topic_is_taken_as_it_is_written(desk: Desk) -> None:
    await obeyed(desk, order(desk, "quiz {topic} and 100 % of `braces`"))

    assert await said(desk) == ["Make a quiz about {topic} and 100 % of `braces`"]


async def test_in_a_direct_conversation_it_is_asked_there(desk: Desk) -> None:
    direct = place("dm-ada", direct=True)
    await obeyed(desk, replace(order(desk, "quiz", where=direct), private=direct))

    (run,) = await all_runs(desk)
    assert run.place == direct


async def test_an_order_that_comes_again_asks_once(desk: Desk) -> None:
    given = order(desk, "quiz")
    await obeyed(desk, given)

    assert await obeyed(desk, given) == Duplicate()
    assert len(await all_runs(desk)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_asked_in_the_persons_language(desk: Desk, language: str) -> None:
    with speaking(language):
        await obeyed(desk, order(desk, "quiz", locale=language))

        (run,) = await all_runs(desk)
        assert await said(desk) == [say("quiz_request.about_this")]
    assert run.language == language


def test_the_offline_tutor_understands_the_request() -> None:
    for text in (say("quiz_request.about", topic="fractions"), say("quiz_request.about_this")):
        request = quiz_request(text)
        assert request is not None
        assert request.unknown == ()
