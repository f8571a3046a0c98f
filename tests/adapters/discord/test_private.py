"""What one person alone sees, and the forms that they open: over the real wire."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.places import in_channel, person
from bot.adapter import FieldError, Receipt
from bot.events import ButtonToken, Event, PersonRef
from bot.jsons import Json
from bot.views import (
    AnsweredLine,
    Button,
    Choice,
    Field,
    Form,
    Lobby,
    Notice,
    QuestionId,
    Quiz,
    Roll,
    RollLine,
    ShownQuestion,
    SlotId,
)
from tests.adapters.discord.desk import running
from tests.contract.door import NotebookDoor
from tests.sims.discord import eyes
from tests.sims.discord.sim import DiscordSim
from tests.sims.discord.world import CHANNEL, PEOPLE, SERVER, Post

CLOSES = datetime(2027, 1, 1, tzinfo=UTC)
START = Button(token=ButtonToken("j.call"), label="Start", style="primary")
LOBBY = Lobby(title="Lines", questions=2, started=0, finished=0, closes_at=CLOSES, actions=(START,))
FIRST = ShownQuestion(
    id=QuestionId("q1"),
    number=1,
    total=2,
    text="What is the *slope*?",
    choices=tuple(
        Choice(letter=letter, text=text, token=ButtonToken(f"c.q1.{number}"), chosen=number == 1)
        for number, (letter, text) in enumerate(zip("AB", ("two", "three"), strict=True))
    ),
    actions=(Button(token=ButtonToken("w.q1"), label="Write answer", form=True),),
    closes_at=CLOSES,
)
PAPER = Quiz(title="Lines", question=FIRST, note="Recorded: 0 of 2")
FORM = Form(
    token=ButtonToken("z.shared"),
    title="A new quiz",
    fields=(
        Field(name="topic", label="Topic", value="lines", max_length=300, required=False),
        Field(name="number", label="How many", value="5", choices=(("5", "five"), ("10", "ten"))),
        Field(name="audience", label="x" * 60, choices=(("asker", "y" * 200),)),
    ),
    submit="Make",
)


class QuizDoor(NotebookDoor):
    """Its forms are that of a quiz where the token says so, else ask what the message shows."""

    def __init__(self) -> None:
        super().__init__()
        self.may_save = asyncio.Event()
        self.may_save.set()

    async def accept(self, event: Event) -> Receipt:
        await self.may_save.wait()
        return await super().accept(event)

    def form(self, token: ButtonToken, shown: ShownQuestion | None) -> Form | None:
        if token.startswith("z."):
            return FORM
        form = super().form(token, shown)
        if form is None or shown is None:
            return form
        return replace(form, fields=(replace(form.fields[0], label=shown.text),))


async def shown_lobby(sim: DiscordSim, adapter: DiscordAdapter) -> Post:
    await adapter.create(in_channel(SERVER, CHANNEL), SlotId("slot1"), LOBBY)
    return sim.shown(CHANNEL)[-1]


async def paper(sim: DiscordSim, adapter: DiscordAdapter, door: NotebookDoor) -> Post:
    """One that was opened from a lobby."""
    door.private, door.in_place = PAPER, True
    await sim.press(await shown_lobby(sim, adapter), "Start")
    [own] = sim.private("ada")
    return own


async def test_a_paper_is_a_new_message_from_the_lobby_and_then_turns_in_place(
    sim: DiscordSim,
) -> None:
    door = QuizDoor()
    async with running(sim, door) as adapter:
        own = await paper(sim, adapter, door)
        assert own.labels == ["A two", "● B three", "Write answer"]
        assert [button["style"] for button in own.buttons] == [2, 3, 2]
        door.private = Quiz(title="Lines", answered=(AnsweredLine(text="1. Slope — two"),))
        pressed = await sim.press(own, "A")

    assert (pressed.kind, pressed.original) == (7, own)
    assert eyes.words(own) == "Lines\n• 1. Slope — two"
    [lobby] = [post for post in sim.shown(CHANNEL) if post.only is None]
    assert (lobby.labels, lobby.edits) == (["Start"], 0)


async def test_a_paper_outlives_the_bot_that_showed_it(sim: DiscordSim) -> None:
    door = QuizDoor()
    async with running(sim, door) as adapter:
        own = await paper(sim, adapter, door)
    for known in sim.interactions.values():
        known.ended = True
    async with running(sim, door):
        pressed = await sim.press(own, "A")

    assert pressed.kind == 7
    assert [click.token for click in door.clicks] == ["j.call", "c.q1.0"]


async def test_a_sentence_beside_a_paper_leaves_it_as_it_is(sim: DiscordSim) -> None:
    door = QuizDoor()
    async with running(sim, door) as adapter:
        own = await paper(sim, adapter, door)
        door.private, door.in_place = Notice(text="It is a number."), False
        pressed = await sim.press(own, "A")

    assert (pressed.kind, own.edits) == (4, 0)
    assert [post.content for post in sim.private("ada")][1:] == ["It is a number."]


async def test_what_takes_long_to_save_turns_the_same_paper(sim: DiscordSim) -> None:
    door = QuizDoor()
    async with running(sim, door) as adapter:
        own = await paper(sim, adapter, door)
        door.may_save.clear()
        door.private = Quiz(title="Lines", note="The end")
        pressed = await sim.press(own, "A")
        assert pressed.kind == 6
        door.may_save.set()
        await sim.until(lambda: own.edits == 1)
        door.may_save.clear()
        [lobby] = [post for post in sim.shown(CHANNEL) if post.only is None]
        late = await sim.press(lobby, "Start", by="ben")
        door.may_save.set()
        await sim.until(lambda: bool(sim.private("ben")))

    assert "The end" in own.content
    assert (late.kind, lobby.edits) == (6, 0)
    assert "The end" in sim.private("ben")[0].content


async def test_a_long_paper_has_its_file_and_all_its_buttons_and_a_short_one_no_file(
    sim: DiscordSim,
) -> None:
    door = QuizDoor()
    letters = "ABCDEFGHIJKLMNOPQRST"
    choices = tuple(
        Choice(letter=letter, text=f"{letter} " + "*_`[ " * 99, token=ButtonToken(f"c.q1.{letter}"))
        for letter in letters
    )
    long = replace(FIRST, text="What is *this*? " * 250, choices=choices)
    async with running(sim, door) as adapter:
        own = await paper(sim, adapter, door)
        door.private = replace(PAPER, question=long)
        await sim.press(own, "A")
        labels, files, content = own.labels, own.files, own.content
        door.private = PAPER
        await sim.press(own, "A")

    assert labels == [*letters, "Write answer"]
    assert [f"**{letter}**" for letter in letters if f"**{letter}**" not in content] == []
    [whole] = files
    assert long.text in whole
    assert all(f"{choice.letter}: {choice.text}" in whole for choice in choices)
    assert "in the file below" in content
    assert "Recorded: 0 of 2" in content
    assert own.files == []


async def test_a_list_of_people_names_them_and_calls_nobody(sim: DiscordSim) -> None:
    door = QuizDoor()
    ada, stranger = person(PEOPLE["ada"]), PersonRef(scope="slack:T1", user="U1")
    lines = (RollLine(person=ada, text="2 of 2"), RollLine(person=stranger, text="1 of 2"))
    door.private = Roll(title="Lines", lines=lines, actions=(START,), note="Page 1 of 2")
    async with running(sim, door) as adapter:
        await sim.press(await shown_lobby(sim, adapter), "Start")

    [roll] = sim.private("ada")
    expected = f"**Lines**\n- <@{PEOPLE['ada']}>: 2 of 2\n- somebody: 1 of 2\n-# Page 1 of 2"
    assert roll.content == expected
    assert (roll.labels, eyes.pings(roll)) == (["Start"], ())


async def test_a_form_for_a_question_on_a_paper_shows_it_and_turns_the_paper(
    sim: DiscordSim,
) -> None:
    door = QuizDoor()
    async with running(sim, door) as adapter:
        own = await paper(sim, adapter, door)
        opened = await sim.press(own, "Write answer")
        door.private = Quiz(title="Lines", note="The end")
        sent = await sim.fill(opened, "a *ratio*")

    components = opened.data["components"]
    assert isinstance(components, list)
    asked = "What is the *slope*?\n**A** two\n● **B** three"
    assert components[0] == {"type": 10, "content": asked}
    [submission] = door.submissions
    assert submission.values == {"answer": "a *ratio*"}
    assert (sent.kind, sent.original) == (7, own)


async def test_a_form_has_fields_to_write_in_and_to_choose_from(sim: DiscordSim) -> None:
    door = QuizDoor()
    door.opens, door.private = FORM, Notice(text="Choose")
    async with running(sim, door):
        opened = await sim.command("quiz")
    async with running(sim, door):
        as_it_was = await sim.fill(opened, {f"{'x' * 44}…": f"{'y' * 99}…"})
        chosen = await sim.fill(
            opened, {"Topic": "", "How many": "ten", f"{'x' * 44}…": f"{'y' * 99}…"}
        )

    assert [submission.values for submission in door.submissions] == [
        {"topic": "lines", "number": "5", "audience": "asker"},
        {"topic": "", "number": "10", "audience": "asker"},
    ]
    assert {submission.token for submission in door.submissions} == {"z.shared"}
    assert opened.data["title"] == "A new quiz"
    # No form can answer a form.
    assert {as_it_was.text, chosen.text} == {"Choose"}


async def test_a_form_that_comes_too_late_is_a_button_that_opens_it(sim: DiscordSim) -> None:
    door = QuizDoor()
    door.opens = FORM
    way = Button(token=ButtonToken("z.shared"), label="Choose", form=True)
    door.private = Notice(text="What is it about?", actions=(way,))
    door.may_save.clear()
    async with running(sim, door):
        asked = await sim.command("quiz")
        door.may_save.set()
        await sim.until(lambda: bool(sim.private("ada")))
        [told] = sim.private("ada")
        opened = await sim.press(told, "Choose")

    assert (asked.kind, asked.data["flags"]) == (5, 64)
    assert told.content == "What is it about?"
    assert (opened.kind, opened.data["title"]) == (9, "A new quiz")


async def test_what_was_wrong_in_a_form_is_given_back_with_the_way_to_it(sim: DiscordSim) -> None:
    door = QuizDoor()
    door.opens = FORM
    door.wrong = FieldError(text="Too many.", field="number")
    async with running(sim, door):
        opened = await sim.command("quiz")
        sent = await sim.fill(opened, {"Topic": "a\nb @everyone", f"{'x' * 44}…": f"{'y' * 99}…"})
        door.full, door.wrong = True, None
        unsaved = await sim.fill(opened, {f"{'x' * 44}…": f"{'y' * 99}…"})

    assert sent.text == "⚠️ Too many.\n\n> a\n> b @\u200beveryone"
    assert "could not be saved" in unsaved.text
    assert "> lines" in unsaved.text
    assert [post.labels for post in sim.private("ada")] == [["Open the form again"]] * 2


async def test_a_button_that_opens_no_form_says_so(sim: DiscordSim) -> None:
    door = QuizDoor()
    async with running(sim, door) as adapter:
        lobby = await shown_lobby(sim, adapter)
        pressed = await sim.press_id(lobby, "f:slot1:1/1:none")

    assert "no longer works" in pressed.text
    assert sim.private("ada")[0].content == pressed.text


@pytest.mark.parametrize(
    "components",
    [
        [{"type": 18, "component": {"type": 4, "custom_id": "z.shared", "value": "x"}}],
        [{"type": 18, "component": {"type": 4, "custom_id": "A/z.shared", "value": "x"}}],
        [{"type": 18, "component": {"type": 4, "custom_id": f"a/{'x' * 98}", "value": "x"}}],
        [{"type": 18, "component": {"type": 3, "custom_id": "a/z", "values": [7]}}],
        [{"type": 18, "component": {"type": 4, "custom_id": "a/z", "value": "x"}}] * 6,
    ],
    ids=["no name", "other name", "long", "no text", "many"],
)
async def test_a_form_that_is_not_ours_is_left_alone(
    sim: DiscordSim, components: list[Json]
) -> None:
    door = QuizDoor()
    async with running(sim, door):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await sim.interact(
                    5, {"custom_id": "form", "components": [*components]}, "ada", CHANNEL
                )
        await sim.command("help")

    assert door.submissions == []
