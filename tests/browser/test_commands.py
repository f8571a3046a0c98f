"""Words that are commands, written where questions are written."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sit
from tests.browser.lessons import ALGEBRA
from tests.browser.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_steps_are_told_in_private_and_answers_only_to_who_gave_them(
    ada: Window, sit: Sit
) -> None:
    ben = await sit("ben")
    request = "@tutor Make a quiz with 1 multiple choice question about percentages"
    await ada.ask(request)
    await expect(ada.question).to_be_visible()
    await ada.choose("B")
    await ada.graded()
    await ben.visit(request)
    replies = await ada.replies.count()

    await ada.reply("Steps.")
    await expect(ada.whispers).to_contain_text("How the newest reply came about")
    await ben.reply("@tutor steps")
    await expect(ben.whispers).to_contain_text("How the newest reply came about")

    for window in (ada, ben):
        await expect(window.whispers).to_have_count(1)
        await expect(window.whispers).to_contain_text("Only you can see this")
        await expect(window.whispers.locator("code").first).to_have_text("display_quiz")
        await expect(window.replies).to_have_count(replies)
    await expect(ada.whispers).to_contain_text("Output: [")
    await expect(ben.whispers).not_to_contain_text("Output")


async def test_where_several_people_write_the_tutor_asks_to_be_mentioned_once(
    ada: Window, sit: Sit
) -> None:
    ben = await sit("ben")
    request = "@tutor what is 23*23?"
    await ada.ask(request)
    await ada.replied()
    await ben.visit(request)
    await ben.reply("I know that too")
    await expect(ben.whispers).to_contain_text("begin with @tutor")
    await expect(ada.thread).to_contain_text("I know that too")

    await ada.reply("steps")
    await expect(ada.whispers).to_contain_text("several people write here, so begin with @tutor")
    await ada.reply("We will see, Ben")
    await ada.reply("@tutor steps")

    await expect(ada.whispers).to_have_count(2)
    await expect(ada.whispers.last).to_contain_text("How the newest reply came about")
    await expect(ben.whispers).to_have_count(1)


async def test_stop_as_a_message_stops_the_reply(ada: Window) -> None:
    await ada.ask("@tutor what is 19*19?")
    await ada.replied()
    await ada.reply(ALGEBRA)
    await ada.live.wait_for()

    await ada.reply("stop")
    await ada.replied(2)

    await expect(ada.replies.last).to_contain_text("Stopped.")
    await expect(ada.whispers).to_have_count(0)
