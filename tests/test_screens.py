"""Forms and lists as adapters read them: nobody sees more than they may."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest

from bot import screens
from bot.adapter import (
    AskAssistants,
    AskSettings,
    AssistantOptions,
    Inspect,
    Inspection,
    RunInfo,
    SettingField,
    SettingsScreen,
)
from bot.events import PersonRef, PlaceRef
from bot.intake import accept_many
from bot.jsons import Json
from bot.registry import changes
from bot.registry.changes import New
from bot.registry.vault import Vault
from bot.store import calls, runs
from bot.store.database import Tx
from bot.store.records import ToolCall
from bot.strings import say
from tests.acts.desk import Desk
from tests.acts.settled import (
    CY,
    HOMELESS,
    ONE,
    OPERATOR,
    OTHER,
    ROOT,
    THREAD,
    TWO,
    changed,
    settled,
)
from tests.store.rows import ADA, BEN, NOW, SNAPSHOT, mention

STRANGER = PersonRef(scope="sim:one", user="U-eve")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with settled(tmp_path) as desk:
        yield desk


async def options(
    desk: Desk, typed: str = "", by: PersonRef = BEN, where: PlaceRef = THREAD
) -> AssistantOptions:
    screen = await screens.read(desk.office, AskAssistants(place=where, person=by, typed=typed))
    assert isinstance(screen, AssistantOptions)
    return screen


async def settings(
    desk: Desk,
    by: PersonRef = ADA,
    level: Literal["channel", "workspace"] = "channel",
    where: PlaceRef = THREAD,
) -> SettingsScreen:
    screen = await screens.read(desk.office, AskSettings(place=where, person=by, level=level))
    assert isinstance(screen, SettingsScreen)
    return screen


def field(screen: SettingsScreen, name: str) -> SettingField:
    return next(each for each in screen.fields if each.name == name)


async def test_assistants_are_found_by_name_and_id(desk: Desk) -> None:
    everything = await options(desk)
    typed = [
        [one.id for one in (await options(desk, words)).options]
        for words in ("ALGEBRA", "asst_po", "zzz")
    ]

    assert {one.id for one in everything.options} == {
        "asst_coach",
        "asst_circles",
        "asst_poet",
        "asst_tutor",
    }
    assert everything.answering == "asst_tutor"
    assert [sorted(found) for found in typed] == [["asst_circles", "asst_coach"], ["asst_poet"], []]


async def test_another_workspaces_are_never_among_them(desk: Desk) -> None:
    for by in (BEN, ADA, ROOT):
        for typed in ("their", "asst_theirs", ""):
            found = (await options(desk, typed, by)).options
            assert "asst_theirs" not in {one.id for one in found}
    desk.platform.workspaces[BEN] = {TWO}

    assert not (await options(desk, "their")).options
    assert [one.name for one in (await options(desk, "their", where=HOMELESS)).options] == [
        "Their Tutor"
    ]


async def test_a_list_has_at_most_what_a_platform_can_show(desk: Desk, tmp_path: Path) -> None:
    vault = Vault(tmp_path / "docent.db")

    def add(tx: Tx) -> None:
        for number in range(40):
            body: Json = {"name": f"Number {number}" if number else "", "description": "x" * 500}
            changes.create(tx, OPERATOR, New(body=body, workspace=ONE), vault, NOW)

    await desk.office.store.write(add)
    found = (await options(desk)).options

    assert len(found) == 25
    assert all(1 <= len(one.name) <= 80 and len(one.description) <= 200 for one in found)


async def test_learners_get_no_fields(desk: Desk) -> None:
    assert await settings(desk, BEN) == SettingsScreen(fields=(), may_change=False)
    assert await settings(desk, CY, where=OTHER) == SettingsScreen(fields=(), may_change=False)


async def test_instructors_read_all_and_may_change_the_extra_time_of_their_channel(
    desk: Desk,
) -> None:
    await changed(desk, {"extra_time": f"{BEN.key} ×1.5"}, CY)
    seen = await settings(desk, CY)
    whole = await settings(desk, CY, level="workspace")

    assert [each.name for each in seen.fields if each.may_change] == ["extra_time"]
    assert (seen.may_change, seen.audit) == (True, ())
    assert field(seen, "instructors").value == CY.key
    extra = field(seen, "extra_time")
    assert (extra.value, extra.inherited) == (f"{BEN.key} ×1.5", "")
    assert not whole.may_change
    assert not any(each.may_change for each in whole.fields)


async def test_an_admin_sees_what_is_set_here_and_what_is_inherited(desk: Desk) -> None:
    await changed(desk, {"follow_ups": "never", "language": "de"}, level="workspace")
    await changed(desk, {"follow_ups": "always", "assistant": "asst_poet"})
    seen = await settings(desk)
    whole = await settings(desk, level="workspace")

    assert all(each.may_change for each in (*seen.fields, *whole.fields))
    assert seen.may_change
    follow_ups, language = field(seen, "follow_ups"), field(seen, "language")
    assert (follow_ups.value, follow_ups.inherited) == ("always", "never")
    assert (language.value, language.inherited) == (None, "de")
    assert "never" in dict(follow_ups.choices)
    assistant = field(seen, "assistant")
    assert (assistant.value, assistant.inherited) == ("asst_poet", "asst_tutor")
    assert ("asst_coach", "Algebra Coach") in assistant.choices
    assert "asst_theirs" not in dict(assistant.choices)
    assert {"tokens_per_day", "runs_per_minute"} == {each.name for each in whole.fields} - {
        each.name for each in seen.fields
    }
    assert field(whole, "follow_ups").inherited == "alone"


async def test_an_admin_sees_who_changed_what(desk: Desk) -> None:
    await changed(desk, {"follow_ups": "never"})
    newest, *_ = (await settings(desk)).audit

    assert newest.who == ADA.key
    assert newest.text == "place.updated sim:channel: follow_ups: not set → never"


async def test_the_assistant_that_is_set_is_among_the_choices_however_old(
    desk: Desk, tmp_path: Path
) -> None:
    vault = Vault(tmp_path / "docent.db")
    await changed(desk, {"assistant": "asst_tutor"})

    def add(tx: Tx) -> None:
        for number in range(30):
            changes.create(tx, OPERATOR, New(body={"name": f"New {number}"}), vault, NOW)

    await desk.office.store.write(add)
    assistant = field(await settings(desk), "assistant")

    assert len(assistant.choices) == 25
    assert "asst_tutor" in dict(assistant.choices)


async def inspected(desk: Desk, by: PersonRef) -> RunInfo:
    screen = await screens.read(desk.office, Inspect(place=THREAD, person=by))
    assert isinstance(screen, Inspection)
    (run,) = screen.runs
    return run


@pytest.fixture
async def answered(desk: Desk) -> None:
    """BEN was asked something by an assistant with additional instructions."""

    def store(tx: Tx) -> None:
        (run,) = accept_many(tx, [mention("quiz", by=BEN, where=THREAD)], NOW)
        assert run is not None
        instructed = replace(SNAPSHOT, additional_instructions="The code is 7.")
        runs.start(tx, run.id, instructed, NOW, NOW + timedelta(minutes=10))
        calls.insert_many(
            tx,
            [
                ToolCall(
                    id="call_1",
                    run_id=run.id,
                    round=1,
                    idx=0,
                    call_id="c1",
                    name="display_quiz",
                    arguments='{"why": 1}',
                    state="done",
                    output='["my answer"]',
                    created_at=NOW,
                    completed_at=NOW,
                )
            ],
        )
        runs.move(tx, run.id, source=["in_progress"], target="completed", now=NOW)

    await desk.office.store.write(store)


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("by", [CY, ADA, ROOT], ids=["instructor", "admin", "operator"])
async def test_instructors_and_admins_inspect_the_whole_run(desk: Desk, by: PersonRef) -> None:
    seen = await inspected(desk, by)

    assert seen.additional_instructions == "The code is 7."
    assert [(call.arguments, call.output) for call in seen.calls] == [
        ('{"why": 1}', '["my answer"]')
    ]


@pytest.mark.usefixtures("answered")
async def test_learners_inspect_what_went_into_their_own_calls_and_no_instructions(
    desk: Desk,
) -> None:
    mine, theirs = await inspected(desk, BEN), await inspected(desk, STRANGER)
    desk.platform.slow = True
    late = await inspected(desk, ADA)

    assert [call.output for call in mine.calls] == ['["my answer"]']
    for seen in (theirs, late):
        assert [(call.name, call.arguments, call.output) for call in seen.calls] == [
            ("display_quiz", say("steps.private"), "")
        ]
    assert {seen.additional_instructions for seen in (mine, theirs, late)} == {""}
