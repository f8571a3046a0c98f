"""What crosses the pipe to the worker and back: problems, jobs and their results, as JSON."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

ProblemKind = Literal[
    "evaluate",
    "simplify",
    "expand",
    "factor",
    "solve",
    "system",
    "differentiate",
    "integrate",
]
Topic = Literal[
    "arithmetic",
    "fractions",
    "percentages",
    "linear equations",
    "quadratic equations",
    "derivatives",
    "integrals",
]
TOPICS: tuple[Topic, ...] = (
    "arithmetic",
    "fractions",
    "percentages",
    "linear equations",
    "quadratic equations",
    "derivatives",
    "integrals",
)


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(_Value):
    """One thing to work out. Formulas are text that the parser has accepted once already."""

    kind: ProblemKind
    formulas: tuple[str, ...]
    letter: str = ""
    order: int = 1
    at: str | None = None
    bounds: tuple[str, str] | None = None


class Work(_Value):
    job: Literal["work"] = "work"
    problem: Problem


class Grade(_Value):
    """Compare what someone wrote with the answer of a problem."""

    job: Literal["grade"] = "grade"
    problem: Problem
    response: str


class Make(_Value):
    """Make one question; `level` is 1 (easy) to 3 (hard)."""

    job: Literal["make"] = "make"
    topic: Topic
    choices: bool
    seed: int
    level: int = 2


class Worked(_Value):
    """A solved problem: the answer, the short way in a sentence, and the long way step by step."""

    result: Literal["worked"] = "worked"
    answer: str
    brief: str
    full: str


class Graded(_Value):
    """`unread` says that the response could not be read as mathematics."""

    result: Literal["graded"] = "graded"
    verdict: Literal["right", "wrong", "unread"]
    answer: str
    why: str


class Question(_Value):
    """A question whose text can be read back as its problem; no choices: a free response.

    `answer` is the right one, of choices its text. A `hint` is there where it can name something
    of this very problem.
    """

    result: Literal["question"] = "question"
    text: str
    choices: tuple[str, ...] = ()
    answer: str
    hint: str = ""


class Trouble(_Value):
    """No result; `text` ends a sentence that says why, for people. `error` names a bug."""

    result: Literal["trouble"] = "trouble"
    text: str
    error: str | None = None


Job = Annotated[Work | Grade | Make, Field(discriminator="job")]
Result = Annotated[Worked | Graded | Question | Trouble, Field(discriminator="result")]

JOB: TypeAdapter[Work | Grade | Make] = TypeAdapter(Job)
RESULT: TypeAdapter[Worked | Graded | Question | Trouble] = TypeAdapter(Result)
