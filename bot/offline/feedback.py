"""Feedback on a finished quiz: every response compared with what its question asks."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.offline import readings, sayings
from bot.offline.decode import whole
from bot.offline.solving.problems import Grade, Graded, Problem, Trouble, Work, Worked
from bot.offline.solving.process import Worker

# Longer responses are shown cut; they are graded whole.
MAX_SHOWN = 200
_UNKNOWN = frozenset({"i don't know", "i dont know", "idk", "don't know", "no idea"})
_SKIPPED = frozenset({"(skipped)", "(not answered)", "skipped", "not answered", ""})
WITHOUT_ANSWER = _UNKNOWN | _SKIPPED
"""What an answer says when there is none, in lower case and without its full stop."""
_RESPONSES: TypeAdapter[list[object]] = TypeAdapter(list[object])


class Asked(BaseModel):
    """A question as it stands in the arguments of a quiz, made by whatever model."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question_text: str
    choices: tuple[str, ...] | None = None


class Quiz(BaseModel):
    """The arguments of a quiz, as far as feedback needs them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    questions: tuple[Asked, ...]


def quiz(arguments: str) -> Quiz | None:
    """The quiz in the arguments of a call, or None when there is none in them."""
    try:
        return Quiz.model_validate(json.loads(whole(arguments)))
    except (ValueError, RecursionError):
        return None


@dataclass(frozen=True, slots=True)
class _Note:
    """What to say about one response; `right` is None where it could not be graded."""

    text: str
    right: bool | None
    answered: bool = True


async def feedback(arguments: str, output: str, worker: Worker) -> str:
    """What to say about the responses to a quiz; it knows nothing but the call and its output."""
    asked, responses = quiz(arguments), _responses(output)
    if asked is None or not asked.questions:
        return sayings.QUIZ_UNREADABLE
    if responses is None:
        return sayings.NO_RESPONSES
    padded = [*responses, *("(not answered)" for _ in asked.questions)]
    pairs = list(zip(asked.questions, padded, strict=False))
    notes = [await _note(question, response, worker) for question, response in pairs]
    parts = [
        sayings.response(number, _flat(question.question_text), _quoted(response), note.text)
        for number, ((question, response), note) in enumerate(zip(pairs, notes, strict=True), 1)
    ]
    return "\n\n".join(part for part in (sayings.FEEDBACK, *parts, _total(notes)) if part)


def _responses(output: str) -> list[str] | None:
    try:
        found = _RESPONSES.validate_python(json.loads(output))
    except (ValueError, RecursionError):
        return None
    return [whole(each) if isinstance(each, str) else json.dumps(each) for each in found]


def _total(notes: Sequence[_Note]) -> str:
    graded = [note for note in notes if note.right is not None]
    return sayings.total(
        right=sum(note.right is True for note in graded),
        graded=len(graded),
        ungraded=len(notes) - len(graded),
        answered=sum(note.answered for note in notes),
    )


async def _note(question: Asked, response: str, worker: Worker) -> _Note:
    said = response.strip().rstrip(".!").lower().replace("’", "'")
    problem = readings.problem(question.question_text)
    if problem is None:
        return _Note(sayings.KIND_UNKNOWN, None, answered=said not in WITHOUT_ANSWER)
    if said in WITHOUT_ANSWER:
        done = await worker.ask(Work(problem=problem))
        if not isinstance(done, Worked):
            return _ungraded(done)
        start = sayings.NOT_KNOWN if said in _UNKNOWN else sayings.LEFT_OUT
        solution = await _solution(question, problem, done, worker)
        return _Note(f"{start} {solution}", right=False, answered=False)
    job = Grade(problem=problem, response=_chosen(response, question.choices or ()))
    graded = await worker.ask(job)
    if not isinstance(graded, Graded):
        return _ungraded(graded)
    if graded.verdict == "right":
        return _Note(f"{sayings.RIGHT} {_sentence(graded.why)}", right=True)
    start = sayings.WRONG if graded.verdict == "wrong" else sayings.NOT_READ
    worked = Worked(answer=graded.answer, brief=graded.why, full="")
    return _Note(f"{start} {await _solution(question, problem, worked, worker)}", right=False)


def _chosen(response: str, choices: Sequence[str]) -> str:
    """The text of a choice, where only its letter was given."""
    letter = re.fullmatch(r"\(?([A-Za-z])\)?\.?", response.strip())
    if letter is None or response.strip() in choices:
        return response
    index = ord(letter[1].upper()) - ord("A")
    return choices[index] if index < len(choices) else response


def _ungraded(done: object) -> _Note:
    reason = done.text if isinstance(done, Trouble) else sayings.BEYOND
    return _Note(sayings.cannot_grade(reason), None)


async def _solution(asked: Asked, problem: Problem, worked: Worked, worker: Worker) -> str:
    letter = await _right_choice(problem, asked.choices or (), worker)
    return sayings.solution(worked.answer, letter, _sentence(worked.brief))


async def _right_choice(problem: Problem, choices: Sequence[str], worker: Worker) -> str:
    for index, choice in enumerate(choices[:26]):
        graded = await worker.ask(Grade(problem=problem, response=choice))
        if isinstance(graded, Graded) and graded.verdict == "right":
            return chr(ord("A") + index)
    return ""


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!")) else f"{text}."


def _flat(text: str) -> str:
    return " ".join(text.split())


def _quoted(response: str) -> str:
    """What was answered, on one line, so that none of it is read as Markdown."""
    flat = _flat(response)
    if flat.lower() in _SKIPPED:
        return flat or sayings.NO_RESPONSE
    cut = flat if len(flat) <= MAX_SHOWN else f"{flat[:MAX_SHOWN]}…"
    if re.search(r"[*_`#<>\[\]|~]", cut) and "\\(" not in cut:
        return f"`{cut.replace('`', 'ˋ')}`"
    return f"“{cut}”"


async def walkthrough(arguments: str, worker: Worker) -> str | None:
    """Every question of a quiz worked out slowly; None when none can be."""
    asked = quiz(arguments)
    parts = []
    for number, question in enumerate(asked.questions if asked is not None else (), 1):
        problem = readings.problem(question.question_text)
        done = await worker.ask(Work(problem=problem)) if problem is not None else None
        if isinstance(done, Worked):
            parts.append(f"**{number}. {_flat(question.question_text)}**\n\n{done.full}")
    return "\n\n".join(parts) or None
