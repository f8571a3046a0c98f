"""Who asks too often reads so, alone, and sees when it goes on."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sit
from tests.browser.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A playground that takes one message a minute from each person."""
    demo = Demo(tmp_path_factory.mktemp("strict") / "home", runs_per_minute=1)
    demo.start()
    yield demo
    assert demo.stop() == 0
    assert '"level": "error"' not in demo.log


async def test_the_limit_is_told_to_the_person_alone_and_limits_nobody_else(
    sit: Sit, strict: Demo
) -> None:
    ada, ben = await sit("ada", at=strict), await sit("ben", at=strict)
    await ada.ask("@tutor what is 7*8?")
    await expect(ada.replies).to_contain_text(["56"])
    await ada.reply("what is 6*7?")

    await expect(ada.whispers).to_contain_text(["Only you can see this"])
    await expect(ada.whispers).to_contain_text([re.compile(r"again in \d+ seconds?")])
    await expect(ada.replies).to_have_count(1)
    await ada.page.get_by_role("button", name="Inspector", exact=True).click()
    refused = ada.inspector.locator("[data-status=refused].run")
    await expect(refused).to_contain_text("rate_limited")
    await expect(refused).not_to_contain_text("Rounds")
    await expect(ada.inspector.locator(".run")).to_have_count(2)
    await ben.ask("@tutor what is 2*8?")
    await expect(ben.replies).to_contain_text(["16"])
    await expect(ben.whispers).to_have_count(0)
    await expect(ben.channel).not_to_contain_text("again in")
