"""Quizzes on the page: buttons and forms, other people, a restart, second thoughts, a phone."""

import re
from fractions import Fraction

import pytest
from playwright.async_api import ViewportSize, expect

from tests.browser.conftest import Sit
from tests.browser.lessons import QUIZ, SOLVE, SURELY_WRONG, root
from tests.browser.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LINEAR = "@tutor Make a quiz with 2 questions about linear equations:"
PHONE = ViewportSize(width=360, height=740)
NOT_YOURS = "This question is for somebody else."


async def take_any(window: Window) -> bool:
    """Answer the open question, wrongly where it is open-ended; returns whether it was."""
    open_ended = await window.is_open_ended()
    if open_ended:
        await window.answer(SURELY_WRONG)
    else:
        await window.choose("A")
    return open_ended


async def test_the_seeds_quiz_takes_both_kinds_of_answer_and_gives_feedback_on_each(
    ada: Window,
) -> None:
    await ada.ask(SOLVE)
    await ada.replied()
    await ada.reply(QUIZ)
    await ada.reaches("1 of 2")
    first = await take_any(ada)
    await ada.reaches("2 of 2")

    await ada.reply("@tutor what is 7*8?")
    await expect(ada.replies.last).to_contain_text("56")
    await ada.reaches("2 of 2")
    assert {first, await take_any(ada)} == {True, False}

    feedback = await ada.graded()
    responses = feedback.locator("ol > li")
    await expect(responses).to_have_count(2)
    opened, chosen = (responses.nth(index) for index in ((0, 1) if first else (1, 0)))
    await expect(opened).to_contain_text(f"Your response: “{SURELY_WRONG}”Feedback: Not quite.")
    await expect(chosen).to_contain_text(re.compile(r"Feedback: (Right!|Not quite\.)"))
    right = await chosen.filter(has_text="Right!").count()
    await expect(feedback).to_contain_text(f"You got {right} of 2 right.")
    await expect(ada.quiz.get_by_role("button")).to_have_count(0)


async def test_right_is_called_right_and_wrong_wrong_in_the_form_and_on_the_buttons(
    ada: Window,
) -> None:
    await ada.ask(f"{LINEAR} one open ended, one multiple choice")
    answers: list[str] = []
    for number in ("1 of 2", "2 of 2"):
        await ada.reaches(number)
        solution = root(await ada.asked())
        if await ada.is_open_ended():
            await ada.answer(f"x = {2 * solution}/2")
            answers.append("Right!")
            continue
        choices = [text.replace("−", "-") for text in await ada.choices()]
        right = choices.index(f"x = {solution}")
        await ada.choose("ABCD"[right - 1])
        answers.append(f"Not quite. The right answer is {'ABCD'[right]}) x={solution}")

    feedback = await ada.graded()
    responses = feedback.locator("ol > li")
    await expect(feedback).to_contain_text("You got 1 of 2 right.")
    for index, answer in enumerate(answers):
        text = (await responses.nth(index).text_content() or "").replace("−", "-")
        assert answer in text


async def test_another_learners_click_and_form_are_refused_with_a_whisper_only_they_see(
    ada: Window, sit: Sit
) -> None:
    ben = await sit("ben")
    request = f"{LINEAR} one multiple choice, one open ended"
    await ada.ask(request)
    await ada.reaches("1 of 2")
    await ben.visit(request)
    for number, whispers in (("1 of 2", 1), ("2 of 2", 2)):
        await ben.reaches(number)
        await take_any(ben)
        await expect(ben.whispers).to_have_count(whispers)
        await expect(ben.whispers.last).to_contain_text(NOT_YOURS)
        await ben.reaches(number)
        await take_any(ada)

    await ada.graded()
    await ben.graded()
    await expect(ada.whispers).to_have_count(0)
    await expect(ada.quiz.get_by_role("list", name="Answered")).to_contain_text(SURELY_WRONG)


async def test_what_was_left_out_can_be_changed_until_the_end_and_what_was_marked_cannot(
    ada: Window,
) -> None:
    await ada.ask("@tutor Make a quiz with 3 open ended questions about linear equations")
    await ada.reaches("1 of 3")
    solution: Fraction = root(await ada.asked())
    await ada.question.get_by_role("button", name="Skip").click()
    await ada.reaches("2 of 3")
    await ada.question.get_by_role("button", name="I don't know").click()
    await ada.reaches("3 of 3")
    answered = ada.quiz.get_by_role("list", name="Answered").locator("> li")
    await expect(answered).to_contain_text(["skipped", "I don't know"])
    await expect(ada.quiz.get_by_role("button", name="Change: ")).to_have_count(1)
    await ada.quiz.get_by_role("button", name="Change: 1.").click()
    await ada.reaches("1 of 3")
    await ada.answer(str(solution))
    await ada.reaches("3 of 3")
    await ada.answer(SURELY_WRONG)

    await expect(answered).to_contain_text([f"— {solution}", "I don't know", SURELY_WRONG])
    await expect(answered.locator(".mark")).to_have_text(["Right", "Wrong"])
    feedback = await ada.graded()
    responses = feedback.locator("ol > li")
    await expect(responses).to_contain_text(["Right!", "No problem", "Not quite."])
    await expect(feedback).to_contain_text("You got 1 of 3 right.")
    await expect(ada.quiz.get_by_role("button")).to_have_count(0)


async def test_a_phone_shows_the_whole_quiz_and_takes_its_answers(sit: Sit) -> None:
    ada = await sit("ada", size=PHONE)
    width = "document.scrollingElement.scrollWidth"
    await ada.ask(f"@tutor {QUIZ}")
    for number in ("1 of 2", "2 of 2"):
        await ada.reaches(number)
        for button in await ada.question.get_by_role("button").all():
            await expect(button).to_be_in_viewport(ratio=1)
        assert await ada.page.evaluate(width) == PHONE["width"]
        await take_any(ada)

    await ada.graded()
    assert await ada.page.evaluate(width) == PHONE["width"]
    await ada.thread.get_by_role("button", name="Back to #math").click()
    await expect(ada.channel.get_by_role("button", name="3 replies").last).to_be_in_viewport()
