"""Buttons, forms and commands: what people press and write comes in, and what they are told."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import JsonValue

from adapters.slack.adapter import SlackAdapter
from adapters.slack.places import channel_place, direct_place, person_of, private_place
from bot.adapter import MessageRef
from bot.events import ButtonToken, PlaceRef
from bot.jsons import Json
from bot.views import Button, Choice, Form, Notice, QuestionId, Quiz, Reply, ShownQuestion, SlotId
from tests.adapters.slack.bot import running
from tests.contract.door import NotebookDoor
from tests.sims.slack.server import Fault, SlackSim
from tests.sims.slack.state import BOT, TEAM, Message

QUESTION = ShownQuestion(
    id=QuestionId("q2"),
    number=2,
    total=5,
    text="What is `a < b` for **small** numbers?\n\nSay it in words.",
    choices=(
        Choice(letter="A", text="true", token=ButtonToken("c.q2.0")),
        Choice(letter="B", text="false", token=ButtonToken("c.q2.1")),
    ),
    actions=(Button(token=ButtonToken("w.q2"), label="Write answer", form=True),),
    closes_at=datetime(2027, 1, 1, tzinfo=UTC),
)


async def shown_quiz(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor, question: ShownQuestion = QUESTION
) -> tuple[Message, MessageRef]:
    await slack.say("U1", "C1", f"<@{BOT}> quiz me", events=("message",))
    await slack.until(lambda: bool(door.mentions))
    quiz = Quiz(title="Numbers", question=question)
    ref = await adapter.create(door.mentions[0].place, SlotId("slot1"), quiz)
    return slack.of_bot("C1")[0], ref


async def test_a_press_is_a_click_in_its_thread_and_the_message_follows(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    message, ref = await shown_quiz(slack, adapter, door)
    assert message.labels == ["A true", "B false", "Write answer"]
    await slack.press("U1", message, "B false")
    await adapter.edit(ref, Quiz(title="Numbers", note="Done"))

    [click] = door.clicks
    assert (click.token, click.person) == ("c.q2.1", person_of(TEAM, "U1"))
    assert click.place == door.mentions[0].place
    assert (message.labels, message.edits) == ([], 1)
    assert "Done" in message.shown


async def test_two_deliveries_of_a_press_are_one_click(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    message, _ = await shown_quiz(slack, adapter, door)
    await slack.press("U1", message, "A true", times=2)
    await slack.until(lambda: all(one.acknowledged for one in slack.envelopes))
    assert len(door.clicks) == 1

    await slack.press("U1", message, "A true")
    assert len(door.clicks) == 2


async def test_what_a_press_is_told_is_for_the_person_alone(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    message, _ = await shown_quiz(slack, adapter, door)
    door.private = Notice(text="This question is for <!channel> somebody else.")
    await slack.press("U2", message, "A true")
    await slack.until(lambda: bool(slack.whispers("U2")))

    assert "channel> somebody else" in slack.whispers("U2")[0]
    assert all(not one.pings for one in slack.messages if one.bot)


async def test_a_press_that_is_not_saved_is_told(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    message, _ = await shown_quiz(slack, adapter, door)
    door.full = True
    await slack.press("U1", message, "A true")
    await slack.until(lambda: bool(slack.whispers("U1")))

    assert "not saved" in slack.whispers("U1")[0]


async def test_a_form_opens_from_the_message_alone_and_its_text_comes_in(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    message, _ = await shown_quiz(slack, adapter, door)
    calls = len(slack.calls)
    await slack.press("U1", message, "Write answer")

    assert slack.calls[calls:] == ["views.open"]
    [view] = slack.views
    assert words(view["title"]) == "Question 2"
    assert label(view) == "Your answer"
    done = await slack.submit("U1", view, "yes & <no>")
    [submission] = door.submissions
    assert (submission.token, submission.values) == ("w.q2.form", {"answer": "yes & <no>"})
    assert submission.place == door.mentions[0].place
    assert done.payload == {}


class Echoing(NotebookDoor):
    """Its forms ask what the message showed, as the core's do."""

    def form(self, token: ButtonToken, shown: ShownQuestion | None) -> Form | None:
        form = super().form(token, shown)
        if form is None or shown is None:
            return form
        return replace(form, fields=(replace(form.fields[0], label=shown.text),))


async def test_a_form_shows_the_question_though_slack_changes_the_blocks(slack: SlackSim) -> None:
    door = Echoing()
    async with running(slack, door) as adapter:
        message, _ = await shown_quiz(slack, adapter, door)
        await slack.press("U1", message, "Write answer")

    assert label(slack.views[0]) == "What is a < b for small numbers?\nSay it in words."


