"""The page without a mouse and without eyes."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAX_TABS = 40
REQUEST = "Make a quiz with 2 questions about arithmetic: one open ended, one multiple choice"


async def tab_to(window: Window, name: str, key: str = "Tab") -> None:
    """Go on with Tab or Shift+Tab until something of that name has the focus."""
    for _ in range(MAX_TABS):
        await window.page.keyboard.press(key)
        if (await window.focus()).startswith(name):
            return
    raise AssertionError(f"{key} does not lead to {name}")


async def test_a_quiz_is_asked_for_and_taken_with_the_keyboard_alone(ada: Window) -> None:
    keyboard = ada.page.keyboard
    await expect(ada.page.get_by_role("textbox", name="Message #math")).to_be_visible()
    await tab_to(ada, "Message #math")
    await keyboard.type("@tutor what is 7*8?")
    await keyboard.press("Enter")
    await expect(ada.replies).to_contain_text("56")
    await expect(ada.page.get_by_role("textbox", name="Reply in thread")).to_be_focused()
    await keyboard.type(REQUEST)
    await keyboard.press("Enter")
    quiz = ada.thread.locator("article[data-kind=quiz]")
    await ada.reaches("1 of 2")
    await expect(ada.page.get_by_role("textbox", name="Reply in thread")).to_be_focused()

    for number in ("1 of 2", "2 of 2"):
        await ada.reaches(number)
        if await ada.is_open_ended():
            await tab_to(ada, "Write answer", "Shift+Tab")
            await keyboard.press("Enter")
            await expect(ada.dialog.get_by_role("textbox")).to_be_focused()
            await keyboard.press("Escape")
            await expect(ada.dialog).to_have_count(0)
            assert await ada.focus() == "Write answer"
            await keyboard.press("Enter")
            await expect(ada.dialog.get_by_role("textbox")).to_be_focused()
            await keyboard.type("42")
            await keyboard.press("Control+Enter")
        else:
            await tab_to(ada, "A: ", "Shift+Tab" if number == "1 of 2" else "Tab")
            await keyboard.press("Enter")
        if number == "1 of 2":
            await ada.reaches("2 of 2")
            # The pressed button is gone; its message is the nearest place that is still there.
            await expect(quiz).to_be_focused()
    await ada.graded()
    await expect(quiz).to_be_focused()
    await tab_to(ada, "Reply in thread")


async def test_a_screen_reader_hears_each_reply_and_question_once(ada: Window) -> None:
    await ada.ask("@tutor what is 7*8?")
    await expect(ada.replies).to_contain_text("56")
    await ada.reply("Make a quiz with 1 multiple choice question about arithmetic")
    await ada.reaches("1 of 1")
    await ada.choose("A")
    await ada.graded()
    await expect(ada.page.locator("#announcer")).to_contain_text("Here is the feedback")

    said = await ada.said()
    kinds = [re.split(r"(?<=:)| of ", sentence)[0] for sentence in said]
    replied, asked = ["Tutor replied:"] * 3, ["Question 1", "Quiz:"]
    assert sorted([*replied, *asked]) == sorted(kinds), said
    assert "56" in said[0]
    assert not any("Quiz: Quiz" in sentence for sentence in said)
    assert len(said) == len(set(said))
