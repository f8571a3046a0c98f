"""Who may do what to other people's runs."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sit
from tests.browser.lessons import ALGEBRA
from tests.browser.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_another_learner_cannot_stop_a_run_and_the_admin_can(ada: Window, sit: Sit) -> None:
    ben, admin = await sit("ben"), await sit("admin")
    request = "@tutor what is 17*17?"
    await ada.ask(request)
    for window in (ben, admin):
        await window.visit(request)
    for window in (ada, ben, admin):
        await window.replied()
    await ada.reply(ALGEBRA)
    # Keys, because a click waits until its target no longer moves, and a live reply grows.
    async with ben.page.expect_response("**/api/click?*"):
        await ben.live.get_by_role("button", name="Stop").press("Enter")
    await admin.live.get_by_role("button", name="Stop").press("Enter")

    await expect(ben.whispers).to_contain_text("Only the person who asked, instructors and admins")
    for window in (ada, ben):
        await window.replied(2)
        await expect(window.replies.last).to_contain_text("Stopped.")
    await expect(ben.whispers).to_have_count(1)
    await expect(admin.whispers).to_have_count(0)
