"""The end of a quiz: its output to the model, what people see of it, and the run that goes on."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import structlog

from bot import rounds
from bot.adapter import Capabilities
from bot.quiz import board, growing, lobby, sheet, tally
from bot.quiz.taking import Act
from bot.store import calls, deliveries, questions, runs, threads
from bot.store import quizzes as quiz_rows
from bot.store.database import Tx
from bot.store.records import QuizGiven, Run
from bot.strings import say, speaking
from bot.tools.outputs import UNREADABLE, no_function
from bot.tools.port import Interactive, Tools

T = TypeVar("T")

log = structlog.get_logger()


def close(act: Act, why: str = "") -> None:
    """Close the questions of the call, give its output, and let the run go on where it was the
    last; once, whoever comes first. `why` is the key of a sentence for what people see."""
    tx, run, call = act.tx, act.run, act.call
    if act.quiz is not None and not quiz_rows.close(tx, call.id, act.now):
        return
    questions.close(tx, run.id, tool_call_id=call.id)
    with speaking(run.language):
        output = _readable(act, _output) or UNREADABLE
        _readable(act, lambda closed: _show(closed, say(why) if why else ""))
    last = rounds.finish_call(tx, run, call, output, act.now)
    if last and runs.move(tx, run.id, source=["requires_action"], target="queued", now=act.now):
        threads.mark_ready(tx, run.thread_id)


def close_if_over(act: Act) -> bool:
    """Close a quiz for everyone that only waited for people with extra time, once the last of them
    has finished; whether that is so."""
    quiz = act.quiz
    if quiz is None or quiz.audience != "everyone" or _end(act) > act.now:
        return False
    close(act, "quiz.time_is_up")
    return True


def _readable(act: Act, work: Callable[[Act], T]) -> T | None:
    """None where what is stored cannot be read: it must not keep a quiz open for ever."""
    try:
        with act.tx.begin_nested():
            return work(act)
    except (LookupError, TypeError, ValueError):
        log.exception("quiz_unreadable", call=act.call.id)
        return None


def _output(act: Act) -> str:
    if act.quiz is not None and act.quiz.audience != "asker":
        return tally.output(act.tx, act.quiz)
    tool = act.tools.get(act.call.name)
    if not isinstance(tool, Interactive):
        return no_function(act.call.name)
    return tool.output(sheet.load(act.tx, act.call, act.limits).answered)


def _show(act: Act, note: str) -> None:
    """What stays on the screen, and the tally as a message of its own: edits notify nobody."""
    tx, run = act.tx, act.run
    match act.quiz:
        case QuizGiven(audience="everyone", slot_no=int() as slot_no) as quiz:
            closed = quiz_rows.get(tx, quiz.tool_call_id) or quiz
            view = lobby.view(tx, closed, len(act.questions), note=note)
            deliveries.put(tx, run, slot_no, view)
            free_slot = deliveries.next_slot_no(tx, run.id)
            for number, part in enumerate(tally.views(tx, closed, act.limits)):
                deliveries.put(tx, run, free_slot + number, part)
        case QuizGiven(audience="first"):
            growing.show(tx, run, board.load(tx, act.call, act.limits).closed(note))
        case _ if note:
            growing.show(tx, run, sheet.load(tx, act.call, act.limits).closed(note))


def due(tx: Tx, run: Run, *, limits: Capabilities, tools: Tools, now: datetime) -> bool:
    """Close what has come to its deadline in a round of which the model is to hear anyway: one with
    a quiz that others answer, or with a time limit. False where the run itself is out of time.

    Who has extra time and has begun is waited for.
    """
    asked = [call for call in calls.of_runs(tx, [run.id]) if call.round == run.round]
    waiting = [call for call in asked if call.state == "waiting"]
    given = {call.id: quiz_rows.get(tx, call.id) for call in asked}
    if not waiting or not any(_closes_itself(quiz) for quiz in given.values()):
        return False
    later: list[datetime] = []
    for call in waiting:
        act = Act(
            tx=tx,
            run=run,
            call=call,
            quiz=given[call.id],
            person=run.asker,
            now=now,
            limits=limits,
            tools=tools,
        )
        if (end := _end(act)) <= now:
            close(act, "quiz.time_is_up")
            continue
        later.append(end)
        if act.quiz is not None and act.quiz.closes_at <= now:
            lobby.show(act)
    if later:
        runs.expire_at(tx, run.id, min(later))
    return True


def _closes_itself(quiz: QuizGiven | None) -> bool:
    """Whether the run goes on when its time is up, instead of ending with it."""
    return quiz is not None and (quiz.audience != "asker" or quiz.seconds is not None)


def _end(act: Act) -> datetime:
    """When a call is to be closed: for the last of those who may still answer."""
    end = min((each.closes_at for each in act.questions), default=act.now)
    if end > act.now or act.quiz is None or act.quiz.audience != "everyone":
        return end
    return quiz_rows.last_end(act.tx, act.call.id, act.now) or end
