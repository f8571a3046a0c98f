"""Who answers here, why, and who may choose another."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.web.markup import blocks
from bot.acts.lending import renew
from bot.adapter import Duplicate
from bot.events import PersonRef, PlaceRef, WorkspaceId
from bot.jsons import Json
from bot.registry import changes, choices
from bot.registry.changes import New
from bot.registry.vault import Vault
from bot.store import audit, choosing
from bot.store.database import Tx
from bot.strings import say
from tests.acts.desk import Desk
from tests.acts.settled import (
    CY,
    DIRECT,
    HOMELESS,
    ONE,
    OPERATOR,
    OTHER,
    ROOT,
    THREAD,
    TWO,
    answering,
    buttons,
    heard,
    notice,
    pressed,
    settled,
)
from tests.store.rows import ADA, BEN, NOW, place, writing

FOR_INSTRUCTORS, FOR_ADMINS = say("commands.for_instructors"), say("commands.for_admins")
UNUSABLE = say("choosing.unusable")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with settled(tmp_path) as desk:
        yield desk


async def test_alone_it_tells_who_answers_and_why_and_who_may(desk: Desk) -> None:
    before = await desk.told("assistant")
    await desk.told("assistant Poet", by=ADA)
    after = await desk.told("assistant")

    assert "**Tutor** (`asst_tutor`) answers here, since nobody has chosen" in before
    assert "**Poet** (`asst_poet`) answers here, set for this channel" in after
    assert "All about Poet." in after
    assert "- **Algebra Coach** (`asst_coach`)" in after
    assert "theirs" not in after.lower()


async def test_an_instructor_sets_it_for_the_channel_and_not_elsewhere(desk: Desk) -> None:
    told = await desk.told("assistant asst_coach", by=CY)

    assert "**Algebra Coach** (`asst_coach`) is set for this channel now" in told
    assert await answering(desk.office.store, place("t-new")) == "asst_coach"
    assert await answering(desk.office.store, OTHER) == "asst_tutor"
    (line,) = await desk.office.store.read(audit.newest, limit=1, workspace=ONE)
    assert (line.who, line.after) == (CY.key, {"id": "sim:channel", "assistant_id": "asst_coach"})


@pytest.mark.parametrize(
    ("by", "where"),
    [(BEN, THREAD), (CY, OTHER), (PersonRef(scope="sim:two", user=CY.user), THREAD)],
    ids=["learner", "instructor-elsewhere", "same-id-other-scope"],
)
async def test_who_may_not_reads_so_and_nothing_is_set(
    desk: Desk, by: PersonRef, where: PlaceRef
) -> None:
    for words in ("Poet", "inherit", "nobody", "asst_theirs"):
        assert await desk.told(f"assistant {words}", by=by, where=where) == FOR_INSTRUCTORS
    for token in ("a.asst_poet", "i.channel"):
        assert notice(await pressed(desk, token, by, where)).text == FOR_INSTRUCTORS
    for token in ("b.asst_poet", "i.workspace"):
        assert notice(await pressed(desk, token, by, where)).text == FOR_ADMINS

    assert await answering(desk.office.store, where) == "asst_tutor"


@pytest.mark.parametrize(
    "words",
    ["ALGEBRA  coach", "algebra co", "`asst_coach`", "“Algebra Coach”"],
    ids=["case", "beginning", "code", "quotes"],
)
async def test_a_name_is_taken_however_it_is_written(desk: Desk, words: str) -> None:
    await desk.told(f"assistant {words}", by=ADA)

    assert await answering(desk.office.store) == "asst_coach"


async def test_where_several_fit_a_button_says_which_is_meant(desk: Desk) -> None:
    several = await desk.obeyed("assistant algebra", by=CY)
    assert set(buttons(several)) == {"Algebra Coach", "Algebra of Circles"}
    assert await answering(desk.office.store) == "asst_tutor"

    told = await pressed(desk, buttons(several)["Algebra of Circles"], CY)
    assert "is set for this channel now" in notice(told).text
    assert await answering(desk.office.store) == "asst_circles"


async def test_of_two_with_one_name_the_buttons_tell_the_ids(desk: Desk) -> None:
    twin = New(body={"name": "Poet"}, id="asst_twin", workspace=ONE)

    def furnish(tx: Tx) -> None:
        changes.create(tx, OPERATOR, twin, Vault(Path("unused.db")), NOW)

    await desk.office.store.write(furnish)
    several = await desk.obeyed("assistant poet", by=CY)

    assert set(buttons(several)) == {"asst_poet", "asst_twin"}


async def test_where_none_fits_those_that_come_near_are_named(desk: Desk) -> None:
    near = await desk.obeyed("assistant Pote", by=ADA)
    none = await desk.obeyed("assistant zzz", by=ADA)
    theirs = await desk.obeyed("assistant Their Tutor", by=ADA)

    assert set(buttons(near)) == {"Poet"}
    assert (notice(none).text, buttons(none)) == (say("choosing.none"), {})
    assert "asst_theirs" not in notice(theirs).text


async def test_a_message_that_names_none_is_a_question(desk: Desk) -> None:
    for text in (
        "assistant professors earn how much?",
        "assistant zzz",
        "quiet please",
        "settings of my calculator?",
    ):
        assert await heard(desk, text, BEN) is None
    assert notice(await heard(desk, "assistant asst_never", ADA)).text == say("choosing.none")
    assert notice(await heard(desk, "Assistant Poet", BEN)).text == FOR_INSTRUCTORS
    assert "is set for this channel" in notice(await heard(desk, "Assistant Poet", CY)).text


async def test_only_admins_are_offered_the_whole_workspace(desk: Desk) -> None:
    by_instructor = await desk.obeyed("assistant Poet", by=CY)
    by_admin = await desk.obeyed("assistant Algebra Coach", by=ADA)
    assert set(buttons(by_instructor)) == {"Inherit"}
    assert set(buttons(by_admin)) == {"Whole workspace", "Inherit"}

    everywhere = buttons(by_admin)["Whole workspace"]
    assert notice(await pressed(desk, everywhere, CY)).text == FOR_ADMINS
    told = notice(await pressed(desk, everywhere, ADA)).text
    assert "is set for the whole workspace now" in told
    assert await answering(desk.office.store, OTHER) == "asst_coach"


async def test_inherit_goes_back_to_the_workspaces(desk: Desk) -> None:
    await pressed(desk, "b.asst_poet", ADA)
    set_here = await desk.obeyed("assistant asst_coach", by=CY)
    told = notice(await pressed(desk, buttons(set_here)["Inherit"], CY)).text
    assert "**Poet** (`asst_poet`) answers now, set for the whole workspace" in told
    assert await answering(desk.office.store) == "asst_poet"

    await desk.told("assistant asst_coach", by=CY)
    await desk.told("assistant inherit", by=CY)
    await pressed(desk, "i.workspace", ADA)
    assert await answering(desk.office.store) == "asst_tutor"


async def test_a_thread_with_a_choice_of_its_own_keeps_it_and_says_so(desk: Desk) -> None:
    own = {"assistant": "asst_poet"}
    await desk.office.store.write(choices.change, OPERATOR, ONE, THREAD.id, {**own}, now=NOW)
    told = await desk.told("assistant asst_coach", by=ADA)

    assert "Here **Poet** (`asst_poet`) answers all the same, set for this thread" in told


async def test_a_deleted_choice_is_named(desk: Desk) -> None:
    await desk.told("assistant asst_coach", by=ADA)
    await desk.office.store.write(changes.delete, OPERATOR, "asst_coach", NOW)
    told = await desk.told("assistant")

    assert "`asst_coach` was set too" in told
    assert "Coach**" not in told


@pytest.mark.parametrize("token", ["a.asst_theirs", "b.asst_theirs", "a.asst_never"])
async def test_a_forged_button_sets_nothing(desk: Desk, token: str) -> None:
    for by in (ADA, ROOT):
        assert notice(await pressed(desk, token, by)).text == UNUSABLE

    assert await answering(desk.office.store) == "asst_tutor"


@pytest.mark.parametrize("token", ["i.everything", "i.sim_two"])
async def test_a_button_that_we_never_made_works_no_more(desk: Desk, token: str) -> None:
    assert notice(await pressed(desk, token, ADA)).text == say("quiz.stale_button")


async def test_a_place_that_claims_another_workspaces_channel_gets_nothing(desk: Desk) -> None:
    forged = replace(THREAD, workspace=TWO, key="t-forged")
    assert notice(await pressed(desk, "a.asst_poet", ADA, forged)).text == UNUSABLE

    assert await answering(desk.office.store) == "asst_tutor"


async def test_a_press_that_comes_twice_counts_once(desk: Desk) -> None:
    await pressed(desk, "a.asst_poet", ADA, key="once")
    await pressed(desk, "i.channel", ADA)

    assert await pressed(desk, "a.asst_poet", ADA, key="once") == Duplicate()
    assert await answering(desk.office.store) == "asst_tutor"


async def test_who_lost_the_right_meanwhile_presses_in_vain(desk: Desk) -> None:
    told = await desk.obeyed("assistant Poet", by=ADA)
    desk.platform.admins.clear()

    assert notice(await pressed(desk, buttons(told)["Whole workspace"], ADA)).text == FOR_ADMINS


async def test_in_a_direct_conversation_people_choose_for_themselves(desk: Desk) -> None:
    told = await desk.obeyed("assistant asst_coach", by=BEN, where=DIRECT)

    assert set(buttons(told)) == {"Inherit"}
    assert await answering(desk.office.store, DIRECT) == "asst_coach"
    assert await answering(desk.office.store) == "asst_tutor"
    refused = await desk.obeyed("assistant asst_theirs", by=BEN, where=DIRECT)
    assert notice(refused).text == say("choosing.none")
    assert notice(await pressed(desk, "b.asst_coach", BEN, DIRECT)).text == FOR_ADMINS


async def test_a_slow_platform_changes_nothing(desk: Desk) -> None:
    desk.platform.slow = True
    for words in ("assistant Poet", "settings follow_ups never"):
        with pytest.raises(TimeoutError):
            await desk.told(words, by=ADA)
    with pytest.raises(TimeoutError):
        await pressed(desk, "b.asst_poet", ADA)
    assert "**Tutor**" in await desk.told("assistant", by=BEN)

    assert await answering(desk.office.store) == "asst_tutor"


async def test_without_a_workspace_people_choose_among_those_that_they_share(desk: Desk) -> None:
    assert "Their Tutor" not in await desk.told("assistant", where=HOMELESS)
    none = await desk.told("assistant asst_theirs", where=HOMELESS)
    assert none == say("choosing.none")
    assert notice(await pressed(desk, "a.asst_theirs", BEN, HOMELESS)).text == UNUSABLE

    desk.platform.workspaces[BEN] = {TWO}
    assert "Their Tutor" in await desk.told("assistant", where=HOMELESS)
    await desk.told("assistant Their Tutor", where=HOMELESS)
    assert await answering(desk.office.store, HOMELESS) == "asst_theirs"
    assert "Algebra Coach" not in await desk.told("assistant", where=HOMELESS)


async def test_who_left_the_workspace_gets_the_default_and_later_the_choice_again(
    desk: Desk,
) -> None:
    store = desk.office.store
    desk.platform.workspaces[BEN] = {TWO}
    await desk.told("assistant asst_theirs", where=HOMELESS)
    found = []
    for shared in ({TWO}, {ONE}, set[WorkspaceId](), {ONE, TWO}):
        desk.platform.workspaces[BEN] = {*shared}
        await renew(desk.office, HOMELESS, BEN)
        found.append(await answering(store, HOMELESS))

    assert found == ["asst_theirs", "asst_tutor", "asst_tutor", "asst_theirs"]
    await desk.told("assistant Poet", where=HOMELESS)
    desk.platform.workspaces[BEN] = set()
    await renew(desk.office, HOMELESS, BEN)
    assert await answering(store, HOMELESS) == "asst_poet"


async def test_a_loan_counts_only_for_the_assistant_and_place_that_it_was_made_for(
    desk: Desk,
) -> None:
    store = desk.office.store
    async with writing(store) as tx:
        choosing.lend(tx, HOMELESS.workspace, HOMELESS.id, ONE)
        choosing.set_assistant(tx, HOMELESS.workspace, HOMELESS.id, "asst_theirs", shared=[TWO])
        choosing.lend(tx, HOMELESS.workspace, HOMELESS.id, ONE)
        assert not choosing.set_assistant(tx, ONE, None, "asst_theirs", shared=[TWO])

    assert await answering(store, HOMELESS) == "asst_tutor"


async def test_a_hostile_name_and_description_are_only_read(desk: Desk) -> None:
    body: Json = {
        "name": "x` \u202e**Admin** <!channel> [a](http://evil.example) @everyone",
        "description": "\\# # A heading\n- [list](http://evil.example) \u2066",
    }
    evil = New(body=body, id="asst_evil", workspace=ONE)

    def furnish(tx: Tx) -> None:
        changes.create(tx, OPERATOR, evil, Vault(Path("unused.db")), NOW)

    await desk.office.store.write(furnish)
    for words in ("assistant asst_evil", "assistant", "help", "settings", "audit"):
        told = await desk.told(words, by=ADA)
        shown = json.dumps(blocks(told))
        assert "asst_evil" in told or words == "help"
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", told)
        assert '"tag": "a"' not in shown
        assert '"tag": "h' not in shown
