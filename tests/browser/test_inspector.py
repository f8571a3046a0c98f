"""What the inspector tells about the runs of a thread."""

import json
import re

import pytest
from playwright.async_api import ViewportSize, expect

from bot.jsons import Json
from tests.browser.conftest import Sit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WIDE = ViewportSize(width=1500, height=900)
"""There is room for the channel, a thread and the inspector at once."""


async def test_the_inspector_follows_a_quiz_from_its_call_to_its_output_and_usage(
    sit: Sit,
) -> None:
    ada = await sit("ada", size=WIDE)
    await ada.page.get_by_role("button", name="Inspector", exact=True).click()
    await expect(ada.inspector).to_contain_text("Open a thread or your direct message")
    await ada.ask("@tutor Make a quiz with 1 multiple choice question about fractions")
    await expect(ada.question).to_be_visible()

    await expect(ada.inspector).to_contain_text("requires_action")
    await expect(ada.inspector).to_contain_text("display_quiz")
    await expect(ada.inspector).to_contain_text("waiting for its output")
    await expect(ada.inspector).to_contain_text(re.compile(r"Required action\s*display_quiz"))
    await expect(ada.inspector).to_contain_text("Expires")
    texts = ada.inspector.locator(".call pre")
    asked: Json = json.loads(await texts.first.text_content() or "")
    assert "questions" in asked
    await ada.choose("B")

    await expect(ada.inspector).to_contain_text("completed")
    await expect(ada.inspector).not_to_contain_text("requires_action")
    await expect(texts).to_have_count(2)
    responses: list[str] = json.loads(await texts.last.text_content() or "")
    assert len(responses) == 1
    assert responses[0] in json.dumps(asked).replace("\\\\", "\\")
    steps = ada.inspector.locator(".run-steps li")
    await expect(steps).to_contain_text(["message_creation", "tool_calls", "message_creation"])
    usage = "".join(rf"{kind}_tokens\s*[1-9]\d*\s*" for kind in ("input", "output", "total"))
    await expect(ada.inspector).to_contain_text(re.compile(usage))
    await expect(ada.inspector).to_contain_text("offline-tutor")
