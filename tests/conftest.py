"""What all tests share: the real browser, and a loud word where there is none."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.sims.spec import NO_SPECIFICATION

NO_BROWSER = "no Chromium or Chrome (DOCENT_TEST_BROWSER names one)"

# No sandbox only for root, where Chromium refuses to start with one.
BROWSER_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A real browser of this machine, for tests whose loop is the session's too.

    The only place where tests are skipped for want of one.
    """
    path = os.environ.get("DOCENT_TEST_BROWSER")
    if not path:
        pytest.skip(NO_BROWSER)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        yield chromium
        await chromium.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the very end what a green run did not look at."""
    skipped = terminalreporter.stats.get("skipped", [])
    for kind, reason in (("browser", NO_BROWSER), ("specification", NO_SPECIFICATION)):
        missing = [report for report in skipped if reason in str(report.longrepr)]
        if missing:
            terminalreporter.section("NOT RUN", red=True, bold=True)
            line = f"{len(missing)} {kind} tests were NOT RUN: {reason}."
            terminalreporter.line(line, red=True)
