"""Texts that nobody should send, sent."""

import pytest
from playwright.async_api import expect

from tests.browser.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MARKUP = (
    '@tutor <script>window.broken = 1</script><img src="//example.invalid/a.png"'
    ' onerror="window.broken = 1"> ![b](//example.invalid/b.png)'
    ' [here](javascript:window.broken=1) <iframe srcdoc="c"></iframe>'
)
RIGHT_TO_LEFT = "@tutor \u202eevil txet\u2066 <b>\u200f"

SEND = """
async ([place, text]) => {
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)),
    (byte) => byte.toString(16).padStart(2, "0")).join("");
  const token = document.querySelector("meta[name=docent-token]").content;
  const response = await fetch("/api/message", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Docent-Token": token },
    body: `{"person": "ada", "id": "${id}", "place": "${place}", "text": ${text}}`,
  });
  return response.status;
}
"""
"""A message past the composer; `text` is JSON, so that it can say what no page would."""


async def test_markup_scripts_images_and_links_stay_text_and_nothing_is_fetched(
    ada: Window,
) -> None:
    await ada.ask(MARKUP)
    message = ada.thread.get_by_role("article").first
    await expect(ada.question).to_be_visible()

    await expect(message).to_contain_text("<script>window.broken = 1</script>")
    await expect(message).to_contain_text('onerror="window.broken = 1"')
    await expect(ada.page.locator("article :is(script, img, iframe, b)")).to_have_count(0)
    await expect(ada.page.locator("a[href^=javascript]")).to_have_count(0)
    assert await ada.page.evaluate("window.broken") is None


async def test_strange_messages_are_shown_and_answered_clearly(ada: Window) -> None:
    answers = {
        RIGHT_TO_LEFT: "I did not understand that.",
        "@tutor 🙂": "I could not find a question in that message.",
        "@tutor": "Write your question in the same message",
        f"@tutor {'[' * 20_000}": "it is longer than 2,000 characters",
    }
    for text, answer in answers.items():
        await ada.ask(text)
        await expect(ada.thread).to_contain_text(answer)
        name = ada.thread.get_by_role("article").first.locator("header .name")
        await expect(name).to_have_text("Ada")


async def test_nul_is_left_out_and_a_lone_surrogate_is_named_in_the_answer(ada: Window) -> None:
    await ada.ask("@tutor what is 7*8?")
    await expect(ada.replies).to_contain_text("56")
    place = await ada.thread.get_attribute("data-place")

    assert await ada.page.evaluate(SEND, [place, r'"@tutor what is 6*7\u0000?"']) == 200
    await ada.replied(2)
    await expect(ada.replies.last).to_contain_text("42")
    assert await ada.page.evaluate(SEND, [place, r'"@tutor what is 6*\ud800?"']) == 200
    await ada.replied(3)
    await expect(ada.replies.last).to_contain_text("I do not know what “\ufffd” means")


async def test_the_longest_message_is_answered_and_a_longer_one_keeps_its_text(
    ada: Window,
) -> None:
    longest = "@tutor " + "7" * 99_993
    box = ada.page.get_by_role("textbox", name="Message #math")
    await box.fill(f"{longest}8")
    await box.press("Enter")

    await expect(ada.channel.get_by_role("alert")).to_contain_text("at most 100,000 characters")
    assert len(await box.input_value()) == 100_001
    await box.press("End")
    await box.press("Backspace")
    await expect(ada.channel.get_by_role("alert")).to_have_count(0)
    await box.press("Enter")
    await expect(ada.replies).to_contain_text("it is longer than 2,000 characters")
    await expect(box).to_have_value("")