async def test_what_is_wrong_with_an_answer_is_said_at_its_field(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    message, _ = await shown_quiz(slack, adapter, door)
    await slack.press("U1", message, "Write answer")
    empty = await slack.submit("U1", slack.views[0], "  ")
    assert empty.payload["response_action"] == "errors"
    assert "Please write something." in str(empty.payload["errors"])

    door.full = True
    unsaved = await slack.submit("U1", slack.views[0], "6x")
    assert "not saved" in str(unsaved.payload["errors"])

    door.full = False
    assert (await slack.submit("U1", slack.views[0], "6x")).payload == {}
    assert [one.values for one in door.submissions] == [{"answer": "6x"}]


async def test_a_form_that_slack_does_not_open_is_told(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    message, _ = await shown_quiz(slack, adapter, door)
    slack.faults["views.open"] = [Fault(error="expired_trigger_id")]
    await slack.press("U1", message, "Write answer")
    await slack.until(lambda: bool(slack.whispers("U1")))

    assert "press the button again" in slack.whispers("U1")[0]


async def test_long_and_many_choices_are_a_list_above_letters(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    many = tuple(
        Choice(
            letter=letter, text=f"choice number {letter}, " * 8, token=ButtonToken(f"c.{letter}")
        )
        for letter in "ABCDEFGH"
    )
    question = replace(QUESTION, choices=many, actions=())
    message, _ = await shown_quiz(slack, adapter, door, question)

    assert message.labels == [*"ABCDEFGH"]
    assert all(f"{one.letter}: {one.text.strip()}" in message.shown for one in many)


@pytest.mark.usefixtures("adapter")
async def test_a_command_is_an_order_and_its_answer_is_private(
    slack: SlackSim, door: NotebookDoor
) -> None:
    door.private = Notice(text="Stopped.")
    done = await slack.command("U1", "C1", "stop")

    [order] = door.orders
    assert (order.text, order.place) == ("stop", channel_place(TEAM, "C1"))
    assert order.private == private_place(TEAM, "C1", "U1")
    assert (order.private.private, order.private.parent) == (True, "T1/C1")
    assert done.payload["response_type"] == "ephemeral"
    assert "Stopped." in str(done.payload["blocks"])


@pytest.mark.usefixtures("adapter")
async def test_a_question_asked_by_command_says_where_its_answer_goes(
    slack: SlackSim, door: NotebookDoor
) -> None:
    done = await slack.command("U1", "C1", "ask what is 7 * 8?")

    assert [order.text for order in door.orders] == ["ask what is 7 * 8?"]
    assert "direct messages" in str(done.payload["blocks"])


@pytest.mark.usefixtures("adapter")
async def test_a_command_in_direct_messages_is_answered_there(
    slack: SlackSim, door: NotebookDoor
) -> None:
    await slack.command("U1", slack.direct("U1"), "help")

    [order] = door.orders
    assert order.place == order.private == direct_place(person_of(TEAM, "U1"))


@pytest.mark.usefixtures("adapter")
async def test_a_command_that_is_not_saved_is_told(slack: SlackSim, door: NotebookDoor) -> None:
    door.full = True
    done = await slack.command("U1", "C1", "stop")

    assert "not saved" in str(done.payload["blocks"])


async def test_a_private_place_is_the_persons_direct_messages_and_says_where_from(
    slack: SlackSim, adapter: SlackAdapter
) -> None:
    place: PlaceRef = private_place(TEAM, "C1", "U1")
    ref = await adapter.create(place, SlotId("slot1"), Reply(text="56", live=True))
    await adapter.edit(ref, Reply(text="56!"))

    [message] = slack.of_bot(slack.direct("U1"))
    assert slack.of_bot("C1") == []
    assert "56!" in message.shown
    assert "<#C1>" in message.shown
    assert message.pings == []


async def test_a_press_on_a_private_message_belongs_to_the_channel_that_it_came_from(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    share = Button(token=ButtonToken("h.run_1"), label="Share")
    place = private_place(TEAM, "C1", "U1")
    await adapter.create(place, SlotId("slot1"), Reply(text="56", actions=(share,)))
    [message] = slack.of_bot(slack.direct("U1"))
    await slack.press("U1", message, "Share")

    assert [click.place for click in door.clicks] == [channel_place(TEAM, "C1")]


def words(value: JsonValue) -> str:
    assert isinstance(value, dict)
    return str(value["text"])


def label(view: Json) -> str:
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    assert isinstance(blocks[0], dict)
    return words(blocks[0]["label"])
