"""What people do in a race for the first right answer: one try per person and question.

Where a question has a key, only an answer that is surely right wins; words that nobody but a reader
can judge do not. Without a key the first answer wins. Who presses "I don't know" has had their try.
"""

from dataclasses import replace

from bot.quiz import board, closing, growing
from bot.quiz.alone import given
from bot.quiz.taking import Act, Taken, told
from bot.store import questions
from bot.store.records import Answer, Question
from bot.tokens import Press


def take(act: Act, question: Question, press: Press) -> Taken:
    """T6 for a race: one try per person and question, and one winner."""
    tx, person = act.tx, act.person.key
    if question.slot_no is None:
        return told("quiz.stale_button")
    if not questions.touch_open(tx, question, person, act.now):
        return _late(question, person)
    if press.action == "skip":
        return _skip(act, question)
    return _try(act, question, press)


def _try(act: Act, question: Question, press: Press) -> Taken:
    tx, person = act.tx, act.person.key
    answer = given(act, question, press)
    if answer is None:
        return told("quiz.stale_button")
    if questions.stands(tx, question.id, person):
        return told("race.one_try")
    wins = _wins(question, answer)
    below = wins and growing.has_paused(act)
    questions.answer(tx, answer)
    if not wins:
        return told("race.noted" if answer.kind == "unknown" else "race.not_right")
    if not questions.win(tx, question.id, person, act.now):
        return _late(question, person)
    _go_on(act, question, below=below)
    return replace(told("race.won"), run=act.run)


def _wins(question: Question, answer: Answer) -> bool:
    if answer.kind == "unknown":
        return False
    return answer.right is True if question.has_key else True


def _late(question: Question, person: str) -> Taken:
    if question.winner is None:
        return told("quiz.closed")
    return told("race.won" if question.winner == person else "race.faster")


def _skip(act: Act, question: Question) -> Taken:
    """On to the next question, as whoever started the quiz wants it."""
    if act.person.key != question.asker:
        return told("race.skip_not_yours")
    below = growing.has_paused(act)
    questions.close_one(act.tx, question.id)
    _go_on(act, question, below=below)
    return Taken(run=act.run)


def _go_on(act: Act, question: Question, *, below: bool) -> None:
    """Show the next question, or end the race."""
    seen = board.load(act.tx, act.call, act.limits)
    if seen.current is None:
        closing.close(act)
        return
    growing.go_on(act, seen, below=below, latest=question.id)
