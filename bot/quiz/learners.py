"""Who takes part in a quiz for everyone, for whoever leads it."""

from collections.abc import Sequence

from bot.events import PersonRef
from bot.quiz.result import Score, foot, score, turns
from bot.quiz.taking import Act, Taken, told
from bot.store import questions
from bot.store import quizzes as quiz_rows
from bot.store.records import QuizGiven, Taker
from bot.strings import say
from bot.views import Roll, RollLine

LEARNERS = 15
"""On one page."""


def roll(act: Act, number: int) -> Taken:
    """Who takes part, a page of it, for whoever leads the quiz: until it closes only how far they
    are, for a starter can be a learner too; then how they did."""
    tx, quiz = act.tx, act.quiz
    if quiz is None or quiz.audience != "everyone":
        return told("quiz.stale_button")
    everyone = quiz_rows.takers_of(tx, quiz.tool_call_id)
    pages = max(-(-len(everyone) // LEARNERS), 1)
    at = min(number, pages - 1)
    shown = everyone[at * LEARNERS : (at + 1) * LEARNERS]
    view = Roll(
        title=quiz.title,
        lines=_lines(act, quiz, shown),
        actions=turns("learners", quiz, at, pages),
        note=_totals(quiz, everyone, at, pages),
    )
    return Taken(private=view, in_place=True)


def _lines(act: Act, quiz: QuizGiven, shown: Sequence[Taker]) -> tuple[RollLine, ...]:
    asked, people = act.questions, [taker.person for taker in shown]
    ids = [question.id for question in asked]
    answers = questions.answers_by(act.tx, ids, people)
    hinted = [person for _, person in questions.hinted_by(act.tx, ids, people)]
    lines = []
    for taker in shown:
        own = [answer for answer in answers if answer.person == taker.person]
        how = score(asked, own, hinted.count(taker.person))
        text = " · ".join(_about(taker, how, is_closed=quiz.closed_at is not None))
        lines.append(RollLine(person=PersonRef.of(taker.person), text=text))
    return tuple(lines)


def _about(taker: Taker, how: Score, *, is_closed: bool) -> list[str]:
    if not is_closed and taker.finished_at is not None:
        return [say("learners.finished")]
    if not is_closed:
        return [say("learners.done", done=how.done, total=how.total)]
    if how.marked:
        said = [say("learners.right", right=how.right, total=how.marked)]
    else:
        said = [say("learners.answered", done=how.answered, total=how.total)]
    if how.unmarked:
        said.append(say("learners.unmarked", number=how.unmarked))
    if how.hints:
        said.append(say("learners.hints", number=how.hints))
    if taker.finished_at is None:
        said.append(say("learners.not_finished"))
    return said


def _totals(quiz: QuizGiven, everyone: Sequence[Taker], at: int, pages: int) -> str:
    if not everyone:
        return say("learners.nobody" if quiz.closed_at is None else "learners.nobody_did")
    finished = sum(taker.finished_at is not None for taker in everyone)
    totals = say("learners.count", started=len(everyone), finished=finished)
    return totals if pages == 1 else f"{totals} · {foot(at, pages)}"
