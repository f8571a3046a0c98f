"""Settings, manners, assistants and languages, as the page asks for them and changes them."""

from datetime import UTC, datetime

import pytest

from adapters.web.adapter import WebAdapter
from adapters.web.people import PEOPLE, WORKSPACE, place_of
from bot.adapter import (
    AskAssistants,
    AskManners,
    AskSettings,
    AssistantOption,
    AssistantOptions,
    AuditLine,
    FieldError,
    Manners,
    Rights,
    SettingField,
    SettingsScreen,
)
from bot.jsons import Json
from bot.strings import LANGUAGES, say
from bot.views import QuestionId, Quiz, ShownQuestion, SlotId
from tests.adapters.web.page import JSONS, Page
from tests.contract.door import NotebookDoor

FIELD = SettingField(
    name="follow_ups",
    label="Follow-ups\x1b",
    help="Whether.",
    value=None,
    inherited="alone",
    choices=(("alone", "alone"), ("never", "never")),
)
AUDIT = AuditLine(at=datetime(2026, 11, 1, tzinfo=UTC), who="web/admin", text="a → b")


def change(**more: object) -> Json:
    body: Json = {"person": "admin", "id": "a" * 16, "level": "channel", "values": {"x": None}}
    return body | {name: str(value) for name, value in more.items()}


async def test_settings_are_shown_as_a_form_with_their_newest_changes(
    page: Page, door: NotebookDoor
) -> None:
    door.screens = [SettingsScreen(fields=(FIELD,), may_change=True, audit=(AUDIT,))]
    status, shown = await page.get("settings", person="admin", level="workspace", locale="de")

    assert door.asked == [
        AskSettings(
            place=place_of("channel"), person=PEOPLE["admin"].ref, level="workspace", locale="de"
        )
    ]
    assert (status, shown["may_change"]) == (200, True)
    [field] = JSONS.validate_python(shown["fields"])
    assert (field["label"], field["value"], field["inherited"]) == ("Follow-ups", None, "alone")
    assert field["choices"] == [
        {"value": "alone", "label": "alone"},
        {"value": "never", "label": "never"},
    ]
    assert shown["audit"] == [
        {"at": "2026-11-01T00:00:00+00:00", "who": "web/admin", "text": "a → b"}
    ]


async def test_settings_that_come_late_or_at_no_level_are_told_so(
    page: Page, door: NotebookDoor
) -> None:
    door.screens = []
    late = await page.get("settings", person="ada", level="channel")
    nowhere = await page.get("settings", person="ada", level="planet")

    assert late == (503, {"error": say("web.not_read")})
    assert nowhere == (400, {"error": say("web.unreadable")})


async def test_what_is_saved_is_one_change_of_the_channel_by_who_sends_it(
    page: Page, door: NotebookDoor
) -> None:
    body: Json = {"instructors": "web/ben", "language": None}
    status, _ = await page.post("settings", change() | {"values": body}, locale="es")

    [saved] = door.changes
    assert (status, saved.key, saved.level) == (200, "web:change:" + "a" * 16, "channel")
    assert (saved.place, saved.person) == (place_of("channel"), PEOPLE["admin"].ref)
    assert (saved.values, saved.locale) == (body, "es")


async def test_a_value_that_cannot_be_is_told_at_the_form(page: Page, door: NotebookDoor) -> None:
    door.wrong = FieldError(text="Follow-ups: this must be one of: alone, never.")

    assert await page.post("settings", change()) == (
        422,
        {"error": door.wrong.text, "field": ""},
    )
    assert door.changes == []


@pytest.mark.parametrize(
    "more", [{"level": "planet"}, {"person": "eve"}, {"values": "x"}, {"place": "dm/ada"}]
)
async def test_a_change_that_the_page_would_not_send_is_refused(
    page: Page, door: NotebookDoor, more: dict[str, str]
) -> None:
    assert await page.post("settings", change(**more)) == (400, {"error": say("web.unreadable")})
    assert door.changes == []


