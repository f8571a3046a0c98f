"""Admins see and change what is set for a channel and its workspace; nobody else does."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapter import Duplicate, FieldError
from bot.events import PersonRef
from bot.place_settings import PLACE_SETTINGS
from bot.store import audit, places
from bot.store.places import Settings
from bot.strings import LANGUAGES, say, speaking
from tests.acts.desk import Desk
from tests.acts.settled import (
    CY,
    DIRECT,
    ONE,
    OTHER,
    ROOT,
    answering,
    changed,
    heard,
    notice,
    settled,
)
from tests.store.rows import ADA, BEN, place

FOR_ADMINS = say("commands.for_admins")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with settled(tmp_path) as desk:
        yield desk


async def there(desk: Desk, key: str = "t1") -> Settings:
    where = OTHER if key == "t2" else place(key)
    return (await desk.office.store.read(places.settings_of, [where]))[where.id]


async def test_alone_it_shows_what_counts_and_where_it_is_set(desk: Desk) -> None:
    await desk.told("settings workspace language de", by=ADA)
    await desk.told("settings follow_ups never", by=ADA)
    told = await desk.told("settings", by=ADA)

    assert "**Assistant**: **Tutor** (`asst_tutor`)" in told
    never, thread = say("settings_of.follow_ups_is_never"), "`thread` (each thread)"
    assert f"**Follow-ups** (`follow_ups`): `never` ({never}), set for this channel" in told
    assert "**Language** (`language`): `de` (Deutsch), set for the whole workspace" in told
    assert "**Instructors** (`instructors`): `sim:one/U-cy`, set for this channel" in told
    assert f"**Threads** (`thread_scope`): {thread}, by default" in told
    whole = await desk.told("settings workspace", by=ADA)
    assert "(`follow_ups`): `alone` (while the asker is alone with the tutor), by default" in whole


@pytest.mark.parametrize("words", ["settings", "settings follow_ups"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_in_a_direct_conversation_it_is_not_about_a_channel(
    desk: Desk, words: str, language: str
) -> None:
    with speaking(language):
        told = await desk.told(words, by=ADA, where=DIRECT)
        here = say("settings_of.how_direct") if words == "settings" else ""

    of_channels = {"en": "for this channel", "de": "für diesen Kanal", "es": "para este canal"}
    assert of_channels[language] not in told
    assert here in told


@pytest.mark.parametrize("words", ["inherit", "0"])
async def test_a_limit_that_nobody_has_set_is_not_nothing(desk: Desk, words: str) -> None:
    await desk.told("settings workspace tokens_per_day 5", by=ADA)
    five = await desk.told("settings workspace", by=ADA)
    await desk.told(f"settings workspace tokens_per_day {words}", by=ADA)
    told = await desk.told("settings workspace", by=ADA)

    assert "(`tokens_per_day`): `5`, set for the whole workspace" in five
    assert "(`tokens_per_day`): what the operator allows, " in told


async def test_one_of_them_is_explained(desk: Desk) -> None:
    told = await desk.told("settings Class-Quizzes", by=ADA)

    assert say("settings_of.class_quizzes_help") in told
    assert "- `everyone`: everyone" in told
    assert "`settings workspace class_quizzes`" in told
    limit = await desk.told("settings tokens_per_day", by=ADA)
    assert "`settings tokens_per_day`" not in limit


async def test_a_value_is_set_for_the_channel_or_the_workspace_and_taken_back(desk: Desk) -> None:
    told = await desk.told("settings follow_ups NEVER", by=ADA)
    await desk.told("settings workspace follow_ups always", by=ADA)

    assert told.startswith(say("settings_of.saved"))
    assert ((await there(desk))["follow_ups"], (await there(desk, "t2"))["follow_ups"]) == (
        "never",
        "always",
    )
    await desk.told("settings follow_ups inherit", by=ADA)
    assert (await there(desk))["follow_ups"] == "always"
    again = await desk.told("settings follow_ups inherit", by=ADA)
    assert again.startswith(say("settings_of.unchanged"))


@pytest.mark.parametrize("by", [BEN, CY], ids=["learner", "instructor"])
async def test_nobody_but_admins_sees_or_sets_them(desk: Desk, by: PersonRef) -> None:
    for words in ("", " follow_ups never", f" instructors {by.key}", " workspace language de"):
        assert await desk.told(f"settings{words}", by=by) == FOR_ADMINS
    assert await desk.told("audit", by=by) == FOR_ADMINS
    receipt = await changed(desk, {"instructors": by.key}, by)

    assert notice(receipt).text == FOR_ADMINS
    assert await there(desk) == {"instructors": [CY.key]}


async def test_those_whom_the_operator_named_may_without_the_platform(desk: Desk) -> None:
    desk.platform.slow = True
    await desk.told("settings follow_ups never", by=ROOT)

    assert (await there(desk))["follow_ups"] == "never"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("follow_ups maybe", "Follow-ups: This must be one of"),
        ("tokens_per_day 5", "whole workspace"),
        ("workspace tokens_per_day many", "Tokens a day: This must be a whole number"),
        ("instructors Kim", "Kim is neither"),
        ("lent_by sim:two", "There is no setting `lent_by`"),
        ("workspace colour red", "There is no setting `colour`"),
    ],
    ids=lambda text: text.split()[0],
)
async def test_what_cannot_be_is_a_sentence(desk: Desk, words: str, told: str) -> None:
    assert told in await desk.told(f"settings {words}", by=ADA)

    assert await there(desk) == {"instructors": [CY.key]}


async def test_what_was_written_is_no_markup_in_the_sentence_about_it(desk: Desk) -> None:
    told = await desk.told("settings instructors [**Kim**](http://evil.example)", by=ADA)

    assert told.startswith("Instructors: Kim is neither")


async def test_a_message_sets_too_if_it_names_a_setting(desk: Desk) -> None:
    assert await heard(desk, "settings are confusing", ADA) is None
    receipt = await heard(desk, "Settings workspace follow_ups never", ADA)

    assert notice(receipt).text.startswith(say("settings_of.saved"))


async def test_a_form_sets_all_of_it_or_nothing(desk: Desk) -> None:
    wrong = await changed(
        desk, {"follow_ups": "never", "language": "tlh", "assistant": "asst_poet"}
    )
    theirs = await changed(desk, {"follow_ups": "never", "assistant": "asst_theirs"})
    whole = await changed(desk, {"tokens_per_day": "5"})
    unknown = await changed(desk, {"lent_by": "sim:two"})

    assert wrong == FieldError(text="Language: This must be one of: en, de, es.")
    assert theirs == FieldError(text=f"Assistant: {say('choosing.unusable')}")
    assert isinstance(whole, FieldError)
    assert isinstance(unknown, FieldError)
    assert await there(desk) == {"instructors": [CY.key]}
    assert await answering(desk.office.store) == "asst_tutor"


async def test_a_form_saves_once_and_is_one_line_of_the_audit(desk: Desk) -> None:
    values = {"follow_ups": "never", "instructors": None, "assistant": "asst_poet"}
    saved = await changed(desk, values, key="once")
    again = await changed(desk, values, key="once")
    same = await changed(desk, values)

    assert notice(saved).text == say("settings_of.saved")
    assert (again, notice(same).text) == (Duplicate(), say("settings_of.unchanged"))
    assert await there(desk) == {"follow_ups": "never"}
    assert await answering(desk.office.store) == "asst_poet"
    newest, *_ = await desk.office.store.read(audit.newest, limit=2, workspace=ONE)
    assert newest.before == {
        "id": "sim:channel",
        "follow_ups": None,
        "instructors": [CY.key],
        "assistant_id": None,
    }


async def test_a_form_for_the_workspace_leaves_channels_as_they_are(desk: Desk) -> None:
    await changed(desk, {"follow_ups": "never", "tokens_per_day": "1,000"}, level="workspace")
    await changed(desk, {"follow_ups": "always"})

    assert (await there(desk))["follow_ups"] == "always"
    assert await there(desk, "t2") == {"follow_ups": "never", "tokens_per_day": 1000}


async def test_hostile_values_are_shown_as_they_are(desk: Desk) -> None:
    await desk.told("settings additional_instructions `**@everyone**` \x1b[2J\u202e", by=ADA)
    told = await desk.told("settings", by=ADA)

    assert "`` `**@everyone**` [2J\\u202e ``" in told


def test_every_choice_of_a_setting_has_a_label() -> None:
    for setting in PLACE_SETTINGS.values():
        labels = [setting.label_of(choice) for choice in setting.choices]
        assert len(set(labels)) == len(setting.choices)
        assert setting.help != setting.label
