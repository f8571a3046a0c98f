"""Who has more time than others in a quiz for everyone, and until when."""

from datetime import datetime, timedelta

from bot.events import PersonRef, WorkspaceId
from bot.place_settings import extra_time
from bot.quiz.opening import LONGEST
from bot.store import places, runs
from bot.store import quizzes as quiz_rows
from bot.store.database import Tx
from bot.store.places import Settings
from bot.store.records import QuizGiven


def end(quiz: QuizGiven, settings: Settings, person: PersonRef) -> datetime:
    """When it closes for the person: extra time is of a time limit."""
    if quiz.seconds is None:
        return quiz.closes_at
    factor = extra_time(settings, person)
    return quiz.opened_at + min(timedelta(seconds=quiz.seconds) * factor, LONGEST)


def lengthen(tx: Tx, workspace: WorkspaceId) -> None:
    """Once it is set anew: what has been granted counts for those too who have begun a quiz that
    is open. Nobody gets less than their paper has told them."""
    for quiz in quiz_rows.open_with_limit(tx, workspace):
        if (run := runs.get(tx, quiz.run_id)) is None:
            continue
        settings = places.settings_of(tx, [run.place])[run.place.id]
        for taker in quiz_rows.takers_of(tx, quiz.tool_call_id):
            later = end(quiz, settings, PersonRef.of(taker.person))
            if later > taker.closes_at:
                quiz_rows.put_off(tx, taker, later)
