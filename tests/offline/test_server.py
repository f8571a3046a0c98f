import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import cast

import aiohttp
import pytest
from openai import AsyncOpenAI, BadRequestError, NotFoundError
from openai.types.responses import (
    FunctionToolParam,
    Response,
    ResponseFunctionToolCall,
    ResponseInputParam,
)
from pydantic import JsonValue

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.asyncio(loop_scope="session")


def function(name: str) -> FunctionToolParam:
    return {"type": "function", "name": name, "parameters": {"type": "object"}, "strict": False}


QUIZ, ASK = function("display_quiz"), function("ask_person")
Items = list[dict[str, JsonValue]]
SEED = (
    "Make a quiz with 2 questions: One open ended, one multiple choice. "
    "Then, give me feedback for the responses."
)


def user(text: str) -> dict[str, JsonValue]:
    return {"role": "user", "content": text}


async def say(
    client: AsyncOpenAI, items: Items, tools: Sequence[FunctionToolParam] = (QUIZ, ASK)
) -> Response:
    """One round: what the tutor says is added to the items, as a real thread would keep it."""
    response = await client.responses.create(
        model="offline-tutor",
        input=cast("ResponseInputParam", items),
        tools=list(tools),
        store=False,
    )
    items += [item.model_dump(exclude_none=True) for item in response.output]
    return response


def calls(response: Response) -> list[ResponseFunctionToolCall]:
    return [item for item in response.output if isinstance(item, ResponseFunctionToolCall)]


def answer(call: ResponseFunctionToolCall, output: str) -> dict[str, JsonValue]:
    return {"type": "function_call_output", "call_id": call.call_id, "output": output}


def questions(call: ResponseFunctionToolCall) -> list[dict[str, JsonValue]]:
    return cast("list[dict[str, JsonValue]]", json.loads(call.arguments)["questions"])


async def test_a_stream_has_its_events_in_order_and_its_deltas_are_the_text(
    client: AsyncOpenAI,
) -> None:
    kinds: list[str] = []
    numbers: list[int] = []
    text = ""
    final: Response | None = None
    async for event in await client.responses.create(
        model="offline-tutor", input=SEED, tools=[QUIZ], stream=True
    ):
        numbers.append(event.sequence_number)
        if event.type not in kinds[-1:]:
            kinds.append(event.type)
        if event.type == "response.output_text.delta":
            text += event.delta
        if event.type == "response.completed":
            final = event.response

    assert final is not None
    assert final.output_text == text
    assert list(range(len(numbers))) == numbers
    assert [kind.removeprefix("response.") for kind in kinds] == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "output_item.added",
        "function_call_arguments.delta",
        "function_call_arguments.done",
        "output_item.done",
        "completed",
    ]
    assert final.usage is not None
    assert final.usage.total_tokens == final.usage.input_tokens + final.usage.output_tokens > 20


async def test_the_strict_stream_helper_takes_the_stream(client: AsyncOpenAI) -> None:
    async with client.responses.stream(model="offline-tutor", input="what is 7*8?") as stream:
        final = await stream.get_final_response()

    assert final.output_text == r"\(7 \cdot 8 = 56\)"


async def test_a_solved_equation_is_explained_when_asked(client: AsyncOpenAI) -> None:
    items: Items = [user("I need to solve the equation `3x + 11 = 14`. Can you help me?")]
    assert r"\(x = 1\)" in (await say(client, items)).output_text

    items.append(user("Could you explain this to me?"))
    explained = (await say(client, items)).output_text

    assert r"1. Subtract 11 from both sides: \(3x = 3\)" in explained
    assert r"2. Divide both sides by 3: \(x = 1\)" in explained


async def test_a_quiz_is_made_answered_and_graded_from_the_conversation_alone(
    client: AsyncOpenAI,
) -> None:
    items: Items = [user(SEED)]
    (call,) = calls(await say(client, items))
    asked = questions(call)
    assert [each["question_type"] for each in asked] == ["FREE_RESPONSE", "MULTIPLE_CHOICE"]

    choices = cast("list[str]", asked[1]["choices"])
    items.append(answer(call, json.dumps(["I don't know.", choices[0]])))
    feedback = (await say(client, items)).output_text

    assert "Your response: “I don't know.”" in feedback
    assert feedback.count("Feedback: ") == 2
    assert "of 2 right" in feedback


async def test_the_right_choice_and_only_it_is_called_right(client: AsyncOpenAI) -> None:
    items: Items = [user("Make a quiz with 1 multiple choice question about fractions")]
    (call,) = calls(await say(client, items))
    choices = cast("list[str]", questions(call)[0]["choices"])

    said = [
        (await say(client, [*items, answer(call, json.dumps([choice]))])).output_text
        for choice in choices
    ]

    assert len(set(choices)) == 4
    assert sum("You got 1 of 1 right." in text for text in said) == 1
    assert sum("Not quite. The right answer is " in text for text in said) == 3


