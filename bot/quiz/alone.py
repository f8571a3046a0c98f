"""What the asker does on the sheet of their own quiz."""

from bot.quiz import closing, growing, sheet
from bot.quiz.marking import mark
from bot.quiz.taking import Act, Taken, told
from bot.store import questions
from bot.store.records import Answer, AnswerKind, Question
from bot.tokens import Press


def take(act: Act, question: Question, press: Press, *, below: bool = False) -> Taken:
    """T6 for the one who asked: an answer, marked at once where it can be, or another try at one.

    With `below`, and after a pause, the quiz goes on in a new message.
    """
    tx, person = act.tx, act.person.key
    if not questions.touch_open(tx, question, person, act.now):
        return told("quiz.closed" if question.asker == person else "quiz.not_yours")
    known = next(iter(questions.answers_by(tx, [question.id], [person])), None)
    if known is not None and sheet.is_final(question, known):
        return told("quiz.final")
    below = below or growing.has_paused(act)
    if press.action == "change":
        if not questions.withdraw(tx, question.id, person):
            return told("quiz.nothing_to_change")
    else:
        answer = given(act, question, press)
        if answer is None:
            return told("quiz.stale_button")
        if known is not None and not known.withdrawn:
            return told("quiz.answered_before")
        questions.answer(tx, answer)
    _go_on(act, question, below=below)
    return Taken(run=act.run)


def again(act: Act) -> Taken:
    """Ask the open question of the call once more, in a new message below."""
    seen = sheet.load(act.tx, act.call, act.limits)
    person = act.person.key
    if seen.current is None:
        return told("quiz.closed")
    if not questions.touch_open(act.tx, seen.current, person, act.now):
        return told("quiz.closed" if seen.current.asker == person else "quiz.not_yours")
    growing.go_on(act, seen, below=True)
    return Taken(run=act.run)


def given(act: Act, question: Question, press: Press) -> Answer | None:
    """An answer, marked; None for what nobody could have answered: such a button was never
    shown."""
    kind: AnswerKind
    option: int | None = None
    match press.action:
        case "choose" if question.kind == "choice":
            if press.option is None or press.option >= len(question.options):
                return None
            kind, option = "choice", press.option
        case "write" if question.kind == "text":
            kind = "text"
        case "unknown":
            kind = "unknown"
        case "skip":
            kind = "skipped"
        case _:
            return None
    text = act.text if kind == "text" else ""
    return Answer(
        question_id=question.id,
        person=act.person.key,
        kind=kind,
        option=option,
        text=text,
        withdrawn=False,
        at=act.now,
        right=mark(question, kind, option, text),
    )


def _go_on(act: Act, question: Question, *, below: bool) -> None:
    """Show the next question, or hand in."""
    seen = sheet.load(act.tx, act.call, act.limits)
    growing.go_on(act, seen, below=below, latest=question.id)
    if seen.current is None:
        closing.close(act)
