"""Quizzes as they stand in a thread: the arguments of their calls, made by whatever model."""

import json
import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from bot.offline import readings, sayings
from bot.offline.decode import whole
from bot.offline.solving.problems import Work, Worked
from bot.offline.solving.process import Worker
from bot.quiz.marking import meant

# Longer responses are shown cut; they are graded whole.
MAX_SHOWN = 200


class Asked(BaseModel):
    """One question; `answer` is the right one, where its maker said it."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    question_text: str
    choices: tuple[str, ...] | None = None
    answer: str | None = None
    explanation: str | None = None

    @property
    def options(self) -> Sequence[str]:
        return self.choices or ()

    @property
    def shown(self) -> str:
        """Its text on one line."""
        return flat(self.question_text)

    @property
    def shown_answer(self) -> str:
        """Its key with the letter of the choice that it is; empty where there is none."""
        if not self.answer:
            return ""
        index = meant(self.answer, self.options)
        if index is None:
            return flat(self.answer)
        return f"{chr(ord('A') + index)}) {flat(self.options[index])}"


class Quiz(BaseModel):
    """The arguments of a quiz, as far as the tutor needs them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    questions: tuple[Asked, ...]


def quiz(arguments: str) -> Quiz | None:
    """The quiz in the arguments of a call, or None when there is none in them."""
    try:
        return Quiz.model_validate(json.loads(whole(arguments)))
    except (ValueError, RecursionError):
        return None


def flat(text: str) -> str:
    return " ".join(whole(text).split())


def quoted(text: str) -> str:
    """What people wrote, on one line, so that none of it is read as Markdown."""
    line = flat(text)
    if not line:
        return ""
    cut = line if len(line) <= MAX_SHOWN else f"{line[:MAX_SHOWN]}…"
    if re.search(r"[*_`#<>\[\]|~]", cut) and "\\(" not in cut:
        return f"`{cut.replace('`', 'ˋ')}`"
    return f"“{cut}”"


async def reason(asked: Asked, worker: Worker) -> str:
    """Why the right answer is right, in a sentence or two; empty where nobody knows."""
    if asked.explanation:
        return flat(asked.explanation)
    problem = readings.problem(asked.question_text)
    done = None if problem is None else await worker.ask(Work(problem=problem))
    return sayings.sentence(done.brief) if isinstance(done, Worked) else ""