async def test_assistants_are_offered_by_what_is_typed(page: Page, door: NotebookDoor) -> None:
    coach = AssistantOption(id="asst_1", name="Coach", description="Trains.")
    door.screens = [AssistantOptions(options=(coach,), answering="asst_tutor")]
    _, found = await page.get("assistants", person="ben", place="channel", typed="co")

    [asked] = door.asked
    assert asked == AskAssistants(place=place_of("channel"), person=PEOPLE["ben"].ref, typed="co")
    assert found == {
        "options": [{"id": "asst_1", "name": "Coach", "description": "Trains."}],
        "answering": "asst_tutor",
    }
    assert (await page.get("assistants", person="ben", place="dm/ada", typed=""))[0] == 404


@pytest.mark.parametrize(
    ("manners", "heard"),
    [
        (Manners(follow_ups="alone"), ["hello", "and why?"]),
        (Manners(follow_ups="always"), ["hello", "and why?", "I wonder too", "do you?"]),
        (Manners(follow_ups="never"), ["hello"]),
    ],
    ids=["alone", "always", "never"],
)
async def test_follow_ups_are_heard_as_the_place_has_it(
    page: Page, door: NotebookDoor, manners: Manners, heard: list[str]
) -> None:
    door.screens = [manners]
    await page.say("nobody asked the tutor")
    key = await page.ask()
    await page.say("and why?", place=key)
    await page.say("I wonder too", place=key, person="ben")
    await page.say("do you?", place=key)

    assert [mention.text for mention in door.mentions] == heard
    assert door.asked == [AskManners(place=place_of(key))] * 3


async def test_while_nobody_can_say_who_a_message_is_for_it_is_not_saved(
    page: Page, door: NotebookDoor
) -> None:
    key = await page.ask()
    door.screens = []

    assert await page.say("and why?", place=key) == (503, {"error": say("web.not_saved")})
    assert len(await page.messages(key)) == 1
    assert (await page.say("@tutor and why?", place=key))[0] == 200


async def test_people_belong_to_groups(adapter: WebAdapter) -> None:
    ben = await adapter.rights(PEOPLE["ben"].ref, WORKSPACE)

    assert ben == Rights(groups=frozenset({"tutors"}))


async def test_the_page_learns_its_words_commands_and_people(page: Page) -> None:
    _, known = await page.get("page")

    assert known["language"] == "en"
    assert [one["code"] for one in JSONS.validate_python(known["languages"])] == [*LANGUAGES]
    commands = JSONS.validate_python(known["commands"])
    assert {"word": "audit", "argument": False, "right": "admin"}.items() <= next(
        one for one in commands if one["word"] == "audit"
    ).items()
    assert all(one["help"] for one in commands)
    people = JSONS.validate_python(known["people"])
    assert [(one["key"], one["groups"]) for one in people] == [
        ("web/ada", []),
        ("web/ben", ["group:tutors"]),
        ("web/admin", []),
    ]


async def test_requests_are_answered_in_their_language(page: Page, adapter: WebAdapter) -> None:
    question = ShownQuestion(
        id=QuestionId("q"), number=1, total=2, text="?", closes_at=datetime(2027, 1, 1, tzinfo=UTC)
    )
    await adapter.create(place_of("channel"), SlotId("s"), Quiz(title="Q", question=question))
    errors, shown = set(), set()
    for locale in ("en-US", "de-AT", "es", "de"):
        _, error = await page.get("messages", place="nowhere", person="ada", locale=locale)
        errors.add(str(error))
        _, answer = await page.get("messages", place="channel", person="ada", locale=locale)
        shown.add(str(answer))
        _, known = await page.get("page", locale=locale)
        assert known["language"] == locale[:2]

    assert len(errors) == len(shown) == len(LANGUAGES)


@pytest.mark.parametrize("locale", ["fr", "xx-YY", "../../etc", "d" * 300, "de\x00"])
async def test_a_locale_that_nobody_speaks_is_english(page: Page, locale: str) -> None:
    status, known = await page.get("page", locale=locale)

    assert (status, known["language"]) == (200, "en")


async def test_a_locale_that_is_none_reaches_nobody(page: Page, door: NotebookDoor) -> None:
    for locale in ("pt_BR.UTF-8", "../../etc", "x" * 300):
        await page.say("@tutor hello", locale=locale)

    assert [mention.locale for mention in door.mentions] == ["pt_BR.UTF-8", "", ""]
