"""What a learner may want after a quiz: buttons below the reply to it, each the next message."""

from bot import tokens
from bot.quiz import counting
from bot.quiz.counting import Count
from bot.store import calls, runs
from bot.store import quizzes as quiz_rows
from bot.store.database import Tx
from bot.store.records import Audience, QuizGiven, Run
from bot.strings import say
from bot.tokens import Action
from bot.views import Button


def buttons(tx: Tx, run: Run) -> tuple[Button, ...]:
    """None for a run without a finished quiz. What was missed can be tried again and explained,
    unless all is known to be right."""
    over = [quiz for quiz in _given(tx, run) if quiz.closed_at is not None]
    if not over:
        return ()
    harder = _button("harder", run)
    if all(_is_all_right(tx, quiz) for quiz in over):
        return (harder,)
    return (_button("missed", run), harder, _button("explain", run))


def _given(tx: Tx, run: Run) -> list[QuizGiven]:
    """The quizzes of the run, and of the rounds of earlier tries that it goes on from."""
    given = quiz_rows.of_run(tx, run.id)
    while run.own_from > 1 and run.supersedes and (before := runs.get(tx, run.supersedes)):
        kept = {call.id for call in calls.of_runs(tx, [before.id]) if call.round < run.own_from}
        given += [quiz for quiz in quiz_rows.of_run(tx, before.id) if quiz.tool_call_id in kept]
        run = before
    return given


def _button(action: Action, run: Run) -> Button:
    return Button(token=tokens.encode(action, run.id), label=say(f"next_steps.{action}_label"))


def _is_all_right(tx: Tx, quiz: QuizGiven) -> bool:
    counts = counting.of(tx, quiz)
    return all(_is_right(count, quiz.audience) for count in counts.questions)


def _is_right(count: Count, audience: Audience) -> bool:
    """Whether somebody knew it and nobody did not, where that is known. In a race, others may have
    been too late to try."""
    others = count.unknown + count.skipped + (count.not_answered if audience != "first" else 0)
    return count.question.has_key and 0 < count.right == count.answered and not others
