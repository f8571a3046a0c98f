"""Twenty turns on one thread, with everything that can happen to a run; each replay is valid."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.events import ButtonToken
from bot.jsons import Json
from bot.tools import TOOLS
from bot.views import Quiz
from tests.flows.bench import Bench
from tests.flows.lessons import button, quiz
from tests.sims.answers import Call, Calls, Part, Reasoning, Refused, Text
from tests.sims.openai import OpenAISim
from tests.sims.oven import Oven
from tests.sims.platform import Posted

BAKE: Json = {"what": "bread"}
TURNS = 20


class Lesson:
    """One learner's thread. A turn is over when people can read what it came to."""

    def __init__(self, bench: Bench, oven: Oven) -> None:
        self.bench = bench
        self.people = bench.people
        self.model = bench.model
        self.oven = oven
        self.turns = 0
        self._life = AsyncExitStack()

    async def start(self) -> None:
        await self._life.enter_async_context(self.bench.running())

    async def end(self) -> None:
        await self._life.aclose()

    def scripted(self, *parts: Part, number: int | None = None) -> str:
        """The next response: these parts and a text that ends it; returns the text."""
        text = f"This is the end of turn {number or self.turns + 1}."
        self.model.answer(*parts, Text(text))
        return text

    async def ask(self, by: str = "ada") -> str:
        self.turns += 1
        text = f"Question of turn {self.turns}"
        await self.people.acknowledged(await self.people.mention(text, by=by))
        return text

    async def turn(self, *parts: Part, by: str = "ada") -> Posted:
        """A turn of one response."""
        text = self.scripted(*parts)
        await self.ask(by)
        return await self.people.said(text)

    async def with_calls(self, *calls: Part) -> Posted:
        """A turn whose calls are all acted on at once."""
        self.model.answer(Reasoning(f"before the calls of {self.turns + 1}"), *calls)
        text = self.scripted(Reasoning(f"after the calls of {self.turns + 1}"))
        await self.ask()
        return await self.people.said(text)

    async def asked(self, *calls: Part) -> str:
        """A turn up to its first question; returns the text that is to end it."""
        number = self.turns + 1
        self.model.answer(Reasoning(f"before the questions of {number}"), *calls)
        await self.ask()
        await self.people.question(1)
        return f"This is the end of turn {number}."

    async def answered(self, text: str, *labels: str) -> None:
        """Answer what is asked; `text` comes back then."""
        self.model.answer(Reasoning("after the questions"), Text(text))
        for number, label in enumerate(labels, 3 - len(labels)):
            await self.pressed(number, label)
        await self.people.said(text)

    async def press(self, label: str) -> None:
        """Press a button of the open question, by its label or a choice's letter."""
        shown = self.people.quiz()
        assert shown is not None
        named = {action.label: action for action in shown.actions}
        letters = {choice.letter: choice.token for choice in shown.choices}
        if label in letters:
            await self.people.acknowledged(await self.people.click(letters[label]))
        elif named[label].form:
            await self.people.acknowledged(await self.people.submit(named[label].token, "6x"))
        else:
            await self.people.acknowledged(await self.people.click(named[label].token))

    async def pressed(self, number: int, label: str) -> None:
        await self.people.question(number)
        await self.press(label)

    async def stop_token(self) -> ButtonToken:
        """The Stop button of the reply that is being written now."""
        await self.people.until(lambda: "label='Stop'" in str(self.people.shown()[-1:]))
        return button(self.people.shown()[-1], "Stop").token


@pytest.fixture
async def lesson(bench: Bench) -> AsyncIterator[Lesson]:
    oven = Oven()
    bench.tools = {**TOOLS, "bake": oven}
    bench.people.clock = bench.clock.now
    lesson = Lesson(bench, oven)
    await lesson.start()
    yield lesson
    await lesson.end()


async def begin(lesson: Lesson) -> None:
    """Turns 1 to 5: reasoning, parallel calls, and a quiz beside a tool, answered and skipped."""
    await lesson.turn(Reasoning("first"))
    await lesson.with_calls(Calls(("bake", BAKE, "b2"), ("bake", {}, "b2"), ("fly", {}, "f2")))

    both = await lesson.asked(quiz("q3"), Call("bake", BAKE, "b3"))
    await lesson.answered(both, "Write answer", "B")

    skipped = await lesson.asked(quiz("q4"))
    await lesson.answered(skipped, "Skip", "Skip")

    await lesson.with_calls(Call("display_quiz", "{broken", "q5"))


