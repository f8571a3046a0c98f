"""What people write, from Slack's socket to the door."""

import pytest

from adapters.slack.adapter import SlackAdapter
from adapters.slack.places import person_of, thread_place
from bot.adapter import Inspection, Manners
from bot.jsons import Json
from bot.views import Reply, SlotId
from tests.adapters.slack.bot import running
from tests.contract.door import NotebookDoor
from tests.sims.slack.server import Fault, SlackSim
from tests.sims.slack.state import BOT, TEAM

pytestmark = pytest.mark.usefixtures("adapter")


async def settled(slack: SlackSim) -> None:
    """Slack has been told of everything that it has sent."""
    await slack.until(lambda: all(one.acknowledged for one in slack.envelopes))


@pytest.mark.parametrize(
    "events",
    [("app_mention", "message"), ("message", "app_mention"), ("app_mention",), ("message",)],
    ids=["mention first", "message first", "mention alone", "message alone"],
)
async def test_a_mention_is_one_event_in_the_thread_below_it(
    slack: SlackSim, door: NotebookDoor, events: tuple[str, ...]
) -> None:
    said = await slack.say("U1", "C1", f"<@{BOT}> solve 3 &lt; x", events=events)
    await settled(slack)

    [mention] = door.mentions
    assert mention.text == "solve 3 < x"
    assert mention.person == person_of(TEAM, "U1")
    assert mention.place == thread_place(TEAM, "C1", said.ts, "U1")
    assert (mention.place.id, mention.place.parent_id) == (f"slack:T1/C1/{said.ts}", "slack:T1/C1")
    assert mention.locale == "en-US"


async def test_each_direct_message_is_the_root_of_its_own_thread(
    slack: SlackSim, door: NotebookDoor
) -> None:
    first = await slack.say("U1", slack.direct("U1"), "hello")
    await slack.say("U1", slack.direct("U1"), "more", thread=first.ts)
    await slack.say("U1", slack.direct("U1"), "something else")
    await settled(slack)

    places = [mention.place for mention in door.mentions]
    assert all((place.direct, place.parent) == (True, f"{TEAM}/U1") for place in places)
    assert places[0] == places[1] != places[2]


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B2"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"hidden": True},
        {"edited": {"user": "U1", "ts": "1.1"}},
    ],
    ids=lambda more: "-".join(map(str, next(iter(more.items()))))[:30],
)
async def test_what_no_person_has_newly_written_is_ignored(
    slack: SlackSim, door: NotebookDoor, more: Json
) -> None:
    await slack.say("U1", "C1", f"<@{BOT}> hello", more=more)
    await slack.say("U1", slack.direct("U1"), "hello", more=more)
    await settled(slack)

    assert door.events == {}


async def test_a_message_with_a_file_is_heard(slack: SlackSim, door: NotebookDoor) -> None:
    await slack.say(
        "U1", "C1", f"<@{BOT}> look", events=("message",), more={"subtype": "file_share"}
    )
    await settled(slack)

    assert [mention.text for mention in door.mentions] == ["look"]


async def test_what_is_not_saved_is_sent_again_and_then_saved_once(
    slack: SlackSim, door: NotebookDoor
) -> None:
    door.full = True
    await slack.say("U1", "C1", f"<@{BOT}> hello", events=("app_mention",))
    [envelope] = slack.envelopes
    await slack.until(lambda: envelope.sent == 2)
    assert not envelope.acknowledged

    door.full = False
    await settled(slack)
    assert len(door.mentions) == 1


async def test_a_redelivery_after_a_restart_is_the_same_event(
    slack: SlackSim, door: NotebookDoor
) -> None:
    await slack.say("U1", "C1", f"<@{BOT}> hello", events=("app_mention",))
    await settled(slack)
    [envelope] = slack.envelopes
    async with running(slack, door):
        event = envelope.body["event"]
        assert isinstance(event, dict)
        await slack.event(event)
        await settled(slack)

    assert (len(door.mentions), door.deliveries) == (1, 2)


