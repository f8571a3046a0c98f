"""What admins set in the page's dialog, what learners cannot, and the page in other languages."""

import asyncio
import re
import sys

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Sit
from tests.browser.demo import Demo
from tests.browser.window import Window
from tests.sources import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SETTINGS = "Settings of #math"


async def offer(demo: Demo, name: str) -> None:
    """One more assistant for all, from the shell and beside the running playground."""
    command = [sys.executable, "-m", "bot", "assistants", "create", "--template", "quizmaster"]
    command += ["--name", name, "--home", str(demo.home)]
    shell = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
    )
    assert await shell.wait() == 0


async def order(window: Window, words: str) -> Locator:
    """Give a command in the channel; what is answered to it in private."""
    before = await window.whispers.count()
    field = window.page.get_by_role("textbox", name="Message #math")
    await field.fill(f"/tutor {words}")
    await field.press("Enter")
    await expect(window.whispers).to_have_count(before + 1)
    return window.whispers.last


async def test_an_admin_sets_the_assistant_and_the_instructors_and_learners_cannot(
    sit: Sit, demo: Demo
) -> None:
    await offer(demo, "Exam Coach Eve")
    ben, robin = await sit("ben"), await sit("admin")
    await ben.page.get_by_role("button", name=SETTINGS).click()
    await expect(ben.dialog).to_contain_text("Only instructors and admins can see the settings")
    await expect(ben.dialog.get_by_role("button", name="Save")).to_have_count(0)
    await ben.page.keyboard.press("Escape")
    refused = await order(ben, "assistant Exam Coach Eve")
    await expect(refused).to_contain_text("Only instructors and admins can do that.")
    await robin.page.get_by_role("button", name=SETTINGS).click()
    instructors = robin.dialog.get_by_label("Instructors")
    save = robin.dialog.get_by_role("button", name="Save")
    robin.may_be_refused = True
    await instructors.fill("group tutors!")
    await save.click()
    await expect(robin.dialog.get_by_role("alert")).to_contain_text("is neither a person")
    await expect(robin.dialog.get_by_role("alert")).to_be_in_viewport(ratio=1)
    await expect(robin.dialog).to_contain_text("group:tutors is Ben")
    await instructors.fill("group:tutors")
    await robin.dialog.get_by_label("Assistant", exact=True).select_option(label="Exam Coach Eve")
    await save.click()
    await expect(robin.dialog).to_contain_text("Saved.")
    await expect(robin.dialog.get_by_role("listitem").first).to_contain_text("Robin")
    await expect(robin.dialog.get_by_role("status")).to_be_in_viewport(ratio=1)
    await expect(save).to_be_focused()

    told = await order(ben, "assistant")
    await expect(told).to_contain_text(re.compile("Exam Coach Eve.* answers here, set for this"))
    chosen = await order(ben, "assistant tutor")
    await chosen.get_by_role("button", name="Inherit").click()
    await expect(ben.whispers.last).to_contain_text("That choice is taken back.")
    await ben.page.get_by_role("button", name=SETTINGS).click()
    await expect(ben.dialog).to_contain_text("the settings that are closed here")
    await expect(ben.dialog.get_by_label("Instructors")).to_be_disabled()
    await ben.dialog.get_by_label("Extra time").fill("web/ada ×1.5")
    await ben.dialog.get_by_role("button", name="Save").click()
    await expect(ben.dialog).to_contain_text("Saved.")
    await ben.page.keyboard.press("Escape")
    await instructors.fill("")
    await save.click()
    await expect(instructors).to_have_value("")
    await expect(robin.dialog).to_contain_text("Saved.")
    refused = await order(ben, "assistant Exam Coach Eve")
    await expect(refused).to_contain_text("Only instructors and admins can do that.")


async def test_the_page_and_the_tutors_own_words_follow_the_language_that_is_chosen(
    ada: Window,
) -> None:
    page = ada.page
    await ada.ask("@tutor what is 13*13?")
    await ada.replied()
    await page.get_by_label("Language").select_option("de")
    await expect(page.get_by_role("region", name="Thread", exact=True)).to_contain_text("169")
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await page.get_by_label("Nachricht an #math").fill("/tutor stop")
    await page.keyboard.press("Enter")
    await expect(ada.whispers).to_contain_text("Das siehst nur du")
    await page.reload()
    await expect(page.get_by_label("Nachricht an #math")).to_be_visible()
    await page.get_by_label("Sprache").select_option("es")

    await expect(page.locator("html")).to_have_attribute("lang", "es")
    await expect(ada.channel.locator("time").last).to_be_visible()
    await expect(page.get_by_role("button", name="1 respuesta").last).to_be_visible()
