"""A quiz goes on below what its asker has just said or pressed: edits notify nobody."""

from dataclasses import replace

from bot import threads
from bot.events import PlaceRef
from bot.quiz import alone
from bot.quiz.taking import Act, Taken
from bot.store import runs
from bot.store.records import Question
from bot.tokens import Press


def take(act: Act, question: Question, press: Press, place: PlaceRef) -> Taken:
    """The answer that the asker typed in that place, which is in the channel of the question."""
    taken = alone.take(_in(act, place), question, press, below=True)
    if taken.run is not None:
        _follow(act, place)
    return taken


def go_on(act: Act, place: PlaceRef) -> Taken:
    """Ask the open question once more, in that place."""
    taken = alone.again(_in(act, place))
    if taken.run is not None:
        _follow(act, place)
    return taken


def _in(act: Act, place: PlaceRef) -> Act:
    """In Slack's agent view what is typed begins a thread, and nobody looks at the old one."""
    return replace(act, run=replace(act.run, place=place))


def _follow(act: Act, place: PlaceRef) -> None:
    if act.run.place.id != place.id:
        runs.move_to(act.tx, act.run.id, place)
        threads.join(act.tx, place, act.run.asker, act.run.thread_id, act.now)
