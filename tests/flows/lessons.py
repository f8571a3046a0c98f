"""What the scripted model asks in the flows."""

from bot.jsons import Json
from tests.sims.answers import Call

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
