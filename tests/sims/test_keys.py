"""The scripted platform notices what is shown too early, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Literal

import pytest

from bot import tokens
from bot.adapter import MessageRef
from bot.events import ButtonToken, Click, EventKey
from bot.views import (
    AnsweredLine,
    Button,
    Lobby,
    Notice,
    Private,
    QuestionId,
    Quiz,
    Reply,
    Roll,
    RollLine,
    ShownQuestion,
    SlotId,
    View,
)
from tests.contract.door import NotebookDoor
from tests.sims.keys import Scene, leaks
from tests.sims.platform import PlatformSim
from tests.sims.wire import WireAdapter
from tests.store.rows import ADA, NOW

TOLD = Notice(text="Right answer: KEY-1")
CALM = Notice(text="This quiz is closed already.")
HINT = Notice(text="**Hint:** HINT-1")
OPEN = Scene(class_is_open=True)
ASKED = Scene(asked=frozenset({"1"}), privately=True)


def question(text: str = "How much is 7 × 8?") -> ShownQuestion:
    return ShownQuestion(id=QuestionId("q1"), number=1, total=2, text=text, closes_at=NOW)


def line(detail: str = "", mark: Literal["right", "wrong"] | None = None) -> Quiz:
    answered = AnsweredLine(text="1. How much? — 54", mark=mark, detail=detail)
    return Quiz(title="Warm-up", answered=(answered,))


def lobby(*, closed: bool = False, title: str = "Warm-up") -> Lobby:
    close = Button(token=tokens.encode("close", "call_1"), label="Close")
    return Lobby(
        title=title,
        questions=2,
        started=0,
        finished=0,
        closes_at=NOW + timedelta(hours=1),
        closed=closed,
        actions=(close,),
    )


@pytest.mark.parametrize(
    ("view", "scene"),
    [
        (TOLD, OPEN),
        (TOLD, ASKED),
        (HINT, Scene()),
        (HINT, Scene(privately=True, pressed="c.q1.0")),
        (HINT, Scene(pressed="t.q1")),
        (Quiz(title="KEY-1"), Scene()),
        (Quiz(title="Warm-up", question=question("HINT-1")), Scene()),
        (line("KEY-2"), Scene()),
        (line("KEY-1"), Scene(class_is_open=True, privately=True)),
        (line("HINT-1"), Scene()),
        (line(mark="wrong"), Scene(class_is_open=True, privately=True)),
        (lobby(title="KEY-1"), Scene()),
        (Roll(title="Learners", lines=(RollLine(person=ADA, text="KEY-1"),)), Scene()),
    ],
)
def test_what_comes_too_early_is_noticed(view: View | Private, scene: Scene) -> None:
    assert leaks(view, scene)


@pytest.mark.parametrize(
    ("view", "scene"),
    [
        (TOLD, Scene()),
        (TOLD, Scene(asked=frozenset({"2"}), privately=True)),
        (HINT, Scene(class_is_open=True, privately=True, pressed="t.q1")),
        (line("KEY-1", mark="wrong"), Scene()),
        (line("KEY-1", mark="right"), OPEN),
        (line(), Scene(class_is_open=True, privately=True)),
        (Reply(text="KEY-1, says the model"), OPEN),
        (Quiz(title="Warm-up", question=question()), OPEN),
    ],
)
def test_what_comes_in_time_is_not(view: View | Private, scene: Scene) -> None:
    assert leaks(view, scene) == []


@asynccontextmanager
async def bot(people: PlatformSim, private: Notice = TOLD) -> AsyncIterator[WireAdapter]:
    """An adapter behind which every click is answered with that."""
    door, adapter = NotebookDoor(), WireAdapter(people.url)
    door.private = private
    life = asyncio.create_task(adapter.run(door))
    try:
        await people.until(lambda: people.connected)
        yield adapter
    finally:
        life.cancel()
        await asyncio.wait([life])


async def show(adapter: WireAdapter, people: PlatformSim, *views: View) -> MessageRef:
    place = people.place("t1")
    slots = [SlotId(f"s{len(people.messages) + number}") for number in range(len(views))]
    return [await adapter.create(place, *each) for each in zip(slots, views, strict=True)][-1]


async def test_a_message_that_tells_too_early_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="KEY-1 in a sentence"):
        async with PlatformSim(clock=lambda: NOW) as people, bot(people) as adapter:
            await show(adapter, people, lobby(), TOLD)


async def test_an_edit_that_tells_too_early_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="KEY-1 in the lobby"):
        async with PlatformSim(clock=lambda: NOW) as people, bot(people) as adapter:
            await adapter.edit(await show(adapter, people, lobby()), lobby(title="KEY-1"))


async def test_a_private_answer_that_tells_too_early_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="KEY-1 in a sentence"):
        async with PlatformSim(clock=lambda: NOW) as people, bot(people) as adapter:
            await press_a_choice(adapter, people)


async def press_a_choice(adapter: WireAdapter, people: PlatformSim) -> None:
    await show(adapter, people, lobby())
    await people.acknowledged(await people.click(ButtonToken("c.q1.0")))


async def test_a_hint_may_be_told_to_whoever_asks_for_it() -> None:
    async with PlatformSim(clock=lambda: NOW) as people, bot(people, HINT) as adapter:
        await show(adapter, people, lobby())
        await people.acknowledged(await people.click(ButtonToken("t.q1")))

        assert people.leaks == []


@pytest.mark.parametrize("end", ["closed", "l.call_1", "x.run_1", "over"])
async def test_what_is_over_may_be_told(end: str) -> None:
    now = NOW + timedelta(hours=end == "over")
    async with PlatformSim(clock=lambda: now) as people, bot(people, CALM) as adapter:
        await show(adapter, people, lobby(closed=end == "closed"))
        if "." in end:
            await people.send(pressed(people, end))
        await show(adapter, people, TOLD)

        assert people.leaks == []


async def test_that_another_quiz_is_over_does_not_count() -> None:
    async with PlatformSim(clock=lambda: NOW) as people, bot(people, CALM) as adapter:
        await show(adapter, people, lobby(), lobby(closed=True))
        await people.send(pressed(people, "l.call_2"))
        await show(adapter, people, TOLD)

        assert people.leaks
        people.leaks.clear()


def pressed(people: PlatformSim, token: str) -> Click:
    return Click(
        key=EventKey(f"sim:click:{token}"),
        place=people.place("t1"),
        person=people.person("ada"),
        token=ButtonToken(token),
        at=NOW,
    )
