"""The assistant that the seed prints, from its notebook into one channel of one workspace."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot import tokens
from bot.events import Change, Click, EventKey, Mention, Order, PersonRef, PlaceRef, WorkspaceId
from bot.registry.choices import ASSISTANT
from tests.cli.test_commands import docent
from tests.flows.bench import Bench
from tests.importing.test_reading import PRINTED
from tests.sims.answers import Text

ID = "asst_qvXmYlZV8zhABI2RtPzDfV6z"
ADMIN = PersonRef(scope="sim", user="root")


def elsewhere(bot: Bench) -> PlaceRef:
    """A place of another workspace."""
    return replace(
        bot.people.place("u1"), workspace=WorkspaceId("sim:two"), parent="other", key="u1"
    )


async def shell(bot: Bench, *arguments: str) -> tuple[int | None, str, str]:
    home = bot.database.parent
    return await docent(home, *arguments, "--home", str(home))


async def said(bot: Bench, place: PlaceRef, text: str) -> str:
    """What the model is told when somebody asks there."""
    bot.model.answer(Text(f"Re: {text}"))
    await bot.people.send(
        Mention(
            key=EventKey(f"said:{place.id}:{text}"),
            place=place,
            person=ADMIN,
            text=text,
            at=bot.people.clock(),
        )
    )
    await bot.people.said(f"Re: {text}", place=place.key)
    return str(bot.model.requests[-1].body["instructions"])


async def order(bot: Bench, place: PlaceRef, text: str) -> str:
    """What an admin of both workspaces reads after a command."""
    return await bot.people.whispered(
        await bot.people.send(
            Order(
                key=EventKey(f"order:{place.id}:{text}"),
                place=place,
                private=place,
                person=ADMIN,
                text=text,
                at=bot.people.clock(),
            )
        )
    )


@pytest.fixture
async def owned(bot: Bench) -> Bench:
    """The first workspace owns the imported assistant; people have written in both."""
    bot.people.admins.add(ADMIN.user)
    for place in (bot.people.place("t1"), bot.people.place("t2"), elsewhere(bot)):
        await said(bot, place, "Hi")
    printed = bot.database.parent / "printed.txt"
    printed.write_text(PRINTED)
    told = await shell(bot, "assistants", "import", str(printed), "--workspace", "sim:one")
    assert told[0] == 0, told
    assert ID in told[1]
    return bot


async def test_it_answers_in_its_channel_and_not_elsewhere(owned: Bench) -> None:
    bot, here = owned, owned.people.place("t1")
    other_channel = replace(bot.people.place("v1"), parent="second")
    told = await order(bot, here, f"assistant {ID}")

    assert "Math Tutor" in told
    assert "personal math tutor" in await said(bot, here, "Now?")
    assert "personal math tutor" in await said(bot, bot.people.place("t3"), "A new thread?")
    assert "personal math tutor" not in await said(bot, other_channel, "And there?")
    assert "personal math tutor" not in await said(bot, elsewhere(bot), "And far away?")


async def by_command(bot: Bench, place: PlaceRef) -> object:
    return await order(bot, place, f"assistant {ID}")


async def by_name(bot: Bench, place: PlaceRef) -> object:
    return await order(bot, place, "assistant Math Tutor")


async def by_the_list(bot: Bench, place: PlaceRef) -> object:
    return await order(bot, place, "assistant")


async def by_a_forged_button(bot: Bench, place: PlaceRef) -> object:
    actions: tuple[tokens.Action, ...] = ("assistant", "assistant_everywhere")
    told = []
    for action in actions:
        sent = await bot.people.send(
            Click(
                key=EventKey(f"press:{action}"),
                place=place,
                person=ADMIN,
                token=tokens.encode(action, ID),
                at=bot.people.clock(),
            )
        )
        told.append(await bot.people.whispered(sent))
    return told


async def by_a_form(bot: Bench, place: PlaceRef) -> object:
    for level in ("channel", "workspace"):
        sent = await bot.people.send(
            Change(
                key=EventKey(f"change:{level}"),
                place=place,
                person=ADMIN,
                level="workspace" if level == "workspace" else "channel",
                values={ASSISTANT: ID},
                at=bot.people.clock(),
            )
        )
        await bot.people.acknowledged(sent)
    return ""


async def by_the_shell(bot: Bench, place: PlaceRef) -> object:
    for at in ((), ("--place", place.id)):
        told = await shell(bot, "workspaces", "set", place.workspace, *at, "--assistant", ID)
        assert told[0] == 1, told
    listed = await shell(bot, "assistants", "list", "--json", "--workspace", place.workspace)
    return json.loads(listed[1])


@pytest.mark.parametrize(
    "path", [by_command, by_name, by_the_list, by_a_forged_button, by_a_form, by_the_shell]
)
async def test_another_workspace_neither_sees_nor_sets_it(
    owned: Bench, path: Callable[[Bench, PlaceRef], Awaitable[object]]
) -> None:
    there = elsewhere(owned)
    seen = str(await path(owned, there))

    assert "Math Tutor" not in seen.replace("assistant Math Tutor", "")
    assert "personal math tutor" not in await said(owned, there, "And now?")
    assert (
        owned.rows("SELECT id FROM places WHERE workspace_id = 'sim:two' AND assistant_id NOTNULL")
        == []
    )
    assert (
        owned.rows("SELECT id FROM workspaces WHERE id = 'sim:two' AND assistant_id NOTNULL") == []
    )
