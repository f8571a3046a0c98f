"""A browser window and the hands of the person before it."""

import re
from dataclasses import dataclass, field
from typing import Self

from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    expect,
)

_LISTEN = """
window.said = [];
addEventListener("DOMContentLoaded", () => {
  const region = document.getElementById("announcer");
  new MutationObserver(() => region.textContent && window.said.push(region.textContent))
    .observe(region, { childList: true });
});
addEventListener("securitypolicyviolation", (event) =>
  console.error(`${event.violatedDirective}: ${event.blockedURI}`));
"""
"""What a screen reader would be told, in order, and what the page's policy has stopped."""

_CONNECTION = re.compile(r"net::ERR_(CONNECTION_\w+|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE)")
"""What a browser itself reports when the server goes away; no page can prevent that."""
_REFUSED = re.compile(r"status of 422")
"""What it reports when a form is not taken."""


@dataclass  # without slots: Playwright leaves marks on whose methods it calls
class Window:
    """One open page. `complaints` is what the browser wrote into its console."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    may_lose_connection: bool = False
    may_be_refused: bool = False

    @classmethod
    async def opened(cls, context: BrowserContext, address: str) -> Self:
        await context.add_init_script(_LISTEN)
        window = cls(page=await context.new_page(), address=address)
        window.page.on("console", window._heard)
        window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
        window.page.on("request", window._requested)
        await window.page.goto(address)
        return window

    @property
    def channel(self) -> Locator:
        return self.page.get_by_role("region", name="#math")

    @property
    def direct(self) -> Locator:
        return self.page.get_by_role("region", name="Direct message")

    @property
    def thread(self) -> Locator:
        return self.page.get_by_role("region", name="Thread", exact=True)

    @property
    def inspector(self) -> Locator:
        return self.page.get_by_role("complementary", name="Inspector")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def unsent(self) -> Locator:
        """What has been sent from any composer and is not saved yet."""
        return self.page.get_by_role("list", name="Not sent yet").get_by_role("listitem")

    @property
    def whispers(self) -> Locator:
        return self.page.locator("[data-whisper]")

    @property
    def quiz(self) -> Locator:
        """The open thread's newest quiz."""
        return self.thread.locator("article[data-kind=quiz]").last

    @property
    def question(self) -> Locator:
        """What is asked in it at this moment."""
        return self.quiz.locator("[data-question-id]")

    @property
    def lobby(self) -> Locator:
        """The open thread's quiz for everyone."""
        return self.thread.locator("article[data-kind=lobby] > .message-main > .lobby")

    @property
    def paper(self) -> Locator:
        """What this person alone sees of it while they take it."""
        return self.thread.locator(".whisper.quiz")

    @property
    def roll(self) -> Locator:
        """The list of learners."""
        return self.thread.locator(".whisper.roll")

    @property
    def replies(self) -> Locator:
        """The tutor's finished messages in the open thread, quizzes aside."""
        return self.thread.locator("article[data-author=tutor][data-kind=reply]:not([data-live])")

    @property
    def live(self) -> Locator:
        """What the tutor is writing in the open thread."""
        return self.thread.locator("article[data-live]")

    async def become(self, person: str) -> None:
        await self.page.get_by_label("You are").select_option(person)

    async def ask(self, text: str) -> None:
        """Write into #math; the thread below the message opens by itself when it is saved."""
        open_now = await self.thread.count()
        before = await self.thread.get_attribute("data-place") if open_now else None
        await self._write("Message #math", text)
        await expect(self.thread).to_be_visible()
        if before is not None:
            await expect(self.thread).not_to_have_attribute("data-place", before)

    async def reply(self, text: str) -> None:
        await self._write("Reply in thread", text)

    async def tell_channel(self, text: str) -> None:
        """Write into #math what opens no thread."""
        await self._write("Message #math", text)

    async def tell(self, text: str) -> None:
        """Write to the tutor alone."""
        await self._write("Message the tutor", text)

    async def answer(self, text: str) -> None:
        """Write an answer to the open question into its form."""
        await self.write(self.question, text)

    async def write(self, within: Locator, text: str) -> None:
        await within.get_by_role("button", name="Write answer").click()
        await self.dialog.get_by_role("textbox").fill(text)
        await self.dialog.get_by_role("button", name="Answer", exact=True).click()

    async def choose(self, letter: str) -> None:
        await self.take(self.question, letter)

    async def take(self, within: Locator, letter: str) -> None:
        """Press a choice."""
        await within.get_by_role("button", name=re.compile(f"^{letter}: ")).click()

    async def replied(self, number: int = 1) -> Locator:
        """Wait for so many finished replies in the open thread; returns the last of them.

        Here and below Playwright looks twice a second or more often, `expect` after a while once.
        """
        reply = self.replies.nth(number - 1)
        await reply.wait_for()
        return reply

    async def reaches(self, progress: str) -> None:
        """Wait until the newest quiz is at a question, such as “1 of 2”."""
        await self.quiz.filter(has_text=progress).wait_for()
        await self.question.wait_for()

    async def graded(self) -> Locator:
        """Wait for the feedback on a quiz in the open thread."""
        feedback = self.replies.filter(has_text="You got")
        await feedback.wait_for()
        return feedback

    async def choices(self) -> list[str]:
        """The texts beside the letters A, B, …"""
        return await self.question.locator(".choice-text").all_text_contents()

    async def is_open_ended(self) -> bool:
        await expect(self.question.get_by_role("button").first).to_be_visible()
        return await self.question.get_by_role("button", name="Write answer").count() == 1

    async def asked(self) -> str:
        """The open question as a screen reader says it, with its formulas read out."""
        return await self.question.get_attribute("aria-label") or ""

    async def said(self) -> list[str]:
        """All that the page told screen readers, oldest first."""
        heard: list[str] = await self.page.evaluate("window.said")
        return heard

    async def focus(self) -> str:
        """What has the focus: its name, or the id of the message it is."""
        named: str = await self.page.evaluate(
            "(({ ariaLabel, textContent, tagName, labels, dataset }) =>"
            " tagName === 'BODY' ? '' : dataset.messageId"
            " || ariaLabel || labels?.[0]?.textContent || textContent)(document.activeElement)"
        )
        return named

    async def visit(self, request: str) -> None:
        """Open the thread below the newest message of #math that says so."""
        asked = self.channel.get_by_role("article").filter(has_text=request).last
        await asked.locator(".thread-button").click()
        await expect(self.thread).to_contain_text(request)

    async def _write(self, box: str, text: str) -> None:
        field = self.page.get_by_role("textbox", name=box)
        await field.fill(text)
        await field.press("Enter")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        lost = self.may_lose_connection and _CONNECTION.search(message.text)
        refused = self.may_be_refused and _REFUSED.search(message.text)
        if not (lost or refused):
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def _requested(self, request: Request) -> None:
        if not request.url.startswith(f"{self.address}/"):
            self.strangers.append(request.url)
