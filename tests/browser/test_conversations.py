"""The seed's conversations, as people have them on the page."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sit
from tests.browser.lessons import ALGEBRA, DISLIKE, EXPLAIN, SOLVE, THANKS
from tests.browser.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_an_equation_is_solved_and_then_explained_in_its_thread(ada: Window) -> None:
    await ada.ask(SOLVE)
    await ada.replied()
    await expect(ada.replies.first).to_contain_text("x=1")
    await ada.reply(EXPLAIN)
    await ada.replied(2)

    explained = ada.replies.last
    await expect(explained).to_contain_text("3x+11=14")
    await expect(explained.get_by_role("listitem")).to_contain_text(["Subtract 11", "Divide"])
    await expect(explained).to_contain_text("Check: with x=1 the left side is 14")


async def test_three_threads_are_answered_at_once_and_thanks_stay_in_the_third(
    ada: Window,
) -> None:
    requests = {SOLVE: "x=1", ALGEBRA: "vectors", DISLIKE: "You are not alone"}
    for request in requests:
        await ada.ask(request)
    roots = {
        request: ada.channel.get_by_role("article").filter(has_text=request.split("`")[0]).last
        for request in requests
    }
    for request, words in requests.items():
        await roots[request].get_by_role("button", name="1 reply").click()
        await expect(ada.thread.locator("article").first).to_contain_text(request.split("`")[0])
        await ada.replied()
        await expect(ada.replies).to_contain_text(words)
    await ada.reply(THANKS)

    await ada.replied(2)
    await expect(ada.replies.last).to_contain_text("You're welcome!")
    await expect(roots[DISLIKE].get_by_role("button", name="3 replies")).to_be_visible()
    await expect(roots[SOLVE].get_by_role("button", name="1 reply")).to_be_visible()
    await expect(roots[ALGEBRA].get_by_role("button", name="1 reply")).to_be_visible()


async def test_what_is_not_understood_is_said_with_requests_as_buttons_that_work(
    ada: Window,
) -> None:
    await ada.ask("@tutor blorp the quux until it wibbles")
    await expect(ada.thread).to_contain_text("I did not understand that.")
    await expect(ada.question).to_be_visible()
    choices = await ada.choices()
    await ada.choose("A")

    assert len(choices) == 4
    assert choices[0] == "Solve 3x + 11 = 14"
    await expect(ada.replies.last).to_contain_text("x=1")
    await expect(ada.question).to_have_count(0)


async def test_a_message_behind_another_one_says_that_it_waits_and_not_that_it_is_written(
    ada: Window,
) -> None:
    await ada.ask(ALGEBRA)
    await expect(ada.live).to_contain_text("Writing…")
    await ada.reply("what is 29*29?")
    waiting = ada.live.filter(has_text="Heard. This comes after the current answer.")
    await expect(waiting).to_be_visible()
    await expect(waiting).not_to_contain_text("Writing…")
    await ada.live.get_by_role("button", name="Stop").first.press("Enter")

    await expect(ada.replies.last).to_contain_text("841")


async def test_a_stopped_reply_keeps_what_was_written_and_says_so(ada: Window) -> None:
    await ada.ask(ALGEBRA)
    await expect(ada.live).to_contain_text("Linear algebra is")
    await ada.live.get_by_role("button", name="Stop").click()

    await expect(ada.live).to_have_count(0)
    await ada.replied()
    await expect(ada.replies).to_contain_text("Stopped.")
    await expect(ada.replies).to_contain_text("Linear algebra is")
    await expect(ada.replies).not_to_contain_text("Try this")
    await expect(ada.replies.get_by_role("button", name="Stop")).to_have_count(0)


async def test_a_direct_message_goes_to_the_tutor_and_is_seen_by_nobody_else(sit: Sit) -> None:
    window = await sit("ada")
    await window.page.get_by_role("button", name="Direct message").click()
    await window.tell("what is 6*7?")
    await expect(window.direct.locator("article[data-author=tutor]")).to_contain_text("42")
    await window.tell("and who are you?")
    await expect(window.direct.locator("article[data-author=tutor]")).to_have_count(2)
    await window.become("ben")

    await expect(window.direct).to_contain_text("This is you and the tutor")
    await expect(window.direct.get_by_role("article")).to_have_count(0)
    await window.become("ada")
    await expect(window.direct.get_by_role("article")).to_have_count(4)
