"""How people did in quizzes: rows, which whatever looks at their progress is built on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, or_, select

from bot.events import PersonRef, PlaceRef
from bot.store import calls
from bot.store import questions as question_rows
from bot.store import quizzes as quiz_rows
from bot.store.database import Tx
from bot.store.forgetting import REMOVED
from bot.store.records import Answer, Question, QuizGiven
from bot.store.tables import TAKEN, answers, questions, quizzes, runs, takers, threads, tool_calls


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One learner and one question of a quiz. `person` is the learner's key, `hints` how often they
    were helped. `answer` is None where they have not come to it."""

    quiz: QuizGiven
    person: str
    question: Question
    answer: Answer | None
    hints: int
    started_at: datetime


def of_quiz(tx: Tx, quiz: QuizGiven) -> Iterator[Result]:
    """By learner in the order in which they began, and by question.

    Of a race only the tries: nobody begins it, and nobody has to answer. Who is forgotten took no
    part.
    """
    asked = question_rows.of_call(tx, quiz.tool_call_id)
    ids = [question.id for question in asked]
    given = {(each.person, each.question_id): each for each in question_rows.answers_to(tx, ids)}
    hinted = {(person, question) for question, person in question_rows.hinted(tx, ids)}
    for person, started_at in _people(tx, quiz, [*given.values()]).items():
        for question in asked:
            answer = given.get((person, question.id))
            if answer is not None or quiz.audience != "first":
                yield Result(
                    quiz=quiz,
                    person=person,
                    question=question,
                    answer=answer,
                    hints=int((person, question.id) in hinted),
                    started_at=started_at,
                )


def _people(tx: Tx, quiz: QuizGiven, given: Sequence[Answer]) -> dict[str, datetime]:
    """Who took part, and when they began."""
    match quiz.audience:
        case "everyone":
            found = quiz_rows.takers_of(tx, quiz.tool_call_id)
            return {taker.person: taker.started_at for taker in found}
        case "asker":
            call = calls.get(tx, quiz.tool_call_id)
            gone = call is None or call.output == REMOVED
            return {} if gone else {quiz.starter: quiz.opened_at}
        case "first":
            in_order = sorted(given, key=lambda answer: (answer.at, answer.person))
            return {answer.person: quiz.opened_at for answer in in_order}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizTaken:
    """A quiz with its questions in order, each with the person's answer if there is one."""

    asked_at: datetime
    answered: Sequence[tuple[Question, Answer | None]]

    @property
    def title(self) -> str:
        return self.answered[0][0].title

    @property
    def is_open(self) -> bool:
        return any(question.state == "open" for question, _ in self.answered)


def right(question: Question, answer: Answer) -> bool | None:
    """Whether it was right, as far as the person may know: what others answer too is only told once
    nobody can answer it any more."""
    is_told = question.audience == "asker" or question.state == "closed"
    return answer.right if is_told else None


_OWN = (
    select(tool_calls.c.id, tool_calls.c.created_at)
    .select_from(runs)
    .join(threads, threads.c.id == runs.c.thread_id)
    .join(tool_calls, tool_calls.c.run_id == runs.c.id)
    .where(
        runs.c.asker_scope == bindparam("scope"),
        runs.c.asker_user == bindparam("user"),
        TAKEN,
        threads.c.workspace_id == bindparam("workspace"),
        or_(
            runs.c.place_id == bindparam("channel"),
            runs.c.place["parent"].as_string() == bindparam("parent"),
        ),
        or_(tool_calls.c.output.is_(None), tool_calls.c.output != REMOVED),
        exists().where(
            questions.c.tool_call_id == tool_calls.c.id,
            questions.c.audience == "asker",
            questions.c.title != "",  # without one it is a question of a conversation
        ),
    )
    .order_by(runs.c.created_at.desc(), tool_calls.c.round.desc(), tool_calls.c.idx.desc())
    .limit(bindparam("most"))
)
_SHARED = (
    select(quizzes.c.tool_call_id.label("id"), quizzes.c.opened_at.label("created_at"))
    .where(
        quizzes.c.workspace_id == bindparam("workspace"),
        quizzes.c.channel_id == bindparam("channel"),
        quizzes.c.audience != "asker",
        or_(
            exists().where(
                takers.c.tool_call_id == quizzes.c.tool_call_id,
                takers.c.person == bindparam("person"),
            ),
            exists().where(
                questions.c.tool_call_id == quizzes.c.tool_call_id,
                answers.c.question_id == questions.c.id,
                answers.c.person == bindparam("person"),
            ),
        ),
    )
    .order_by(quizzes.c.opened_at.desc())
    .limit(bindparam("most"))
)


def newest(tx: Tx, person: PersonRef, place: PlaceRef, most: int) -> list[QuizTaken]:
    """Those of the place's channel, its threads included, that they were asked or took part in, the
    newest first; not what the person has had forgotten."""
    given = {
        "scope": person.scope,
        "user": person.user,
        "person": person.key,
        "workspace": place.workspace,
        "channel": place.channel_id,
        # In a direct conversation, or in the channel itself, nothing is above the place.
        "parent": place.parent or place.key,
        "most": most,
    }
    found = [*tx.execute(_OWN, given), *tx.execute(_SHARED, given)]
    found.sort(key=lambda row: row.created_at, reverse=True)
    return [
        QuizTaken(asked_at=row.created_at, answered=_answered(tx, row.id, person))
        for row in found[:most]
    ]


def _answered(tx: Tx, call_id: str, person: PersonRef) -> list[tuple[Question, Answer | None]]:
    """Of a race only what has been asked: nobody is to know before the others."""
    asked = [
        question
        for question in question_rows.of_call(tx, call_id)
        if question.audience != "first" or question.slot_no is not None
    ]
    given = question_rows.answers_by(tx, [question.id for question in asked], [person.key])
    own = {answer.question_id: answer for answer in given}
    return [(question, own.get(question.id)) for question in asked]
