"""A model whose answers depend on the request alone, so that a round asked again gets the same."""

from dataclasses import dataclass, field
from typing import Literal

from bot.jsons import Json
from tests.sims.answers import Answer, Calls, Reasoning, Text
from tests.sims.openai import Asked

Round = Literal["reply", "quiz", "feedback"]

QUIZ: Json = {
    "title": "Warm-up",
    "questions": [
        {"question_text": "Why is the sky blue?", "question_type": "FREE_RESPONSE"},
        {
            "question_text": "What is 7 times 8?",
            "question_type": "MULTIPLE_CHOICE",
            "choices": ["54", "56"],
        },
    ],
}
REPLY_WORDS = "one two three four five six seven eight"


@dataclass(slots=True)
class Tutor:
    """`holds` names the rounds that wait, before which event of their stream."""

    holds: dict[Round, int] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Answer:
        kind = round_of(asked)
        hold = self.holds.get(kind)
        match kind:
            case "quiz":
                quiz = Calls(("display_quiz", QUIZ, "call_quiz"))
                return Answer((Reasoning(), quiz), hold_before=hold)
            case "feedback":
                text = f"Feedback on {asked.items[-1]['output']}"
                return Answer((Text(text, pieces=8),), hold_before=hold)
            case "reply":
                text = f"Reply to {asked.items[-1]['content']}: {REPLY_WORDS}"
                return Answer((Text(text, pieces=8),), hold_before=hold)


def round_of(asked: Asked) -> Round:
    """What a request is about: its last item decides."""
    last = asked.items[-1]
    if last.get("type") == "function_call_output":
        return "feedback"
    return "quiz" if "quiz" in str(last.get("content")) else "reply"
