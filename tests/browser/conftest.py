"""One playground for all browser tests, and windows on it that must stay without complaints."""

import sys
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Protocol

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ViewportSize, expect

from tests.browser.demo import TAIL, Demo
from tests.browser.window import Window

PATIENCE_MS = 15_000  # a loaded machine may be slow, but people see every state sooner or later
WIDTH = 200  # characters of a line of the page that a failed test shows
DESK = ViewportSize(width=1280, height=860)


class Sit(Protocol):
    """Open a window on a playground and act as somebody in it."""

    def __call__(
        self, person: str = "ada", *, at: Demo | None = None, size: ViewportSize = DESK
    ) -> Awaitable[Window]: ...


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The tests share it as people would: each in threads of its own."""
    demo = Demo(tmp_path_factory.mktemp("playground") / "home")
    demo.start()
    yield demo
    assert demo.stop() == 0
    assert '"level": "error"' not in demo.log
    assert "Traceback" not in demo.log


@pytest_asyncio.fixture(loop_scope="session")
async def sit(browser: Browser, demo: Demo) -> AsyncIterator[Sit]:
    expect.set_options(timeout=PATIENCE_MS)
    before = len(demo.log)
    windows: list[Window] = []

    async def sit(
        person: str = "ada", *, at: Demo | None = None, size: ViewportSize = DESK
    ) -> Window:
        phone = size["width"] < 720
        context = await browser.new_context(
            viewport=size, is_mobile=phone, has_touch=phone, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        window = await Window.opened(context, (at or demo).address)
        windows.append(window)
        if person != "ada":
            await window.become(person)
        return window

    yield sit

    for window in windows:  # shown by pytest beside a test that failed
        lines = (await window.page.locator("#app").inner_text()).splitlines()
        sys.stderr.write("".join(f"{line[:WIDTH]}\n" for line in lines if line))
    sys.stderr.write(demo.log[before:][-TAIL:])
    complaints = [complaint for window in windows for complaint in window.complaints]
    strangers = [url for window in windows for url in window.strangers]
    for window in windows:
        await window.page.context.close()
    assert complaints == []
    assert strangers == []


@pytest_asyncio.fixture(loop_scope="session")
async def ada(sit: Sit) -> Window:
    return await sit("ada")
