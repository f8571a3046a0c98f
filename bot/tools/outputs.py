"""How an answer, or the lack of one, reads to the model."""

import json

from bot.store.records import Answer, Question
from bot.text.cleaning import clean

UNKNOWN = "I don't know."  # as a learner would say it, so that any model understands
SKIPPED = "(skipped)"
NOT_ANSWERED = "(not answered)"

MAX_OUTPUT = 64_000
"""Bytes as UTF-8, some 16,000 tokens: each later request of the thread carries them again."""
CUT = f"\n[The output was cut here: it is longer than {MAX_OUTPUT} bytes.]"


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


def capped(output: str) -> str:
    """The output without what no store can take, and not longer than MAX_OUTPUT and CUT."""
    kept = clean(output[: MAX_OUTPUT + 1]).encode()
    if len(output) <= MAX_OUTPUT and len(kept) <= MAX_OUTPUT:
        return kept.decode()
    return kept[:MAX_OUTPUT].decode(errors="ignore") + CUT


def error_output(reason: str) -> str:
    """The output of a call that did not do what was asked."""
    return json.dumps({"error": reason}, ensure_ascii=False)


DONE = json.dumps({"done": True})
"""For a function that did its work and has nothing to say."""
INTERRUPTED = error_output("The call was interrupted; whether it took effect is unknown.")
UNREADABLE = error_output("The answers cannot be read.")
TOO_SLOW = error_output("The function took too long; whether it took effect is unknown.")
FAILED = error_output("The function failed.")
UNREACHABLE = error_output("The function cannot be reached at the moment.")


def no_function(name: str) -> str:
    return error_output(f"There is no function {name!r}.")
