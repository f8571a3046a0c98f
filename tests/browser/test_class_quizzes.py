"""Thirty learners and one quiz for everyone: all that is told of it afterwards agrees."""

import asyncio
import csv
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from bot.jsons import Json
from tests.browser import classroom
from tests.browser.classroom import JSON, JSONS, SKIPPED, UNKNOWN, Learner
from tests.browser.conftest import DESK, PATIENCE_MS
from tests.browser.demo import Demo
from tests.browser.window import Window
from tests.sims.answers import Call, Text
from tests.sims.openai import OpenAISim

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

REQUEST = "@tutor A quiz for my whole class, please."
KEYS = {1: "B", 2: "A", 3: "12", 4: "D", 5: "C"}
QUESTIONS: list[Json] = [
    {
        "question_text": f"How much is {number}?",
        "choices": [f"{letter}{number}" for letter in "abcd"],
        "answer": f"{KEYS[number].lower()}{number}",
        "explanation": f"Because {number} is so.",
    }
    for number in KEYS
]
QUESTIONS[2] = {"question_text": "How much is 3 times 4?", "answer": "12", "hint": "Add 4 and 8."}
QUIZ: Json = {"title": "Numbers", "audience": "everyone", "questions": [*QUESTIONS]}
ALL, EARLY, LATE = 30, 12, 24
"""Learners: up to EARLY before the restart, up to LATE while it happens, the others after it."""
UNFINISHED, ONLY_STARTED, ABSENT = 28, 29, 30


def says(learner: int, number: int) -> str:
    """What a learner answers at first: each as good as any, and all of them different."""
    draw = (learner * 7 + number * 5) % 11
    if draw in (9, 10):
        return (UNKNOWN, SKIPPED)[draw - 9]
    if number == 3:
        return ("12", "12.0", "13", "twelve", "7")[draw % 5]
    return "ABCD"[draw % 4]


def is_right(number: int, said: str) -> bool:
    return said in ({"12", "12.0"} if number == 3 else {KEYS[number]})


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of it: who said what at last, and where it can be read."""

    home: Path
    sim: OpenAISim
    admin: Window
    place: str
    learners: dict[int, Learner]

    @property
    def took_part(self) -> dict[int, Learner]:
        return {number: one for number, one in self.learners.items() if number != ABSENT}

    def counted(self, number: int) -> Counter[str]:
        """What was said to a question."""
        return Counter(one.said[number] for one in self.learners.values() if number in one.said)

    def right(self, number: int) -> int:
        said = self.counted(number)
        return sum(times for each, times in said.items() if is_right(number, each))


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def lesson(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Lesson]:
    expect.set_options(timeout=PATIENCE_MS)
    home = tmp_path_factory.mktemp("class") / "home"
    async with OpenAISim() as sim:
        sim.answer(Call("display_quiz", QUIZ, "call_1"))
        sim.answer(Text("Question 4 is worth another look."))
        demo = Demo(home, learners=ALL, provider=sim.base_url)
        await asyncio.to_thread(demo.start)
        windows = [await _window(browser, demo) for _ in range(2)]
        try:
            yield await _held(sim, demo, *windows)
            assert [one.complaints + one.strangers for one in windows] == [[], []]
        finally:
            for window in windows:
                await window.page.context.close()
            assert await asyncio.to_thread(demo.stop) == 0
        assert '"level": "error"' not in demo.log


async def _window(browser: Browser, demo: Demo) -> Window:
    context = await browser.new_context(viewport=DESK, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    window = await Window.opened(context, demo.address)
    window.may_lose_connection = True
    return window


async def _held(sim: OpenAISim, demo: Demo, admin: Window, hands: Window) -> Lesson:
    """The whole story, from the request to the tutor's feedback."""
    await admin.become("admin")
    await admin.ask(REQUEST)
    await expect(admin.lobby).to_contain_text("0 started · 0 finished")
    place = await admin.thread.get_attribute("data-place") or ""
    [lobby] = await classroom.messages(admin.page, place, "admin")
    learners = {
        number: Learner(admin.page, f"learner-{number}", lobby) for number in range(1, ALL + 1)
    }
    await _by_hand(hands, learners[1])
    await _answer(learners, range(2, EARLY + 1))

    some = asyncio.Event()
    meanwhile = asyncio.create_task(_answer(learners, range(EARLY + 1, LATE + 1), some))
    await some.wait()
    await asyncio.to_thread(demo.kill)
    assert not meanwhile.done()
    await asyncio.to_thread(demo.start)
    await meanwhile

    await _answer(learners, range(LATE + 1, UNFINISHED))
    await learners[UNFINISHED].answer(says(UNFINISHED, 1))
    await learners[ONLY_STARTED].start()
    for number in (3, 14, 25):
        await learners[number].change(2, KEYS[2])
    ready = [one for number, one in learners.items() if 1 < number < UNFINISHED]
    await classroom.all_of(ready, [says(number, 5) for number in range(2, UNFINISHED)])
    await learners[6].change(1, "D")
    await expect(admin.lobby).to_contain_text("29 started · 27 finished")

    await admin.lobby.get_by_role("button", name="Close", exact=True).click()
    await expect(admin.lobby).to_contain_text("Closed")
    await expect(admin.replies).to_contain_text("Question 4 is worth another look.")
    messages = await classroom.messages(admin.page, place, "admin")
    closed = {
        number: Learner(one.page, one.user, messages[0], one.said)
        for number, one in learners.items()
    }
    return Lesson(demo.home, sim, admin, place, closed)


