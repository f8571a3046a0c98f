"""Who a message is for, and that it gets there once, whatever happens."""

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.decode import mentions_tutor
from bot.adapter import Accepted, Receipt
from bot.events import Event
from bot.strings import say
from bot.views import Notice
from tests.adapters.web.page import Page, running, until
from tests.contract.door import NotebookDoor


async def test_a_mention_in_the_channel_starts_a_thread(page: Page, door: NotebookDoor) -> None:
    key = await page.ask("Hello @Tutor, what is 7*8?")

    [mention] = door.mentions
    assert (mention.place.key, mention.place.parent, mention.place.direct) == (
        key,
        "channel",
        False,
    )
    assert mention.text == "Hello , what is 7*8?"
    assert mention.key == f"web:message:{key.removeprefix('channel/')}"


class WhisperingDoor(NotebookDoor):
    """Answers every message in private."""

    async def accept(self, event: Event) -> Receipt:
        await super().accept(event)
        return Accepted(private=Notice(text="For you alone."))


async def test_a_private_answer_to_a_message_goes_to_its_author_alone(tmp_path: Path) -> None:
    async with running(tmp_path, WhisperingDoor()) as (_, page):
        status, answer = await page.say("@tutor steps")

        assert status == 200
        assert "For you alone." in str(answer["private"])
        assert "For you alone." not in str(await page.messages("channel"))


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("@tutor: help", "help"),
        ("@Tutor, what is 2+2?", "what is 2+2?"),
        ("@tutor :) thanks", ":) thanks"),
        ("@tutor:\nsolve", "solve"),
    ],
    ids=["colon", "comma", "smile", "line"],
)
async def test_what_stands_behind_the_name_of_somebody_addressed_is_not_said(
    page: Page, door: NotebookDoor, said: str, heard: str
) -> None:
    await page.say(said)

    assert [mention.text for mention in door.mentions] == [heard]


async def test_a_message_without_a_mention_is_chat(page: Page, door: NotebookDoor) -> None:
    status, answer = await page.say("Hello, all. Write to me@tutor.example or @tutors")

    assert (status, answer["asked"]) == (200, False)
    assert door.mentions == []
    assert len(await page.messages("channel")) == 1


async def test_the_starter_needs_no_mention_while_alone_with_the_tutor(
    page: Page, door: NotebookDoor
) -> None:
    key = await page.ask()
    await page.say("and why?", place=key)
    await page.say("I wonder too", place=key, person="ben")
    await page.say("do you?", place=key)
    await page.say("@tutor both of us do", place=key, person="ben")

    assert [mention.text for mention in door.mentions] == ["hello", "and why?", "both of us do"]


async def test_people_may_talk_below_a_message_that_the_tutor_was_not_asked_in(
    page: Page, door: NotebookDoor
) -> None:
    key = await page.ask("just chat")
    await page.say("more chat", place=key)

    assert door.mentions == []


async def test_a_direct_message_needs_no_mention_and_nobody_else_sees_it(
    page: Page, door: NotebookDoor
) -> None:
    await page.say("between us", place="dm/ada")

    [mention] = door.mentions
    assert (mention.place.direct, mention.place.parent) == (True, None)
    assert (await page.get("messages", place="dm/ada", person="ben"))[0] == 404
    assert (await page.say("hello", place="dm/ada", person="ben"))[0] == 404


async def test_an_empty_mention_goes_to_the_core_as_empty_text(
    page: Page, door: NotebookDoor
) -> None:
    await page.ask(" @tutor ")

    assert [mention.text for mention in door.mentions] == [""]


async def test_a_repeated_request_is_the_same_message(page: Page, door: NotebookDoor) -> None:
    key = secrets.token_hex(16)
    for _ in range(3):
        assert (await page.say("@tutor once", key=key))[0] == 200

    assert len(door.mentions) == 1
    assert len(await page.messages("channel")) == 1


async def test_an_id_of_someone_else_is_refused(page: Page) -> None:
    key = secrets.token_hex(16)
    await page.say("mine", key=key)

    assert (await page.say("also mine?", key=key, person="ben"))[0] == 404


async def test_what_is_not_saved_is_not_shown_and_can_be_sent_again(
    page: Page, door: NotebookDoor
) -> None:
    key = secrets.token_hex(16)
    door.full = True
    status, answer = await page.say("@tutor remember me", key=key)
    assert (status, answer["error"]) == (503, say("web.not_saved"))
    assert await page.messages("channel") == []

    door.full = False
    assert (await page.say("@tutor remember me", key=key))[0] == 200
    assert len(door.mentions) == 1


async def test_a_message_stored_before_a_crash_is_handed_over_after_it(tmp_path: Path) -> None:
    door = NotebookDoor()
    async with running(tmp_path, door) as (_, page):
        key = await page.ask("@tutor are you there?")
    forget_acceptance(tmp_path)

    fresh = NotebookDoor()
    async with running(tmp_path, fresh) as (_, page):
        await until(lambda: len(fresh.mentions) == 1)
        assert fresh.mentions == door.mentions
        assert [one["id"] for one in await page.messages(key)] == [key.removeprefix("channel/")]


async def test_a_hand_over_that_fails_at_the_start_is_tried_again(tmp_path: Path) -> None:
    door = NotebookDoor()
    async with running(tmp_path, door) as (_, page):
        await page.ask("@tutor are you there?")
    forget_acceptance(tmp_path)

    fresh = NotebookDoor()
    fresh.full = True
    async with running(tmp_path, fresh) as (_, page):
        assert await page.messages("channel") == []
        fresh.full = False
        await until(lambda: len(fresh.mentions) == 1)


def forget_acceptance(home: Path) -> None:
    """Leave the store as a kill between the core's commit and ours leaves it."""
    with closing(sqlite3.connect(home / "playground.db")) as db, db:
        db.execute("UPDATE messages SET accepted = 0")


@given(st.text())
def test_any_text_can_be_searched_for_a_mention(text: str) -> None:
    assert mentions_tutor(f"{text} @TUTOR ")
