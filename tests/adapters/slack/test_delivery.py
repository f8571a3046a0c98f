"""What Slack answers to our posts, sorted by what the core does next."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.slack.adapter import SlackAdapter
from adapters.slack.places import PLATFORM, channel_place, person_of, private_place
from bot.adapter import CannotLook, Gone, MessageRef, Refused, Rights, Unknown
from bot.events import PlaceRef, WorkspaceId
from bot.views import Notice, Reply, SlotId
from tests.adapters.slack.bot import adapter_for, running
from tests.contract.door import NotebookDoor
from tests.sims.slack.server import Fault, SlackSim
from tests.sims.slack.state import TEAM

PLACE = channel_place(TEAM, "C1")
SLOT = SlotId("slot1")
REPLY = Reply(text="hello")


async def test_too_many_posts_wait_as_long_as_slack_says(
    slack: SlackSim, adapter: SlackAdapter
) -> None:
    slack.faults["chat.postMessage"] = [Fault(error="ratelimited", status=429, retry_after=7)]
    with pytest.raises(Refused) as refused:
        await adapter.create(PLACE, SLOT, REPLY)

    assert refused.value.retry_after == timedelta(seconds=7)
    assert slack.of_bot("C1") == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault(error="internal_error", taken=True),
        Fault(status=500, error="", taken=True),
        Fault(status=502, body="<html>Bad gateway</html>", taken=True),
        Fault(status=200, body="not JSON", taken=True),
    ],
    ids=["internal error", "500", "a page", "no JSON"],
)
async def test_a_post_without_a_clear_answer_is_in_doubt_and_found_by_its_slot(
    slack: SlackSim, adapter: SlackAdapter, fault: Fault
) -> None:
    slack.faults["chat.postMessage"] = [fault]
    with pytest.raises(Unknown):
        await adapter.create(PLACE, SLOT, REPLY)

    [seen] = await adapter.recent(PLACE, datetime.now(UTC) - timedelta(minutes=1), 10)
    assert seen.slot == SLOT
    await adapter.edit(seen.message, Reply(text="once"))
    assert [one.shown for one in slack.of_bot("C1")] == ["once"]


async def test_a_restart_finds_the_message_by_its_metadata(
    slack: SlackSim, door: NotebookDoor
) -> None:
    async with running(slack, door) as first:
        ref = await first.create(private_place(TEAM, "C1", "U1"), SLOT, REPLY)
    async with running(slack, door) as second:
        since = datetime.now(UTC) - timedelta(minutes=1)
        [seen] = await second.recent(private_place(TEAM, "C1", "U1"), since, 10)

    assert (seen.slot, seen.message) == (SLOT, ref)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("channel_not_found", Gone),
        ("is_archived", Gone),
        ("not_in_channel", Refused),
        ("restricted_action", Refused),
        ("token_revoked", Refused),
    ],
)
async def test_refusals_are_sorted(
    slack: SlackSim, adapter: SlackAdapter, code: str, kind: type[Exception]
) -> None:
    slack.faults["chat.postMessage"] = [Fault(error=code)]
    with pytest.raises(kind) as refused:
        await adapter.create(PLACE, SLOT, REPLY)

    waits = isinstance(refused.value, Refused) and refused.value.retry_after is not None
    assert waits is (code == "token_revoked")


async def test_where_markdown_blocks_are_refused_simple_ones_are_sent(
    slack: SlackSim, adapter: SlackAdapter
) -> None:
    slack.faults["chat.postMessage"] = [Fault(error="invalid_blocks")]
    slack.faults["chat.update"] = [Fault(error="msg_blocks_too_long")]
    ref = await adapter.create(PLACE, SLOT, Reply(text="**one**"))
    assert [one.shown for one in slack.of_bot("C1")] == ["one"]

    await adapter.edit(ref, Reply(text="**two**"))
    assert [one.shown for one in slack.of_bot("C1")] == ["two"]


async def test_a_text_that_grows_beyond_slacks_limit_is_shown_whole(
    slack: SlackSim, adapter: SlackAdapter
) -> None:
    text = "<" * adapter.capabilities.max_text
    await adapter.create(PLACE, SLOT, Reply(text=text))

    [message] = slack.of_bot("C1")
    assert message.shown.count("<") + message.shown.count("‹") == len(text)


async def test_what_cannot_be_looked_at_is_said(slack: SlackSim, adapter: SlackAdapter) -> None:
    slack.faults["conversations.history"] = [Fault(error="missing_scope")]
    with pytest.raises(CannotLook):
        await adapter.recent(PLACE, datetime.now(UTC), 10)


async def test_a_place_is_gone_past_its_time_and_never_becomes_the_channel(
    slack: SlackSim, adapter: SlackAdapter
) -> None:
    private = private_place(TEAM, "C1", "U1")
    late = PlaceRef(
        platform=PLATFORM,
        workspace=WorkspaceId(TEAM),
        key=private.key,
        private=True,
        expires_at=datetime.now(UTC) - timedelta(seconds=1),
    )
    with pytest.raises(Gone):
        await adapter.create(late, SLOT, REPLY)

    assert [one for one in slack.messages if one.bot] == []


async def test_another_workspaces_places_and_messages_are_gone(adapter: SlackAdapter) -> None:
    with pytest.raises(Gone):
        await adapter.create(channel_place("T2", "C1"), SLOT, REPLY)
    with pytest.raises(Gone):
        await adapter.edit(MessageRef(platform=PLATFORM, key="T2/C1/1.1"), REPLY)


async def test_before_the_workspace_is_known_nothing_is_posted_and_nobody_is_an_admin(
    slack: SlackSim,
) -> None:
    idle = adapter_for(slack, patience=0.05)
    with pytest.raises(Refused) as refused:
        await idle.create(PLACE, SLOT, REPLY)

    assert refused.value.retry_after is not None
    assert await idle.rights(person_of(TEAM, "UADMIN"), WorkspaceId(TEAM)) == Rights()


async def test_groups_are_those_that_slack_lists(slack: SlackSim, adapter: SlackAdapter) -> None:
    slack.groups = {"S1": ["U1"], "S2": ["U1", "U2"], "S3": []}
    workspace = WorkspaceId(TEAM)

    one = await adapter.rights(person_of(TEAM, "U1"), workspace)
    assert one == Rights(admin=False, groups=frozenset({"S1", "S2"}))
    slack.users["UADMIN"]["is_admin"] = False
    assert not (await adapter.rights(person_of(TEAM, "UADMIN"), workspace)).admin


async def test_rights_fail_closed_when_slack_does_not_answer(
    slack: SlackSim, adapter: SlackAdapter
) -> None:
    slack.faults["users.info"] = [Fault(status=500)]
    assert await adapter.rights(person_of(TEAM, "UADMIN"), WorkspaceId(TEAM)) == Rights()


async def test_a_shared_reply_names_who_shared_it_and_pings_nobody(
    slack: SlackSim, adapter: SlackAdapter
) -> None:
    await adapter.create(PLACE, SLOT, Reply(text="56", shared_by=person_of(TEAM, "U2")))

    [message] = slack.of_bot("C1")
    assert "Shared by u2" in message.shown
    assert message.pings == []


async def test_a_notice_shows_its_tone(slack: SlackSim, adapter: SlackAdapter) -> None:
    await adapter.create(PLACE, SLOT, Notice(tone="problem", text="Out of order"))

    assert slack.of_bot("C1")[0].shown.startswith("⚠️ Out")
