"""Help names the assistant, the ways to ask, and what the person may do."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.acts.help import text
from bot.commands import COMMANDS, Right
from bot.strings import LANGUAGES, say, speaking
from tests.acts.desk import Desk, open_desk
from tests.acts.orders import obeyed, offer_tutor, order, told
from tests.store.rows import BEN, place


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        await offer_tutor(desk)
        yield desk


def named(said: str) -> set[str]:
    return {word for word in COMMANDS if f"- `{word}`: " in said}


def open_to(right: Right) -> set[str]:
    return {word for word, command in COMMANDS.items() if command.right <= right}


async def test_it_is_what_the_command_alone_does(desk: Desk) -> None:
    said = told(await obeyed(desk, order(desk, "")))

    assert said == told(await obeyed(desk, order(desk, "help")))
    assert "`Tutor`" in said
    assert say("help.ask") in said


async def test_only_commands_that_the_person_may_use_are_named(desk: Desk) -> None:
    learner = await desk.told("help")
    desk.platform.admins.add(BEN)
    admin = await desk.told("help")

    assert named(learner) == open_to(Right.LEARNER)
    assert named(admin) == set(COMMANDS)


async def test_a_platform_that_is_too_slow_helps_as_a_learner(desk: Desk) -> None:
    desk.platform.admins.add(BEN)
    desk.platform.slow = True

    assert named(await desk.told("help")) == open_to(Right.LEARNER)


async def test_in_a_direct_conversation_it_says_how_to_ask_there(desk: Desk) -> None:
    said = await desk.told("help", where=place("dm-ben", direct=True))

    assert say("help.ask_directly") in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("direct", [True, False], ids=["direct", "channel"])
def test_everything_fits_one_message_on_every_platform(language: str, direct: bool) -> None:
    with speaking(language):
        said = text("N" * 300, Right.ADMIN, 1_800, direct=direct)

    assert named(said) == set(COMMANDS)
    assert len(said) <= 1_800


def test_where_a_message_is_short_commands_are_left_out_and_none_is_cut() -> None:
    said = text("Tutor", Right.ADMIN, 500, direct=False)

    assert len(said) <= 500
    assert {"help", "ask"} <= named(said) < set(COMMANDS)