async def _answer(
    learners: dict[int, Learner], numbers: range, some: asyncio.Event | None = None
) -> None:
    """Each at their own pace, up to the last question; `some` is set with the first answers."""

    async def go_on(number: int) -> None:
        for question in range(1, 5):
            await learners[number].answer(says(number, question))
            if some is not None:
                some.set()

    await asyncio.gather(*(go_on(number) for number in numbers))


async def _by_hand(window: Window, learner: Learner) -> None:
    """One takes it with the mouse, changes an answer, and finds the paper again after a reload."""
    await window.become(learner.user)
    await window.visit(REQUEST)
    start = window.lobby.get_by_role("button", name="Start")
    await start.click()
    for number, said in ((1, "A"), (2, "A"), (3, "12"), (4, "C")):
        await window.paper.filter(has_text=f"{number} of 5").wait_for()
        if number == 3:
            await window.write(window.paper, said)
        else:
            await window.take(window.paper, said)
        learner.said[number] = said
    await window.page.reload()
    await expect(window.whispers).to_have_count(0)
    await start.click()
    await window.paper.filter(has_text="5 of 5").wait_for()
    for _ in range(4):
        before = await window.paper.locator(".progress").text_content() or ""
        await window.paper.get_by_role("button", name="Back", exact=True).click()
        await expect(window.paper.locator(".progress")).not_to_have_text(before)
    chosen = window.paper.get_by_role("button", name=re.compile("^A: "))
    await expect(chosen).to_have_attribute("aria-pressed", "true")
    await window.take(window.paper, "B")
    learner.said[1] = "B"
    await window.paper.filter(has_text="5 of 5").wait_for()
    await start.click()
    await window.take(window.paper, "C")
    learner.said[5] = "C"
    await expect(window.paper).to_contain_text("until the quiz closes")
    await expect(window.paper.get_by_role("button", name="Change: ")).to_have_count(5)
    await expect(window.whispers).to_have_count(1)


async def test_the_tally_tells_everybody_the_counts_and_nobodys_name(lesson: Lesson) -> None:
    tally = await _tally(lesson)

    assert "Started: 29, finished: 27." in tally
    for number in KEYS:
        section = _section(tally, number)
        said = lesson.counted(number)
        right = lesson.right(number)
        wrong = sum(times for each, times in said.items() if each not in (UNKNOWN, SKIPPED))
        if number == 3:
            wrong -= said["twelve"]  # which only a reader can judge
        else:
            counts = re.findall(r"^([A-D]): \w+ – (\d+) answer", section, re.MULTILINE)
            assert {letter: int(times) for letter, times in counts} == {
                letter: said[letter] for letter in "ABCD"
            }
        assert f"Right: {right}, wrong: {wrong - right}." in section
        assert (
            f"I don't know: {said[UNKNOWN]}, skipped: {said[SKIPPED]},"
            f" not answered: {29 - said.total()}."
        ) in section
    assert "earner" not in tally


async def test_each_result_tells_what_one_said_and_how_much_of_it_was_right(
    lesson: Lesson,
) -> None:
    results = await asyncio.gather(*(one.result() for one in lesson.learners.values()))

    for (number, learner), result in zip(lesson.learners.items(), results, strict=True):
        if number == ABSENT:
            assert "You did not take part." in result
            assert "Your answer" not in result
            continue
        right = sum(is_right(question, said) for question, said in learner.said.items())
        assert f"You have {right} of 5 right." in result
        assert result.count("– right") == right
        assert result.count("You gave no answer.") == 5 - len(learner.said)
        for question, said in learner.said.items():
            shown = said if question == 3 or len(said) > 1 else f"{said.lower()}{question}"
            assert _heard(shown) in result