async def stop(lesson: Lesson) -> None:
    """Turns 6 to 9: stopped while it writes, while a tool works and while it waits for people."""
    lesson.model.answer(Reasoning("cut"), Text("one two three four", pieces=4), hold_before=8)
    await lesson.ask()
    await lesson.people.until(lambda: "one" in lesson.people.texts()[-1])
    await lesson.people.click(await lesson.stop_token())
    await lesson.people.until(lambda: "Stopped." in str(lesson.people.shown()[-1].view))

    lesson.oven.hold()
    lesson.model.answer(Reasoning("burnt"), Text("One moment."), Call("bake", {}, "b7"))
    await lesson.ask()
    await lesson.oven.acting(len(lesson.oven.acts) + 1)
    await lesson.people.click(await lesson.stop_token())
    await lesson.people.until(lambda: "Stopped." in str(lesson.people.shown()[-1].view))
    lesson.oven.release()

    lesson.model.answer(Reasoning("asked"), quiz("q8"), hold_before=0)
    await lesson.ask()
    token = await lesson.stop_token()
    lesson.model.release()
    await lesson.pressed(1, "Write answer")
    await lesson.people.question(2)
    await lesson.people.click(token)
    await lesson.people.until(lambda: lesson.people.quiz() is None)
    lesson.model.hold_again()

    await lesson.turn(Reasoning("afterwards"))


async def fail(lesson: Lesson) -> None:
    """Turns 10 to 13: failed and tried again, cut by length, empty, refused."""
    lesson.model.fail(401, "invalid_api_key")
    await lesson.ask()
    failed = await lesson.people.said("unavailable")
    text = lesson.scripted(Reasoning("again"), number=lesson.turns)
    await lesson.people.click(button(failed, "Try again").token)
    await lesson.people.said(text)

    lesson.model.answer(Reasoning("long"), Text("Half of turn 11"), reason="max_output_tokens")
    await lesson.ask()
    await lesson.people.said("Half of turn 11")

    lesson.model.answer()
    await lesson.ask()
    await lesson.people.said("nothing to say")

    await lesson.turn(Refused("I may not say this."))


async def go_on(lesson: Lesson) -> None:
    """Turns 14 to 19: regenerated, restarted, with a second learner, closed and resumed late."""
    last = await lesson.turn(Reasoning("once"))
    text = lesson.scripted(Reasoning("twice"), Text("Anew."), number=lesson.turns)
    await lesson.people.click(button(last, "Regenerate").token)
    await lesson.people.until(lambda: lesson.people.texts()[-1] == f"Anew.\n\n{text}")
    assert last.text == text

    open_until_later = await lesson.asked(quiz("q15"))
    await lesson.end()
    await lesson.start()
    beside = await lesson.turn(Reasoning("beside an open quiz"), by="ben")
    await lesson.answered(open_until_later, "Skip", "A")
    assert lesson.people.shown()[-1] is not beside

    await lesson.asked(quiz("q17"))
    await lesson.press("Write answer")
    await lesson.bench.clock.advance(timedelta(hours=25))
    closed = await lesson.people.said("the time to answer is over")
    assert isinstance(closed.view, Quiz)

    await lesson.with_calls(Call("bake", {}, "b3"), Call("ask_person", {}, "a18"))
    await lesson.turn(Reasoning("last but one"))


def told(sim: OpenAISim) -> list[Json]:
    return sim.requests[-1].items


async def test_twenty_turns_of_every_kind_replay_without_one_invalid_request(
    lesson: Lesson,
) -> None:
    await begin(lesson)
    await stop(lesson)
    await fail(lesson)
    await go_on(lesson)
    await lesson.turn(Reasoning("the end"))

    assert lesson.turns == TURNS
    assert [asked.refused for asked in lesson.model.requests if asked.refused] == []
    items = told(lesson.model)
    said = [str(item["content"]) for item in items if item.get("role") == "user"]
    assert [text.rpartition(" ")[2] for text in said] == [str(n) for n in range(1, TURNS + 1)]
    calls = [item["call_id"] for item in items if item["type"] == "function_call"]
    assert sorted(map(str, calls)) == sorted(
        str(item["call_id"]) for item in items if item["type"] == "function_call_output"
    )
    assert len(calls) == len(set(map(str, calls)))
    thoughts = [item["encrypted_content"] for item in items if item["type"] == "reasoning"]
    assert {"first", "asked", "again", "twice", "last but one"} <= set(map(str, thoughts))
    assert not {"cut", "long", "once"} & set(map(str, thoughts))


async def test_every_request_of_the_twenty_turns_is_the_one_before_and_more(
    lesson: Lesson,
) -> None:
    """What a provider has seen stays as it was, so that its cache of the prompt serves."""
    for _ in range(3):
        await lesson.turn(Reasoning("steady"))
    await begin_again(lesson)

    inputs = [asked.items for asked in lesson.model.requests]
    for earlier, later in pairwise(inputs):
        assert later[: len(earlier)] == earlier


async def begin_again(lesson: Lesson) -> None:
    await lesson.with_calls(Call("bake", BAKE, "b4"))
    await lesson.answered(await lesson.asked(quiz("q5")), "Skip", "B")