async def test_the_asker_needs_no_mention_in_our_thread_until_somebody_else_writes(
    slack: SlackSim, door: NotebookDoor
) -> None:
    door.screens = [Inspection(thread_id="thread_1", runs=()), Manners()]
    root = await slack.say("U1", "C1", f"<@{BOT}> hello")
    await slack.say("U1", "C1", "and then?", thread=root.ts)
    await settled(slack)
    assert [mention.text for mention in door.mentions] == ["hello", "and then?"]

    await slack.say("U2", "C1", "I know!", thread=root.ts)
    await settled(slack)
    await slack.say("U1", "C1", "who asked you?", thread=root.ts)
    await settled(slack)
    assert len(door.mentions) == 2

    await slack.say("U2", "C1", f"<@{BOT}> me too", thread=root.ts)
    await settled(slack)
    assert door.mentions[-1].text == "me too"


async def test_a_message_to_somebody_else_is_no_follow_up(
    slack: SlackSim, door: NotebookDoor
) -> None:
    door.screens = [Inspection(thread_id="thread_1", runs=()), Manners()]
    root = await slack.say("U1", "C1", f"<@{BOT}> hello")
    await slack.say("U1", "C1", "<@U2> have a look", thread=root.ts)
    await settled(slack)

    assert len(door.mentions) == 1


@pytest.mark.parametrize(("follow_ups", "heard"), [("always", 2), ("never", 1)])
async def test_follow_ups_are_as_the_channel_wants_them(
    slack: SlackSim, door: NotebookDoor, follow_ups: str, heard: int
) -> None:
    manners = Manners(follow_ups="always" if follow_ups == "always" else "never")
    door.screens = [Inspection(thread_id="thread_1", runs=()), manners]
    root = await slack.say("U1", "C1", f"<@{BOT}> hello")
    await slack.say("U2", "C1", "and me?", thread=root.ts)
    await settled(slack)

    assert len(door.mentions) == heard


async def test_threads_that_are_not_ours_are_left_alone(
    slack: SlackSim, door: NotebookDoor
) -> None:
    root = await slack.say("U1", "C1", "who has the key?")
    await slack.say("U2", "C1", "not me", thread=root.ts)
    await settled(slack)

    assert door.events == {}
    assert "conversations.replies" not in slack.calls


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message"},
        {"type": "app_mention", "channel": "C1", "ts": [], "user": {"id": "U1"}},
        {"type": "message", "channel": "C1", "ts": "1.1", "user": "U1", "text": "x" * 200_000},
        {"type": "message", "channel": "../..", "ts": "9" * 40, "user": "U1", "text": "hi"},
        {"type": "team_join"},
        {"type": "reaction_added", "item": None},
    ],
    ids=["empty", "wrong types", "huge", "hostile ids", "unknown", "unknown with null"],
)
async def test_malformed_and_unknown_events_are_acknowledged_and_harm_nothing(
    slack: SlackSim, door: NotebookDoor, event: Json
) -> None:
    await slack.event(event)
    await settled(slack)
    await slack.say("U1", "C1", f"<@{BOT}> hello")
    await settled(slack)

    assert len(door.mentions) == 1


async def test_a_language_that_is_not_known_in_time_delays_nothing(
    slack: SlackSim, door: NotebookDoor
) -> None:
    slack.faults["users.info"] = [Fault(hangs=True)] * 5  # slow machines get it delivered again
    await slack.say("U1", "C1", f"<@{BOT}> hello", events=("message",))
    await settled(slack)

    assert [mention.locale for mention in door.mentions] == [""]


async def test_after_a_broken_socket_events_come_again(
    slack: SlackSim, door: NotebookDoor, adapter: SlackAdapter
) -> None:
    await slack.disconnect()
    await slack.until(lambda: not slack.connected)
    await slack.say("U1", "C1", f"<@{BOT}> still there?", events=("message",))
    await slack.until(lambda: bool(door.mentions), within=30)

    place = door.mentions[0].place
    await adapter.create(place, SlotId("slot1"), Reply(text="yes"))
    await slack.said("yes")
