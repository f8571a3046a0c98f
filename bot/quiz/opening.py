"""The questions of a call as rows, and the first that people see of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from pydantic import JsonValue

from bot.adapter import Capabilities
from bot.commands import Right
from bot.ids import new_question
from bot.place_settings import extra_time, one_of
from bot.quiz import board, growing, lobby, sheet
from bot.store import deliveries, places, questions
from bot.store import quizzes as quiz_rows
from bot.store.database import Tx
from bot.store.records import Question, QuizGiven, Run, ToolCall
from bot.tools.port import Asking

IN_CHANNEL, IN_DIRECT = timedelta(hours=24), timedelta(days=7)
"""How long a question stays open where nobody says otherwise."""
LONGEST = timedelta(days=7)
A_QUESTION = timedelta(seconds=20)
"""The least time for one: less is a test of reading and of the network."""

_LEAST = {
    "instructors": Right.INSTRUCTOR,
    "everyone": Right.LEARNER,
    "admins": Right.ADMIN,
}


def may_lead(right: Right, settings: Mapping[str, JsonValue]) -> bool:
    """Whether who has that right in a place may start quizzes that others answer there."""
    return right >= _LEAST[one_of(settings, "class_quizzes")]


def wished(asking: Asking, run: Run) -> Asking:
    """As the form wants it that the quiz was asked for with: the model decides nothing against it.

    Where one person is alone there is no audience but them.
    """
    if not asking.title:
        return asking
    if (wish := run.wish) is not None and wish.audience is not None:
        asking = replace(asking, audience=wish.audience, seconds=wish.seconds)
    if run.place.direct or run.place.private:
        asking = replace(asking, audience="asker")
    return asking


def ask(
    tx: Tx,
    run: Run,
    call: ToolCall,
    asking: Asking,
    *,
    limits: Capabilities,
    now: datetime,
    free_slot: int,
) -> int:
    """Show the first of it from a slot on; returns the first slot after it. The audience is one
    that the asker may choose."""
    closes_at = now + _open_for(tx, run, asking)
    new = _questions(run, call, asking, closes_at)
    questions.insert_many(tx, new)
    if asking.title:
        given = QuizGiven(
            tool_call_id=call.id,
            run_id=run.id,
            workspace_id=run.place.workspace,
            channel_id=run.place.channel_id,
            title=asking.title,
            topic=run.wish.topic if run.wish else "",
            audience=asking.audience,
            starter=run.asker.key,
            seconds=None if asking.seconds is None else int((closes_at - now).total_seconds()),
            opened_at=now,
            closes_at=closes_at,
            slot_no=free_slot if asking.audience == "everyone" else None,
        )
        quiz_rows.insert_one(tx, given)
        if asking.audience == "everyone":
            deliveries.put(tx, run, free_slot, lobby.view(tx, given, len(new)))
            return free_slot + 1
    if asking.audience == "first":
        pages = board.Board(questions=new, answers=(), limits=limits).pages(free_slot)
    else:
        pages = sheet.Sheet(questions=new, answers={}, limits=limits).pages(free_slot)
    growing.show(tx, run, pages)
    return free_slot + len(pages)


def _questions(run: Run, call: ToolCall, asking: Asking, closes_at: datetime) -> list[Question]:
    return [
        Question(
            id=new_question(),
            tool_call_id=call.id,
            run_id=run.id,
            position=position,
            kind=question.kind,
            title=asking.title,
            text=question.text,
            options=question.options,
            audience=asking.audience,
            asker=run.asker.key,
            state="open",
            closes_at=closes_at,
            slot_no=None,
            answer=question.answer,
            answer_option=question.answer_option,
            hint=question.hint,
            explanation=question.explanation,
        )
        for position, question in enumerate(asking.questions)
    ]


def limited(seconds: int, questions: int) -> timedelta:
    """A time limit as somebody wishes it for so many questions, within its bounds."""
    wished = timedelta(seconds=min(seconds, LONGEST.total_seconds()))
    return max(wished, questions * A_QUESTION)


def _open_for(tx: Tx, run: Run, asking: Asking) -> timedelta:
    """The time limit within its bounds, for a learner who has extra time so much longer; else as
    long as questions stay open there."""
    if asking.seconds is None:
        return IN_DIRECT if run.place.direct else IN_CHANNEL
    limit = limited(asking.seconds, len(asking.questions))
    if asking.audience != "asker":
        return limit
    settings = places.settings_of(tx, [run.place])[run.place.id]
    return min(limit * extra_time(settings, run.asker), LONGEST)
