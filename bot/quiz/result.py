"""My result: what a person sees of a quiz for everyone once it is closed, for their eyes alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot import tokens
from bot.adapter import Capabilities
from bot.quiz import wording
from bot.quiz.taking import Act, Taken, told
from bot.store import questions
from bot.store import quizzes as quiz_rows
from bot.store.records import Answer, Question, QuizGiven
from bot.strings import say
from bot.text.cleaning import length, one_line
from bot.text.splitting import packed
from bot.tokens import Action
from bot.views import Button, Notice

QUESTION = 300
"""Characters of a question and of each answer, in somebody's result: enough to know it again."""
TITLE = 80


@dataclass(frozen=True, slots=True)
class Score:
    """How one person did with `total` questions: `done` with an answer or without, `answered` with
    one. `marked` have a right answer that is known; `unmarked` are answers in words to these that
    nobody can judge but a reader."""

    total: int
    done: int
    answered: int
    marked: int
    right: int
    unmarked: int
    hints: int


def score(asked: Sequence[Question], own: Sequence[Answer], hints: int) -> Score:
    keyed = {question.id for question in asked if question.has_key}
    return Score(
        total=len(asked),
        done=len(own),
        answered=sum(answer.kind in ("choice", "text") for answer in own),
        marked=len(keyed),
        right=sum(answer.right is True for answer in own),
        unmarked=sum(
            answer.question_id in keyed and answer.kind == "text" and answer.right is None
            for answer in own
        ),
        hints=hints,
    )


def page(act: Act, number: int = 0) -> Taken:
    """The person's own result, from page 0 on; once it is closed, at any time later.

    Who took no part sees what was asked and what was right, as the tally has told everybody.
    """
    tx, quiz, person = act.tx, act.quiz, act.person.key
    if quiz is None or quiz.audience != "everyone":
        return told("quiz.stale_button")
    if quiz.closed_at is None:
        return told("my_result.later")
    asked = act.questions
    ids = [question.id for question in asked]
    own = {answer.question_id: answer for answer in questions.answers_by(tx, ids, [person])}
    hinted = {question for question, _ in questions.hinted_by(tx, ids, [person])}
    head = [say("my_result.closed", title=one_line(quiz.title, TITLE))]
    took_part = quiz_rows.taker(tx, quiz.tool_call_id, person) is not None
    if took_part:
        head.append(_summary(score(asked, [*own.values()], len(hinted))))
    else:
        head.append(say("my_result.not_taken"))
    told_of = [
        _told(question, own.get(question.id), took_part=took_part, hinted=question.id in hinted)
        for question in asked
    ]
    pages = _pages(["\n\n".join(head), *told_of], act.limits)
    at = min(number, len(pages) - 1)
    text = pages[at]
    if len(pages) > 1:
        text = f"{text}\n\n{foot(at, len(pages))}"
    actions = turns("result", quiz, at, len(pages))
    return Taken(private=Notice(text=text, actions=actions), in_place=True)


def _summary(of: Score) -> str:
    if not of.marked:
        return say("my_result.answered", done=of.answered, total=of.total)
    said = [say("my_result.score", right=of.right, total=of.marked)]
    if of.unmarked:
        said.append(say("my_result.unmarked", number=of.unmarked))
    return " ".join(said)


def _told(question: Question, answer: Answer | None, *, took_part: bool, hinted: bool) -> str:
    """One question: what they answered, what is right, and why."""
    facts = [_own(question, answer)] if took_part else []
    facts += filter(None, [wording.key(question), say("my_result.hinted") if hinted else ""])
    parts = [f"**{question.position + 1}.** {one_line(question.text, QUESTION)}"]
    if facts:
        parts.append("\n".join(f"- {fact}" for fact in facts))
    if question.explanation:
        parts.append(question.explanation)
    return "\n\n".join(parts)


def _own(question: Question, answer: Answer | None) -> str:
    if answer is None:
        return say("my_result.no_answer")
    said = one_line(wording.said(question, answer), QUESTION)
    match answer.right:
        case None:
            return say("my_result.yours", answer=said)
        case True:
            return say("my_result.yours_right", answer=said)
        case False:
            return say("my_result.yours_wrong", answer=said)


def _pages(blocks: Iterable[str], limits: Capabilities) -> list[str]:
    """As few as hold them in order, each with room for what stands at its foot."""
    below = length(foot(998, 999), limits.text_unit) + 2
    return packed(blocks, limits.private_room - below, limits.text_unit)


def foot(at: int, pages: int) -> str:
    return say("pages.page", page=at + 1, pages=pages)


def turns(action: Action, quiz: QuizGiven, at: int, pages: int) -> tuple[Button, ...]:
    """To the page before and the page after, where there is one."""
    others = [(at - 1, say("quiz.back"))] if at > 0 else []
    if at + 1 < pages:
        others.append((at + 1, say("quiz.next")))
    return tuple(
        Button(token=tokens.encode(action, quiz.tool_call_id, number), label=label)
        for number, label in others
    )
