"""What runs left behind, as rows that can be changed afterwards without changing what happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BindParameter, and_, bindparam, delete, false, func, select, update

from bot.jsons import Json
from bot.store.database import Tx
from bot.store.records import PLACE, Audience
from bot.store.tables import answers, deliveries, items, questions, quizzes, runs, tool_calls
from bot.views import SlotId


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedItem:
    number: int
    run_id: str
    body: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedCall:
    id: str
    run_id: str
    call_id: str
    arguments: str
    output: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedQuestion:
    id: str
    run_id: str
    tool_call_id: str
    position: int
    slot_no: int | None
    audience: Audience
    title: str
    text: str
    options: Sequence[str]
    answer: str | None
    hint: str | None
    explanation: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedQuiz:
    """A quiz by its tool call."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedAnswer:
    """What somebody wrote in a quiz that is not for its asker alone."""

    call_id: str
    position: int
    person: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedView:
    """What a message shows, as JSON: one that cannot be read any more must not hold up others.

    `shared` says that it was brought there from the private place of its run.
    """

    slot: SlotId
    run_id: str
    slot_no: int
    place_id: str
    shared: bool
    view: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    items: Sequence[TracedItem]
    calls: Sequence[TracedCall]
    questions: Sequence[TracedQuestion]
    quizzes: Sequence[TracedQuiz]
    written: Sequence[TracedAnswer]
    views: Sequence[TracedView]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What they become, by their keys; `titles` are those of quizzes. `dropped` are the items that
    go."""

    dropped: list[int] = field(default_factory=list)
    bodies: dict[int, Json] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    questions: dict[str, TracedQuestion] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    views: dict[SlotId, Json] = field(default_factory=dict)

    def __bool__(self) -> bool:
        worded = (self.bodies, self.arguments, self.outputs, self.questions, self.titles)
        return bool(self.dropped) or bool(self.views) or any(worded)


_OF_RUNS: BindParameter[str] = bindparam("runs", expanding=True)
_ITEMS = (
    select(items.c.id.label("number"), items.c.run_id, items.c.body)
    .where(items.c.run_id.in_(_OF_RUNS))
    .order_by(items.c.run_id, items.c.round, items.c.idx)
)
_CALLS = select(
    tool_calls.c.id,
    tool_calls.c.run_id,
    tool_calls.c.call_id,
    tool_calls.c.arguments,
    tool_calls.c.output,
).where(tool_calls.c.run_id.in_(_OF_RUNS))
_QUESTIONS = select(
    questions.c.id,
    questions.c.run_id,
    questions.c.tool_call_id,
    questions.c.position,
    questions.c.slot_no,
    questions.c.audience,
    questions.c.title,
    questions.c.text,
    questions.c.options,
    questions.c.answer,
    questions.c.hint,
    questions.c.explanation,
).where(questions.c.run_id.in_(_OF_RUNS))
_QUIZZES = select(quizzes.c.tool_call_id.label("id"), quizzes.c.title).where(
    quizzes.c.run_id.in_(_OF_RUNS)
)
_WRITTEN = (
    select(
        questions.c.tool_call_id.label("call_id"),
        questions.c.position,
        answers.c.person,
        answers.c.text,
    )
    .join(questions, questions.c.id == answers.c.question_id)
    .where(
        questions.c.run_id.in_(_OF_RUNS),
        questions.c.audience != "asker",
        answers.c.kind == "text",
    )
)
_VIEWS = (
    select(
        deliveries.c.slot,
        deliveries.c.run_id,
        deliveries.c.slot_no,
        deliveries.c.place_id,
        and_(
            func.coalesce(runs.c.place["private"].as_boolean(), false()),
            deliveries.c.place_id != runs.c.place_id,
        ).label("shared"),
        deliveries.c.view,
    )
    .join(runs, runs.c.id == deliveries.c.run_id)
    .where(deliveries.c.run_id.in_(_OF_RUNS))
    .order_by(deliveries.c.run_id, deliveries.c.slot_no)
)
_DROP = delete(items).where(items.c.id == bindparam("key"))
_BODY = (
    update(items)
    .where(items.c.id == bindparam("key"))
    .values(body=bindparam("new", type_=items.c.body.type))
)
_ARGUMENTS = (
    update(tool_calls).where(tool_calls.c.id == bindparam("key")).values(arguments=bindparam("new"))
)
_OUTPUT = (
    update(tool_calls).where(tool_calls.c.id == bindparam("key")).values(output=bindparam("new"))
)
_QUESTION = (
    update(questions)
    .where(questions.c.id == bindparam("key"))
    .values(
        title=bindparam("headline"),
        text=bindparam("asked"),
        options=bindparam("choices", type_=questions.c.options.type),
        answer=bindparam("right"),
        hint=bindparam("help"),
        explanation=bindparam("why"),
    )
)
_TITLE = (
    update(quizzes).where(quizzes.c.tool_call_id == bindparam("key")).values(title=bindparam("new"))
)
# What was refused or removed stays away: only what stands on the screen is edited.
_VIEW = (
    update(deliveries)
    .where(deliveries.c.slot == bindparam("key"))
    .values(
        view=bindparam("new", type_=deliveries.c.view.type),
        view_version=deliveries.c.view_version + 1,
    )
    .returning(deliveries.c.place_id, deliveries.c.place)
)
_LEFT = (
    update(deliveries)
    .where(
        deliveries.c.slot == bindparam("key"),
        deliveries.c.shown_version == deliveries.c.view_version - 1,
    )
    .values(shown_version=deliveries.c.view_version)
)


def of_runs(tx: Tx, run_ids: Sequence[str]) -> Traces:
    """All that some runs left, in order."""
    given = {"runs": run_ids}
    return Traces(
        items=[TracedItem(**row._asdict()) for row in tx.execute(_ITEMS, given)],
        calls=[TracedCall(**row._asdict()) for row in tx.execute(_CALLS, given)],
        questions=[TracedQuestion(**row._asdict()) for row in tx.execute(_QUESTIONS, given)],
        quizzes=[TracedQuiz(**row._asdict()) for row in tx.execute(_QUIZZES, given)],
        written=[TracedAnswer(**row._asdict()) for row in tx.execute(_WRITTEN, given)],
        views=[TracedView(**row._asdict()) for row in tx.execute(_VIEWS, given)],
    )


def change(tx: Tx, changes: Changes, now: datetime) -> set[str]:
    """Store them; the places where something is to be shown anew."""
    if changes.dropped:
        tx.execute(_DROP, [{"key": key} for key in changes.dropped])
    for statement, changed in (
        (_BODY, changes.bodies),
        (_ARGUMENTS, changes.arguments),
        (_OUTPUT, changes.outputs),
        (_TITLE, changes.titles),
    ):
        if changed:
            tx.execute(statement, [{"key": key, "new": new} for key, new in changed.items()])
    for key, question in changes.questions.items():
        tx.execute(_QUESTION, _worded(key, question))
    return {_shown_anew(tx, slot, view, now) for slot, view in changes.views.items()}


def _worded(key: str, question: TracedQuestion) -> dict[str, object]:
    return {
        "key": key,
        "headline": question.title,
        "asked": question.text,
        "choices": question.options,
        "right": question.answer,
        "help": question.hint,
        "why": question.explanation,
    }


def _shown_anew(tx: Tx, slot: SlotId, view: Json, now: datetime) -> str:
    """The place of a message with another view. What stands where no edit can reach it stays as it
    is there: it must not go out once more instead."""
    row = tx.execute(_VIEW, {"key": slot, "new": view}).one()
    if PLACE.validate_python(row.place).is_over(now):
        tx.execute(_LEFT, {"key": slot})
    return str(row.place_id)
