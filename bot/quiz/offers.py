"""What may be an answer and may be a question to the tutor: its writer says which."""

from datetime import datetime

from bot import threads, tokens
from bot.messages import text_of
from bot.store import deliveries, items, runs
from bot.store.database import Tx
from bot.store.forgetting import REMOVED
from bot.store.records import Question, Run
from bot.strings import say, speaking
from bot.text.cleaning import one_line
from bot.views import Button, Notice

MAX_QUESTION = 100
"""Characters of the question that people are reminded of."""


def notice(run: Run, question: Question) -> Notice:
    """In the place, below the message: not every platform can ask a person alone about it."""
    with speaking(run.language):
        return Notice(
            text=say("typed.is_answer", question=_named(question)),
            actions=(
                Button(token=tokens.encode("use", run.id), label=say("typed.use"), style="primary"),
                Button(token=tokens.encode("ask", run.id), label=say("typed.ask")),
            ),
        )


def text_in(tx: Tx, run: Run) -> str:
    """What the person wrote; empty once that is forgotten."""
    said = [text_of(item.body) for item in items.own(tx, run.id) if item.body.get("role") == "user"]
    return "".join(text for text in said if text != REMOVED)


def used(tx: Tx, run: Run, question: Question) -> None:
    """It was the answer, and is kept as that alone: no model reads it as a message."""
    items.drop_said(tx, run.id)
    _settle(tx, run, "typed.used", question)


def asked(tx: Tx, run: Run, question: Question, now: datetime) -> Run:
    """It is a question to the tutor: the run that asks it."""
    _settle(tx, run, "typed.asked", question)
    return threads.again(tx, run, now)


def _settle(tx: Tx, run: Run, sentence: str, question: Question) -> None:
    runs.settle_offer(tx, run)
    with speaking(run.language):
        settled = Notice(text=say(sentence, question=_named(question)))
    deliveries.put(tx, run, run.first_slot, settled)


def _named(question: Question) -> str:
    return one_line(question.text, MAX_QUESTION)
