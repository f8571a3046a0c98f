"""The one message of a quiz for everyone: who is in it, and the way in."""

from datetime import datetime

from bot import tokens
from bot.quiz.taking import Act
from bot.store import deliveries
from bot.store import quizzes as quiz_rows
from bot.store.database import Tx
from bot.store.records import QuizGiven, Run
from bot.strings import say, speaking
from bot.views import Button, Lobby


def view(tx: Tx, quiz: QuizGiven, questions: int, *, note: str = "") -> Lobby:
    """As it is now; `note` says why it is closed, where that is worth a sentence. While it is open,
    how it is taken stands there if nothing else does."""
    count = quiz_rows.count(tx, quiz.tool_call_id)
    closed = quiz.closed_at is not None
    return Lobby(
        title=quiz.title,
        questions=questions,
        started=count.started,
        finished=count.finished,
        closes_at=quiz.closed_at or quiz.closes_at,
        closed=closed,
        actions=_closed(quiz) if closed else _open(quiz),
        note=note or ("" if closed else say("lobby.how")),
    )


def show(act: Act) -> None:
    """Bring the message of an open quiz up to date, if it has one."""
    if act.quiz is not None:
        show_now(act.tx, act.run, act.quiz, len(act.questions), act.now)


def show_now(tx: Tx, run: Run, quiz: QuizGiven, questions: int, now: datetime) -> None:
    """The same outside of an act, in the language that it is in. Where only those with extra time
    go on it says that the time is up, and nothing of them."""
    if quiz.slot_no is not None:
        with speaking(run.language):
            note = say("lobby.time_is_up") if quiz.closes_at <= now else ""
            shown = view(tx, quiz, questions, note=note)
        deliveries.put(tx, run, quiz.slot_no, shown)


def to_result(quiz: QuizGiven) -> Button:
    """The way of each person to their own result."""
    token = tokens.encode("result", quiz.tool_call_id, 0)
    return Button(token=token, label=say("lobby.result"), style="primary")


def _open(quiz: QuizGiven) -> tuple[Button, ...]:
    call = quiz.tool_call_id
    return (
        Button(token=tokens.encode("start", call), label=say("lobby.start"), style="primary"),
        _to_learners(quiz),
        Button(token=tokens.encode("close", call), label=say("lobby.close"), style="danger"),
    )


def _closed(quiz: QuizGiven) -> tuple[Button, ...]:
    return to_result(quiz), _to_learners(quiz)


def _to_learners(quiz: QuizGiven) -> Button:
    token = tokens.encode("learners", quiz.tool_call_id, 0)
    return Button(token=token, label=say("lobby.learners"))
