"""Feedback on a finished quiz: every response compared with what its question asks."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from bot.offline import class_feedback, readings, sayings
from bot.offline.decode import whole
from bot.offline.quizzes import Asked, Quiz, flat, quiz, quoted
from bot.offline.solving.problems import Grade, Graded, Problem, Trouble, Work, Worked
from bot.offline.solving.process import Worker
from bot.quiz.marking import meant, same

_UNKNOWN = frozenset({"i don't know", "i dont know", "idk", "don't know", "no idea"})
_SKIPPED = frozenset({"(skipped)", "(not answered)", "skipped", "not answered", ""})
WITHOUT_ANSWER = _UNKNOWN | _SKIPPED
"""What an answer says when there is none, in lower case and without its full stop."""
_RESPONSES: TypeAdapter[list[object]] = TypeAdapter(list[object])


@dataclass(frozen=True, slots=True)
class _Note:
    """What to say about one response; `right` is None where it could not be graded."""

    text: str
    right: bool | None
    answered: bool = True


async def feedback(arguments: str, output: str, worker: Worker) -> str:
    """What to say about the responses to a quiz; it knows nothing but the call and its output."""
    asked = quiz(arguments)
    if asked is None or not asked.questions:
        return sayings.QUIZ_UNREADABLE
    went = class_feedback.read(output)
    if went is not None:
        return await class_feedback.feedback(asked, went, worker)
    responses = _responses(output)
    if responses is None:
        return sayings.NO_RESPONSES
    pairs = _pairs(asked, responses)
    notes = [await _note(question, response, worker) for question, response in pairs]
    parts = [
        sayings.response(number, question.shown, _quoted(response), note.text)
        for number, ((question, response), note) in enumerate(zip(pairs, notes, strict=True), 1)
    ]
    return "\n\n".join(part for part in (sayings.FEEDBACK, *parts, _total(notes)) if part)


async def missed(arguments: str, output: str, worker: Worker) -> Sequence[Asked] | None:
    """The questions of a quiz that were not answered rightly; None where that cannot be known."""
    asked = quiz(arguments)
    if asked is None:
        return None
    went = class_feedback.read(output)
    if went is not None:
        return [each for place, each in enumerate(asked.questions) if went.missed(place)]
    responses = _responses(output)
    if responses is None:
        return None
    return [
        question
        for question, response in _pairs(asked, responses)
        if (await _note(question, response, worker)).right is not True
    ]


def _pairs(asked: Quiz, responses: Sequence[str]) -> list[tuple[Asked, str]]:
    padded = [*responses, *("(not answered)" for _ in asked.questions)]
    return list(zip(asked.questions, padded, strict=False))


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
        return _by_key(question, response, answered=said not in WITHOUT_ANSWER)
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
        return _Note(f"{sayings.RIGHT} {sayings.sentence(graded.why)}", right=True)
    start = sayings.WRONG if graded.verdict == "wrong" else sayings.NOT_READ
    worked = Worked(answer=graded.answer, brief=graded.why, full="")
    return _Note(f"{start} {await _solution(question, problem, worked, worker)}", right=False)


def _by_key(question: Asked, response: str, *, answered: bool) -> _Note:
    """What to say where nothing can be calculated: the word of whoever made the question."""
    answer, why = question.shown_answer, flat(question.explanation or "")
    if not answer:
        return _Note(sayings.KIND_UNKNOWN, None, answered=answered)
    if not answered:
        return _Note(sayings.by_key(sayings.NOT_KNOWN, answer, why), right=False, answered=False)
    right = _is_key(question, response)
    if right is None:
        return _Note(sayings.by_key(sayings.WORDS_UNJUDGED, answer, why), None)
    if right:
        return _Note(f"{sayings.RIGHT} {why}".strip(), right=True)
    return _Note(sayings.by_key(sayings.WRONG, answer, why), right=False)


def _is_key(question: Asked, response: str) -> bool | None:
    answer = question.answer or ""
    right = meant(answer, question.options)
    return same(response, answer) if right is None else meant(response, question.options) == right


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
    return sayings.solution(worked.answer, letter, sayings.sentence(worked.brief))


async def _right_choice(problem: Problem, choices: Sequence[str], worker: Worker) -> str:
    for index, choice in enumerate(choices[:26]):
        graded = await worker.ask(Grade(problem=problem, response=choice))
        if isinstance(graded, Graded) and graded.verdict == "right":
            return chr(ord("A") + index)
    return ""


def _quoted(response: str) -> str:
    line = flat(response)
    if line.lower() in _SKIPPED:
        return line or sayings.NO_RESPONSE
    return quoted(line)


async def walkthrough(arguments: str, output: str, worker: Worker) -> str | None:
    """The missed questions of a quiz worked out slowly, or all where none was missed; None when
    none can be."""
    asked = quiz(arguments)
    if asked is None:
        return None
    chosen = await missed(arguments, output, worker) or asked.questions
    parts = []
    for number, question in enumerate(asked.questions, 1):
        if question in chosen and (way := await _way(question, worker)):
            parts.append(f"**{number}. {question.shown}**\n\n{way}")
    return "\n\n".join(parts) or None


async def _way(question: Asked, worker: Worker) -> str:
    problem = readings.problem(question.question_text)
    done = await worker.ask(Work(problem=problem)) if problem is not None else None
    if isinstance(done, Worked):
        return done.full
    answer, why = question.shown_answer, flat(question.explanation or "")
    return sayings.by_key("", answer, why) if answer else why