async def test_the_starter_has_a_list_of_all_who_started_with_what_each_had_right(
    lesson: Lesson,
) -> None:
    listed: dict[str, str] = {}
    await lesson.admin.lobby.get_by_role("button", name="Learners").click()
    for page in ("1", "2"):
        await expect(lesson.admin.roll).to_contain_text(f"Page {page} of 2")
        await expect(lesson.admin.roll).to_contain_text("29 started · 27 finished")
        for line in await lesson.admin.roll.get_by_role("listitem").all():
            name, about = [await part.text_content() or "" for part in await _parts(line)]
            listed[name] = about
        if page == "1":
            await lesson.admin.roll.get_by_role("button", name="Next").click()

    assert listed.keys() == {f"Learner {number}" for number in lesson.took_part}
    for number, learner in lesson.took_part.items():
        right = sum(is_right(question, said) for question, said in learner.said.items())
        about = listed[f"Learner {number}"]
        assert f"{right} of 5 right" in about
        assert ("not finished" in about) == (len(learner.said) < 5)


async def _parts(line: Locator) -> list[Locator]:
    return await line.locator("> span").all()


async def test_the_model_gets_the_same_counts_once_and_no_name_in_any_request(
    lesson: Lesson,
) -> None:
    first, second = lesson.sim.requests
    outputs = [one for one in second.items if one.get("type") == "function_call_output"]
    assert [one["call_id"] for one in outputs] == ["call_1"]
    told = JSON.validate_json(str(outputs[0]["output"]))

    assert (told["audience"], told["started"], told["finished"]) == ("everyone", 29, 27)
    for number, question in enumerate(JSONS.validate_python(told["questions"]), start=1):
        said = lesson.counted(number)
        assert question["right"] == lesson.right(number)
        kinds = (question["unknown"], question["skipped"], question["not_answered"])
        assert kinds == (said[UNKNOWN], said[SKIPPED], 29 - said.total())
        if number != 3:
            counts = JSON.validate_python(question["counts"])
            assert counts == {f"{each}: {each.lower()}{number}": said[each] for each in "ABCD"}
        else:
            assert {str(each).partition(" (×")[0] for each in _list(question["answers"])} == {
                each for each in said if each not in (UNKNOWN, SKIPPED)
            }
    for asked in (first, second):
        sent = json.dumps(asked.body, ensure_ascii=False)
        assert re.search("learner[- ]?[0-9]|Robin|web/", sent, re.IGNORECASE) is None


async def test_the_shell_exports_what_each_said_and_whether_it_was_right(lesson: Lesson) -> None:
    listed = JSON.validate_json(await _docent(lesson, "list", "--json"))
    [quiz] = JSONS.validate_python(listed["data"])
    rows = list(csv.DictReader(StringIO(await _docent(lesson, "export", str(quiz["id"])))))

    assert (quiz["started"], quiz["finished"]) == (29, 27)
    assert len(rows) == 5 * len(lesson.took_part)
    exported = {(row["learner"], int(row["number"])): row for row in rows}
    for learner in lesson.took_part.values():
        for number in KEYS:
            row = exported[f"web/{learner.user}", number]
            said = learner.said.get(number, "")
            words = said.lower() + str(number) if said in set("ABCD") else said
            assert row["answer"] == ("" if said in (UNKNOWN, SKIPPED) else words)
            marked = "" if said in ("", UNKNOWN, SKIPPED, "twelve") else None
            right = "yes" if is_right(number, said) else "no"
            assert row["right"] == (right if marked is None else marked)


async def _docent(lesson: Lesson, *words: str) -> str:
    """What the command prints, run beside the bot."""
    command = [sys.executable, "-m", "bot", "quizzes", *words, "--home", str(lesson.home)]
    ran = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, check=True, encoding="utf-8"
    )
    return ran.stdout


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


def _heard(said: str) -> str:
    return f"Your answer: {({SKIPPED: 'skipped'}).get(said, said)}"


async def _tally(lesson: Lesson) -> str:
    messages = await classroom.messages(lesson.admin.page, lesson.place, "learner-30")
    bodies = [JSON.validate_python(one["body"]) for one in messages]
    return "\n".join(classroom.words(one["text"]) for one in bodies if one["kind"] == "notice")


def _section(tally: str, number: int) -> str:
    found = re.search(rf"^{number}\. .*?(?=^{number + 1}\. |\Z)", tally, re.MULTILINE | re.DOTALL)
    assert found is not None, tally
    return found[0]
