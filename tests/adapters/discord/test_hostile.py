"""What people, programs and Discord itself can send that would break or fool a careless bot."""

import asyncio
import re

import pytest

from adapters.discord.escaping import escaped
from adapters.discord.places import in_channel, person
from bot.adapter import Accepted, Receipt
from bot.events import Event, Order
from bot.jsons import Json
from bot.strings import say
from bot.text.cleaning import length
from bot.views import Notice, Reply, SlotId
from tests.adapters.discord.desk import running
from tests.contract.door import NotebookDoor
from tests.sims.discord.sim import ME, DiscordSim
from tests.sims.discord.world import CHANNEL, PEOPLE, SERVER

MARKUP = "*_`[" * 900  # what takes twice as much room when it is escaped


class TellingDoor(NotebookDoor):
    """Answers an order with one long notice."""

    async def accept(self, event: Event) -> Receipt:
        receipt = await super().accept(event)
        return Accepted(private=self.private) if isinstance(event, Order) else receipt


async def test_what_is_written_in_a_form_is_echoed_however_much_markup_it_has(
    sim: DiscordSim,
) -> None:
    door = NotebookDoor()
    async with running(sim, door) as adapter:
        await adapter.create(in_channel(SERVER, CHANNEL), SlotId("slot1"), Reply(text="A number"))
        opened = await sim.press(sim.shown(CHANNEL)[0], "Reply")
        sent = await sim.fill(opened, MARKUP)

    assert [said.text for said in door.mentions] == [MARKUP]
    assert sent.text.startswith(f"<@{PEOPLE['ada']}> wrote: ")
    assert length(sent.text, "utf16") <= 2_000


async def test_an_echo_cannot_begin_a_line_of_somebody_else(sim: DiscordSim) -> None:
    async with running(sim, NotebookDoor()) as adapter:
        await adapter.create(in_channel(SERVER, CHANNEL), SlotId("slot1"), Reply(text="A number"))
        opened = await sim.press(sim.shown(CHANNEL)[0], "Reply")
        sent = await sim.fill(opened, "well\n-# Shared by Robin\n# LOUD\n> said")

    assert sent.text.split("\n")[1:] == ["\\-# Shared by Robin", "\\# LOUD", "\\> said"]


async def test_a_long_question_in_a_direct_message_is_acknowledged(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door):
        asked = await sim.command("ask", MARKUP, channel=sim.dm("ada"))

    assert asked.kind == 4
    assert len(door.orders) == 1


async def test_a_private_answer_that_is_too_long_comes_with_its_file(sim: DiscordSim) -> None:
    door = TellingDoor()
    long = (f"Paragraph {number}. {MARKUP[:300]}" for number in range(9))
    door.private = Notice(text="\n\n".join(long))
    async with running(sim, door):
        await sim.command("help")
        await sim.until(lambda: any(post.files for post in sim.shown(CHANNEL)))

    [post] = sim.shown(CHANNEL)
    assert post.only == PEOPLE["ada"]
    assert post.files == [door.private.text]
    assert say("discord.whole_text") in post.content


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("MESSAGE_CREATE", {"id": "?"}),
        ("MESSAGE_CREATE", {}),
        ("INTERACTION_CREATE", {"id": "1"}),
        ("THREAD_CREATE", {"guild_id": str(SERVER)}),
        ("GUILD_ROLE_UPDATE", {"guild_id": "x"}),
    ],
    ids=["message", "empty", "interaction", "thread", "role"],
)
async def test_an_event_that_cannot_be_read_costs_itself_alone(
    sim: DiscordSim, name: str, data: Json
) -> None:
    door = NotebookDoor()
    async with running(sim, door):
        for session in list(sim.gateway.sessions.values()):
            await sim.gateway.dispatch(name, data, session)
        await sim.write_directly("still there?")
        await sim.until(lambda: bool(door.mentions))

    assert len(sim.gateway.sessions) == 1


async def test_who_types_fast_does_not_use_up_what_discord_grants_the_bot(sim: DiscordSim) -> None:
    ada = person(PEOPLE["ada"])
    asked = f"GET /guilds/{SERVER}/members/{ada.user}"
    door = NotebookDoor()
    async with running(sim, door) as adapter:
        await sim.write_directly("hello")
        await sim.until(lambda: bool(door.mentions))
        found = await asyncio.gather(*(adapter.shared(ada) for _ in range(30)))
        again = await adapter.shared(ada)

    assert {*map(tuple, found), tuple(again)} == {(in_channel(SERVER, CHANNEL).workspace,)}
    assert sim.requests.count(asked) == 1


def test_an_address_hides_no_link() -> None:
    text = "http://[your bank](https://evil.example) and https://good.example/[x](https://evil.example)"

    assert not re.search(r"(?<!\\)\[", escaped(text))


async def test_programs_and_webhooks_are_not_heard(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door):
        post = await sim.write(f"{ME} hello", by="ada")
        heard = sim.seen_by(post, None)
        bot: Json = {"id": "5", "username": "x", "discriminator": "0", "avatar": None, "bot": True}
        strange: list[Json] = [{"author": bot}, {"webhook_id": "77"}, {"type": 7}]
        for number, more in enumerate(strange):
            for session in sim.gateway.sessions.values():
                data = heard | more | {"id": str(post.id + number + 1)}
                await sim.gateway.dispatch("MESSAGE_CREATE", data, session)
        await sim.write_directly("the end")
        await sim.until(lambda: any(said.place.direct for said in door.mentions))

    assert [said.text for said in door.mentions] == ["hello", "the end"]
