"""Take the pictures of the documentation from a real run of the playground.

Started by `make screenshots`; DOCENT_TEST_BROWSER names the browser.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, ViewportSize, async_playwright

from tests.browser.demo import Demo
from tests.browser.lessons import EXPLAIN, SOLVE, root
from tests.browser.window import Window
from tests.conftest import BROWSER_ARGUMENTS

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
DESK = ViewportSize(width=1280, height=860)
PHONE = ViewportSize(width=390, height=844)
MAX_BYTES = 200_000  # so that a clone stays small however often they are taken anew
QUIZ = (
    "Make a quiz with 2 questions about linear equations: One open ended, one multiple choice."
    " Then, give me feedback for the responses."
)

CLASS = "@tutor Make a quiz for everyone with 3 multiple choice questions about fractions"


async def main() -> None:
    """Hold a lesson on a desk, look at it in the dark, begin another one on a phone, and take a
    quiz with a class."""
    path = os.environ.get("DOCENT_TEST_BROWSER")
    if not path:
        sys.exit("No Chromium or Chrome was found: DOCENT_TEST_BROWSER names one.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(Path(folder) / "home", learners=2)
        await asyncio.to_thread(demo.start)
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=path, args=BROWSER_ARGUMENTS
                )
                await _desk(await _window(browser, demo, DESK, "light"))
                await _dark(await _window(browser, demo, DESK, "dark"))
                await _phone(await _window(browser, demo, PHONE, "light"))
                await _class(await _window(browser, demo, DESK, "light"))
                await browser.close()
        finally:
            await asyncio.to_thread(demo.stop)


async def _window(
    browser: Browser, demo: Demo, size: ViewportSize, scheme: Literal["light", "dark"]
) -> Window:
    context = await browser.new_context(
        viewport=size, color_scheme=scheme, reduced_motion="reduce", locale="en-GB"
    )
    return await Window.opened(context, demo.address)


async def _desk(ada: Window) -> None:
    await ada.ask(SOLVE)
    await ada.replied()
    await ada.reply(QUIZ)
    await ada.reaches("1 of 2")
    await ada.answer(f"x = {root(await ada.asked())}")
    await ada.reaches("2 of 2")
    await _take(ada, "quiz-open")
    inspector = ada.page.get_by_role("button", name="Inspector", exact=True)
    await inspector.click()
    await ada.inspector.get_by_text("waiting for its output").wait_for()
    await _take(ada, "inspector")
    await inspector.click()
    await ada.choose("B")
    await ada.graded()
    await _take(ada, "feedback")


async def _dark(ada: Window) -> None:
    await ada.ask("@tutor What is the derivative of `3x^2 + 2x - 5`?")
    await ada.replied()
    await ada.reply(EXPLAIN)
    await ada.replied(2)
    await ada.reply("Make a quiz with 2 multiple choice questions about derivatives")
    await ada.reaches("1 of 2")
    await _take(ada, "dark")


async def _phone(ada: Window) -> None:
    await ada.ask(f"@tutor {QUIZ}")
    await ada.reaches("1 of 2")
    await ada.answer("x = 7")
    await ada.reaches("2 of 2")
    await _take(ada, "phone")


async def _class(one: Window) -> None:
    await one.become("admin")
    await one.ask(CLASS)
    start = one.lobby.get_by_role("button", name="Start", exact=True)
    await start.wait_for()
    for learner in ("learner-1", "learner-2"):
        await one.become(learner)
        await one.visit(CLASS)
        await start.click()
        await one.paper.filter(has_text="1 of 3").wait_for()
        await one.take(one.paper, "B")
        await one.paper.filter(has_text="2 of 3").wait_for()
    await one.paper.get_by_role("button", name="Back", exact=True).click()
    await one.paper.filter(has_text="1 of 3").wait_for()
    await _take(one, "class")


async def _take(window: Window, name: str) -> None:
    await window.page.mouse.move(0, 0)  # else the last press leaves something highlighted
    picture = await window.page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")
    if len(picture) > MAX_BYTES:
        sys.exit(f"{name}.png has {len(picture)} bytes, more than {MAX_BYTES}.")


if __name__ == "__main__":
    asyncio.run(main())
