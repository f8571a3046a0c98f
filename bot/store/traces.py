"""What runs left behind, as rows that can be changed afterwards without changing what happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BindParameter, and_, bindparam, delete, false, func, select, update

from bot.jsons import Json
from bot.store.database import Tx
from bot.store.records import PLACE
from bot.store.tables import deliveries, items, questions, runs, tool_calls
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
    title: str
    text: str
    options: Sequence[str]


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
    views: Sequence[TracedView]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What they become, by their keys; a question by its title, text and options. `dropped` are
    the items that go."""

    dropped: list[int] = field(default_factory=list)
    bodies: dict[int, Json] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    questions: dict[str, tuple[str, str, Sequence[str]]] = field(default_factory=dict)
    views: dict[SlotId, Json] = field(default_factory=dict)

    def __bool__(self) -> bool:
        changed = (self.bodies, self.arguments, self.outputs, self.questions, self.views)
        return bool(self.dropped) or any(changed)


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
    questions.c.title,
    questions.c.text,
    questions.c.options,
).where(questions.c.run_id.in_(_OF_RUNS))
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
    )
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
    ):
        if changed:
            tx.execute(statement, [{"key": key, "new": new} for key, new in changed.items()])
    for key, (title, text, options) in changes.questions.items():
        values = {"key": key, "headline": title, "asked": text, "choices": options}
        tx.execute(_QUESTION, values)
    return {_shown_anew(tx, slot, view, now) for slot, view in changes.views.items()}


def _shown_anew(tx: Tx, slot: SlotId, view: Json, now: datetime) -> str:
    """The place of a message with another view. What stands where no edit can reach it stays as it
    is there: it must not go out once more instead."""
    row = tx.execute(_VIEW, {"key": slot, "new": view}).one()
    if PLACE.validate_python(row.place).is_over(now):
        tx.execute(_LEFT, {"key": slot})
    return str(row.place_id)
