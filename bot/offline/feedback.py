"""Feedback on a finished quiz: every response compared with what its question asks."""

import json
import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.offline import readings
from bot.offline.conversation import whole
from bot.offline.solving.problems import Grade, Graded, Problem, Trouble, Work, Worked
from bot.offline.solving.process import Worker

# Longer responses are shown cut; they are graded whole.
MAX_SHOWN = 200
UNGRADED = "I cannot grade this one, because I do not know this kind of question."
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
    model_config = ConfigDict(frozen=True, extra="ignore")

    title: str = ""
    questions: tuple[Asked, ...]


def quiz(arguments: str) -> Quiz | None:
    """The quiz in the arguments of a call, or None when there is none in them."""
    try:
        return Quiz.model_validate(json.loads(whole(arguments)))
    except (ValueError, RecursionError):
        return None


async def feedback(arguments: str, output: str, worker: Worker) -> str:
    """What to say about the responses to a quiz; it knows nothing but the call and its output."""
    asked, responses = quiz(arguments), _responses(output)
    if asked is None or not asked.questions:
        return "I cannot read the questions of that quiz, so I cannot give feedback on it."
    if responses is None:
        return "The quiz ended without responses, so there is nothing to give feedback on."
    padded = [*responses, *("(not answered)" for _ in asked.questions)]
    notes = [
        await _note(question, response, worker)
        for question, response in zip(asked.questions, padded, strict=False)
    ]
    parts = [
        f"{number}. **{_flat(question.question_text)}**\n   - Your response: {_quoted(response)}"
        f"\n   - Feedback: {text}"
        for number, (question, response, (text, _)) in enumerate(
            zip(asked.questions, padded, notes, strict=False), 1
        )
    ]
    return "Here is the feedback for your responses:\n\n" + "\n\n".join(parts) + _total(notes)


def _responses(output: str) -> list[str] | None:
    try:
        found = _RESPONSES.validate_python(json.loads(output))
    except (ValueError, RecursionError):
        return None
    return [whole(each) if isinstance(each, str) else json.dumps(each) for each in found]


def _total(notes: Sequence[tuple[str, bool | None]]) -> str:
    graded = [right for _, right in notes if right is not None]
    if not graded:
        return ""
    right = sum(graded)
    end = " Well done!" if right == len(graded) else ""
    return f"\n\nYou got {right} of {len(graded)} right.{end}"


async def _note(question: Asked, response: str, worker: Worker) -> tuple[str, bool | None]:
    """One sentence or two, and whether the response is right (None: not graded)."""
    problem = readings.problem(question.question_text)
    if problem is None:
        return UNGRADED, None
    said = response.strip().rstrip(".!").lower().replace("’", "'")
    choices = question.choices or ()
    if said in _UNKNOWN or said in _SKIPPED:
        done = await worker.ask(Work(problem=problem))
        if not isinstance(done, Worked):
            return _ungraded(done), None
        start = "No problem, this is how it goes." if said in _UNKNOWN else "You left this one out."
        return f"{start} {await _solution(problem, done, choices, worker)}", False
    graded = await worker.ask(Grade(problem=problem, response=_chosen(response, choices)))
    if not isinstance(graded, Graded):
        return _ungraded(graded), None
    if graded.verdict == "right":
        return f"Right! {_sentence(graded.why)}", True
    solved = Worked(answer=graded.answer, brief=graded.why, full="")
    solution = await _solution(problem, solved, choices, worker)
    start = "Not quite." if graded.verdict == "wrong" else "I could not read that as mathematics."
    return f"{start} {solution}", False


def _chosen(response: str, choices: Sequence[str]) -> str:
    """The text of a choice, where only its letter was given."""
    letter = re.fullmatch(r"\(?([A-Za-z])\)?\.?", response.strip())
    if letter is None or response.strip() in choices:
        return response
    index = ord(letter[1].upper()) - ord("A")
    return choices[index] if index < len(choices) else response


def _ungraded(done: object) -> str:
    reason = done.text if isinstance(done, Trouble) else "I do not know how"
    return f"I cannot grade this one: {reason}."


async def _solution(
    problem: Problem, worked: Worked, choices: Sequence[str], worker: Worker
) -> str:
    letter = await _right_choice(problem, choices, worker)
    if not letter and worked.answer in worked.brief:
        return _sentence(worked.brief)
    answer = rf"The right answer is {letter}\({worked.answer}\)."
    return f"{answer} {_sentence(worked.brief)}"


async def _right_choice(problem: Problem, choices: Sequence[str], worker: Worker) -> str:
    for index, choice in enumerate(choices[:26]):
        graded = await worker.ask(Grade(problem=problem, response=choice))
        if isinstance(graded, Graded) and graded.verdict == "right":
            return f"{chr(ord('A') + index)}) "
    return ""


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!")) else f"{text}."


def _flat(text: str) -> str:
    return " ".join(text.split())


def _quoted(response: str) -> str:
    """What was answered, on one line, so that none of it is read as Markdown."""
    flat = _flat(response)
    cut = flat if len(flat) <= MAX_SHOWN else f"{flat[:MAX_SHOWN]}…"
    if re.search(r"[*_`#<>\[\]|~]", cut) and "\\(" not in cut:
        return f"`{cut.replace('`', 'ˋ')}`"
    return f"“{cut}”" if cut else "(nothing)"


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
