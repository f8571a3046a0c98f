"""`ask_person`: one question to the person, with choices or free text."""

from collections.abc import Sequence
from typing import ClassVar

from bot.jsons import Json
from bot.store.records import Answer, Question
from bot.tools.arguments import Choices, QuestionText, ToolArguments, parse
from bot.tools.outputs import response
from bot.tools.port import Asked, Asking


class AskArguments(ToolArguments):
    question: QuestionText
    choices: Choices | None = None


class AskPerson:
    """Its output is the one response, as plain text."""

    definition: ClassVar[Json] = {
        "name": "ask_person",
        "description": (
            "Asks the person one question and returns the response, for example which topic "
            "to practise. Give choices where few answers make sense."
        ),
        "parameters": {
            "type": "object",
            "properties": {
                "question": {"type": "string"},
                "choices": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["question"],
        },
    }

    def ask(self, arguments: str) -> Asking:
        asked = parse(AskArguments, arguments)
        question = Asked(
            kind="choice" if asked.choices else "text",
            text=asked.question,
            options=asked.choices or (),
        )
        return Asking(questions=(question,))

    def output(self, answered: Sequence[tuple[Question, Answer | None]]) -> str:
        (pair,) = answered
        return response(*pair)
