"""How an answer, or the lack of one, reads to the model."""

import json

from bot.store.records import Answer, Question

UNKNOWN = "I don't know."  # as a learner would say it, so that any model understands
SKIPPED = "(skipped)"
NOT_ANSWERED = "(not answered)"


def response(question: Question, answer: Answer | None) -> str:
    """The full text of the choice (never a label, which may be cut), or what was written."""
    match answer:
        case None:
            return NOT_ANSWERED
        case Answer(kind="unknown"):
            return UNKNOWN
        case Answer(kind="skipped"):
            return SKIPPED
        case Answer(kind="choice", option=int() as option):
            return question.options[option]
        case _:
            return answer.text


def error_output(reason: str) -> str:
    """The output of a call that did not do what was asked."""
    return json.dumps({"error": reason}, ensure_ascii=False)


INTERRUPTED = error_output("The call was interrupted; whether it took effect is unknown.")
TOO_SLOW = error_output("The function took too long.")
FAILED = error_output("The function failed.")


def no_function(name: str) -> str:
    return error_output(f"There is no function {name!r}.")
