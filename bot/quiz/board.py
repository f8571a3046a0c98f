"""The message of a race: one question for all, and who has won the ones before.

What is right is on it once nobody can win the question any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.adapter import Capabilities
from bot.events import PersonRef
from bot.quiz import wording
from bot.quiz.growing import Growing
from bot.store import questions
from bot.store.database import Tx
from bot.store.participation import SOMEBODY
from bot.store.records import Answer, Question, ToolCall
from bot.strings import say
from bot.views import AnsweredLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Board(Growing):
    """One call's questions with the answers that have won them."""

    answers: Sequence[Answer]

    @property
    def current(self) -> Question | None:
        """The first that can still be won."""
        return next((each for each in self.questions if _is_open(each)), None)

    @property
    def rule(self) -> str:
        current = self.current
        keyed = current is not None and current.has_key
        return say("race.rule" if keyed else "race.rule_without_key")

    def line(self, question: Question, *, over: bool) -> AnsweredLine | None:
        """Who won it, or that nobody did; nothing of one that was never asked."""
        total = len(self.questions)
        if question.winner is not None:
            return AnsweredLine(
                text=wording.ended(question, self._winning(question), total),
                mark="right" if question.has_key else None,
                detail=wording.solution(question, known=True),
                person=PersonRef.of(question.winner) if question.winner != SOMEBODY else None,
            )
        if question.slot_no is None or (_is_open(question) and not over):
            return None
        nobody = say("race.nobody_right" if question.has_key else "race.nobody")
        return AnsweredLine(
            text=wording.ended(question, nobody, total), detail=wording.solution(question)
        )

    def _winning(self, question: Question) -> str:
        for answer in self.answers:
            if (answer.question_id, answer.person) == (question.id, question.winner):
                return wording.said(question, answer)
        return question.answer or say("forget.removed")


def _is_open(question: Question) -> bool:
    return question.winner is None and question.state == "open"


def load(tx: Tx, call: ToolCall, limits: Capabilities) -> Board:
    asked = questions.of_call(tx, call.id)
    return Board(questions=asked, answers=questions.winning(tx, asked), limits=limits)