async def test_the_quiz_of_another_model_is_graded_only_where_it_is_understood(
    client: AsyncOpenAI,
) -> None:
    quiz = {
        "title": "Mixed",
        "questions": [
            {"question_text": "What is the derivative of the function f(x) = 3x^2 + 2x - 5?"},
            {"question_text": "What is your favourite colour?", "choices": ["Red", "Blue"]},
        ],
    }
    items: Items = [
        user("quiz"),
        {
            "type": "function_call",
            "call_id": "call_7",
            "name": "display_quiz",
            "arguments": json.dumps(quiz),
        },
        {
            "type": "function_call_output",
            "call_id": "call_7",
            "output": json.dumps(["2(3x + 1)", "Red"]),
        },
    ]

    feedback = (await say(client, items)).output_text

    assert "Right!" in feedback
    assert "“Red”\n   - Feedback: I cannot grade this one" in feedback
    assert "You got 1 of 1 right." in feedback


@pytest.mark.parametrize(
    "output", ["", "null", '{"error": "cancelled"}', "[1, null, {}]", '["\\ud800 \\u0000"]']
)
async def test_any_output_of_a_quiz_gets_a_reply(client: AsyncOpenAI, output: str) -> None:
    items: Items = [user("Make a quiz with 1 question")]
    (call,) = calls(await say(client, items))
    items.append(answer(call, output))

    assert (await say(client, items)).output_text


async def test_a_quiz_without_topic_asks_for_one_and_uses_the_answer(client: AsyncOpenAI) -> None:
    items: Items = [user("quiz me")]
    (asked,) = calls(await say(client, items))
    assert asked.name == "ask_person"
    assert "Derivatives" in json.loads(asked.arguments)["choices"]

    items.append(answer(asked, "Derivatives"))
    (made,) = calls(await say(client, items))

    assert made.name == "display_quiz"
    assert all("derivative of" in str(each["question_text"]) for each in questions(made))


async def test_what_is_not_understood_offers_requests_that_work(client: AsyncOpenAI) -> None:
    items: Items = [user("what is the capital of France")]
    first = await say(client, items)
    (asked,) = calls(first)
    choices = json.loads(asked.arguments)["choices"]
    assert "I did not understand that." in first.output_text
    assert len(choices) == 4

    replies = [await say(client, [*items, answer(asked, choice)]) for choice in choices]

    assert not any("did not understand" in reply.output_text for reply in replies)
    assert [call.name for reply in replies for call in calls(reply)] == ["display_quiz"]


async def test_declining_an_offer_is_fine(client: AsyncOpenAI) -> None:
    items: Items = [user("what is the capital of France")]
    (asked,) = calls(await say(client, items))
    items.append(answer(asked, "(skipped)"))

    assert "That is fine." in (await say(client, items)).output_text


async def test_without_tools_offers_are_a_list_and_quizzes_are_text(client: AsyncOpenAI) -> None:
    unknown = await say(client, [user("tell me a joke")], ())
    quiz = await say(client, [user("Make a quiz with 2 questions about derivatives")], ())

    assert calls(unknown) + calls(quiz) == []
    assert unknown.output_text.count("\n- ") == 4
    assert quiz.output_text.count("derivative of") == 2
    assert "I cannot take responses here." in quiz.output_text


async def test_a_hint_is_about_the_open_question(client: AsyncOpenAI) -> None:
    note = "A quiz is still open: What is the derivative of \\(f(x) = 3x^{2}\\)? (question 1 of 2)"
    items: Items = [
        user("Solve 3x = 9"),
        {"role": "developer", "content": note},
        user("hint?"),
    ]

    assert "bring the exponent down" in (await say(client, items)).output_text


async def test_small_talk_is_answered_in_kind(client: AsyncOpenAI) -> None:
    said = {
        text: (await say(client, [user(text)], ())).output_text
        for text in (
            "Thank you!",
            "I don't like math. What can I do?",
            "Could you explain linear algebra to me?",
            "are you an AI?",
        )
    }

    assert "You're welcome!" in said["Thank you!"]
    assert "confidence" in said["I don't like math. What can I do?"]
    assert "vectors" in said["Could you explain linear algebra to me?"]
    assert "offline tutor" in said["are you an AI?"]
    assert "not an AI" in said["are you an AI?"]


async def test_twenty_requests_give_at_least_fifteen_different_quizzes(
    client: AsyncOpenAI,
) -> None:
    same = [await say(client, [user(SEED)]) for _ in range(10)]
    topics = ("arithmetic", "fractions", "linear equations", "derivatives", "percentages")
    others = [
        await say(client, [user(f"Make a quiz with {size} questions about {topic}")])
        for size in (1, 2)
        for topic in topics
    ]

    made = {calls(each)[0].arguments for each in [*same, *others]}

    assert len(made) >= 15


async def test_requests_at_once_are_all_answered(client: AsyncOpenAI) -> None:
    replies = await asyncio.gather(
        *(say(client, [user(f"what is {number} + 1?")], ()) for number in range(8))
    )

    assert [rf"\({number} + 1 = {number + 1}\)" for number in range(8)] == [
        reply.output_text for reply in replies
    ]


