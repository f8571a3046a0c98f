"""Commands given as ones: where they come from, what they leave behind, and who sees it."""

import asyncio
import secrets
from pathlib import Path

import pytest
from pydantic import JsonValue

from adapters.web.adapter import WebAdapter
from adapters.web.decode import is_order
from adapters.web.people import PEOPLE, place_of
from bot.adapter import Gone
from bot.events import ButtonToken, PersonRef
from bot.jsons import Json
from bot.strings import say
from bot.views import Button, Notice, Reply, SlotId
from tests.adapters.web.page import Page, running, until
from tests.adapters.web.test_handover import forget_acceptance
from tests.contract.door import NotebookDoor

SLOT = SlotId("s1")
SHARE = Button(token=ButtonToken("h.run_1"), label="Share")


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("/tutor", True),
        ("  /TUTOR\nhelp", True),
        ("/tutors help", False),
        ("/tutor, help", False),
        ("say /tutor help", False),
        ("tutor help", False),
    ],
)
def test_an_order_begins_with_its_whole_word(text: str, order: bool) -> None:
    assert is_order(text) == order


async def test_a_command_in_the_channel_is_answered_in_private_and_leaves_nothing(
    page: Page, door: NotebookDoor
) -> None:
    door.private = Notice(text="Nothing runs here.", actions=(SHARE,))
    status, answer = await page.say("/tutor  steps ", key="a" * 32, locale="de-DE")

    [order] = door.orders
    assert (order.key, order.text, order.locale) == ("web:order:" + "a" * 32, "steps", "de-DE")
    assert (order.place.key, order.place.private) == ("channel", False)
    assert (order.private.key, order.private.private) == ("private/ada/channel", True)
    assert order.private.parent == "channel"
    assert (status, answer["message"]) == (200, None)
    assert "Nothing runs here." in str(answer["private"])
    assert await page.messages("channel") == []


async def test_a_command_in_a_thread_and_in_a_dm_concerns_that_place(
    page: Page, door: NotebookDoor
) -> None:
    key = await page.ask()
    await page.say("/tutor stop", place=key, person="ben")
    await page.say("/tutor stop", place="dm/ada")

    thread, direct = door.orders
    assert (thread.place.key, thread.private.key) == (key, f"private/ben/{key}")
    assert direct.private == direct.place == place_of("dm/ada")
    assert direct.place.direct


async def test_what_is_asked_privately_is_seen_by_the_asker_alone_and_no_other_api_has_it(
    adapter: WebAdapter, page: Page, door: NotebookDoor
) -> None:
    key = await page.ask()
    async with page.lines("ada") as ada, page.lines("ben") as ben, asyncio.timeout(5):
        _, answer = await page.say("/tutor ask is 1 a secret prime?", place=key)
        [order] = door.orders
        ref = await adapter.create(order.private, SLOT, Reply(text="No secret.", actions=(SHARE,)))
        await adapter.edit(ref, Reply(text="No secret at all.", actions=(SHARE,)))
        await page.say("loud", place="channel", person="ben")

        assert "loud" in str(await anext(ben))
        heard = [str(await anext(ada)) for _ in range(2)]
    assert "secret prime" in heard[0]
    assert "No secret" in heard[1]
    shown = await page.messages(key)
    assert [(one["place"], one["private"]) for one in shown[1:]] == [(key, True), (key, True)]
    assert shown[1] == answer["message"]
    for place in (key, "channel"):
        assert "secret" not in str(await page.messages(place, person="ben"))
        assert "secret" not in str(await page.messages(place, person="admin"))
    assert (await page.get("messages", place=order.private.key, person="ben"))[0] == 404
    for path in ("click", "form", "submit"):
        refused = await page.act(path, ref.key, "x", person="ben", **_values(path))
        assert refused == (404, {"error": say("web.not_here")})
    assert [one["replies"] for one in await page.messages("channel", person="ben")] == [0, 0]


def _values(path: str) -> dict[str, JsonValue]:
    return {"values": {"answer": "x"}} if path == "submit" else {}


