"""How the tests talk with the tutor: as a thread would, with the real client."""

import json
from collections.abc import Sequence
from typing import cast

from openai import AsyncOpenAI
from openai.types.responses import (
    FunctionToolParam,
    Response,
    ResponseFunctionToolCall,
    ResponseInputParam,
)
from pydantic import JsonValue

from bot import offline


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
        model=offline.MODEL,
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