async def test_a_reply_is_cut_where_no_more_tokens_are_allowed(client: AsyncOpenAI) -> None:
    response = await client.responses.create(
        model="offline-tutor", input="Explain linear algebra", max_output_tokens=16
    )

    assert response.status == "incomplete"
    assert response.incomplete_details is not None
    assert response.incomplete_details.reason == "max_output_tokens"
    assert len(response.output_text) == 64


async def test_a_dangling_call_is_a_bad_request(client: AsyncOpenAI) -> None:
    items: Items = [user("quiz me")]
    (call,) = calls(await say(client, items))

    with pytest.raises(BadRequestError) as refused:
        await say(client, [*items, user("hello?")])

    assert f"No tool output found for function call {call.call_id}." in refused.value.message
    assert refused.value.type == "invalid_request_error"


async def test_models_are_listed_and_unknown_ones_are_not_there(client: AsyncOpenAI) -> None:
    assert [model.id async for model in client.models.list()] == ["offline-tutor"]
    with pytest.raises(NotFoundError):
        await client.models.retrieve("gpt-0")


NESTED = b"[" * 900 + b"]" * 900
DEEP = (
    b'{"model": "m", "input": "hi", "tools": [{"type": "function", "name": "f", '
    b'"parameters": {"a": ' + NESTED + b"}}]}"
)
BODIES: Iterable[tuple[bytes, str, int]] = [
    (b"", "application/json", 400),
    (b"{", "application/json", 400),
    (b"[]", "application/json", 400),
    (b'{"model": "m", "input": NaN}', "application/json", 400),
    (b"[" * 100_000, "application/json", 400),
    (b"\xff\xfe", "application/json", 400),
    (b'{"model": "m", "input": "hi"}', "text/plain", 400),
    (b'{"model": "m", "input": "\\ud800\\u0000 hi"}', "application/json", 200),
    (b'{"model": "m", "input": 1e999}', "application/json", 400),
    (b'{"model": "m", "input": []}', "application/json", 200),
    (DEEP, "application/json", 400),
    (json.dumps({"model": "m", "input": "x" * 100_000}).encode(), "application/json", 200),
]


@pytest.mark.parametrize(("body", "kind", "status"), BODIES)
async def test_raw_bodies_are_answered_or_refused_in_shape(
    url: str, body: bytes, kind: str, status: int
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/responses", data=body, headers={"Content-Type": kind}) as response,
    ):
        answered = await response.json()

    assert status == response.status
    assert ("error" in answered) == (status != 200) or answered["error"] is None


async def test_an_unknown_path_has_an_error_in_shape(url: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/files") as response:
        answered = await response.json()

    assert response.status == 404
    assert answered["error"]["type"] == "invalid_request_error"


async def test_an_abandoned_stream_does_no_harm(client: AsyncOpenAI) -> None:
    stream = await client.responses.create(
        model="offline-tutor", input="Explain algebra", stream=True
    )
    await anext(aiter(stream))
    await stream.close()

    assert (await say(client, [user("1+1")])).output_text == r"\(1 + 1 = 2\)"


async def test_a_calculation_that_hangs_is_given_up_and_the_next_one_works(
    client: AsyncOpenAI,
) -> None:
    start = time.monotonic()
    hung = await say(client, [user("expand (x+y+z+a+b+c)^60")])

    assert "it takes me too long" in hung.output_text
    assert time.monotonic() - start < 15
    assert (await say(client, [user("what is 7*8?")])).output_text == r"\(7 \cdot 8 = 56\)"


_CHILD = """
import asyncio
from openai import AsyncOpenAI
from bot import offline

async def main() -> None:
    async with offline.serve() as url, AsyncOpenAI(base_url=url, api_key="x") as client:
        await client.responses.create(model="m", input="1 + 1")
        print("started", flush=True)
        await client.responses.create(model="m", input="expand (x+y+z+a+b+c)^60")

asyncio.run(main())
"""


def children(parent: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True
    ).stdout
    pairs = [line.split() for line in listed.splitlines()]
    return [int(pid) for pid, ppid in pairs if int(ppid) == parent]


def lives(pid: int) -> bool:
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], check=False, capture_output=True, text=True
    ).stdout.strip()
    return bool(listed) and not listed.startswith("Z")


@pytest.mark.crash
@pytest.mark.skipif(sys.platform == "win32", reason="ps is a POSIX tool")
async def test_the_worker_dies_with_a_parent_that_is_killed_in_the_middle_of_a_job() -> None:
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _CHILD),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert parent.stdout is not None
        async with asyncio.timeout(20):
            while b"started" not in await parent.stdout.readline():
                pass
            workers = children(parent.pid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            parent.kill()
        await parent.communicate()

    assert len(workers) == 1
    async with asyncio.timeout(10):
        while lives(workers[0]):  # noqa: ASYNC110 - another process sets no event of ours
            await asyncio.sleep(0.05)
