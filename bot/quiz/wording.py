"""How a question and an answer to it read, on whatever they are shown."""

from collections.abc import Sequence

from bot import tokens
from bot.store.records import Answer, Question
from bot.strings import language, say
from bot.text.cleaning import one_line
from bot.views import Button, Choice, Mark

LETTERS = "ABCDEFGHIJKLMNOPQRST"
LINE = 80
"""Characters of an answered question."""
ANSWER = 36
"""Of these, characters of the answer."""
KEY = 300
"""Characters of the right answer, beside the line: enough to know it again."""


def said(question: Question, answer: Answer) -> str:
    """What was answered: the full text of a choice, or what was written."""
    match answer.kind:
        case "unknown":
            return say("quiz.answered_unknown")
        case "skipped":
            return say("quiz.answered_skipped")
        case "choice":
            return question.options[answer.option or 0]
        case "text":
            return answer.text


def line(question: Question, answer: Answer, total: int) -> str:
    """An answered question of so many, as one line of at most LINE characters."""
    return ended(question, said(question, answer), total)


def ended(question: Question, how: str, total: int) -> str:
    """A question of so many and how it ended, as one line of at most LINE characters."""
    number = f"{question.position + 1}. " if total > 1 else ""
    return in_line(number, question.text, how)


def in_line(number: str, text: str, how: str) -> str:
    """The same of a question's number, if it has one, and its text."""
    end = one_line(how, ANSWER)
    room = LINE - len(number) - len(end) - len(" — ")
    return f"{number}{one_line(text, room)} — {end}"


def mark(answer: Answer) -> Mark | None:
    """What an answer was, where that is known."""
    if answer.right is None:
        return None
    return "right" if answer.right else "wrong"


def solution(question: Question, *, known: bool = False) -> str:
    """What is right, unless that is `known` already, and why; empty where nobody said it."""
    parts = ["" if known else key(question), question.explanation]
    return "\n\n".join(filter(None, parts))


def key(question: Question) -> str:
    """What is right; empty where nobody said it."""
    if question.answer is None:
        return ""
    letter = "" if question.answer_option is None else f"{LETTERS[question.answer_option]}: "
    return say("quiz.right_answer", answer=letter + one_line(question.answer, KEY))


def choices(
    question: Question, texts: Sequence[str], chosen: int | None = None
) -> tuple[Choice, ...]:
    """Its choices in these words, with the one that was chosen."""
    return tuple(
        Choice(
            letter=letter,
            text=text,
            token=tokens.encode("choose", question.id, index),
            chosen=index == chosen,
        )
        for index, (letter, text) in enumerate(zip(LETTERS, texts, strict=False))
    )


def write(question: Question) -> tuple[Button, ...]:
    """Opens the form for an answer in words, where that is one."""
    if question.kind != "text":
        return ()
    token = tokens.encode("write", question.id, language=language())
    return (Button(token=token, label=say("quiz.write"), style="primary", form=True),)


def ways_out(question: Question) -> tuple[Button, ...]:
    """What can be done instead of answering, on every question."""
    return (
        Button(token=tokens.encode("unknown", question.id), label=say("quiz.unknown")),
        Button(token=tokens.encode("skip", question.id), label=say("quiz.skip")),
    )


def hint(question: Question) -> tuple[Button, ...]:
    """The way to its hint, where it has one."""
    if not question.hint:
        return ()
    return (Button(token=tokens.encode("hint", question.id), label=say("quiz.hint")),)
