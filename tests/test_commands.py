"""Which messages are commands, who may use them and how often."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapter import Accepted, Rights
from bot.commands import COMMANDS, Commands, find
from bot.endings import Endings
from bot.events import PersonRef, WorkspaceId
from bot.quota import Quota
from bot.store import calls
from bot.strings import say
from bot.text.cleaning import clean
from bot.tools import TOOLS
from bot.views import Notice
from tests.sims.clock import MovableClock
from tests.sims.wire import LIMITS, WireAdapter
from tests.store.rows import ADA, BEN, call, mention, opened, started, writing

PRIVATE = "shown to the person who asked and to admins"


@pytest.mark.parametrize(
    "text",
    [
        "stop",
        " Stop \n",
        "STOP!",
        "/stop",
        "stop.",
        "`stop`",
        "`/stop`.",
        "stop?!",
        "\u00a0stop\x00",
        "\u2060stop\u200b",
    ],
)
def test_a_word_alone_is_a_command_however_it_is_written(text: str) -> None:
    command = find(text)

    assert command is not None
    assert command.word == "stop"


@pytest.mark.parametrize(
    "text",
    ["", "   ", "/", "stop it", "stops", "s top", "//stop", "!stop", "stop, steps", "`", "halt"],
)
def test_anything_else_is_a_question(text: str) -> None:
    assert find(text) is None


@given(st.text(max_size=60))
def test_any_text_can_be_looked_at(text: str) -> None:
    command = find(text)

    assert command is None or command.word in clean(text).casefold()


def test_every_command_is_found_by_its_word_and_has_its_sentence() -> None:
    for word, command in COMMANDS.items():
        assert find(word.upper()) is command
        assert say(command.nothing)


@dataclass(slots=True)
class Desk:
    """Commands on a thread where Ada has asked, in a workspace that counts who asks for rights."""

    commands: Commands
    clock: MovableClock
    platform: "Platform"

    async def told(self, word: str, *, by: PersonRef = BEN, key: str = "") -> str:
        command = find(word)
        assert command is not None
        match await self.commands.obey(command, mention(word, by=by, key=key)):
            case Accepted(private=Notice(text=text)):
                return text
        return ""


class Platform(WireAdapter):
    """Says who is an admin, unless it is too slow to."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", LIMITS)
        self.admins: set[PersonRef] = set()
        self.asked = 0
        self.slow = False

    async def rights(self, person: PersonRef, workspace: WorkspaceId) -> Rights:  # noqa: ARG002 - asked for
        self.asked += 1
        if self.slow:
            raise TimeoutError
        return Rights(admin=person in self.admins)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    def nothing(_: object) -> None:
        """Nobody works here."""

    async with opened(tmp_path) as store:
        async with writing(store) as tx:
            calls.insert_many(tx, [call(started(tx))])
        clock, platform = MovableClock(), Platform()
        endings = Endings(
            store,
            clock,
            {"sim": platform},
            TOOLS,
            Quota(),
            wake=nothing,
            deliver=nothing,
            interrupt=nothing,
        )
        yield Desk(Commands(store, endings, clock), clock, platform)


async def test_the_platform_is_not_asked_for_rights_by_each_steps(desk: Desk) -> None:
    for _ in range(5):
        assert "How the newest reply" in await desk.told("steps", by=ADA)
    of_ada = desk.platform.asked
    for _ in range(5):
        assert PRIVATE in await desk.told("steps")
    of_ben = desk.platform.asked
    desk.platform.admins.add(BEN)
    kept = await desk.told("steps")
    await desk.clock.advance(timedelta(seconds=30))
    renewed = await desk.told("steps")

    assert (of_ada, of_ben, desk.platform.asked) == (0, 1, 2)
    assert PRIVATE in kept
    assert PRIVATE not in renewed


async def test_rights_to_act_are_asked_for_at_the_moment_of_the_act(desk: Desk) -> None:
    desk.platform.admins.add(BEN)
    assert PRIVATE not in await desk.told("steps")
    desk.platform.admins.clear()

    assert "Only the person who asked" in await desk.told("stop")
    assert PRIVATE not in await desk.told("steps")


async def test_a_platform_that_is_too_slow_entitles_nobody_to_read_all(desk: Desk) -> None:
    desk.platform.admins.add(BEN)
    desk.platform.slow = True
    slow = await desk.told("steps")
    desk.platform.slow = False

    assert PRIVATE in slow
    assert PRIVATE not in await desk.told("steps")


async def test_of_many_commands_in_a_minute_twenty_are_obeyed(desk: Desk) -> None:
    told = [await desk.told("steps", key=f"sim:{number}") for number in range(50)]
    again = await desk.told("steps", key="sim:49")
    of_ada = await desk.told("steps", by=ADA)
    asked = desk.platform.asked
    await desk.clock.advance(timedelta(seconds=60))

    assert all("How the newest reply" in text for text in told[:20])
    assert all("20 commands in a minute" in text and "again in " in text for text in told[20:])
    assert again == ""
    assert "How the newest reply" in of_ada
    assert asked == 1
    assert "How the newest reply" in await desk.told("steps")
