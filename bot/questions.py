"""T6: a person's click or text becomes an answer, or a whisper that says why not."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from bot import quizzes, rounds, tokens
from bot.adapter import Accepted, Adapter, Duplicate, FieldError, Receipt
from bot.clock import Clock
from bot.events import ButtonToken, Click, Submission
from bot.store import calls, deliveries, events, questions, runs, threads
from bot.store.database import Store, Tx
from bot.store.records import Answer, AnswerKind, Question, Run, ToolCall
from bot.strings import ENGLISH, say, speaking
from bot.text.cleaning import clean
from bot.tokens import Press
from bot.tools.outputs import no_function
from bot.tools.port import Interactive, Tools
from bot.views import Form, Notice, QuestionId, ShownQuestion

MAX_ANSWER = 4_000
"""Characters of a written answer; what a Discord text input takes."""


class Questions:
    """Answers to open questions. One transaction decides, stores and says what to show."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        adapters: Mapping[str, Adapter],
        tools: Tools,
        *,
        wake: Callable[[Iterable[str]], None],
        deliver: Callable[[Iterable[str]], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._adapters = adapters
        self._tools = tools
        self._wake = wake
        self._deliver = deliver

    async def take(self, event: Click | Submission, press: Press) -> Receipt:
        """Raises StoreError."""
        text = clean(event.text).strip() if isinstance(event, Submission) else ""
        if isinstance(event, Submission) and not 0 < len(text) <= MAX_ANSWER:
            return FieldError(text=say("quiz.answer_length", limit=MAX_ANSWER))
        taken = await self._store.write_first(self._claim, event, press, text)
        if taken is None:
            return Duplicate()
        if isinstance(taken, str):
            return Accepted(private=Notice(text=taken))
        self._wake([taken.thread_id])
        self._deliver([taken.place.id])
        return Accepted()

    def _claim(
        self, tx: Tx, event: Click | Submission, press: Press, text: str
    ) -> Run | str | None:
        """T6, once an event; None for one that was saved before."""
        new = events.claim(tx, event.key, "answer", self._clock.now())
        return self._take(tx, event, press, text) if new else None

    def _take(self, tx: Tx, event: Click | Submission, press: Press, text: str) -> Run | str:
        """The run that goes on, or the whisper."""
        now, person = self._clock.now(), event.person.key
        question_id = QuestionId(press.target)
        counts = questions.touch_open(tx, question_id, person, now)
        question = questions.get(tx, question_id)
        if question is None:
            return say("quiz.stale_button")
        if not counts:
            return say("quiz.closed" if question.asker == person else "quiz.not_yours")
        run = runs.get(tx, question.run_id)
        call = calls.get(tx, question.tool_call_id)
        if run is None or call is None:
            raise LookupError(question.run_id)
        if press.action == "change":
            if not questions.withdraw(tx, question_id, person):
                return say("quiz.nothing_to_change")
        else:
            answer = _answer(question, press, text, person, now)
            if answer is None:
                return say("quiz.stale_button")
            if self._stands(tx, question_id, person):
                return say("quiz.answered_before")
            questions.answer(tx, answer)
        with speaking(run.language):  # what is shown is everybody's, only the whisper the person's
            self._go_on(tx, run, call, now)
        return run

    def _stands(self, tx: Tx, question_id: QuestionId, person: str) -> bool:
        given = questions.answers_to(tx, [question_id])
        return any(answer.person == person and not answer.withdrawn for answer in given)

    def _go_on(self, tx: Tx, run: Run, call: ToolCall, now: datetime) -> None:
        """Show the next question, or give the output and let the run go on."""
        limits = self._adapters[run.place.platform].capabilities
        sheet = quizzes.load(tx, call, limits)
        free_slot = deliveries.next_slot_no(tx, run.id)
        quizzes.show(tx, run, sheet.pages(free_slot))
        if sheet.current is not None:
            return
        tool = self._tools.get(call.name)
        if isinstance(tool, Interactive):
            output = tool.output(sheet.answered)
        else:
            output = no_function(call.name)
        questions.close(tx, run.id, tool_call_id=call.id)
        last = rounds.finish_call(tx, run, call, output, now)
        if last and runs.move(tx, run.id, source=["requires_action"], target="queued", now=now):
            threads.mark_ready(tx, run.thread_id)


def form(token: ButtonToken, shown: ShownQuestion) -> Form:
    """The form for a shown question, without I/O: rights are checked when it is submitted.

    It is in the language of the question's message.
    """
    press = tokens.decode(token)
    with speaking(ENGLISH if press is None else press.language):
        return Form(
            token=token,
            title=say("quiz.form_title", number=shown.number),
            label=shown.text,
            submit=say("quiz.form_submit"),
            max_length=MAX_ANSWER,
        )


def _answer(
    question: Question, press: Press, text: str, person: str, now: datetime
) -> Answer | None:
    """None for a press that does not fit the question."""
    option = press.option if press.action == "choose" else None
    match press.action:
        case "unknown":
            kind: AnswerKind = "unknown"
        case "skip":
            kind = "skipped"
        case "write" if question.kind == "text" and text:
            kind = "text"
        case "choose" if option is not None and option < len(question.options):
            kind = "choice"
        case _:
            return None
    return Answer(
        question_id=question.id,
        person=person,
        kind=kind,
        option=option,
        text=text,
        withdrawn=False,
        at=now,
    )
