"""How often what was answered in a quiz: numbers, and nobody's name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.quiz.wording import said
from bot.store import questions
from bot.store import quizzes as quiz_rows
from bot.store.database import Tx
from bot.store.records import Answer, AnswerKind, Question, QuizGiven
from bot.text.visible import shortened

LONGEST_WRITTEN = 300
"""Characters of a written answer that are told apart, as many as the model reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """The answers to one question. `chosen` is how often each choice was taken, `written` are
    different answers in words with how often each was given, the most frequent first.

    Where nobody can say what is right, neither `right` nor `wrong` counts anything. `won_with` is
    the answer that won, where people race and somebody did.
    """

    question: Question
    chosen: tuple[int, ...]
    written: tuple[tuple[str, int], ...]
    right: int
    wrong: int
    unknown: int
    skipped: int
    not_answered: int
    won_with: str | None = None

    @property
    def answered(self) -> int:
        """How many chose or wrote something."""
        return sum(self.chosen) + sum(times for _, times in self.written)

    @property
    def missed(self) -> int:
        """How many saw a question with a known answer and did not know it. Who never came to it
        did not miss it."""
        return self.wrong + self.unknown + self.skipped if self.question.has_key else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """A whole quiz. `started` and `finished` are people; only a quiz for everyone is finished."""

    started: int
    finished: int
    questions: tuple[Count, ...]

    @property
    def most_missed(self) -> Count | None:
        """The first of those that most people missed; None where nobody missed any."""
        worst = max(self.questions, key=lambda count: count.missed, default=None)
        return worst if worst is not None and worst.missed else None


def of(tx: Tx, quiz: QuizGiven) -> Counts:
    """As it stands now, whatever the audience. A withdrawn answer counts: nothing followed it."""
    asked = questions.of_call(tx, quiz.tool_call_id)
    given = questions.answers_to(tx, [question.id for question in asked])
    people = quiz_rows.count(tx, quiz.tool_call_id)
    started = people.started
    if quiz.audience != "everyone":
        started = len({answer.person for answer in given})
    return Counts(
        started=started,
        finished=people.finished,
        questions=tuple(
            count(question, [each for each in given if each.question_id == question.id], started)
            for question in asked
        ),
    )


def count(question: Question, answers: Sequence[Answer], started: int) -> Count:
    """The answers to one question, of so many people who could have answered."""
    kinds = Counter[AnswerKind](answer.kind for answer in answers)
    options = Counter(answer.option for answer in answers if answer.kind == "choice")
    return Count(
        question=question,
        chosen=tuple(options[index] for index in range(len(question.options))),
        written=_written(answers),
        right=sum(answer.right is True for answer in answers),
        wrong=sum(answer.right is False for answer in answers),
        unknown=kinds["unknown"],
        skipped=kinds["skipped"],
        not_answered=max(started - len(answers), 0),
        won_with=next(
            (
                shortened(said(question, answer), LONGEST_WRITTEN)
                for answer in answers
                if question.winner == answer.person
            ),
            None,
        ),
    )


def _written(answers: Sequence[Answer]) -> tuple[tuple[str, int], ...]:
    """Always in the same order: of equally frequent ones the first given comes first."""
    words = sorted(
        (answer for answer in answers if answer.kind == "text"),
        key=lambda answer: (answer.at, answer.text),
    )
    return tuple(Counter(shortened(each.text, LONGEST_WRITTEN) for each in words).most_common())
