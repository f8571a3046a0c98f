"""What every adapter must do. A new platform joins by a stage of its own in STAGES."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapter import Gone, MessageRef, Rights
from bot.events import ButtonToken, PersonRef, PlaceRef, WorkspaceId
from bot.views import (
    AnsweredLine,
    Button,
    Choice,
    Lobby,
    Notice,
    QuestionId,
    Quiz,
    Reply,
    ShownQuestion,
    SlotId,
    View,
)
from tests.adapters.discord import desk
from tests.adapters.slack import bot
from tests.adapters.web.page import running
from tests.contract.discord import DiscordStage
from tests.contract.door import NotebookDoor
from tests.contract.slack import SlackStage
from tests.contract.stage import Stage
from tests.contract.web import WebStage
from tests.sims.discord.gateway import MESSAGE_CONTENT
from tests.sims.discord.sim import DiscordSim
from tests.sims.slack.server import SlackSim

SLOT = SlotId("slot1")
OTHER = SlotId("slot2")


@asynccontextmanager
async def web(home: Path) -> AsyncIterator[Stage]:
    async with running(home, NotebookDoor()) as (adapter, page):
        yield WebStage(adapter, page)


@asynccontextmanager
async def slack(home: Path) -> AsyncIterator[Stage]:  # noqa: ARG001 - it keeps nothing on disk
    async with SlackSim() as workspace, bot.running(workspace, NotebookDoor()) as adapter:
        yield SlackStage(adapter, workspace)


@asynccontextmanager
async def discord(home: Path) -> AsyncIterator[Stage]:  # noqa: ARG001 - it keeps nothing on disk
    door = NotebookDoor()
    async with DiscordSim() as sim:
        sim.gateway.granted = MESSAGE_CONTENT
        async with desk.running(sim, door, message_content=True) as adapter:
            yield DiscordStage(adapter, sim, door)


STAGES: dict[str, Callable[[Path], AbstractAsyncContextManager[Stage]]] = {
    "discord": discord,
    "slack": slack,
    "web": web,
}


@pytest.fixture(params=sorted(STAGES))
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    async with STAGES[request.param](tmp_path) as on_stage:
        yield on_stage


def button(label: str, *, form: bool = False) -> Button:
    return Button(token=ButtonToken(f"t.{label}"), label=label, form=form)


QUIZ = Quiz(
    title="Straight lines",
    answered=(AnsweredLine(text="1. Slope: 3", change=button("Change")),),
    question=ShownQuestion(
        id=QuestionId("q2"),
        number=2,
        total=5,
        text="Where does it meet the axis?",
        choices=(
            Choice(letter="A", text="At zero", token=ButtonToken("t.a")),
            Choice(letter="B", text="At two", token=ButtonToken("t.b")),
        ),
        actions=(button("Answer", form=True), button("Skip")),
        closes_at=datetime(2027, 1, 1, tzinfo=UTC),
    ),
    note="Take your time",
)
REPLY = Reply(
    text="The *answer* is 3",
    steps=("Calculating",),
    actions=(button("Regenerate"),),
    note="Only a hint",
)
LOBBY = Lobby(
    title="Straight lines",
    questions=5,
    started=12,
    finished=8,
    closes_at=datetime(2027, 1, 1, tzinfo=UTC),
    actions=(button("Start"), button("Close")),
    note="It is for everyone",
)
NOTICE = Notice(tone="problem", text="The tutor is out", actions=(button("Retry"),))


async def test_a_message_is_created_once_and_then_edited(stage: Stage) -> None:
    place = await stage.new_place()
    ref = await stage.adapter.create(place, SLOT, Reply(text="one", live=True))
    ref = await stage.adapter.edit(ref, Reply(text="two"))
    ref = await stage.adapter.edit(ref, Reply(text="two"))

    assert [one.text.strip() for one in await stage.seen(place)] == ["two"]


async def test_messages_of_a_place_keep_their_order_and_their_place(stage: Stage) -> None:
    here, there = await stage.new_place(), await stage.new_place()
    for number, place in enumerate((here, there, here)):
        await stage.adapter.create(place, SlotId(f"s{number}"), Reply(text=f"no {number}"))

    assert [one.text.strip() for one in await stage.seen(here)] == ["no 0", "no 2"]


async def test_recent_finds_slots_in_order_and_since_a_time(stage: Stage) -> None:
    place = await stage.new_place()
    started = datetime.now(UTC) - timedelta(seconds=1)
    first = await stage.adapter.create(place, SLOT, Reply(text="one"))
    second = await stage.adapter.create(place, OTHER, Reply(text="two"))

    seen = await stage.adapter.recent(place, started, 10)
    assert [(one.slot, one.message) for one in seen] == [(SLOT, first), (OTHER, second)]
    assert all(started <= one.at <= datetime.now(UTC) for one in seen)
    assert len(await stage.adapter.recent(place, started, 1)) == 1
    assert not await stage.adapter.recent(place, datetime.now(UTC) + timedelta(minutes=1), 10)
    assert not await stage.adapter.recent(await stage.new_place(), started, 10)


async def test_a_second_create_of_a_slot_is_known_again_or_another_message_to_delete(
    stage: Stage,
) -> None:
    place = await stage.new_place()
    first = await stage.adapter.create(place, SLOT, REPLY)
    second = await stage.adapter.create(place, SLOT, REPLY)
    assert len(await stage.seen(place)) == len({first, second})

    if second != first:  # some platforms know their own slot again
        await stage.adapter.delete(second)

    assert len(await stage.seen(place)) == 1
    found = await stage.adapter.recent(place, datetime.now(UTC) - timedelta(minutes=1), 10)
    assert [one.message for one in found] == [first]


async def test_a_deleted_message_cannot_be_edited_but_deleted_again(stage: Stage) -> None:
    place = await stage.new_place()
    ref = await stage.adapter.create(place, SLOT, REPLY)
    await stage.adapter.delete(ref)
    await stage.adapter.delete(ref)

    with pytest.raises(Gone):
        await stage.adapter.edit(ref, REPLY)
    assert await stage.seen(place) == []


async def test_what_never_was_is_gone(stage: Stage) -> None:
    platform = stage.adapter.platform
    with pytest.raises(Gone):
        await stage.adapter.edit(MessageRef(platform=platform, key="nowhere"), REPLY)
    nowhere = PlaceRef(platform=platform, workspace=stage.workspace, key="nowhere")
    with pytest.raises(Gone):
        await stage.adapter.create(nowhere, SLOT, REPLY)


@pytest.mark.parametrize(
    ("view", "words", "labels"),
    [
        (REPLY, ["The answer is 3", "Calculating", "Only a hint"], ["Regenerate"]),
        (NOTICE, ["The tutor is out"], ["Retry"]),
        (
            QUIZ,
            ["Straight lines", "1. Slope: 3", "2 of 5", "Where does it meet", "Take your time"],
            ["Change", "A At zero", "B At two", "Answer", "Skip"],
        ),
        (LOBBY, ["Straight lines", "12", "8", "It is for everyone"], ["Start", "Close"]),
        (
            replace(LOBBY, closed=True, actions=(button("My result"),)),
            ["Straight lines", "12", "8", "It is for everyone"],
            ["My result"],
        ),
    ],
    ids=["reply", "notice", "quiz", "lobby", "closed lobby"],
)
async def test_every_view_is_seen_with_all_that_is_in_it(
    stage: Stage, view: View, words: list[str], labels: list[str]
) -> None:
    place = await stage.new_place()
    ref = await stage.adapter.create(place, SLOT, Reply(text="", live=True))
    await stage.adapter.edit(ref, view)

    [shown] = await stage.seen(place)
    assert [word for word in words if word not in shown.text] == []
    assert list(shown.buttons) == labels


async def test_a_finished_quiz_says_what_was_right_and_why(stage: Stage) -> None:
    place = await stage.new_place()
    lines = (
        AnsweredLine(text="1. Slope: 3", mark="right"),
        AnsweredLine(text="2. Axis: 5", mark="wrong", detail="It is *two*, as it meets there."),
        AnsweredLine(text="3. Sign: +"),
    )
    plain = tuple(replace(line, mark=None) for line in lines)
    for slot, answered in ((SLOT, plain), (OTHER, lines)):
        await stage.adapter.create(place, slot, Quiz(title="Lines", answered=answered))

    unmarked, marked = await stage.seen(place)
    for line in lines:
        assert line.text in marked.text
    assert "It is two, as it meets there." in marked.text
    assert len(marked.text) > len(unmarked.text)


async def test_who_won_a_question_is_named_and_called_by_nobody(stage: Stage) -> None:
    place = await stage.new_place()
    for slot, winner in ((SLOT, None), (OTHER, stage.learner)):
        line = AnsweredLine(text="1. Slope: 3", person=winner)
        await stage.adapter.create(place, slot, Quiz(title="Lines", answered=(line,)))

    plain, won = await stage.seen(place)
    assert len(won.text) > len(plain.text)
    assert won.pings == ()


async def test_a_shared_reply_says_so_and_calls_nobody(stage: Stage) -> None:
    place = await stage.new_place()
    for slot, by in ((SLOT, None), (OTHER, stage.learner)):
        await stage.adapter.create(place, slot, Reply(text="The answer is 3", shared_by=by))

    plain, shared = await stage.seen(place)
    assert "The answer is 3" in shared.text
    assert len(shared.text) > len(plain.text)
    assert shared.pings == ()


async def test_a_text_of_the_full_length_arrives_whole(stage: Stage) -> None:
    place = await stage.new_place()
    word = "abc défg "
    text = (word * (stage.adapter.capabilities.max_text // len(word))).strip()
    await stage.adapter.create(place, SLOT, Reply(text=text))

    [shown] = await stage.seen(place)
    assert shown.text.strip() == text


async def test_as_many_buttons_as_promised_are_shown_with_their_whole_labels(stage: Stage) -> None:
    can = stage.adapter.capabilities
    labels = [f"{number:02} ".ljust(24, "x") for number in range(can.max_buttons)]
    place = await stage.new_place()
    view = Notice(text="Many", actions=tuple(button(label) for label in labels))
    await stage.adapter.create(place, SLOT, view)

    [shown] = await stage.seen(place)
    assert list(shown.buttons) == labels


async def test_a_person_can_be_written_to_directly_without_having_spoken_first(
    stage: Stage,
) -> None:
    place = stage.adapter.direct(stage.learner)
    ref = await stage.adapter.create(place, SLOT, Reply(text="one"))
    await stage.adapter.edit(ref, NOTICE)

    assert (place.platform, place.direct) == (stage.adapter.platform, True)
    assert stage.adapter.direct(stage.learner) == place != stage.adapter.direct(stage.admin)
    assert ["The tutor is out" in one.text for one in await stage.seen(place)] == [True]
    found = await stage.adapter.recent(place, datetime.now(UTC) - timedelta(minutes=1), 10)
    assert [one.message for one in found] == [ref]


async def test_the_direct_place_of_a_stranger_is_gone(stage: Stage) -> None:
    stranger = stage.adapter.direct(PersonRef(scope=stage.learner.scope, user="nobody"))

    with pytest.raises(Gone):
        await stage.adapter.create(stranger, SLOT, NOTICE)


async def test_rights_fail_closed(stage: Stage) -> None:
    rights = stage.adapter.rights
    assert (await rights(stage.admin, stage.workspace)).admin
    assert await rights(stage.learner, stage.workspace) == Rights()
    assert await rights(stage.admin, WorkspaceId("elsewhere")) == Rights()
    assert await rights(PersonRef(scope="x", user=stage.admin.user), stage.workspace) == Rights()
    assert await rights(PersonRef(scope=stage.admin.scope, user="?"), stage.workspace) == Rights()


HOSTILE = (
    "@everyone <!channel> <@U123> @here <script>alert(1)</script> <img src=x onerror=alert(1)>"
    " [a](javascript:alert(1)) [bank](https://evil.example/) \ud800 \0 \u202e"
)


@pytest.mark.parametrize(
    "view",
    [
        Reply(text=HOSTILE, note=HOSTILE, steps=(HOSTILE,)),
        Notice(text=HOSTILE),
        Quiz(title=HOSTILE, answered=(AnsweredLine(text=HOSTILE),), note=HOSTILE),
        Quiz(title="Lines", answered=(AnsweredLine(text="1", mark="wrong", detail=HOSTILE),)),
        replace(LOBBY, title=HOSTILE, note=HOSTILE),
    ],
    ids=["reply", "notice", "quiz", "detail", "lobby"],
)
async def test_hostile_text_is_shown_and_does_nothing(stage: Stage, view: View) -> None:
    place = await stage.new_place()
    await stage.adapter.create(place, SLOT, view)

    [shown] = await stage.seen(place)
    assert "everyone" in shown.text
    assert "<script>alert(1)</script>" in shown.text
    assert shown.pings == ()
    assert set(shown.links) == {"https://evil.example/"}
    assert "evil.example" in shown.text
