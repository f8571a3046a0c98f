"""An act in a quiz, and what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.adapter import Capabilities
from bot.events import PersonRef
from bot.store import calls, questions, runs
from bot.store import quizzes as quiz_rows
from bot.store.database import Tx
from bot.store.records import Question, QuizGiven, Run, ToolCall
from bot.strings import say
from bot.tools.port import Tools
from bot.views import Notice, Private


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a person does in a quiz, inside its transaction. `text` is what they wrote. A lone
    question of `ask_person` has no `quiz`."""

    tx: Tx
    run: Run
    call: ToolCall
    quiz: QuizGiven | None
    person: PersonRef
    now: datetime
    limits: Capabilities
    tools: Tools
    text: str = ""

    @property
    def questions(self) -> Sequence[Question]:
        """All of the call, in order."""
        return questions.of_call(self.tx, self.call.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What the person is told, and the run whose messages or state changed, if one's did.

    With `in_place` what they are told takes the place of the private message that they pressed.
    """

    private: Private | None = None
    in_place: bool = False
    run: Run | None = None


def told(key: str, **values: str | float) -> Taken:
    """A sentence, and nothing else happens."""
    return Taken(private=Notice(text=say(key, **values)))


def act_on(
    tx: Tx,
    call_id: str,
    person: PersonRef,
    *,
    limits: Capabilities,
    tools: Tools,
    now: datetime,
    text: str = "",
) -> Act:
    """An act on a call that is there. Raises LookupError."""
    call = calls.get(tx, call_id)
    run = None if call is None else runs.get(tx, call.run_id)
    if run is None or call is None:
        raise LookupError(call_id)
    return Act(
        tx=tx,
        run=run,
        call=call,
        quiz=quiz_rows.get(tx, call_id),
        person=person,
        now=now,
        limits=limits,
        tools=tools,
        text=text,
    )
