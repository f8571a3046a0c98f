"""Private papers, marks, hints and the quiz form: by keyboard, on a phone, with hostile texts."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Route, ViewportSize, expect

from bot.jsons import Json
from tests.browser.conftest import Sit
from tests.browser.demo import Demo
from tests.browser.test_keyboard import tab_to
from tests.browser.test_themes import Scheme, legible
from tests.browser.window import Window
from tests.sims.answers import Call, Text
from tests.sims.openai import OpenAISim

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE = ViewportSize(width=390, height=844)
EVIL = (
    '<img src="//example.invalid/a.png" onerror="window.broken = 1"> \u202eevil\u2066'
    " [x](javascript:window.broken=1) \\(\\frac{1}{2}\\) "
)

MARKED = (".mark", ".detail", ".answered-text", ".whisper .prose", ".whisper-head")
WIDE = "[...document.querySelectorAll('.scroll')].some((one) => one.scrollWidth > one.clientWidth)"
"""Whether anything must be scrolled sideways."""


def choice(text: str, **more: str) -> Json:
    return {"question_text": text, "choices": ["three", "four"], "answer": "four", **more}


def quiz(*questions: Json, title: str = "Sums", audience: str = "asker") -> Call:
    body: Json = {"title": title, "audience": audience, "questions": [*questions]}
    return Call("display_quiz", body, "call_1")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def model() -> AsyncIterator[OpenAISim]:
    async with OpenAISim() as sim:
        yield sim


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def school(model: OpenAISim, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    """A playground with two learners more, whose tutor says what the test tells it to."""
    demo = Demo(tmp_path_factory.mktemp("school") / "home", learners=2, provider=model.base_url)
    await asyncio.to_thread(demo.start)
    yield demo
    assert await asyncio.to_thread(demo.stop) == 0
    assert '"level": "error"' not in demo.log


async def opened(sit: Sit, school: Demo, model: OpenAISim, request: str, call: Call) -> Window:
    """The admin's window on a quiz for everyone that was just asked for."""
    model.answer(call)
    admin = await sit("admin", at=school)
    await admin.ask(request)
    await expect(admin.lobby).to_contain_text("0 started")
    return admin


async def closed(admin: Window, model: OpenAISim) -> None:
    """Close it, so that the model has nothing left to say in the next test."""
    model.answer(Text("Well done."))
    await admin.lobby.get_by_role("button", name="Close", exact=True).click()
    await expect(admin.replies.last).to_contain_text("Well done.")


async def test_the_askers_choices_are_marked_at_once_and_nothing_of_the_key_is_there_before(
    sit: Sit, school: Demo, model: OpenAISim
) -> None:
    ada = await sit("ada", at=school)
    why = {"hint": "Count HINTED fingers.", "explanation": "It is EXPLAINED so."}
    model.answer(quiz(choice("One and three?", **why), choice("Two and two?", **why)))
    await ada.ask("@tutor quiz me")
    await ada.reaches("1 of 2")
    await ada.question.get_by_role("button", name="Hint").click()
    await expect(ada.whispers).to_contain_text("HINTED")
    assert "EXPLAINED" not in await ada.page.content()

    await ada.choose("A")
    await ada.reaches("2 of 2")
    lines = ada.quiz.get_by_role("list", name="Answered").locator("> li")
    await expect(lines).to_have_attribute("data-mark", "wrong")
    await expect(lines).to_contain_text("Wrong")
    await expect(lines).to_contain_text("EXPLAINED")
    await expect(ada.quiz.get_by_role("button", name="Change")).to_have_count(0)
    model.answer(Text("One of two."))
    await ada.choose("B")
    await expect(ada.replies.last).to_contain_text("One of two.")
    await expect(lines.last).to_contain_text("Right")
    schemes: tuple[Scheme, ...] = ("light", "dark")
    for scheme in schemes:
        await ada.page.emulate_media(color_scheme=scheme)
        assert await legible(ada, MARKED) == {}


async def test_a_paper_is_taken_with_the_keyboard_alone_and_told_to_screen_readers(
    sit: Sit, school: Demo, model: OpenAISim
) -> None:
    written: Json = {"question_text": "Say why.", "answer": "because"}
    request = "@tutor quiz us with keys"
    call = quiz(choice("Two and two?"), written, audience="everyone")
    admin = await opened(sit, school, model, request, call)
    learner = await sit("learner-1", at=school)
    keyboard = learner.page.keyboard
    await learner.visit(request)
    start = learner.lobby.get_by_role("button", name="Start")
    await start.focus()
    await keyboard.press("Enter")
    question = learner.paper.locator("[data-question-id]")
    await expect(question).to_be_focused()
    await tab_to(learner, "A: three")
    await keyboard.press("Enter")
    await learner.paper.filter(has_text="2 of 2").wait_for()
    await expect(question).to_be_focused()
    await tab_to(learner, "Back")
    await keyboard.press("Enter")
    await learner.paper.filter(has_text="1 of 2").wait_for()
    await expect(question).to_be_focused()
    await tab_to(learner, "B: four")
    await keyboard.press("Enter")
    await learner.paper.filter(has_text="2 of 2").wait_for()
    await tab_to(learner, "Write answer")
    await keyboard.press("Enter")
    await expect(learner.dialog.get_by_role("textbox", name="Say why.")).to_be_focused()
    await keyboard.type("because")
    await keyboard.press("Control+Enter")

    await expect(learner.paper).to_be_focused()
    await expect(learner.paper).to_contain_text("four")
    await expect(learner.paper).to_contain_text("because")
    await expect(learner.paper.get_by_role("listitem")).to_have_count(2)
    await expect(learner.paper.locator("[data-mark]")).to_have_count(0)
    await tab_to(learner, "Change: 1.")
    await expect(learner.page.locator("#announcer")).to_contain_text("You can change it")
    private = [one for one in await learner.said() if one.startswith("Only you can see this: ")]
    assert ["1 of 2" in one or "2 of 2" in one for one in private] == [True] * 4 + [False]
    await closed(admin, model)


