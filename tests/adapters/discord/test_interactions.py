"""Commands, buttons and forms over the real wire: saved first, answered in time."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.places import in_channel, person
from bot.adapter import (
    Accepted,
    AssistantOption,
    AssistantOptions,
    Gone,
    Receipt,
    Rights,
)
from bot.events import ButtonToken, Event, Order, PersonRef
from bot.jsons import Json
from bot.views import (
    Button,
    Choice,
    Notice,
    QuestionId,
    Quiz,
    Reply,
    ShownQuestion,
    SlotId,
)
from tests.adapters.discord.desk import running
from tests.contract.door import NotebookDoor
from tests.sims.discord.sim import DiscordSim
from tests.sims.discord.world import CHANNEL, PEOPLE, SERVER, TEACHERS, Post

SLOT = SlotId("slot1")


class SlowDoor(NotebookDoor):
    """Saves, but only when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_save = asyncio.Event()

    async def accept(self, event: Event) -> Receipt:
        await self.may_save.wait()
        return await super().accept(event)


class AnsweringDoor(NotebookDoor):
    """Tells everybody who orders something the same."""

    async def accept(self, event: Event) -> Receipt:
        receipt = await super().accept(event)
        return Accepted(private=self.private) if isinstance(event, Order) else receipt


def question(*, text: str = "Where does it meet the axis?", form: bool = False) -> ShownQuestion:
    answer = Button(token=ButtonToken("w.q2"), label="Answer", form=True)
    skip = Button(token=ButtonToken("s.q2"), label="Skip")
    choices = (
        Choice(letter="A", text="At zero", token=ButtonToken("c.q2.0")),
        Choice(letter="B", text="At two", token=ButtonToken("c.q2.1")),
    )
    return ShownQuestion(
        id=QuestionId("q2"),
        number=2,
        total=5,
        text=text,
        choices=() if form else choices,
        actions=(answer, skip) if form else (skip,),
        closes_at=datetime(2027, 1, 1, tzinfo=UTC),
    )


def people() -> dict[str, PersonRef]:
    return {name: person(number) for name, number in PEOPLE.items()}


async def shown(sim: DiscordSim, adapter: DiscordAdapter, quiz: Quiz) -> Post:
    await adapter.create(in_channel(SERVER, CHANNEL), SLOT, quiz)
    return sim.shown(CHANNEL)[-1]


async def test_a_press_of_a_choice_is_a_click_with_its_token(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door) as adapter:
        post = await shown(sim, adapter, Quiz(title="Lines", question=question()))
        pressed = await sim.press(post, "B At two", by="ben")

    [click] = door.clicks
    assert (click.token, click.person.user) == ("c.q2.1", str(PEOPLE["ben"]))
    assert (click.place.key, click.locale) == (str(CHANNEL), "en-US")
    assert pressed.kind == 6


async def test_a_form_holds_the_question_and_outlives_a_restart(sim: DiscordSim) -> None:
    door = NotebookDoor()
    quiz = Quiz(title="Lines", question=question(text="What is *x*?\n- or y", form=True))
    async with running(sim, door) as adapter:
        post = await shown(sim, adapter, quiz)
    async with running(sim, door):
        opened = await sim.press(post, "Answer")
    async with running(sim, door):
        sent = await sim.fill(opened, "It is 3")

    [submission] = door.submissions
    assert (submission.values, submission.token) == ({"answer": "It is 3"}, "w.q2.form")
    assert opened.data["title"] == "Question 2"
    assert sent.kind == 6


async def test_what_cannot_be_taken_is_given_back(sim: DiscordSim) -> None:
    async with running(sim, NotebookDoor()) as adapter:
        post = await shown(sim, adapter, Quiz(title="Lines", question=question(form=True)))
        sent = await sim.fill(await sim.press(post, "Answer"), " ")

    assert "Please write something." in sent.text
    assert sent.data["flags"] == 68


async def test_a_whisper_is_seen_by_one_person_and_carries_its_buttons(sim: DiscordSim) -> None:
    door = NotebookDoor()
    share = Button(token=ButtonToken("h.run"), label="Share")
    door.private = Notice(text="Not *your* quiz @everyone", actions=(share,))
    async with running(sim, door) as adapter:
        post = await shown(sim, adapter, Quiz(title="Lines", question=question()))
        pressed = await sim.press(post, "A")

    assert pressed.text == "Not *your* quiz @\u200beveryone"
    assert sim.shown(CHANNEL)[-1].only == PEOPLE["ada"]
    assert sim.shown(CHANNEL)[-1].labels == ["Share"]


async def test_what_takes_long_to_save_is_acknowledged_in_time_and_told_after(
    sim: DiscordSim,
) -> None:
    door = SlowDoor()
    door.private = Notice(text="Too late")
    async with running(sim, door) as adapter:
        post = await shown(sim, adapter, Quiz(title="Lines", question=question()))
        pressed = await sim.press(post, "A")
        door.may_save.set()
        await sim.until(lambda: len(sim.shown(CHANNEL)) == 2)

    assert pressed.kind == 6
    assert (sim.shown(CHANNEL)[-1].content, sim.shown(CHANNEL)[-1].only) == (
        "Too late",
        PEOPLE["ada"],
    )


