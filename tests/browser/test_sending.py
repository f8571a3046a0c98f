"""What people send while the server is away, slow or gone for long."""

import asyncio
import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import Sit
from tests.browser.demo import Demo
from tests.browser.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TRYING = "Not sent yet. Trying again…"
GIVEN_UP = "Docent cannot be reached, so this was not sent."
BEYOND_PATIENCE = 61_000  # ms


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A playground that a test may kill and has to start again."""
    demo = Demo(tmp_path_factory.mktemp("mortal") / "home")
    demo.start()
    yield demo
    assert demo.stop() == 0
    assert '"level": "error"' not in demo.log


async def sat(sit: Sit, demo: Demo, person: str) -> Window:
    """Somebody in an empty direct message."""
    window = await sit(person, at=demo)
    window.may_lose_connection = True
    await window.page.get_by_role("button", name="Direct message").click()
    await expect(window.direct).to_contain_text("This is you and the tutor")
    return window


async def test_presses_and_messages_while_the_server_is_down_count_after_it_once_and_in_order(
    sit: Sit, mortal: Demo
) -> None:
    ada = await sat(sit, mortal, "ada")
    tutors = ada.direct.locator("article[data-author=tutor]")
    await ada.tell("blorp the quux")
    choice = ada.direct.get_by_role("button", name=re.compile(r"^A: Solve 3x \+ 11 = 14"))
    await choice.wait_for()
    await asyncio.to_thread(mortal.kill)
    await choice.click()
    await ada.tell("what is 7*8?")
    await expect(ada.unsent).to_contain_text(["what is 7*8?"])
    await expect(ada.unsent).to_contain_text([TRYING])
    await ada.tell("what is 6*7?")
    await expect(ada.unsent).to_have_count(2)
    await asyncio.to_thread(mortal.start)

    await expect(ada.unsent).to_have_count(0)
    await expect(tutors.filter(has_text=re.compile("56|42"))).to_contain_text(["56", "42"])
    await expect(tutors.filter(has_text="x=1")).to_have_count(1)
    await expect(choice).to_have_count(0)
    await expect(ada.whispers).to_have_count(0)
    await expect(ada.direct.locator("article[data-author=ada]")).to_contain_text(
        ["blorp", "what is 7*8?", "what is 6*7?"]
    )
    assert TRYING in await ada.said()


async def test_a_quiz_goes_on_after_a_kill_with_the_answer_that_was_written_meanwhile(
    sit: Sit, mortal: Demo
) -> None:
    ada = await sit("ada", at=mortal)
    ada.may_lose_connection = True
    offline = ada.page.get_by_text("No connection to Docent.")
    await ada.ask("@tutor Make a quiz with 2 questions: one open ended, one multiple choice")
    await ada.reaches("1 of 2")
    await ada.question.get_by_role("button", name="Write answer").click()
    await ada.dialog.get_by_role("textbox").fill("42")
    await asyncio.to_thread(mortal.kill)
    await ada.dialog.get_by_role("button", name="Answer", exact=True).click()
    await expect(ada.dialog.get_by_role("status")).to_contain_text("Not saved yet")
    await expect(offline).to_be_visible()
    await asyncio.to_thread(mortal.start)
    await expect(ada.dialog).to_have_count(0)
    await expect(offline).to_have_count(0)
    await ada.reaches("2 of 2")
    await ada.choose("A")

    await ada.graded()
    await ada.replied(2)
    await expect(ada.thread.locator("article[data-kind=quiz]")).to_have_count(1)
    await expect(ada.quiz.get_by_role("list", name="Answered")).to_contain_text("42")


async def test_what_cannot_be_sent_for_a_minute_is_kept_said_and_can_be_edited_or_sent_again(
    sit: Sit, mortal: Demo
) -> None:
    ben = await sat(sit, mortal, "ben")
    await ben.page.clock.install()
    await asyncio.to_thread(mortal.kill)
    await ben.tell("what is 9*9?")
    await expect(ben.unsent).to_contain_text(TRYING)
    await ben.tell("what is 2*3?")
    await expect(ben.unsent).to_have_count(2)
    await ben.page.clock.fast_forward(BEYOND_PATIENCE)
    await expect(ben.unsent).to_contain_text([GIVEN_UP, GIVEN_UP])
    await expect(ben.page.locator("#announcer")).to_contain_text(GIVEN_UP)
    await ben.unsent.first.get_by_role("button", name="Edit").click()
    box = ben.page.get_by_role("textbox", name="Message the tutor")
    await expect(box).to_have_value("what is 9*9?")
    await expect(box).to_be_focused()
    await box.fill("what is 9*8?")
    await asyncio.to_thread(mortal.start)

    await ben.unsent.get_by_role("button", name="Send again").click()
    answers = ben.direct.locator("article[data-author=tutor]")
    await expect(answers.last).to_contain_text("6")
    await box.press("Enter")
    await expect(answers.last).to_contain_text("72")
    await expect(ben.unsent).to_have_count(0)
    await expect(ben.direct).not_to_contain_text("9*9")


async def test_what_is_written_while_a_message_is_being_saved_is_sent_after_it(
    ada: Window,
) -> None:
    let_go = asyncio.Event()

    async def hold(route: Route) -> None:
        await let_go.wait()
        await route.continue_()

    await ada.page.route("**/api/message?*", hold)
    await ada.page.get_by_role("button", name="Direct message").click()
    for text in ("what is 11*11?", "what is 12*12?"):
        await ada.tell(text)
        await expect(ada.page.get_by_role("textbox", name="Message the tutor")).to_have_value("")
    await expect(ada.unsent).to_contain_text([re.compile("Sending"), "12*12"])
    let_go.set()

    await expect(ada.unsent).to_have_count(0)
    asked = ada.direct.locator("article[data-author=ada]").filter(
        has_text=re.compile(r"1(\d)\*1\1")
    )
    await expect(asked).to_contain_text(["11*11", "12*12"])
    answered = ada.direct.locator("article[data-author=tutor]")
    await expect(answered.filter(has_text=re.compile("121|144"))).to_contain_text(["121", "144"])


async def test_what_comes_of_a_command_is_in_view_for_who_has_read_further_up(ada: Window) -> None:
    for number in range(1, 4):
        await ada.tell_channel("/tutor help")
        await expect(ada.whispers).to_have_count(number)
    first = ada.channel.locator("article").first
    await first.scroll_into_view_if_needed()
    await expect(ada.whispers.last).not_to_be_in_viewport()

    await ada.tell_channel("/tutor status")
    await expect(ada.whispers).to_have_count(4)
    await expect(ada.whispers.last).to_be_in_viewport()
