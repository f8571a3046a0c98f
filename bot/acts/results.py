"""`results`: the quizzes that a person took part in, and what they answered."""

from datetime import UTC

from bot.acts.office import Office
from bot.adapter import Receipt
from bot.events import Order
from bot.store import results as rows
from bot.store.records import Answer, Question
from bot.store.results import QuizTaken
from bot.strings import say
from bot.text.cleaning import one_line

QUIZZES = 5
MAX_TITLE = 80
MAX_QUESTION = 60
MAX_ANSWER = 60


async def results(office: Office, order: Order, _: str) -> Receipt:
    taken = await office.store.read(rows.newest, order.person, order.place, QUIZZES)
    if not taken:
        return await office.say(order, say("results.nothing"))
    room = (office.room(order) - len(say("results.head"))) // len(taken)
    told = [_quiz(quiz, room) for quiz in taken]
    return await office.say(order, "\n\n".join([say("results.head"), *told]))


def _quiz(quiz: QuizTaken, room: int) -> str:
    """As many of its questions as fit, and how many there are more."""
    head = say(
        "results.open_quiz" if quiz.is_open else "results.quiz",
        title=one_line(quiz.title, MAX_TITLE),
        when=f"{quiz.asked_at.astimezone(UTC):%Y-%m-%d %H:%M}",
    )
    lines = [head, ""]
    left = room - len(head) - len(say("results.more", number=len(quiz.answered)))
    for number, (question, answer) in enumerate(quiz.answered):
        line = f"{question.position + 1}. {_line(question, answer)}"
        left -= len(line) + 1
        if left < 0:
            lines.append("")
            lines.append(say("results.more", number=len(quiz.answered) - number))
            break
        lines.append(line)
    return "\n".join(lines)


def _line(question: Question, answer: Answer | None) -> str:
    asked = one_line(question.text, MAX_QUESTION)
    said = _said(question, answer)
    match None if answer is None else rows.right(question, answer):
        case True:
            said = say("results.right", answer=said)
        case False:
            said = say("results.wrong", answer=said)
    return say("results.line", question=asked, answer=said)


def _said(question: Question, answer: Answer | None) -> str:
    """An answer that is being changed counts until another one is given."""
    match answer:
        case None:
            waits = question.state == "open"
            return say("results.open") if waits else say("results.not_answered")
        case Answer(kind="unknown"):
            return say("quiz.answered_unknown")
        case Answer(kind="skipped"):
            return say("quiz.answered_skipped")
        case Answer(kind="choice", option=int() as option):
            return one_line(question.options[option], MAX_ANSWER)
        case _:
            return one_line(answer.text, MAX_ANSWER)
