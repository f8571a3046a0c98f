"""Forms with fields to write in and to choose from: opened, sent back, refused."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from adapters.slack.adapter import SlackAdapter
from adapters.slack.places import channel_place
from adapters.slack.screens import modal
from bot.adapter import FieldError
from bot.events import ButtonToken
from bot.jsons import Json
from bot.views import Button, Field, Form, Notice, SlotId
from tests.contract.door import NotebookDoor
from tests.sims.slack.rules import modal_problem
from tests.sims.slack.server import Fault, SlackSim
from tests.sims.slack.state import TEAM

FORM = Form(
    token=ButtonToken("z.shared"),
    title="A quiz for this channel",
    fields=(
        Field(name="topic", label="Topic", value="Lines", max_length=300, required=False),
        Field(name="number", label="Questions", value="5", choices=(("3", "3"), ("5", "five"))),
        Field(name="audience", label="For whom", choices=(("asker", "Me"), ("everyone", "All"))),
    ),
    submit="Make it",
)
HOW = Notice(
    text="Say what it is about.",
    actions=(Button(token=ButtonToken("z.shared"), label="Open the form", form=True),),
)
HOSTILE = st.one_of(
    st.text(max_size=200),
    st.sampled_from(["<!channel> *x* `", "\u202e", "```", "$x$", "x" * 5_000, "&lt;" * 2_000]),
)
FIELDS = st.builds(
    Field,
    name=st.sampled_from(["a", "b"]),
    label=HOSTILE,
    value=HOSTILE,
    choices=st.lists(st.tuples(st.text("abc", min_size=1, max_size=20), HOSTILE), max_size=120).map(
        tuple
    ),
    max_length=st.integers(1, 10_000),
    long=st.booleans(),
    required=st.booleans(),
)


def block(view: Json, number: int) -> Json:
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    found = blocks[number]
    assert isinstance(found, dict)
    return found


def element(view: Json, number: int) -> Json:
    found = block(view, number)["element"]
    assert isinstance(found, dict)
    return found


def words(value: JsonValue) -> str:
    assert isinstance(value, dict)
    text = value["text"]
    return words(text) if isinstance(text, dict) else str(text)


@pytest.mark.usefixtures("adapter")
async def test_a_command_opens_its_form_at_once_and_says_nothing_beside_it(
    slack: SlackSim, door: NotebookDoor
) -> None:
    door.private, door.opens = HOW, FORM
    done = await slack.command("U1", "C1", "quiz")

    [view] = slack.views
    assert done.payload == {}
    assert slack.private("U1") == []
    assert [words(block(view, number)["label"]) for number in range(3)] == [
        "Topic",
        "Questions",
        "For whom",
    ]
    assert element(view, 0)["initial_value"] == "Lines"
    assert words(element(view, 1)["initial_option"]) == "five"
    assert "initial_option" not in element(view, 2)
    assert [block(view, number)["optional"] for number in range(3)] == [True, False, False]


@pytest.mark.usefixtures("adapter")
async def test_what_was_entered_comes_in_by_the_names_of_the_fields(
    slack: SlackSim, door: NotebookDoor
) -> None:
    door.opens = FORM
    await slack.command("U1", "C1", "quiz")
    door.opens, door.private = None, Notice(text="On its way.")
    await slack.submit("U1", slack.views[0], {"topic": "a < b", "audience": "everyone"})
    await slack.until(lambda: bool(slack.private("U1")))

    [submission] = door.submissions
    assert submission.values == {"topic": "a < b", "number": "5", "audience": "everyone"}
    assert submission.place == channel_place(TEAM, "C1")
    assert submission.token == FORM.token
    assert slack.whispers("U1") == ["On its way."]


@pytest.mark.usefixtures("adapter")
async def test_nothing_entered_and_a_forged_choice_are_values_like_others(
    slack: SlackSim, door: NotebookDoor
) -> None:
    door.opens = FORM
    await slack.command("U1", "C1", "quiz")
    entered = {"topic": "", "number": "10 000", "audience": "asker"}
    await slack.submit("U1", slack.views[0], entered)

    [submission] = door.submissions
    assert submission.values == entered


@pytest.mark.usefixtures("adapter")
@pytest.mark.parametrize(
    ("field", "at"), [("audience", "audience"), ("", "topic"), ("elsewhere", "topic")]
)
async def test_what_is_wrong_is_said_at_the_field_that_is(
    slack: SlackSim, door: NotebookDoor, field: str, at: str
) -> None:
    door.opens = FORM
    await slack.command("U1", "C1", "quiz")
    door.wrong = FieldError(text="Instructors only.", field=field)
    done = await slack.submit("U1", slack.views[0], {"audience": "everyone"})

    assert done.payload == {"response_action": "errors", "errors": {at: "Instructors only."}}
    assert door.submissions == []


@pytest.mark.usefixtures("adapter")
@pytest.mark.parametrize(
    "fault",
    [Fault(error="expired_trigger_id"), Fault(status=500), Fault(error="ratelimited", status=429)],
    ids=["too late", "500", "too many"],
)
async def test_where_the_form_cannot_be_opened_at_once_a_button_opens_it(
    slack: SlackSim, door: NotebookDoor, fault: Fault
) -> None:
    door.private, door.opens = HOW, FORM
    slack.faults["views.open"] = [fault]
    await slack.command("U1", "C1", "quiz")
    [how] = slack.private("U1")
    assert "what it is about" in how.shown

    await slack.press("U1", how, "Open the form")
    assert len(slack.views) == 1
    await slack.submit("U1", slack.views[0], "6x")
    assert [one.place for one in door.submissions] == [channel_place(TEAM, "C1")]


async def test_a_button_of_a_form_that_is_none_any_more_says_so(
    slack: SlackSim, adapter: SlackAdapter
) -> None:
    stale = Button(token=ButtonToken("none.1"), label="Write", form=True)
    await adapter.create(
        channel_place(TEAM, "C1"), SlotId("slot1"), Notice(text="Old", actions=(stale,))
    )
    await slack.press("U1", slack.of_bot("C1")[0], "Write")
    await slack.until(lambda: bool(slack.private("U1")))

    assert "no longer works" in slack.whispers("U1")[0]
    assert slack.views == []


@settings(deadline=None)
@given(title=HOSTILE, submit=HOSTILE, fields=st.lists(FIELDS, min_size=1, max_size=5))
def test_any_form_is_one_that_slack_takes(title: str, submit: str, fields: list[Field]) -> None:
    named = tuple(replace(field, name=f"f{number}") for number, field in enumerate(fields))
    form = Form(
        token=ButtonToken("z.shared"), title=title or "T", fields=named, submit=submit or "S"
    )

    assert modal_problem(modal(form, "{}")) is None