async def test_ask_is_answered_privately_in_the_deferred_response(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door) as adapter:
        asked = await sim.command("ask", "What is a prime?")
        [order] = [event for event in door.events.values() if isinstance(event, Order)]
        ref = await adapter.create(order.private, SLOT, Reply(text="", live=True))
        await adapter.edit(ref, Reply(text="A number"))
        asked.ended = True
        with pytest.raises(Gone):
            await adapter.edit(ref, Reply(text="Too late"))
        with pytest.raises(Gone):
            await adapter.create(order.private, SLOT, Reply(text="Too late"))

    assert (order.text, order.place.key) == ("ask What is a prime?", str(CHANNEL))
    assert order.private.private
    assert (order.private.key, order.private.parent) == (
        f"private/{CHANNEL}/{PEOPLE['ada']}",
        str(CHANNEL),
    )
    [post] = sim.shown(CHANNEL)
    assert (post.content, post.only, asked.kind) == ("A number", PEOPLE["ada"], 5)


async def test_where_the_bot_is_not_installed_everything_is_private(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door):
        await sim.command("ask", "What is a prime?", user_install=True)

    [order] = [event for event in door.events.values() if isinstance(event, Order)]
    assert order.place == order.private
    assert (order.place.workspace, order.place.parent) == ("discord:dm", None)


async def test_other_commands_are_answered_at_once_and_privately(sim: DiscordSim) -> None:
    door = AnsweringDoor()
    door.private = Notice(text="Ask me anything")
    async with running(sim, door):
        answered = await sim.command("help")
        admins = await sim.command("audit", by="robin", top="tutor-admin")

    texts = [event.text for event in door.events.values() if isinstance(event, Order)]
    assert texts == ["help", "audit"]
    assert {answered.text, admins.text} == {"Ask me anything"}
    assert {post.only for post in sim.shown(CHANNEL)} == {PEOPLE["ada"], PEOPLE["robin"]}


async def test_assistants_are_offered_while_somebody_types(sim: DiscordSim) -> None:
    door = NotebookDoor()
    option = AssistantOption(id="asst_1", name="Algebra")
    async with running(sim, door):
        late = await sim.type("assistant", "alg")
        door.screens.append(AssistantOptions(options=(option,), answering="asst_1"))
        typed = await sim.type("assistant", "alg")

    assert late.data == {"choices": []}
    assert typed.data == {"choices": [{"name": "Algebra", "value": "asst_1"}]}


async def test_what_was_never_ours_is_not_answered(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door) as adapter:
        post = await shown(sim, adapter, Quiz(title="Lines", question=question()))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await sim.press_id(post, "somebody:else")
        await sim.press(post, "A")

    assert len(door.events) == 1


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (2, {"name": "tutor", "options": [{"name": "nothing", "options": [{"name": 1}]}]}),
        (2, {"name": "other", "type": 1, "id": "1"}),
        (2, {"name": "tutor", "options": "?"}),
        (3, {"component_type": 2, "custom_id": 7}),
        (5, {"custom_id": "form", "components": []}),
        (5, {"custom_id": "form", "components": [{"type": 18, "component": {"value": 1}}]}),
        (5, {"custom_id": "other", "components": [{"component": {"custom_id": "x"}}]}),
        (4, {"name": "tutor", "options": []}),
        (9, {}),
    ],
)
async def test_what_is_malformed_stops_nothing(sim: DiscordSim, kind: int, data: Json) -> None:
    door = NotebookDoor()
    async with running(sim, door):
        with suppress(TimeoutError):  # to some of these an empty list is the answer
            async with asyncio.timeout(0.2):
                await sim.interact(kind, data, "ada", CHANNEL)
        await sim.write_directly("still there?")
        await sim.until(lambda: bool(door.mentions))

    assert len(door.events) == 1


async def test_commands_are_set_once_and_again_only_when_they_changed(sim: DiscordSim) -> None:
    for _ in range(2):
        async with running(sim, NotebookDoor()):
            await sim.until(lambda: "GET /applications/1000001/commands" in sim.requests)
            await sim.until(lambda: sim.commands_set == 1)
    assert sim.commands_set == 1

    sim.commands = sim.commands[:1]
    async with running(sim, NotebookDoor()):
        await sim.until(lambda: sim.commands_set == 2)


async def test_rights_are_what_discord_says_now(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door) as adapter:
        await sim.write_directly("hello")
        await sim.until(lambda: bool(door.mentions))
        workspace = in_channel(SERVER, CHANNEL).workspace
        place = {name: adapter.direct(who) for name, who in people().items()}
        robin = await adapter.rights(people()["robin"], workspace)
        ada = await adapter.rights(people()["ada"], workspace)
        mallory = await adapter.rights(people()["mallory"], workspace)
        shared = [await adapter.shared(people()[name]) for name in ("ada", "mallory")]

    assert robin == Rights(admin=True, groups=frozenset({str(TEACHERS)}))
    assert (ada, mallory) == (Rights(), Rights())
    assert shared == [(workspace,), ()]
    assert place["ada"].key == f"dm/{PEOPLE['ada']}"
