"""What the page can do, and what a hostile page cannot."""

import asyncio
import os
import socket
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from pydantic import JsonValue

from adapters.web.adapter import WebAdapter
from adapters.web.people import WORKSPACE, place_of
from bot.adapter import CallInfo, Inspection, MessageRef, RunInfo
from bot.events import ButtonToken
from bot.jsons import Json
from bot.strings import say
from bot.views import Button, Notice, QuestionId, Quiz, Reply, ShownQuestion, SlotId
from tests.adapters.web.page import JSONS, Page, running
from tests.contract.door import NotebookDoor

SLOT = SlotId("s1")
TOO_LONG = say("web.too_long", limit="100,000")


def quiz(*buttons: Button) -> Quiz:
    return Quiz(
        title="Slopes",
        question=ShownQuestion(
            id=QuestionId("q1"),
            number=1,
            total=2,
            text="What is a slope?",
            actions=buttons,
            closes_at=datetime.now(UTC) + timedelta(hours=1),
        ),
    )


FORM = Button(token=ButtonToken("open"), label="Answer", form=True)


async def shown_quiz(adapter: WebAdapter, page: Page) -> tuple[str, MessageRef]:
    key = await page.ask()
    return key, await adapter.create(place_of(key), SLOT, quiz(FORM))


async def test_a_click_reaches_the_door_with_the_place_of_its_message(
    adapter: WebAdapter, page: Page, door: NotebookDoor
) -> None:
    key, ref = await shown_quiz(adapter, page)
    door.private = Notice(text="Only Ada may answer.")
    status, answer = await page.act("click", ref.key, "c1", person="ben", id="a" * 16)

    [click] = door.clicks
    assert (click.key, click.place.key, click.person.user) == ("web:click:" + "a" * 16, key, "ben")
    assert status == 200
    assert "Only Ada may answer." in str(answer["private"])


async def test_a_click_that_is_not_saved_is_told_so(
    adapter: WebAdapter, page: Page, door: NotebookDoor
) -> None:
    _, ref = await shown_quiz(adapter, page)
    door.full = True

    assert await page.act("click", ref.key, "c1") == (503, {"error": say("web.not_saved")})


async def test_a_click_in_the_direct_message_of_someone_else_is_refused(
    adapter: WebAdapter, page: Page, door: NotebookDoor
) -> None:
    ref = await adapter.create(place_of("dm/ada"), SLOT, quiz(FORM))

    assert (await page.act("click", ref.key, "open", person="ben"))[0] == 404
    assert door.clicks == []


async def test_a_form_opens_from_the_clicked_message_and_stays_open_until_it_is_good(
    adapter: WebAdapter, page: Page, door: NotebookDoor
) -> None:
    _, ref = await shown_quiz(adapter, page)
    _, form = await page.act("form", ref.key, "open")
    assert (form["token"], form["title"]) == ("open.form", "Question 1")

    refused = await page.act("submit", ref.key, "open.form", values={"answer": " "})
    assert refused == (422, {"error": "Please write something.", "field": ""})

    written: JsonValue = {"answer": "rise over run"}
    assert (await page.act("submit", ref.key, "open.form", values=written))[0] == 200
    assert [one.values for one in door.submissions] == [written]


async def test_a_form_of_a_question_that_has_passed_is_refused_in_a_sentence(
    adapter: WebAdapter, page: Page
) -> None:
    _, ref = await shown_quiz(adapter, page)
    await adapter.edit(ref, Quiz(title="Slopes", note="Finished."))

    assert await page.act("form", ref.key, "open") == (409, {"error": say("web.moved_on")})


async def test_the_inspector_shows_runs_and_pretty_calls(page: Page, door: NotebookDoor) -> None:
    key = await page.ask()
    call = CallInfo(call_id="c", name="f", arguments='{"a":1}', state="done", output="no JSON")
    run = RunInfo(
        id="run_1",
        status="completed",
        assistant="Tutor",
        model="m",
        round=1,
        created_at=datetime.now(UTC),
        started_at=None,
        completed_at=None,
        error=None,
        usage={"cached_tokens": 0, "total_tokens": 3, "output_tokens": 2, "input_tokens": 1},
        steps=(),
        calls=(call,),
        incomplete="max_output_tokens",
        required_action=("display_quiz",),
        expires_at=datetime(2026, 11, 1, 12, tzinfo=UTC),
        additional_instructions="Speak of \x1bfractions.",
    )
    door.screens = [Inspection(thread_id="thread_1", runs=(run,))]
    status, answer = await page.get("inspect", place=key, person="ada")

    assert (status, answer["thread"]) == (200, "thread_1")
    assert '{\\n  "a": 1\\n}' in str(answer["runs"])
    assert "no JSON" in str(answer["runs"])
    assert "'input_tokens': 1, 'output_tokens': 2, 'total_tokens': 3, " in str(answer["runs"])
    [shown] = JSONS.validate_python(answer["runs"])
    assert (shown["incomplete"], shown["required_action"]) == (
        "max_output_tokens",
        ["display_quiz"],
    )
    assert shown["expires_at"] == "2026-11-01T12:00:00+00:00"
    assert shown["additional_instructions"] == "Speak of fractions."


