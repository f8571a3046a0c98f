"""Quizzes as operators look at them beside the bot: how each went, and its results as rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from bot.errors import OperatorError
from bot.quiz import counting
from bot.quiz.counting import Counts
from bot.store import quizzes, results
from bot.store.database import Tx, reading_current
from bot.store.records import QuizGiven
from bot.store.results import Result
from bot.strings import say
from bot.text.visible import shortened

ID_LENGTH = 60

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SeenQuiz:
    """A quiz and its counts."""

    quiz: QuizGiven
    counts: Counts

    @property
    def is_open(self) -> bool:
        return self.quiz.closed_at is None

    @property
    def right_share(self) -> int | None:
        """Percent of the answers that could be marked; None where none could."""
        right = sum(count.right for count in self.counts.questions)
        marked = right + sum(count.wrong for count in self.counts.questions)
        return round(100 * right / marked) if marked else None


class Quizzes:
    """The quizzes of one database. Each method raises OperatorError where it cannot be read."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def newest(self, *, limit: int, workspace: str | None = None) -> list[SeenQuiz]:
        """Newest first."""
        return self._look(_newest, workspace, limit)

    def one(self, quiz_id: str) -> SeenQuiz:
        return self._look(lambda tx: _seen(tx, _found(tx, quiz_id)))

    def results_of(self, quiz_id: str) -> list[Result]:
        return self._look(lambda tx: list(results.of_quiz(tx, _found(tx, quiz_id))))

    def results_in(self, workspace: str, since: datetime | None = None) -> Iterator[Result]:
        """Of all quizzes there that were opened since then, the oldest first, quiz by quiz."""
        with reading_current(self._database) as tx:
            for quiz in quizzes.opened_since(tx, workspace, since):
                yield from results.of_quiz(tx, quiz)

    def _look(self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with reading_current(self._database) as tx:
            return work(tx, *args, **kwargs)


def _newest(tx: Tx, workspace: str | None, limit: int) -> list[SeenQuiz]:
    return [_seen(tx, quiz) for quiz in quizzes.newest(tx, workspace, limit)]


def _seen(tx: Tx, quiz: QuizGiven) -> SeenQuiz:
    return SeenQuiz(quiz, counting.of(tx, quiz))


def _found(tx: Tx, quiz_id: str) -> QuizGiven:
    quiz = quizzes.get(tx, quiz_id)
    if quiz is None:
        raise OperatorError(say("quizzes.unknown", id=shortened(quiz_id, ID_LENGTH)))
    return quiz
