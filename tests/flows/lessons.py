"""What the scripted model asks in the flows, and what people press there."""

from bot.jsons import Json
from bot.views import Button, Notice, Reply
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


def quiz(call_id: str = "call_1") -> Call:
    """A call with one open question and one with choices."""
    return Call("display_quiz", QUIZ, call_id)


def button(post: Posted, label: str) -> Button:
    actions = () if not isinstance(post.view, Reply | Notice) else post.view.actions
    return next(action for action in actions if action.label == label)
