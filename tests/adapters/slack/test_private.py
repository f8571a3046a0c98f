"""What one person alone sees of a quiz for everyone: their paper, and the list of learners."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.slack.adapter import SlackAdapter
from adapters.slack.places import person_of
from bot.events import ButtonToken
from bot.strings import speaking
from bot.views import (
    AnsweredLine,
    Button,
    Choice,
    Lobby,
    Notice,
    QuestionId,
    Quiz,
    Roll,
    RollLine,
    ShownQuestion,
    SlotId,
)
from tests.contract.door import NotebookDoor
from tests.sims.slack.server import SlackSim
from tests.sims.slack.state import BOT, TEAM, Message
from tests.sims.slack.web_api import MOST_ANSWERS

CLOSES = datetime(2027, 1, 1, tzinfo=UTC)
LOBBY = Lobby(
    title="Straight lines",
    questions=2,
    started=12,
    finished=8,
    closes_at=CLOSES,
    actions=(Button(token=ButtonToken("j.call_1"), label="Start", style="primary"),),
)
QUESTION = ShownQuestion(
    id=QuestionId("q1"),
    number=1,
    total=2,
    text="What does it print?\n\n```python\nfor x in '<&>':\n    print(x)\n```",
    choices=(
        Choice(letter="A", text="three lines", token=ButtonToken("c.q1.0")),
        Choice(letter="B", text="one line", token=ButtonToken("c.q1.1"), chosen=True),
    ),
    actions=(
        Button(token=ButtonToken("w.q1"), label="Write answer", form=True),
        Button(token=ButtonToken("e.q2"), label="Next"),
    ),
    closes_at=CLOSES,
)
PAPER = Quiz(title="Straight lines", question=QUESTION, note="1 of 2 recorded.")
DONE = Quiz(
    title="Straight lines",
    answered=(
        AnsweredLine(
            text="1. Lines — one", change=Button(token=ButtonToken("e.q1"), label="Change")
        ),
    ),
    note="All recorded.",
)


async def shown_lobby(slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor) -> Message:
    await slack.say("U1", "C1", f"<@{BOT}> quiz us", events=("message",))
    await slack.until(lambda: bool(door.mentions))
    await adapter.create(door.mentions[0].place, SlotId("slot1"), LOBBY)
    return slack.of_bot("C1")[0]


async def given_paper(slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor) -> Message:
    """U2 has pressed Start."""
    lobby = await shown_lobby(slack, adapter, door)
    door.private, door.in_place = PAPER, True
    await slack.press("U2", lobby, "Start")
    await slack.until(lambda: len(slack.private("U2")) == 1)
    return slack.private("U2")[0]


async def test_a_lobby_tells_the_numbers_and_the_time_in_everybodys_own_zone(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    lobby = await shown_lobby(slack, adapter, door)

    assert "2 questions" in lobby.shown
    assert "Started: 12 · Finished: 8" in lobby.shown
    assert f"Closes <!date^{int(CLOSES.timestamp())}^" in lobby.shown
    assert lobby.text == "Straight lines\n2 questions"
    assert lobby.labels == ["Start"]


async def test_start_brings_a_paper_beside_the_lobby_that_nobody_else_sees(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    paper = await given_paper(slack, adapter, door)

    lobby = slack.of_bot("C1")[0]
    assert (paper.channel, paper.thread, paper.only) == ("C1", lobby.thread, "U2")
    assert paper.labels == ["A three lines", "● B one line", "Write answer", "Next"]
    assert [button.get("style") for button in paper.buttons[:2]] == [None, "primary"]
    assert "for x in '<&>':\n    print(x)" in paper.shown
    assert (lobby.edits, len(slack.of_bot("C1"))) == (0, 1)


async def test_everybody_in_a_lecture_who_starts_at_once_gets_a_paper(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    lobby = await shown_lobby(slack, adapter, door)
    door.private, door.in_place = PAPER, True
    everybody = [f"U{number}" for number in range(1_000, 1_400)]
    await asyncio.gather(*(slack.press(user, lobby, "Start") for user in everybody))
    await slack.until(lambda: len([one for one in slack.messages if one.only]) == len(everybody))

    assert all(len(slack.private(user)) == 1 for user in everybody)


async def test_each_press_on_a_paper_changes_it_where_it_stands_however_often(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    paper = await given_paper(slack, adapter, door)
    for number in range(3 * MOST_ANSWERS):
        door.private = replace(PAPER, note=f"{number} recorded.")
        await slack.press("U2", paper, "A three lines")
        await slack.until(lambda: paper.edits == len(door.clicks) - 1)
    door.private = DONE
    await slack.press("U2", paper, "Next")
    await slack.until(lambda: "All recorded." in paper.shown)

    assert paper.labels == ["Change"]
    assert len(slack.private("U2")) == 1
    assert {click.place for click in door.clicks} == {door.mentions[0].place}
    assert {click.person for click in door.clicks} == {person_of(TEAM, "U2")}


async def test_a_sentence_to_a_press_on_a_paper_stands_below_it(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    paper = await given_paper(slack, adapter, door)
    door.private, door.in_place = Notice(text="**Hint:** count them."), False
    await slack.press("U2", paper, "Next")
    await slack.until(lambda: len(slack.private("U2")) == 2)

    assert slack.private("U2")[1].thread == paper.thread
    assert "count them" in slack.whispers("U2")[1]
    assert "Question 1 of 2" in paper.shown


async def test_what_is_written_in_a_form_changes_the_paper_that_opened_it(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    paper = await given_paper(slack, adapter, door)
    await slack.press("U2", paper, "Write answer")
    door.private = DONE
    await slack.submit("U2", slack.views[0], "three")
    await slack.until(lambda: "All recorded." in paper.shown)

    [submission] = door.submissions
    assert submission.values == {"answer": "three"}
    assert submission.place == door.mentions[0].place
    assert len(slack.private("U2")) == 1


async def test_who_writes_for_longer_than_slack_waits_gets_the_paper_anew(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    paper = await given_paper(slack, adapter, door)
    await slack.press("U2", paper, "Write answer")
    for way in slack.ways.values():
        way.uses = MOST_ANSWERS
    door.private = DONE
    await slack.submit("U2", slack.views[0], "three")
    await slack.until(lambda: len(slack.private("U2")) == 2)

    again = slack.private("U2")[1]
    assert "All recorded." in again.shown
    assert (again.channel, again.thread) == (paper.channel, paper.thread)
    assert len(slack.of_bot("C1")) == 1


@pytest.mark.parametrize("label", ["Write answer", "Next"])
@pytest.mark.parametrize("before", ["https://", "https://hooks.slack.com@", "http://"])
async def test_no_answer_goes_to_an_address_that_is_not_slacks(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor, before: str, label: str
) -> None:
    knocks: list[str] = []

    def knocked(_: asyncio.StreamReader, caller: asyncio.StreamWriter) -> None:
        knocks.append(before)
        caller.close()

    paper = await given_paper(slack, adapter, door)
    door.private = DONE
    async with await asyncio.start_server(knocked, "127.0.0.1", 0) as stranger:
        port = stranger.sockets[0].getsockname()[1]
        await slack.press("U2", paper, label, answer_at=f"{before}127.0.0.1:{port}/actions/T1/1")
        if slack.views:
            await slack.submit("U2", slack.views[0], "three")
        await slack.until(lambda: len(slack.private("U2")) == 2)

    assert "All recorded." in slack.private("U2")[1].shown
    assert (knocks, len(slack.of_bot("C1"))) == ([], 1)


async def test_a_list_names_people_and_tells_them_apart_without_calling_them(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    names = {
        "U3": "Ren\u00e9",
        "U4": "Rene\u0301\ufe0f",
        "U5": "<!channel> \u202e`evil`",
        "U6": "\u3164",
    }
    for user, name in names.items():
        slack.join(user, profile={"display_name": name})
    lobby = await shown_lobby(slack, adapter, door)
    lines = tuple(
        RollLine(person=person_of(TEAM, user), text="4 of 5 right")
        for user in ("U1", *names, "U404")
    )
    turn = Button(token=ButtonToken("p.call_1.1"), label="Next")
    door.private = Roll(title="Learners", lines=lines, actions=(turn,), note="Page 1 of 2")
    await slack.press("UADMIN", lobby, "Start")
    await slack.until(lambda: bool(slack.private("UADMIN")))

    [roll] = slack.private("UADMIN")
    listed = roll.shown.splitlines()[1:7]
    assert [line.removesuffix(": 4 of 5 right") for line in listed] == [
        "u1",
        "Ren\u00e9 (U3)",
        "Rene\u0301\ufe0f (U4)",
        "<!channel> \\u202e`evil`",
        "U6",
        "U404",
    ]
    assert "Page 1 of 2" in roll.shown
    assert roll.labels == ["Next"]
    assert roll.pings == []


async def test_what_a_person_is_shown_is_in_the_language_that_it_was_made_in(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    lobby = await shown_lobby(slack, adapter, door)
    with speaking("de"):
        door.private = replace(PAPER, language="de")
    await slack.press("U2", lobby, "Start")
    await slack.until(lambda: bool(slack.private("U2")))

    assert "Frage 1 von 2" in slack.whispers("U2")[0]


async def test_a_winner_is_named_in_the_message_of_a_race(
    slack: SlackSim, adapter: SlackAdapter, door: NotebookDoor
) -> None:
    await shown_lobby(slack, adapter, door)
    won = AnsweredLine(text="1. Slope: 3", mark="right", person=person_of(TEAM, "U2"))
    open_still = AnsweredLine(text="2. Axis: 5", mark="wrong", detail="It is `2`.")
    board = Quiz(title="Race", answered=(won, open_still))
    await adapter.create(door.mentions[0].place, SlotId("slot2"), board)

    message = slack.of_bot("C1")[1]
    assert "1. Slope: 3 ✓ right · won by u2" in message.shown
    assert "2. Axis: 5 ✗ wrong\nIt is `2`." in message.shown
    assert message.pings == []


@pytest.mark.usefixtures("adapter")
async def test_a_command_may_be_answered_with_a_paper_that_goes_on(
    slack: SlackSim, door: NotebookDoor
) -> None:
    door.private, door.in_place = PAPER, True
    await slack.command("U2", "C1", "quiz")
    [paper] = slack.private("U2")
    door.private = DONE
    await slack.press("U2", paper, "Next")
    await slack.until(lambda: "All recorded." in paper.shown)

    assert len(slack.private("U2")) == 1
