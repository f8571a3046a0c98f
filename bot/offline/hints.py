"""Hints for the question that is open, or for the problem that was talked about last."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from bot.offline import readings, sayings, wording
from bot.offline.decode import Answered, Called, Message, Reasoning, text_of
from bot.offline.intents import Solve, intents
from bot.offline.solving.problems import Problem

MAX_LOOKBACK = 10
# A note is one line; every part of it is tried.
MAX_NOTE = 500
MAX_PARTS = 100


def hint(items: Sequence[Message | Called | Answered | Reasoning]) -> str:
    """A step in the right direction that does not give the answer away."""
    messages = [item for item in items if isinstance(item, Message)]
    place = max((i for i, item in enumerate(messages) if item.role == "user"), default=0)
    for note in reversed(messages[:place]):
        if note.role != "developer":
            break
        text = text_of(note.content)
        problem = _problem_in(text)
        if problem is not None:
            return sayings.about_open_question(sayings.HINTS[problem.kind])
        return sayings.about_open_question(sayings.GENERAL_HINT)
    for message in reversed(messages[max(0, place - MAX_LOOKBACK) : place]):
        if message.role == "user":
            solved = next(
                (i for i in intents(text_of(message.content)) if isinstance(i, Solve)), None
            )
            if solved is not None:
                return sayings.HINTS[solved.problem.kind]
    return sayings.GENERAL_HINT


def _problem_in(note: str) -> Problem | None:
    """The first part of a note that states a problem; the note's wording is not ours."""
    return next(
        (
            found
            for part in islice(_parts(note[:MAX_NOTE]), MAX_PARTS)
            if (found := readings.problem(part)) is not None
        ),
        None,
    )


def _parts(note: str) -> Iterator[str]:
    yield from (match[1] for match in re.finditer(r"[“\"']([^”\"]{3,})[”\"']", note))
    pieces = wording.sentences(note)
    for piece in pieces:
        # “A quiz is still open: What is …?”, “Question 2 of 3 is: Solve … (open until noon)”
        starts = [*(match.end() for match in re.finditer(r":\s+", piece)), 0]
        for start in starts:
            words = piece[start:].split()
            yield from (" ".join(words[:end]) for end in range(len(words), 1, -1))
    yield from (match[1] for match in re.finditer(r"\\\((.+?)\\\)", note))
