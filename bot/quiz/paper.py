"""A learner's own paper in a quiz for everyone: one question at a time, for their eyes alone.

What they answer is only recorded until the quiz closes. Neither what is right nor whether they are
is on it, for they could tell the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import tokens
from bot.quiz import closing, extra_time, lobby, result, wording
from bot.quiz.alone import given
from bot.quiz.taking import Act, Taken, told
from bot.store import places, questions
from bot.store import quizzes as quiz_rows
from bot.store.records import Answer, Question, QuizGiven, Taker
from bot.strings import say
from bot.text.cleaning import one_line
from bot.tokens import Press
from bot.views import AnsweredLine, Button, QuestionId, Quiz, ShownQuestion


@dataclass(frozen=True, slots=True)
class Paper:
    """The questions with what one person has answered, until it closes for them."""

    questions: Sequence[Question]
    answers: Mapping[QuestionId, Answer]
    closes_at: datetime

    @property
    def open(self) -> Question | None:
        """The first question that they have not answered."""
        return next((each for each in self.questions if each.id not in self.answers), None)

    def view(self, question: Question | None) -> Quiz:
        """That question; with none, what they answered to all."""
        title, total = self.questions[0].title, len(self.questions)
        if question is None:
            lines = tuple(map(self._line, self.questions))
            return Quiz(title=title, answered=lines, note=say("paper.all_recorded"))
        return Quiz(
            title=title,
            answered=self._written(question),
            question=self._shown(question),
            note=say("paper.recorded", done=len(self.answers), total=total),
        )

    def _line(self, question: Question) -> AnsweredLine:
        text = wording.line(question, self.answers[question.id], len(self.questions))
        change = Button(token=tokens.encode("see", question.id), label=say("quiz.change"))
        return AnsweredLine(text=text, change=change)

    def _written(self, question: Question) -> tuple[AnsweredLine, ...]:
        """What is recorded where no choice shows it."""
        answer = self.answers.get(question.id)
        if answer is None or answer.kind == "choice":
            return ()
        said = one_line(wording.said(question, answer), wording.ANSWER)
        return (AnsweredLine(text=say("paper.yours", answer=said)),)

    def _shown(self, question: Question) -> ShownQuestion:
        answer = self.answers.get(question.id)
        chosen = None if answer is None else answer.option
        return ShownQuestion(
            id=question.id,
            number=question.position + 1,
            total=len(self.questions),
            text=question.text,
            choices=wording.choices(question, question.options, chosen),
            actions=(
                *wording.write(question),
                *wording.hint(question),
                *wording.ways_out(question),
                *self._turns(question),
            ),
            closes_at=self.closes_at,
        )

    def _turns(self, question: Question) -> tuple[Button, ...]:
        """To other questions: 25 buttons with 20 choices and a hint, which is Discord's limit."""
        at = self.questions.index(question)
        turns = []
        if at > 0:
            turns.append(_see(self.questions[at - 1], say("quiz.back")))
        if question.id in self.answers:
            if self.open is None:
                token = tokens.encode("start", question.tool_call_id)
                turns.append(Button(token=token, label=say("paper.all")))
            else:
                following = next(iter(self.questions[at + 1 :]), self.open)
                turns.append(_see(following, say("quiz.next")))
        return tuple(turns)


def _see(question: Question, label: str) -> Button:
    return Button(token=tokens.encode("see", question.id), label=label)


def start(act: Act) -> Taken:
    """Give the person their paper, or bring them back to where they were on it."""
    tx, quiz, person = act.tx, act.quiz, act.person.key
    if quiz is None or quiz.audience != "everyone":
        return told("quiz.stale_button")
    if quiz.closed_at is not None:
        return result.page(act)
    known = quiz_rows.taker(tx, quiz.tool_call_id, person)
    taker = known or Taker(
        tool_call_id=quiz.tool_call_id,
        person=person,
        started_at=act.now,
        finished_at=None,
        closes_at=_end(act, quiz),
    )
    if taker.closes_at <= act.now:
        return told("paper.time_over")
    if known is None:
        quiz_rows.take(tx, taker)
        lobby.show(act)
    paper = _load(act, taker)
    shown = paper.view(paper.open)
    return Taken(private=shown, in_place=True, run=act.run if known is None else None)


def in_hand(act: Act) -> Taken | None:
    """Where the person was on their paper, or their result, for a press that comes once more; None
    for one who has not begun. It changes nothing."""
    is_closed = act.quiz is not None and act.quiz.closed_at is not None
    taker = quiz_rows.taker(act.tx, act.call.id, act.person.key)
    return start(act) if is_closed or taker is not None else None


def take(act: Act, question: Question, press: Press) -> Taken:
    """T6 for one of everyone: record an answer, the last one counts, or show a question again."""
    tx, person = act.tx, act.person.key
    is_open = questions.touch_open(tx, question, person, act.now)
    taker = quiz_rows.taker(tx, question.tool_call_id, person)
    if not is_open or taker is None:
        return _refused(act, taker)
    if press.action in ("see", "change"):
        return Taken(private=_load(act, taker).view(question), in_place=True)
    answer = given(act, question, press)
    if answer is None:
        return told("quiz.stale_button")
    questions.answer(tx, answer)
    paper = _load(act, taker)
    if paper.open is not None or taker.finished_at is not None:
        return Taken(private=paper.view(paper.open), in_place=True)
    quiz_rows.finish(tx, question.tool_call_id, person, act.now)
    return _finished(act, paper)


def _refused(act: Act, taker: Taker | None) -> Taken:
    if act.quiz is None or act.quiz.closed_at is not None:
        return result.page(act)
    return told("paper.not_started" if taker is None else "paper.time_over")


def _finished(act: Act, paper: Paper) -> Taken:
    if not closing.close_if_over(act):
        lobby.show(act)
        return Taken(private=paper.view(None), in_place=True, run=act.run)
    closed = replace(act, quiz=quiz_rows.get(act.tx, act.call.id))
    return replace(result.page(closed), run=act.run)


def _end(act: Act, quiz: QuizGiven) -> datetime:
    place = act.run.place
    return extra_time.end(quiz, places.settings_of(act.tx, [place])[place.id], act.person)


def _load(act: Act, taker: Taker) -> Paper:
    asked = act.questions
    answers = questions.answers_by(act.tx, [each.id for each in asked], [taker.person])
    return Paper(asked, {answer.question_id: answer for answer in answers}, taker.closes_at)
