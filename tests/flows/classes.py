"""Quizzes for a class in the flows: what the scripted model asks, and what people do with it."""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta

from bot.adapter import Accepted
from bot.events import ButtonToken, Change, EventKey
from bot.jsons import Json
from bot.views import Button, Lobby, Notice, Quiz
from tests.flows.bench import Bench
from tests.sims.answers import Call, Text
from tests.sims.platform import PlatformSim, Posted

QUESTIONS: list[Json] = [
    {
        "question_text": "What is the capital of Peru?",
        "choices": ["Quito", "Lima"],
        "answer": "Lima",
        "hint": "HINT-1: it is at the sea",
        "explanation": "KEY-1: it was founded in 1535.",
    },
    {"question_text": "How many has Bolivia?", "answer": "2", "explanation": "KEY-2: two."},
]


def class_quiz(
    call_id: str = "call_1",
    *,
    audience: str = "everyone",
    title: str = "Capitals",
    seconds: int | None = None,
) -> Call:
    quiz: Json = {"title": title, "audience": audience, "questions": [*QUESTIONS]}
    if seconds is not None:
        quiz["time_limit_seconds"] = seconds
    return Call("display_quiz", quiz, call_id)


def labelled(actions: Iterable[Button], label: str) -> ButtonToken:
    return next(button.token for button in actions if button.label == label)


def lobbies(people: PlatformSim) -> list[Lobby]:
    """From the first to the newest."""
    return [post.view for post in people.shown() if isinstance(post.view, Lobby)]


async def lobby(people: PlatformSim, number: int = 1) -> Lobby:
    """Wait for that many of them."""
    await people.until(lambda: len(lobbies(people)) == number)
    return lobbies(people)[-1]


async def paper(people: PlatformSim, token: ButtonToken, by: str, text: str = "") -> Quiz:
    """What the person has in hand after a press, or after a form that was sent."""
    sent = await (people.submit(token, text, by=by) if text else people.click(token, by=by))
    shown = (await people.acknowledged(sent)).private
    assert isinstance(shown, Quiz), shown
    return shown


async def take(people: PlatformSim, start: ButtonToken, by: str, option: int, text: str) -> None:
    """Somebody answers both questions."""
    first = (await paper(people, start, by)).question
    assert first is not None
    second = (await paper(people, first.choices[option].token, by)).question
    assert second is not None
    await people.acknowledged(
        await people.submit(labelled(second.actions, "Write answer"), text, by=by)
    )


def tallies(people: PlatformSim) -> list[Posted]:
    """The messages that say how a quiz went."""
    posts = [post for post in people.shown() if isinstance(post.view, Notice)]
    return [post for post in posts if "How it went" in post.text or "Nobody took" in post.text]


def outputs(bench: Bench, number: int = -1) -> dict[str, Json]:
    """What a request tells the model of each call."""
    items = bench.model.requests[number].items
    found = {str(each["call_id"]): str(each["output"]) for each in items if "output" in each}
    return {call: json.loads(output) for call, output in found.items()}


async def passed(bench: Bench, time: timedelta, happened: Callable[[], bool]) -> None:
    """Let that much time pass, and wait for what it brings."""
    await bench.clock.advance(time)
    await bench.people.until(happened)


async def opened(bench: Bench, *asked: Call, locale: str = "") -> Lobby:
    """Ada asks for it, and the model will say "Well done" to what comes of it."""
    bench.model.answer(*asked)
    bench.model.answer(Text("Well done"))
    await bench.people.mention("A quiz for us all", locale=locale)
    return await lobby(bench.people)


def closed_once(bench: Bench) -> None:
    """The only quiz is over, with one tally, one output and one reply to it."""
    assert [shown.closed for shown in lobbies(bench.people)] == [True]
    assert len(tallies(bench.people)) == 1
    assert len(bench.model.requests) == 2
    states = bench.rows("SELECT DISTINCT state FROM questions")
    assert states == [("closed",)]
    done = "SELECT count(*) FROM items WHERE type = 'function_call_output'"
    assert bench.rows(done) == [(1,)]
    assert bench.rows("SELECT status FROM runs") == [("completed",)]


def questions(output: Json) -> list[Json]:
    """What an output tells of each."""
    told = output["questions"]
    assert isinstance(told, list)
    return [each for each in told if isinstance(each, dict)]


async def set_to(bench: Bench, name: str, value: str, *, by: str) -> None:
    """Somebody changes a setting of the channel."""
    sent = await bench.people.send(
        Change(
            key=EventKey(f"change:{name}:{value}"),
            place=bench.people.place("channel"),
            person=bench.people.person(by),
            level="channel",
            values={name: value},
            at=bench.clock.now(),
        )
    )
    assert isinstance((await bench.people.acknowledged(sent)).receipt, Accepted)
