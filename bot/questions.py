"""T6, and the table of what somebody means who types something while a question is open."""

from dataclasses import dataclass
from typing import Literal

from bot import commands, tokens
from bot.acts.office import Office
from bot.adapter import Accepted, Duplicate, FieldError, Receipt
from bot.commands import Right
from bot.events import ButtonToken, Click, Submission
from bot.quiz import alone, closing, learners, marking, paper, race, result
from bot.quiz.taking import Act, Taken, act_on, told
from bot.quiz.typed import Where
from bot.store import events, questions
from bot.store import quizzes as quiz_rows
from bot.store.database import Tx
from bot.store.records import Question
from bot.strings import say, speaking
from bot.text.cleaning import clean
from bot.tokens import Action, Press
from bot.views import Field, Form, Notice, QuestionId, ShownQuestion

MAX_ANSWER = 4_000
"""Characters of a written answer; what a Discord text input takes."""
ANSWER = "answer"
"""The field of an answer's form."""

OF_QUESTIONS: frozenset[Action] = frozenset(
    {"choose", "write", "unknown", "skip", "change", "hint", "see"}
)
OF_QUIZZES: frozenset[Action] = frozenset({"start", "close", "result", "learners"})
READING: frozenset[Action] = frozenset({"see", "change", "result", "learners"})
"""In a quiz for everyone they change nothing, so that they may be done again."""
SHOWN_AGAIN = READING | {"start", "choose", "write", "unknown", "skip"}
"""What a paper or a page is the answer to there."""
LEADING: frozenset[Action] = frozenset({"close", "learners"})
"""For the starter of the quiz, and instructors and admins of its place."""

QUESTION_MARKS = "?？؟"
BEHIND_MARKS = " \n\t!.…)\"'”’»*_`~"
"""What may stand behind one that still makes a question of the whole."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What somebody means who types something while a question is open. Answers have the press of
    a button that would say the same."""

    kind: Literal["answer", "either", "told", "request"]
    press: Press | None = None


REQUEST = Meaning("request")
"""For the tutor, or a command."""
EITHER = Meaning("either")
"""An answer or a question to the tutor: only the person knows."""
TOLD = Meaning("told")
"""An answer where what is typed never counts, since all others would read it."""


def meaning(text: str, question: Question, where: Where) -> Meaning:
    """The first row of the table that says something: what the text means, for one who may answer
    the question. Pure."""
    said = clean(text).strip()
    if not 0 < len(said) <= MAX_ANSWER:
        return REQUEST
    found = (row(said, question, where) for row in TABLE)
    return next((meant for meant in found if meant is not None), REQUEST)


def _command(text: str, _question: Question, _where: Where) -> Meaning | None:
    """A command's word alone is the command, which is obeyed before anybody asks here."""
    words = commands.spoken(text)
    return REQUEST if words is not None and not words.argument else None


def _for_everyone(text: str, question: Question, where: Where) -> Meaning | None:
    if question.audience != "everyone":
        return None
    answers = where == "reply" or _choice(text, question, where) is not None
    return TOLD if answers and not _asks(text) else REQUEST


def _race_elsewhere(_text: str, question: Question, where: Where) -> Meaning | None:
    """Those who race read its own thread alone."""
    return REQUEST if question.audience == "first" and where == "elsewhere" else None


def _reply(_text: str, question: Question, where: Where) -> Meaning | None:
    return _written(question) if question.kind == "text" and where == "reply" else None


def _choice(text: str, question: Question, _where: Where) -> Meaning | None:
    """Wherever it is said: who says nothing but a choice means it."""
    option = None if question.kind == "text" else marking.meant(text, question.options)
    return None if option is None else Meaning("answer", Press("choose", question.id, option))


def _words(text: str, question: Question, where: Where) -> Meaning | None:
    if question.kind != "text" or where == "elsewhere":
        return None
    return EITHER if _asks(text) else _written(question)


def _written(question: Question) -> Meaning:
    return Meaning("answer", Press("write", question.id))


def _asks(text: str) -> bool:
    """Whether it may be meant for the tutor: it ends as a question or begins as a command."""
    first = text.split(maxsplit=1)[0].lstrip("/").casefold()
    return text.rstrip(BEHIND_MARKS).endswith(tuple(QUESTION_MARKS)) or first in commands.COMMANDS


TABLE = (_command, _for_everyone, _race_elsewhere, _reply, _choice, _words)
"""What is typed while a question is open, from the surest sign to the least; what no row takes is
a request, and the question stays open."""


