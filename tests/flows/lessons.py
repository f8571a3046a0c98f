"""What the scripted model asks in the flows, and what people press there."""

from pydantic import JsonValue

from bot.jsons import Json
from bot.views import AnsweredLine, Button, Notice, Quiz, Reply
from tests.sims.answers import Call
from tests.sims.platform import Posted

QUIZ: Json = {
    "title": "Math Quiz",
    "questions": [
        {"question_text": "What is the derivative of 3x^2?", "question_type": "FREE_RESPONSE"},
        {
            "question_text": "What is the value of \\( \\int_0^1 2x \\, dx \\)?",
            "question_type": "MULTIPLE_CHOICE",
            "choices": ["0", "1", "2", "3"],
        },
    ],
}
HINT = "**Hint for question 1:** HINT-1: 7 × 7 is 49"
"""Of `choice`."""


def choice(number: int = 1) -> Json:
    """A question with its key, told apart by that number."""
    return {
        "question_text": "What is 7 × 8?",
        "choices": ["54", "56", "63"],
        "answer": "56",
        "hint": f"HINT-{number}: 7 × 7 is 49",
        "explanation": f"KEY-{number}: 49 and 7 more.",
    }


def quiz(call_id: str = "call_1") -> Call:
    """A call with one open question and one with choices."""
    return Call("display_quiz", QUIZ, call_id)


def button(post: Posted, label: str) -> Button:
    actions = () if not isinstance(post.view, Reply | Notice) else post.view.actions
    return next(action for action in actions if action.label == label)


def words(*texts: str, call: str = "call_1") -> Call:
    asked: list[JsonValue] = [
        {"question_text": text, "question_type": "FREE_RESPONSE"} for text in texts
    ]
    return Call("display_quiz", {"title": "Words", "questions": asked}, call)


def choices(*texts: str, call: str = "call_1", audience: str = "asker", answer: str = "") -> Call:
    asked: list[JsonValue] = [
        {
            "question_text": text,
            "question_type": "MULTIPLE_CHOICE",
            "choices": ["red", "blue"],
            "answer": answer,
        }
        for text in texts
    ]
    quiz: Json = {"title": "Colours", "questions": asked, "audience": audience}
    return Call("display_quiz", quiz, call)


def lines(post: Posted) -> tuple[AnsweredLine, ...]:
    assert isinstance(post.view, Quiz)
    return post.view.answered


def asks(post: Posted) -> bool:
    return isinstance(post.view, Quiz) and post.view.question is not None


def actions(post: Posted) -> tuple[Button, ...]:
    assert isinstance(post.view, Reply)
    return post.view.actions