async def test_a_paper_that_is_dismissed_stays_away_until_start_brings_it_back(
    sit: Sit, school: Demo, model: OpenAISim
) -> None:
    request = "@tutor quiz us and be gone"
    call = quiz(choice("Two and two?"), choice("One and three?"), audience="everyone")
    admin = await opened(sit, school, model, request, call)
    start = admin.lobby.get_by_role("button", name="Start")
    for _ in range(2):
        await start.click()
        await expect(admin.paper).to_have_count(1)
    let_go = asyncio.Event()

    async def hold(route: Route) -> None:
        await let_go.wait()
        await route.continue_()

    await admin.page.route("**/api/click?*", hold)
    async with admin.page.expect_response("**/api/click?*"):
        await admin.take(admin.paper, "A")
        await admin.paper.get_by_role("button", name="Dismiss").click()
        await expect(admin.paper).to_have_count(0)
        let_go.set()
    await start.click()
    await expect(admin.paper).to_contain_text("2 of 2")
    await expect(admin.whispers).to_have_count(1)
    await closed(admin, model)


async def test_what_somebody_was_told_is_not_shown_to_who_comes_after_them(
    sit: Sit, school: Demo, model: OpenAISim
) -> None:
    request = "@tutor quiz us one after the other"
    admin = await opened(sit, school, model, request, quiz(choice("2 + 2?"), audience="everyone"))
    let_go = asyncio.Event()

    async def hold(route: Route) -> None:
        await let_go.wait()
        await route.continue_()

    await admin.page.route("**/api/click?*", hold)
    async with admin.page.expect_response("**/api/click?*"):
        await admin.lobby.get_by_role("button", name="Start").click()
        await admin.become("learner-2")
        await admin.visit(request)
        let_go.set()
    await expect(admin.lobby).to_contain_text("1 started")
    await expect(admin.whispers).to_have_count(0)
    await admin.become("admin")
    await admin.visit(request)
    await closed(admin, model)


async def test_the_quiz_form_keeps_what_is_written_and_says_what_is_wrong_at_its_field(
    sit: Sit, school: Demo, model: OpenAISim
) -> None:
    ada = await sit("ada", at=school)
    ada.may_be_refused = True
    await ada.tell_channel("/tutor quiz")
    topic = ada.dialog.get_by_label("Topic")
    await expect(topic).to_be_focused()
    await topic.fill("powers of two")
    await ada.page.keyboard.press("Escape")
    await expect(ada.dialog).to_have_count(0)
    await ada.tell_channel("/tutor quiz")
    await expect(topic).to_have_value("powers of two")
    await ada.dialog.get_by_label("For whom").select_option(label="Everyone, each for themselves")
    make = ada.dialog.get_by_role("button", name="Make the quiz")
    await make.click()

    whom = ada.dialog.get_by_label("For whom")
    await expect(ada.dialog.get_by_role("alert")).to_contain_text("Only instructors and admins")
    await expect(whom).to_be_focused()
    await expect(whom).to_have_attribute("aria-invalid", "true")
    await whom.select_option(label="Only me")
    model.answer(quiz(choice("Two times two?"), title="Powers", audience="everyone"))
    await make.click()
    await expect(ada.dialog).to_have_count(0)
    made = ada.page.locator("article[data-kind=quiz]").filter(has_text="Two times two?")
    await expect(made).to_be_visible()
    assert "powers of two" in str(model.requests[-1].items[-1])
    model.answer(Text("Right."))
    await made.get_by_role("button", name="B: four").click()
    await expect(ada.page.locator("article[data-kind=reply]").last).to_contain_text("Right.")


async def test_a_hostile_quiz_is_text_on_a_phone_too(
    sit: Sit, school: Demo, model: OpenAISim
) -> None:
    request = "@tutor quiz us hard"
    question: Json = {
        "question_text": EVIL + "W" * 1_500,
        "choices": [EVIL, "x" * 480, "\u202e\u05d0\u05d1\u05d2"],
        "answer": EVIL,
    }
    call = quiz(question, title=EVIL[:190], audience="everyone")
    admin = await opened(sit, school, model, request, call)
    phone = await sit("learner-2", at=school, size=PHONE)
    await phone.visit(request)
    await phone.lobby.get_by_role("button", name="Start").click()
    await expect(phone.paper.get_by_role("button", name="B: xxx")).to_be_visible()

    for window in (admin, phone):
        assert await window.page.evaluate(WIDE) is False
        assert await window.page.evaluate("window.broken") is None
        await expect(window.page.locator("article :is(script, img, iframe)")).to_have_count(0)
        await expect(window.page.locator("a[href^=javascript]")).to_have_count(0)
    assert await phone.page.evaluate("document.scrollingElement.scrollWidth") == PHONE["width"]
    await closed(admin, model)
