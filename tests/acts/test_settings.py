"""Instructors see what is set for a channel and its workspace, admins change it; extra time is for
both."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bot.adapter import Duplicate, FieldError
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
FOR_INSTRUCTORS = say("commands.for_instructors")


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


TO_SET = ("follow_ups never", f"instructors {BEN.key}", "workspace language de")
ALL_SET: tuple[Mapping[str, str | None], ...] = (
    {"instructors": BEN.key},
    {},
    {"assistant": "asst_poet"},
    {"lent_by": "sim:two"},
)


async def test_learners_neither_see_nor_set_them(desk: Desk) -> None:
    for words in ("", "extra_time", f"extra_time {BEN.key} ×2", "workspace", *TO_SET):
        assert await desk.told(f"settings {words}", by=BEN) == FOR_INSTRUCTORS
    assert await desk.told("audit", by=BEN) == FOR_ADMINS
    for values in ALL_SET:
        assert notice(await changed(desk, values, BEN)).text == FOR_ADMINS
    receipt = await changed(desk, {"extra_time": f"{BEN.key} ×2"}, BEN)

    assert notice(receipt).text == FOR_INSTRUCTORS
    assert await there(desk) == {"instructors": [CY.key]}


async def test_instructors_see_them_and_set_none_but_extra_time(desk: Desk) -> None:
    assert "(`follow_ups`)" in await desk.told("settings", by=CY)
    for words in TO_SET:
        assert await desk.told(f"settings {words}", by=CY) == FOR_ADMINS
    assert await desk.told("audit", by=CY) == FOR_ADMINS
    for values in (*ALL_SET, {"extra_time": f"{BEN.key} ×2", "follow_ups": "never"}):
        assert notice(await changed(desk, values, CY)).text == FOR_ADMINS

    assert await there(desk) == {"instructors": [CY.key]}


async def test_instructors_give_extra_time_in_their_channel_alone(desk: Desk) -> None:
    told = await desk.told(f"settings extra_time {BEN.key} x1,5", by=CY)

    assert told.startswith(say("settings_of.saved"))
    assert f"(`extra_time`): `{BEN.key} ×1.5`, set for this channel" in told
    assert (await there(desk))["extra_time"] == {BEN.key: 1.5}
    receipt = await changed(desk, {"extra_time": f"{BEN.key} ×2"}, CY)
    assert notice(receipt).text == say("settings_of.saved")
    assert (await there(desk))["extra_time"] == {BEN.key: 2}

    elsewhere = await desk.told(f"settings extra_time {BEN.key} ×2", by=CY, where=OTHER)
    whole = await desk.told(f"settings workspace extra_time {BEN.key} ×2", by=CY)
    form = await changed(desk, {"extra_time": f"{BEN.key} ×2"}, CY, level="workspace")
    assert (elsewhere, whole, notice(form).text) == (FOR_INSTRUCTORS, FOR_ADMINS, FOR_ADMINS)
    assert "extra_time" not in await there(desk, "t2")


async def test_whose_extra_time_was_changed_by_whom_only_admins_read(desk: Desk) -> None:
    await desk.told(f"settings extra_time {BEN.key} ×2", by=CY)
    newest, *_ = await desk.office.store.read(audit.newest, limit=1, workspace=ONE)

    assert (newest.who, newest.after) == (
        CY.key,
        {"id": "sim:channel", "extra_time": {BEN.key: 2}},
    )
    assert BEN.key in await desk.told("audit", by=ADA)


async def test_a_channel_adds_to_the_extra_time_of_the_workspace(desk: Desk) -> None:
    await desk.told(f"settings workspace extra_time {BEN.key} 2, {ADA.key} 2", by=ADA)
    told = await desk.told(f"settings extra_time {ADA.key} 1, {CY.key} 1.5", by=CY)

    assert (await there(desk))["extra_time"] == {BEN.key: 2, ADA.key: 1, CY.key: 1.5}
    assert (await there(desk, "t2"))["extra_time"] == {BEN.key: 2, ADA.key: 2}
    assert "set for this channel, set for the whole workspace" in told


async def test_the_right_to_change_is_asked_of_the_platform_each_time(desk: Desk) -> None:
    desk.platform.slow = True
    with pytest.raises(TimeoutError):
        await changed(desk, {"extra_time": f"{BEN.key} ×2"}, CY)
    with pytest.raises(TimeoutError):
        await desk.told(f"settings extra_time {BEN.key} ×2", by=CY)

    assert "extra_time" not in await there(desk)


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
        ("extra_time Kim ×2", "Extra time: “Kim ×2” is nobody's extra time."),
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
