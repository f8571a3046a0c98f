"""Messages, buttons, forms and commands over the real wire."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.discord.places import in_channel
from bot.adapter import Gone
from bot.events import ButtonToken
from bot.strings import say
from bot.views import Button, Notice, Reply, SlotId
from tests.adapters.discord.desk import running
from tests.contract.door import NotebookDoor
from tests.sims.discord.gateway import MESSAGE_CONTENT
from tests.sims.discord.sim import ME, DiscordSim
from tests.sims.discord.world import BOT_ROLE, CHANNEL, PEOPLE, SERVER

SLOT = SlotId("slot1")


def button(label: str) -> Button:
    return Button(token=ButtonToken(f"t.{label}"), label=label)


NOTICE = Notice(text="The tutor is out", actions=(button("Retry"),))


async def test_a_mention_opens_a_thread_named_after_the_question(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door):
        asked = await sim.write(f"{ME} What is a **prime** number?")
        await sim.until(lambda: bool(sim.threads))

    [mention] = door.mentions
    assert mention.text == "What is a **prime** number?"
    assert (mention.place.key, mention.place.parent) == (str(asked.id), "3000001")
    assert sim.threads[asked.id].name == "What is a prime number?"


async def test_the_answer_is_in_the_thread_and_is_then_only_edited(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door) as adapter:
        asked = await sim.write(f"{ME} 7*8?")
        await sim.until(lambda: bool(door.mentions))
        ref = await adapter.create(door.mentions[0].place, SLOT, Reply(text="", live=True))
        await adapter.edit(ref, Reply(text="56", actions=(button("Regenerate"),)))

    [post] = sim.shown(asked.id)
    assert (post.content, post.labels, post.edits) == ("56", ["Regenerate", "Reply"], 1)


async def test_where_no_thread_may_be_opened_the_answer_is_a_reply_in_place(
    sim: DiscordSim,
) -> None:
    door = NotebookDoor()
    sim.threads_refused = True
    async with running(sim, door) as adapter:
        asked = await sim.write(f"{ME} 7*8?")
        await sim.until(lambda: bool(door.mentions))
        place = door.mentions[0].place
        ref = await adapter.create(place, SLOT, Reply(text="56"))
        found = await adapter.recent(place, datetime.now(UTC) - timedelta(minutes=1), 10)

    [post] = sim.shown(CHANNEL)
    assert (post.content, post.under) == ("56", asked.id)
    assert [seen.message for seen in found] == [ref]


async def test_after_a_restart_the_thread_of_an_answer_is_still_opened(sim: DiscordSim) -> None:
    asked = await sim.write(f"{ME} What is a prime?")
    place = in_channel(SERVER, asked.id, CHANNEL)
    async with running(sim, NotebookDoor()) as adapter:
        await adapter.create(place, SLOT, Reply(text="A number with two divisors"))

    assert sim.threads[asked.id].name == "What is a prime?"
    assert [post.content for post in sim.shown(asked.id)] == ["A number with two divisors"]


async def test_a_deleted_thread_is_not_opened_again(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door):
        asked = await sim.write(f"{ME} What is a prime?")
        await sim.until(lambda: asked.id in sim.threads)
    del sim.threads[asked.id]
    async with running(sim, door) as adapter:
        with pytest.raises(Gone):
            await adapter.create(in_channel(SERVER, asked.id, CHANNEL), SLOT, Reply(text="56"))

    assert sim.threads == {}


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        (f"<@&{BOT_ROLE}> What is a prime?", ["What is a prime?"]),
        ("@everyone What is a prime?", []),
        ("What is a prime?", []),
    ],
    ids=["role", "everyone", "nobody"],
)
async def test_the_bot_hears_its_own_role_and_never_everyone(
    sim: DiscordSim, text: str, heard: list[str]
) -> None:
    door = NotebookDoor()
    async with running(sim, door):
        await sim.write(text, everyone="@everyone" in text)
        await sim.write_directly("the end")
        await sim.until(lambda: any(said.place.direct for said in door.mentions))

    assert [said.text for said in door.mentions if not said.place.direct] == heard


async def test_a_direct_message_needs_no_mention_and_belongs_to_no_server(
    sim: DiscordSim,
) -> None:
    door = NotebookDoor()
    async with running(sim, door) as adapter:
        await sim.write_directly("What is a prime?")
        await sim.until(lambda: bool(door.mentions))
        await adapter.create(door.mentions[0].place, SLOT, Reply(text="A number"))

    [said] = door.mentions
    assert (said.place.workspace, said.place.key) == ("discord:dm", f"dm/{PEOPLE['ada']}")
    assert [post.content for post in sim.shown(sim.dm("ada"))] == ["A number"]


async def test_a_reply_names_the_message_that_it_is_a_reply_to(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door) as adapter:
        asked = await sim.write(f"{ME} 7*8?")
        await sim.until(lambda: len(door.mentions) == 1)
        await sim.write_directly("A quiz")
        await sim.until(lambda: len(door.mentions) == 2)
        refs = [await adapter.create(said.place, SLOT, NOTICE) for said in door.mentions]
        [posted] = sim.shown(asked.id)
        await sim.write("in the thread", channel=asked.id, under=posted.id)
        await sim.until(lambda: len(door.mentions) == 3)
        [posted] = sim.shown(sim.dm("ada"))
        await sim.write_directly("directly", under=posted.id)
        await sim.until(lambda: len(door.mentions) == 4)

    *first, in_thread, directly = door.mentions
    assert [said.reply_to for said in first] == [None, None]
    for said, ref in zip((in_thread, directly), refs, strict=True):
        assert said.reply_to is not None
        assert said.reply_to.endswith("/")
        assert ref.key == f"{said.reply_to}{SLOT}"


async def test_without_the_intent_people_are_told_once_how_to_go_on(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door):
        asked = await sim.write(f"{ME} What is a prime?")
        await sim.until(lambda: asked.id in sim.threads)
        await sim.write("And what is not?", channel=asked.id)
        await sim.until(lambda: bool(sim.shown(asked.id)))
        await sim.write("Hello?", channel=asked.id)
        await sim.write(f"{ME} hello?", channel=asked.id)
        await sim.until(lambda: len(door.mentions) == 2)

    assert [post.content for post in sim.shown(asked.id)] == [say("discord.how_to_go_on")]


async def test_with_the_intent_follow_ups_are_heard_while_nobody_else_writes(
    sim: DiscordSim,
) -> None:
    door = NotebookDoor()
    sim.gateway.granted = MESSAGE_CONTENT
    async with running(sim, door, message_content=True):
        asked = await sim.write(f"{ME} What is a prime?")
        await sim.until(lambda: asked.id in sim.threads)
        await sim.write("And what is not?", channel=asked.id)
        await sim.until(lambda: len(door.mentions) == 2)
        await sim.write("I know!", by="ben", channel=asked.id)
        await sim.write("I asked", channel=asked.id)
        await sim.write(f"{ME} the end", channel=asked.id)
        await sim.until(lambda: len(door.mentions) == 3)

    assert [said.text for said in door.mentions][1:] == ["And what is not?", "the end"]
    assert {said.place.key for said in door.mentions} == {str(asked.id)}


async def test_reply_opens_a_form_whose_text_is_a_message(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door) as adapter:
        asked = await sim.write(f"{ME} What is a prime?")
        await sim.until(lambda: bool(door.mentions))
        await adapter.create(door.mentions[0].place, SLOT, Reply(text="A number"))
        opened = await sim.press(sim.shown(asked.id)[0], "Reply")
        sent = await sim.fill(opened, "Which *one*?")

    assert [said.text for said in door.mentions][1:] == ["Which *one*?"]
    assert {said.place.key for said in door.mentions} == {str(asked.id)}
    assert sent.text == f"<@{PEOPLE['ada']}> wrote: Which \\*one\\*?"
    assert sent.data["allowed_mentions"] == {"parse": []}


async def test_what_could_not_be_saved_is_told(sim: DiscordSim) -> None:
    door = NotebookDoor()
    door.full = True
    async with running(sim, door) as adapter:
        await sim.write(f"{ME} What is a prime?")
        post = await adapter.create(in_channel(SERVER, CHANNEL), SLOT, NOTICE)
        assert post
        pressed = await sim.press(sim.shown(CHANNEL)[0], "Retry")
        await sim.until(lambda: len(sim.shown(CHANNEL)) == 3)

    told = say("discord.not_saved")
    assert told in pressed.text
    assert told in sim.shown(CHANNEL)[-1].content


async def test_a_message_delivered_twice_is_one_event(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door):
        asked = await sim.write(f"{ME} What is a prime?")
        await sim.again(asked)
        await sim.until(lambda: door.deliveries == 2)

    assert len(door.mentions) == 1


async def test_a_dropped_connection_is_resumed_and_nothing_is_missed(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door):
        await sim.write_directly("before")
        await sim.until(lambda: len(door.mentions) == 1)
        await sim.gateway.drop()
        await sim.write_directly("meanwhile")
        await sim.until(lambda: len(door.mentions) == 2)

    [session] = sim.gateway.sessions.values()
    assert session.resumes == 1
    assert [said.text for said in door.mentions] == ["before", "meanwhile"]


async def test_a_malformed_event_does_not_stop_the_bot(sim: DiscordSim) -> None:
    door = NotebookDoor()
    async with running(sim, door):
        for session in list(sim.gateway.sessions.values()):
            await sim.gateway.dispatch("MESSAGE_CREATE", {"id": "?"}, session)
        await sim.write_directly("still there?")
        await sim.until(lambda: len(door.mentions) >= 1)

    assert {said.text for said in door.mentions} == {"still there?"}
