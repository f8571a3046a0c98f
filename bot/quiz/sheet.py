"""The message of the asker's own quiz: what they answered, how it was marked, what comes next.

The right answer and the explanation of a question are only on it once the answer is final: at once
where it can be marked, and where they gave up; neither can be changed any more. An answer in words
that nobody but a reader can judge, or to a question without a key, can be changed until the quiz is
over, and tells nothing before. What they skip never does: they may want to try it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot import tokens
from bot.adapter import Capabilities
from bot.quiz import wording
from bot.quiz.growing import Growing
from bot.store import questions
from bot.store.database import Tx
from bot.store.records import Answer, Question, ToolCall
from bot.strings import say
from bot.views import AnsweredLine, Button, QuestionId

Answers = Mapping[QuestionId, Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Growing):
    """One call's questions with the asker's answers."""

    answers: Answers

    @property
    def answered(self) -> list[tuple[Question, Answer | None]]:
        return [(question, self.answers.get(question.id)) for question in self.questions]

    @property
    def current(self) -> Question | None:
        """The first without an answer that stands."""
        for question in self.questions:
            answer = self.answers.get(question.id)
            if answer is None or answer.withdrawn:
                return question
        return None

    def line(self, question: Question, *, over: bool) -> AnsweredLine | None:
        answer = self.answers.get(question.id)
        if answer is None:
            return None
        text = wording.line(question, answer, len(self.questions))
        if is_final(question, answer) or (over and answer.kind != "skipped"):
            solution = wording.solution(question, known=answer.right is True)
            return AnsweredLine(text=text, mark=wording.mark(answer), detail=solution)
        change = Button(token=tokens.encode("change", question.id), label=say("quiz.change"))
        return AnsweredLine(text=text, change=change)


def is_final(question: Question, answer: Answer) -> bool:
    """Whether the asker cannot change it any more, because it tells them what is right."""
    if answer.withdrawn or not question.has_key:
        return False
    return answer.right is not None or answer.kind == "unknown"


def load(tx: Tx, call: ToolCall, limits: Capabilities) -> Sheet:
    asked = questions.of_call(tx, call.id)
    given = questions.answers_to(tx, [question.id for question in asked])
    askers = {question.id: question.asker for question in asked}
    return Sheet(
        questions=asked,
        answers={
            answer.question_id: answer
            for answer in given
            if answer.person == askers[answer.question_id]
        },
        limits=limits,
    )
