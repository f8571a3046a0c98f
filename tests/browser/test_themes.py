"""Light and dark, as the system says or as somebody chooses, and legible in both."""

from typing import Literal

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sit
from tests.browser.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: text of normal size

TEXTS = (
    ".brand small",
    ".place[aria-current]",
    ".place:not([aria-current])",
    ".tool",
    ".topic",
    ".message .name",
    ".message time",
    ".badge",
    ".prose",
    ".prose code",
    ".thread-button",
    ".quiz-head h3",
    ".progress",
    ".question-text",
    ".letter",
    ".choice-text",
    ".question .actions .button",
    ".deadline",
    ".composer textarea",
    ".chip",
    ".run dt",
    ".run dd",
    ".run .status",
    ".call pre",
)
"""One selector per kind of text; all of them are on the screen in the test."""

CONTRASTS = """
(selectors) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const over = (under, color) => {
    canvas.fillStyle = `rgb(${under.join(" ")})`;
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const ground = (node) => {
    const under = node.parentElement ? ground(node.parentElement) : [255, 255, 255];
    return over(under, getComputedStyle(node).backgroundColor);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => value / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (node) => {
    const behind = ground(node);
    const pair = [luminance(over(behind, getComputedStyle(node).color)), luminance(behind)];
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  return selectors.map((selector) => {
    const nodes = [...document.querySelectorAll(selector)].filter((node) => node.checkVisibility());
    return Math.min(...nodes.map(contrast), nodes.length ? Infinity : 0);
  });
}
"""
"""The least contrast of each kind of text with what is drawn behind it; 0 where there is none."""

Scheme = Literal["light", "dark"]


async def is_dark(window: Window) -> bool:
    """Whether light text stands on a dark page."""
    ground: str = await window.page.evaluate("getComputedStyle(document.body).backgroundColor")
    red = int(ground.removeprefix("rgb(").split(",")[0])
    return red < 128


async def legible(window: Window, texts: tuple[str, ...] = TEXTS) -> dict[str, float]:
    """The texts that are too hard to read, with their contrasts."""
    contrasts: list[float] = await window.page.evaluate(CONTRASTS, texts)
    found = dict(zip(texts, contrasts, strict=True))
    return {text: contrast for text, contrast in found.items() if contrast < LEAST_CONTRAST}


async def test_the_system_and_the_button_choose_light_or_dark_and_all_text_is_legible_in_both(
    sit: Sit,
) -> None:
    ada = await sit("ada", size={"width": 1500, "height": 900})
    await ada.ask("@tutor what is `7*8`?")
    await ada.replied()
    await ada.reply("Make a quiz with 1 multiple choice question about arithmetic")
    await ada.reaches("1 of 1")
    await ada.page.get_by_role("button", name="Inspector", exact=True).click()
    await expect(ada.inspector).to_contain_text("waiting for its output")

    async def looks(scheme: Scheme) -> None:
        assert await is_dark(ada) == (scheme == "dark")
        assert await legible(ada) == {}

    for scheme in ("light", "dark"):
        await ada.page.emulate_media(color_scheme=scheme)
        await looks(scheme)
    await ada.page.get_by_role("button", name="System theme").click()
    await expect(ada.page.get_by_role("button", name="Light theme")).to_be_visible()
    await looks("light")
    await ada.page.emulate_media(color_scheme="light")
    await ada.page.get_by_role("button", name="Light theme").click()
    await expect(ada.page.get_by_role("button", name="Dark theme")).to_be_visible()
    await looks("dark")
    await ada.page.reload()
    await expect(ada.page.get_by_role("button", name="Dark theme")).to_be_visible()
    assert await is_dark(ada)