class Questions:
    """Answers to open questions, and what people do with quizzes. One transaction decides, stores
    and says what to show."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def take(self, event: Click | Submission, press: Press) -> Receipt:
        """Raises StoreError, and TimeoutError where the platform is too slow to say what the person
        may do."""
        text = ""
        if isinstance(event, Submission):
            text = clean(event.values.get(ANSWER, "")).strip()
            if not 0 < len(text) <= MAX_ANSWER:
                return FieldError(text=say("quiz.answer_length", limit=MAX_ANSWER), field=ANSWER)
        leads = press.action in LEADING and await self._leads(event, press.target)
        taken = await self._office.store.write_first(self._claim, event, press, text, leads)
        if taken is None:
            return Duplicate()
        if taken.run is not None:
            self._office.wake([taken.run.thread_id])
            self._office.deliver([taken.run.place.id])
        return Accepted(private=taken.private, in_place=taken.in_place)

    async def _leads(self, event: Click | Submission, call_id: str) -> bool:
        quiz = await self._office.store.read(quiz_rows.get, call_id)
        if quiz is None or quiz.starter == event.person.key:
            return quiz is not None
        return await self._office.roster.right(event.person, event.place) >= Right.INSTRUCTOR

    def _claim(
        self, tx: Tx, event: Click | Submission, press: Press, text: str, leads: bool
    ) -> Taken | None:
        """T6, once an event; None for one that was saved before and has nothing to be shown."""
        if not events.claim(tx, event.key, "answer", self._office.clock.now()):
            return self._repeated(tx, event, press, leads)
        return self._done(tx, event, press, text, leads)

    def _done(
        self, tx: Tx, event: Click | Submission, press: Press, text: str, leads: bool
    ) -> Taken:
        if press.action in OF_QUIZZES:
            return self._in_quiz(tx, event, press, leads)
        return self._take(tx, event, press, text)

    def _repeated(
        self, tx: Tx, event: Click | Submission, press: Press, leads: bool
    ) -> Taken | None:
        """What the person has in hand of a quiz for everyone, for a press that comes again since
        its response was lost: what it did is done, and is only shown."""
        call_id = press.target
        if press.action in OF_QUESTIONS:
            question = questions.get(tx, QuestionId(press.target))
            call_id = "" if question is None else question.tool_call_id
        quiz = quiz_rows.get(tx, call_id)
        if quiz is None or quiz.audience != "everyone" or press.action not in SHOWN_AGAIN:
            return None
        if press.action in READING:
            return self._done(tx, event, press, "", leads)
        act = self._act(tx, call_id, event)
        return paper.in_hand(act) if _is_here(act, event) else None

    def _take(self, tx: Tx, event: Click | Submission, press: Press, text: str) -> Taken:
        question = questions.get(tx, QuestionId(press.target))
        if question is None:
            return told("quiz.stale_button")
        act = self._act(tx, question.tool_call_id, event, text)
        if question.audience != "asker" and not _is_here(act, event):
            return told("quiz.stale_button")
        if press.action == "hint":
            return _hint(act, question)
        match question.audience:
            case "asker":
                return alone.take(act, question, press)
            case "everyone":
                return paper.take(act, question, press)
            case "first":
                return race.take(act, question, press)

    def _in_quiz(self, tx: Tx, event: Click | Submission, press: Press, leads: bool) -> Taken:
        quiz = quiz_rows.get(tx, press.target)
        if quiz is None or quiz.audience == "asker":
            return told("quiz.stale_button")
        act = self._act(tx, quiz.tool_call_id, event)
        if not _is_here(act, event):
            return told("quiz.stale_button")
        if press.action in LEADING:
            return _led(act, press) if leads else told("lobby.not_yours")
        return paper.start(act) if press.action == "start" else result.page(act, press.option or 0)

    def _act(self, tx: Tx, call_id: str, event: Click | Submission, text: str = "") -> Act:
        return act_on(
            tx,
            call_id,
            event.person,
            limits=self._office.limits(event.place.platform),
            tools=self._office.tools,
            now=self._office.clock.now(),
            text=text,
        )


def _led(act: Act, press: Press) -> Taken:
    """What is for those alone who lead the quiz."""
    if press.action == "learners":
        return learners.roll(act, press.option or 0)
    if act.quiz is not None and act.quiz.closed_at is not None:
        return told("lobby.closed_already")
    closing.close(act)
    return Taken(run=act.run)


def _hint(act: Act, question: Question) -> Taken:
    """For whoever may answer the question now, and noted with what they answer."""
    if not question.hint or not questions.touch_open(act.tx, question, act.person.key, act.now):
        return told("quiz.no_hint")
    questions.give_hint(act.tx, question.id, act.person.key, act.now)
    told_of = say("quiz.hint_is", number=question.position + 1, hint=question.hint)
    return Taken(private=Notice(text=told_of))


def _is_here(act: Act, event: Click | Submission) -> bool:
    """Whether what is for others too is pressed in its own channel: a token that somebody brings
    along from elsewhere opens nothing."""
    return act.run.place.shares_channel(event.place)


def form(token: ButtonToken, shown: ShownQuestion | None) -> Form | None:
    """The form behind a button, without I/O: rights are checked when it is submitted.

    It is in the language of the message with the button.
    """
    press = tokens.decode(token)
    if press is None or press.action != "write":
        return None
    with speaking(press.language):
        if shown is None:
            return Form(
                token=token,
                title=say("quiz.form_title_alone"),
                fields=(_field(say("quiz.form_label")),),
                submit=say("quiz.form_submit"),
            )
        return Form(
            token=token,
            title=say("quiz.form_title", number=shown.number),
            fields=(_field(shown.text),),
            submit=say("quiz.form_submit"),
        )


def _field(label: str) -> Field:
    return Field(name=ANSWER, label=label, max_length=MAX_ANSWER, long=True)
