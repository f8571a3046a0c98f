"""`display_quiz`: several questions, multiple choice or free response, as one quiz."""

import json
from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from bot.jsons import Json
from bot.store.records import Answer, Question
from bot.tools.arguments import Choices, QuestionText, ToolArguments, parse
from bot.tools.outputs import response
from bot.tools.port import Asked

MAX_QUESTIONS = 20
MAX_TITLE = 200


class QuizQuestion(ToolArguments):
    question_text: QuestionText
    question_type: Literal["MULTIPLE_CHOICE", "FREE_RESPONSE"] | None = None
    choices: Choices | None = None

    @model_validator(mode="after")
    def _choices_fit(self) -> Self:
        if self.question_type == "MULTIPLE_CHOICE" and not self.choices:
            raise ValueError("a MULTIPLE_CHOICE question needs choices")
        return self

    def asked(self, title: str) -> Asked:
        free = self.question_type == "FREE_RESPONSE" or not self.choices
        return Asked(
            kind="text" if free else "choice",
            text=self.question_text,
            options=() if free else self.choices or (),
            title=title,
        )


class QuizArguments(ToolArguments):
    title: Annotated[QuestionText, Field(max_length=MAX_TITLE)]
    questions: Annotated[tuple[QuizQuestion, ...], Field(min_length=1, max_length=MAX_QUESTIONS)]


class DisplayQuiz:
    """Its output is a JSON list of responses in question order."""

    definition: ClassVar[Json] = {
        "name": "display_quiz",
        "description": (
            "Displays a quiz to the student, and returns the student's responses in order. "
            "A single quiz can have multiple questions."
        ),
        "parameters": {
            "type": "object",
            "properties": {
                "title": {"type": "string"},
                "questions": {
                    "type": "array",
                    "description": (
                        "An array of questions, each with a text and potentially choices "
                        "(if multiple choice)."
                    ),
                    "items": {
                        "type": "object",
                        "properties": {
                            "question_text": {"type": "string"},
                            "question_type": {
                                "type": "string",
                                "enum": ["MULTIPLE_CHOICE", "FREE_RESPONSE"],
                            },
                            "choices": {"type": "array", "items": {"type": "string"}},
                        },
                        "required": ["question_text"],
                    },
                },
            },
            "required": ["title", "questions"],
        },
    }

    def ask(self, arguments: str) -> tuple[Asked, ...]:
        quiz = parse(QuizArguments, arguments)
        return tuple(question.asked(quiz.title) for question in quiz.questions)

    def output(self, answered: Sequence[tuple[Question, Answer | None]]) -> str:
        return json.dumps([response(*pair) for pair in answered], ensure_ascii=False)
