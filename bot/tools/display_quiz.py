"""`display_quiz`: several questions, multiple choice or free response, as one quiz."""

import json
from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from bot.jsons import Json
from bot.quiz.marking import meant
from bot.store.records import Answer, Audience, Question
from bot.tools.arguments import (
    CLEANED,
    MAX_CHOICE,
    Choices,
    QuestionText,
    ToolArguments,
    parse,
)
from bot.tools.outputs import response
from bot.tools.port import Asked, Asking

MAX_QUESTIONS = 20
MAX_TITLE = 200
MAX_HINT = 500
"""Characters; it is a step, and stands above the question on the same screen."""
MAX_EXPLANATION = 1_000
"""Characters; with its question it fits into a Discord message, and 20 of them are still read."""
MAX_SECONDS = 7 * 24 * 60 * 60
"""A week, as long as any quiz stays open."""


def _given(value: object) -> object:
    """None for what a model writes that fills in every field."""
    return None if isinstance(value, str) and not value.strip() else value


def _lower(value: object) -> object:
    return value.strip().lower() or "asker" if isinstance(value, str) else value


def _no_truth(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("a number of seconds is needed, not true or false")  # noqa: TRY004 - ours
    return value


class QuizQuestion(ToolArguments):
    question_text: QuestionText
    question_type: Literal["MULTIPLE_CHOICE", "FREE_RESPONSE"] | None = None
    choices: Choices | None = None
    answer: Annotated[str, StringConstraints(max_length=MAX_CHOICE), CLEANED] | None = None
    hint: Annotated[str, StringConstraints(max_length=MAX_HINT), CLEANED] | None = None
    explanation: Annotated[str, StringConstraints(max_length=MAX_EXPLANATION), CLEANED] | None = (
        None
    )

    @model_validator(mode="after")
    def _choices_fit(self) -> Self:
        if self.question_type == "MULTIPLE_CHOICE" and not self.choices:
            raise ValueError("a MULTIPLE_CHOICE question needs choices")
        return self

    @model_validator(mode="after")
    def _answer_fits(self) -> Self:
        if self.answer and self._options and self._right is None:
            raise ValueError("answer must be one of the choices, exactly as it is written there")
        return self

    @property
    def _options(self) -> tuple[str, ...]:
        return () if self.question_type == "FREE_RESPONSE" else self.choices or ()

    @property
    def _right(self) -> int | None:
        return meant(self.answer, self._options) if self.answer else None

    def asked(self) -> Asked:
        options, right = self._options, self._right
        return Asked(
            kind="choice" if options else "text",
            text=self.question_text,
            options=options,
            answer=(self.answer or None) if right is None else options[right],
            answer_option=right,
            hint=self.hint or None,
            explanation=self.explanation or None,
        )


class QuizArguments(ToolArguments):
    title: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TITLE), CLEANED]
    questions: Annotated[tuple[QuizQuestion, ...], Field(min_length=1, max_length=MAX_QUESTIONS)]
    audience: Annotated[Audience | None, BeforeValidator(_lower)] = None
    time_limit_seconds: Annotated[
        Annotated[int, Field(ge=1, le=MAX_SECONDS), BeforeValidator(_no_truth)] | None,
        BeforeValidator(_given),
    ] = None


class DisplayQuiz:
    """Its output for one person is a JSON list of responses in question order."""

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
                            "answer": {
                                "type": "string",
                                "description": (
                                    "The right answer, kept from the student until they have "
                                    "answered: of a choice its exact text, else a short one, such "
                                    "as a number. Leave it out if there is no single one."
                                ),
                            },
                            "hint": {
                                "type": "string",
                                "description": (
                                    "One step towards the answer, without it, shown on request."
                                ),
                            },
                            "explanation": {
                                "type": "string",
                                "description": (
                                    "Why the answer is right, in a few sentences, shown after it."
                                ),
                            },
                        },
                        "required": ["question_text"],
                    },
                },
                "audience": {
                    "type": "string",
                    "enum": ["asker", "everyone", "first"],
                    "description": (
                        "Who answers: the one who asked (the default); everyone in the channel, "
                        "each alone; or all at once, and the first right answer wins. It is a "
                        "wish: without the right it becomes asker."
                    ),
                },
                "time_limit_seconds": {
                    "type": "integer",
                    "description": (
                        "How long the quiz can be answered, at most a week. Leave it out unless a "
                        "limit was asked for."
                    ),
                },
            },
            "required": ["title", "questions"],
        },
    }

    def ask(self, arguments: str) -> Asking:
        quiz = parse(QuizArguments, arguments)
        return Asking(
            questions=tuple(question.asked() for question in quiz.questions),
            title=quiz.title,
            audience=quiz.audience or "asker",
            seconds=quiz.time_limit_seconds,
        )

    def output(self, answered: Sequence[tuple[Question, Answer | None]]) -> str:
        return json.dumps([response(*pair) for pair in answered], ensure_ascii=False)