async def test_a_press_on_a_private_message_says_where_it_is_shown(
    adapter: WebAdapter, page: Page, door: NotebookDoor
) -> None:
    key = await page.ask()
    for where in (key, "channel"):
        ref = await adapter.create(place_of(f"private/ada/{where}"), SLOT, Reply(text="psst"))
        assert (await page.act("click", ref.key, "h.run_1"))[0] == 200

    assert [click.place for click in door.clicks] == [place_of(key), place_of("channel")]


async def test_a_sentence_without_a_message_has_buttons_that_work_where_it_is_shown(
    page: Page, door: NotebookDoor
) -> None:
    key = await page.ask()
    press: Json = {"person": "ben", "id": "b" * 16, "token": "f.x", "place": key}
    assert (await page.post("click", press))[0] == 200

    [click] = door.clicks
    assert (click.place.key, click.person.user, click.token) == (key, "ben", "f.x")
    for place in ("dm/ada", "private/ada/channel", "private/ben/channel", "channel/nowhere"):
        assert (await page.post("click", press | {"place": place}))[0] == 404
    both, neither = press | {"message": "a" * 16}, {**press}
    del neither["place"]
    assert (await page.post("click", both))[0] == (await page.post("click", neither))[0] == 400
    assert len(door.clicks) == 1


async def test_a_quiz_asked_for_in_the_channel_starts_a_thread_that_goes_on_without_mentions(
    page: Page, door: NotebookDoor
) -> None:
    key = secrets.token_hex(16)
    _, answer = await page.say("/tutor quiz fractions", key=key)
    await page.say("one more", place=f"channel/{key}")

    [order] = door.orders
    assert order.place == place_of(f"channel/{key}")
    assert "/tutor quiz fractions" in str(answer["message"])
    assert [one["id"] for one in await page.messages("channel", person="ben")] == [key]
    assert [mention.text for mention in door.mentions] == ["one more"]


async def test_a_private_place_is_never_written_to_by_people(
    page: Page, door: NotebookDoor
) -> None:
    for person in ("ada", "ben"):
        for text in ("hello", "/tutor quiz"):
            assert (await page.say(text, place="private/ada/channel", person=person))[0] == 404
    assert door.events == {}


@pytest.mark.parametrize(
    "key",
    [
        "private/eve/channel",
        "private/ada/channel/nowhere",
        "private/ada/dm/ada",
        "private/ada/dm/ben",
        "private/ada/private/ada/channel",
        "private/ada/",
        "private/ada",
        "private//channel",
    ],
)
async def test_a_private_place_within_no_place_is_gone(adapter: WebAdapter, key: str) -> None:
    with pytest.raises(Gone):
        await adapter.create(place_of(key), SLOT, Reply(text="lost"))


async def test_an_order_stored_before_a_crash_is_handed_over_after_it(tmp_path: Path) -> None:
    door = NotebookDoor()
    async with running(tmp_path, door) as (_, page):
        thread = await page.ask()
        await page.say("/tutor quiz fractions")
        await page.say("/tutor what is a prime?", place=thread)
    forget_acceptance(tmp_path)

    fresh = NotebookDoor()
    async with running(tmp_path, fresh) as (_, page):
        await until(lambda: len(fresh.events) == 3)
    assert fresh.orders == door.orders
    assert [order.private.key for order in fresh.orders][1] == f"private/ada/{thread}"


async def test_an_order_that_is_not_saved_can_be_given_again(
    page: Page, door: NotebookDoor
) -> None:
    door.full = True
    for text in ("/tutor steps", "/tutor ask why?"):
        refused = await page.say(text, key="c" * 32)
        assert refused == (503, {"error": say("web.not_saved")})
    door.full = False

    assert (await page.say("/tutor ask why?", key="c" * 32))[0] == 200
    assert [order.text for order in door.orders] == ["ask why?"]
    assert len(await page.messages("channel")) == 1


async def test_what_is_shared_names_who_shared_it(adapter: WebAdapter, page: Page) -> None:
    ben, stranger = PEOPLE["ben"].ref, PersonRef(scope="x", user="ben")
    for by in (ben, stranger, None):
        await adapter.create(place_of("channel"), SLOT, Reply(text="Look", shared_by=by))

    bodies = [one["body"] for one in await page.messages("channel")]
    assert [body["shared_by"] for body in bodies if isinstance(body, dict)] == ["ben", "", None]
