"""Commands given with a slash: found by keyboard, answered in private, shared on purpose."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sit
from tests.browser.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_private_answer_is_seen_by_nobody_else_until_its_asker_shares_it_once(
    ada: Window, sit: Sit
) -> None:
    ben = await sit("ben")
    request = "@tutor what is 12*12?"
    await ada.ask(request)
    await ada.replied()
    await ben.visit(request)
    await ada.reply("/tutor what is 12*13?")
    private = ada.thread.locator("article[data-private]")
    await expect(private).to_have_count(2)
    await expect(private.last).to_contain_text("156")
    await expect(private.last).to_contain_text("Only you can see this")
    await ada.reply("@tutor and 12*14?")
    await expect(ben.thread).to_contain_text("168")
    await expect(ben.thread).not_to_contain_text("156")
    await expect(ben.thread).not_to_contain_text("12*13")
    await private.last.get_by_role("button", name="Share").click()

    shared = ben.thread.get_by_role("article").filter(has_text="Shared by Ada")
    await expect(shared).to_contain_text("156")
    await expect(shared).to_have_count(1)
    await expect(ben.thread).not_to_contain_text("12*13")
    await ben.page.reload()
    await ben.visit(request)
    await expect(shared).to_have_count(1)
    await expect(ben.thread.locator("article[data-private]")).to_have_count(0)


async def test_commands_are_found_and_given_with_the_keyboard_alone(ada: Window) -> None:
    keyboard = ada.page.keyboard
    await ada.page.get_by_role("textbox", name="Message #math").focus()
    await keyboard.type("/")
    options = ada.page.get_by_role("listbox", name="Commands").get_by_role("option")
    await expect(options).to_have_count(14)
    await expect(options.first).to_contain_text("What the tutor can do here.")
    await keyboard.press("Escape")
    await expect(options).to_have_count(0)
    await keyboard.type("st")
    await expect(options).to_contain_text(["/tutor stop", "/tutor status", "/tutor steps"])
    await expect(ada.page.locator("#announcer")).to_contain_text("3 suggestions")
    await keyboard.press("ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    await keyboard.press("Enter")
    field = ada.page.get_by_role("textbox", name="Message #math")
    await expect(field).to_have_value("/tutor status")
    await expect(options).to_have_count(0)
    await keyboard.press("Enter")

    await expect(ada.whispers).to_contain_text("Only you can see this")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("")
    await keyboard.type("/tutor assistant tut")
    await expect(options.first).to_contain_text("Tutor")
    await keyboard.press("Tab")
    await expect(field).to_have_value("/tutor assistant Tutor")


async def test_a_quiz_is_asked_for_in_the_channel_with_a_command_and_forgotten_with_buttons(
    ada: Window,
) -> None:
    await ada.ask("/tutor quiz fractions")
    await expect(ada.question).to_be_visible()

    await ada.reply("/tutor forget")
    note = ada.thread.locator("article[data-kind=note]")
    await expect(note.locator("[data-whisper]")).to_have_count(1)
    await note.get_by_role("button", name="Dismiss").click()
    await expect(note).to_have_count(0)
