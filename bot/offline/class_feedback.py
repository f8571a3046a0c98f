"""Feedback on a quiz that many people answered: what was hard, why, and what to do next."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.offline import sayings
from bot.offline.decode import whole
from bot.offline.quizzes import Asked, Quiz, quoted, reason
from bot.offline.solving.process import Worker
from bot.offline.subjects import topic_of


class Counted(BaseModel):
    """How one question went. `right` and `wrong` are None where nobody could mark it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    right: int | None = None
    wrong: int | None = None
    unknown: int = 0
    skipped: int = 0
    not_answered: int = 0
    won: bool = False
    answer: str = ""
    tries: int = 0

    @property
    def missed(self) -> int | None:
        """How many dealt with it and did not find it, as people are told beside it; None where
        nobody can say."""
        if self.right is None or self.wrong is None:
            return None
        return self.wrong + self.unknown + self.skipped


class Went(BaseModel):
    """The output of a quiz for more people than its asker."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    audience: Literal["everyone", "first"]
    started: int = 0
    finished: int = 0
    questions: tuple[Counted, ...] = Field(default=())

    def missed(self, place: int) -> bool:
        """Whether the question there is worth another try."""
        if place >= len(self.questions):
            return True
        counted = self.questions[place]
        return not counted.won if self.audience == "first" else counted.missed != 0


def read(output: str) -> Went | None:
    """What happened, None when the output is of another shape."""
    try:
        return Went.model_validate_json(whole(output))
    except (ValidationError, RecursionError):
        return None


async def feedback(quiz: Quiz, went: Went, worker: Worker) -> str:
    """How it went question by question, the reason of the hardest one, and what to do next."""
    pairs = list(zip(quiz.questions, went.questions, strict=False))
    if went.audience == "everyone" and not went.started:
        return sayings.NOBODY_TOOK_IT
    if went.audience == "first":
        parts = [sayings.RACE]
        lines = [
            sayings.raced(quoted(each.answer), each.tries) if each.won else sayings.lost(each.tries)
            for _, each in pairs
        ]
    else:
        parts = [sayings.class_result(went.started, went.finished)]
        lines = [
            sayings.counted(each.right, each.wrong, each.unknown, each.skipped, each.not_answered)
            for _, each in pairs
        ]
    parts += [
        sayings.question_went(number, asked.shown, line)
        for number, ((asked, _), line) in enumerate(zip(pairs, lines, strict=True), 1)
    ]
    worst = _worst(went, pairs)
    if worst is not None:
        asked = pairs[worst][0]
        parts.append(sayings.hardest(worst + 1, asked.shown_answer, await reason(asked, worker)))
    return "\n\n".join([*parts, _next(pairs, worst)])


def _worst(went: Went, pairs: list[tuple[Asked, Counted]]) -> int | None:
    """The question that most people missed, or that nobody won."""
    places = range(len(pairs))
    if went.audience == "first":
        lost = [place for place in places if not pairs[place][1].won]
        return max(lost, key=lambda place: pairs[place][1].tries, default=None)
    missed = {place: pairs[place][1].missed or 0 for place in places}
    worst = max(places, key=lambda place: missed[place], default=None)
    return worst if worst is not None and missed[worst] else None


def _next(pairs: list[tuple[Asked, Counted]], worst: int | None) -> str:
    if worst is None and any(counted.won or counted.right for _, counted in pairs):
        return sayings.GO_ON_HARDER
    again = pairs[worst or 0 :][:1]  # where nobody answered, nobody missed anything either
    return sayings.go_on(topic_of(again[0][0].question_text) if again else None)
