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
    await ada.reply(ALGEBRA)
    await ben.live.get_by_role("button", name="Stop").click()
    await expect(ben.whispers).to_contain_text("Only the person who asked, or an admin")
    await expect(ada.live).to_be_visible()
    await admin.live.get_by_role("button", name="Stop").click()

    for window in (ada, ben):
        await window.replied(2)
        await expect(window.replies.last).to_contain_text("Stopped.")
    await expect(ben.whispers).to_have_count(1)
    await expect(admin.whispers).to_have_count(0)