async def test_an_inspector_that_is_late_says_so(page: Page, door: NotebookDoor) -> None:
    key = await page.ask()
    door.screens = []

    status, answer = await page.get("inspect", place=key, person="ada")
    assert (status, answer["error"]) == (503, say("web.inspector_late"))


async def test_nul_and_lone_surrogates_are_replaced(page: Page, door: NotebookDoor) -> None:
    status, answer = await page.say("@tutor a\0b\ud800c 🎉")

    assert status == 200
    assert [mention.text for mention in door.mentions] == ["ab\ufffdc 🎉"]
    assert "ab\ufffdc 🎉" in str(answer["message"])


async def test_a_hundred_thousand_characters_arrive_and_one_more_is_told_the_limit(
    page: Page, door: NotebookDoor
) -> None:
    assert (await page.say("x" * 100_000, place="dm/ada"))[0] == 200
    assert [len(mention.text) for mention in door.mentions] == [100_000]

    assert await page.say("x" * 100_001, place="dm/ada") == (413, {"error": TOO_LONG})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"person":"ada"}',
        b'{"person":"eve","id":"aaaaaaaaaaaaaaaa","place":"channel","text":"x"}',
        b'{"person":"ada","id":"../../../../etc/x","place":"channel","text":"x"}',
        b'{"person":"ada","id":"aaaaaaaaaaaaaaaa","place":"channel","text":1}',
    ],
)
async def test_a_body_that_the_page_would_not_send_is_refused(page: Page, body: bytes) -> None:
    assert await page.post("message", body) == (400, {"error": say("web.unreadable")})


async def test_a_body_beyond_the_limit_is_refused_in_a_sentence(page: Page) -> None:
    assert await page.post("message", b"x" * 2_200_000) == (413, {"error": TOO_LONG})


async def test_the_stream_tells_everyone_of_the_channel_and_only_its_owner_of_a_dm(
    adapter: WebAdapter, page: Page
) -> None:
    async with page.lines("ada") as ada, page.lines("ben") as ben, asyncio.timeout(5):
        secret = await adapter.create(place_of("dm/ada"), SLOT, Reply(text="psst"))
        root = (await page.ask()).removeprefix("channel/")

        assert [_id(await anext(ada)), _id(await anext(ada))] == [secret.key, root]
        assert _id(await anext(ben)) == root


async def test_a_deleted_message_leaves_the_page(adapter: WebAdapter, page: Page) -> None:
    ref = await adapter.create(place_of("dm/ada"), SLOT, Reply(text="twice"))
    async with page.lines("ada") as ada, asyncio.timeout(5):
        await adapter.delete(ref)

        assert await anext(ada) == {"type": "gone", "id": ref.key}


def _id(line: Json) -> object:
    message = line["message"]
    assert isinstance(message, dict)
    return message["id"]


async def test_an_open_stream_does_not_delay_the_end(tmp_path: Path) -> None:
    async with asyncio.timeout(5), running(tmp_path, NotebookDoor()) as (_, page):
        stream = page.lines("ada")
        lines = await stream.__aenter__()
        started = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - started < 1.5
    await stream.__aexit__(None, None, None)
    del lines


async def test_opened_returns_when_the_page_can_be_loaded(tmp_path: Path) -> None:
    sock = socket.create_server(("127.0.0.1", 0))
    adapter = WebAdapter(tmp_path, sock, switch=True)
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        run = tasks.create_task(adapter.run(NotebookDoor()))
        await adapter.opened()
        async with aiohttp.ClientSession() as session, session.get(adapter.address) as response:
            assert response.status == 200
        run.cancel()


async def test_an_open_page_stays_welcome_after_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path, NotebookDoor()) as (first, before):
        key = await before.ask()
        ref = await first.create(place_of(key), SLOT, Reply(text="still here"))
    async with running(tmp_path, NotebookDoor()) as (_, after):
        assert after.token == before.token
        assert [one["id"] for one in await after.messages(key)][-1] == ref.key
    token = tmp_path / "page-token"
    assert stat.S_IMODE(token.stat().st_mode) == 0o600 or os.name == "nt"


async def test_without_the_switch_everybody_is_the_first_learner(tmp_path: Path) -> None:
    door = NotebookDoor()
    async with running(tmp_path, door, switch=False) as (adapter, page):
        _, known = await page.get("page")
        await page.ask(person="admin")

        assert "admin" not in str(known["people"])
        assert [mention.person.user for mention in door.mentions] == ["ada"]
        admin = door.mentions[0].person
        assert not (await adapter.rights(admin, WORKSPACE)).admin
