"""Who asked to be forgotten, and where what they wrote and answered is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, and_, bindparam, delete, exists, or_, select, union, update
from sqlalchemy.dialects.sqlite import insert

from bot.events import PersonRef, WorkspaceId
from bot.messages import message, text_of
from bot.store import participation
from bot.store.database import Tx
from bot.store.records import FINISHED
from bot.store.tables import (
    EXECUTING,
    OWN_FROM,
    TAKEN,
    UNTAKEN,
    WAITING,
    UtcTime,
    answers,
    deliveries,
    forgetting,
    hints,
    items,
    questions,
    quizzes,
    runs,
    takers,
    threads,
)

REMOVED = "[removed]"
"""What the model reads where something was."""
AT_ONCE = 500
"""Runs in one statement and in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A person wants what they wrote in a workspace until then to be forgotten; so much of it is
    already."""

    workspace: WorkspaceId
    person: PersonRef
    at: datetime
    messages: int
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread with something of a person on it: `theirs` are the runs to be forgotten, `later`
    all from the first of them on. `languages` is that of each run, in order; `waiting` are those
    of theirs that nobody works on and that have not ended."""

    id: str
    person: PersonRef
    epoch: int
    next_turn: int
    settled: bool
    """Whether nothing executes on it and nothing of theirs is to come."""
    languages: dict[str, str]
    theirs: frozenset[str]
    later: frozenset[str]
    waiting: tuple[str, ...]
    goes_on_from: dict[str, str]
    """Runs that begin with copies of the rounds of another, by their own ids."""

    @property
    def batches(self) -> list[Sequence[str]]:
        """Their runs, a bearable number at once; one without any where they only answered."""
        mine = [run_id for run_id in self.languages if run_id in self.theirs]
        starts = range(0, max(len(mine), 1), AT_ONCE)
        return [mine[start : start + AT_ONCE] for start in starts]

    def with_sources(self, some: Sequence[str]) -> list[str]:
        """Some runs, and all whose rounds they have copies of."""
        found = dict.fromkeys(some)
        for run_id in some:
            while (run_id := self.goes_on_from.get(run_id, "")) and run_id not in found:
                found[run_id] = None
        return list(found)

    def is_still(self, other: "Thread") -> bool:
        """Whether nothing was asked and nothing has begun since."""
        return (self.epoch, self.next_turn) == (other.epoch, other.next_turn)


_ONE = (
    forgetting.c.workspace_id == bindparam("workspace"),
    forgetting.c.asker_scope == bindparam("scope"),
    forgetting.c.asker_user == bindparam("user"),
)
_WISH = insert(forgetting)
_ASK = _WISH.on_conflict_do_update(
    index_elements=["workspace_id", "asker_scope", "asker_user"], set_={"at": _WISH.excluded.at}
)
_COUNT = (
    update(forgetting)
    .where(*_ONE)
    .values(
        messages=forgetting.c.messages + bindparam("said"),
        answers=forgetting.c.answers + bindparam("given"),
    )
)
_DROP = delete(forgetting).where(*_ONE).returning(forgetting)

_THERE = threads.c.workspace_id == bindparam("workspace")
_ASKED = and_(
    runs.c.asker_scope == bindparam("scope"), runs.c.asker_user == bindparam("user"), _THERE
)
_BEFORE = runs.c.created_at <= bindparam("at", type_=UtcTime)
_ANSWERED = and_(
    answers.c.person == bindparam("person"), answers.c.at <= bindparam("at", type_=UtcTime)
)
_OWN_THREADS = select(runs.c.thread_id).join(threads).where(_ASKED, _BEFORE)
_THREADS = union(
    _OWN_THREADS.where(TAKEN),
    _OWN_THREADS.where(UNTAKEN),
    select(runs.c.thread_id)
    .select_from(answers)
    .join(questions, questions.c.id == answers.c.question_id)
    .join(runs, runs.c.id == questions.c.run_id)
    .join(threads, threads.c.id == runs.c.thread_id)
    .where(_ANSWERED, _THERE),
    select(runs.c.thread_id)
    .select_from(takers)
    .join(quizzes, quizzes.c.tool_call_id == takers.c.tool_call_id)
    .join(runs, runs.c.id == quizzes.c.run_id)
    .join(threads, threads.c.id == runs.c.thread_id)
    .where(
        takers.c.person == bindparam("person"),
        takers.c.started_at <= bindparam("at", type_=UtcTime),
        _THERE,
    ),
    select(runs.c.thread_id)
    .select_from(hints)
    .join(questions, questions.c.id == hints.c.question_id)
    .join(runs, runs.c.id == questions.c.run_id)
    .join(threads, threads.c.id == runs.c.thread_id)
    .where(
        hints.c.person == bindparam("person"),
        hints.c.at <= bindparam("at", type_=UtcTime),
        _THERE,
    ),
)
_EXECUTES = select(exists(select(runs.c.id).join(threads).where(_ASKED, TAKEN, EXECUTING)))
_WAITS = (
    select(runs.c.id)
    .join(threads)
    .where(_ASKED, _BEFORE, TAKEN, WAITING)
    .order_by(runs.c.created_at)
    .limit(bindparam("most"))
)
_ON = (
    select(
        runs.c.id,
        runs.c.asker_scope,
        runs.c.asker_user,
        runs.c.status,
        runs.c.created_at,
        runs.c.supersedes,
        runs.c.metadata,
    )
    .where(runs.c.thread_id == bindparam("thread"))
    .order_by(runs.c.turn)
)
_STATE = select(threads.c.epoch, threads.c.next_turn).where(threads.c.id == bindparam("thread"))
_OF_RUNS: BindParameter[str] = bindparam("runs", expanding=True)
_SAID = select(items.c.id, items.c.body).where(
    items.c.run_id.in_(_OF_RUNS),
    items.c.round == 0,
    items.c.type == "message",
    items.c.body["role"].as_string() == "user",
)
_FORGET_SAID = (
    update(items)
    .where(items.c.id == bindparam("item"))
    .values(body=bindparam("cleaned", type_=items.c.body.type))
)
_ASKED_WITH = select(runs.c.id, runs.c.metadata).where(runs.c.id.in_(_OF_RUNS))
_FORGET_WISH = (
    update(runs)
    .where(runs.c.id == bindparam("run"))
    .values(metadata=bindparam("cleaned", type_=runs.c.metadata.type))
)
_FORGET_TOPICS = update(quizzes).where(quizzes.c.run_id.in_(_OF_RUNS)).values(topic="")
_QUESTIONS = (
    select(questions.c.id)
    .join(runs, runs.c.id == questions.c.run_id)
    .where(runs.c.thread_id == bindparam("thread"))
)
_TO_OTHERS = and_(
    answers.c.question_id.in_(
        _QUESTIONS.where(
            or_(runs.c.asker_scope != bindparam("scope"), runs.c.asker_user != bindparam("user"))
        )
    ),
    participation.ANSWERED,
)
_NOT_SHOWN = (
    update(deliveries)
    .where(
        deliveries.c.run_id.in_(_OF_RUNS),
        deliveries.c.state == "failed",
        deliveries.c.place["private"].as_boolean(),
    )
    .values(state="dropped")
)
_TO_THEIRS = and_(
    answers.c.question_id.in_(select(questions.c.id).where(questions.c.run_id.in_(_OF_RUNS))),
    answers.c.person == bindparam("person"),
)


def ask(tx: Tx, workspace: WorkspaceId, person: PersonRef, now: datetime) -> None:
    """From now on it will be done, whatever happens in between."""
    row = {"workspace_id": workspace, "asker_scope": person.scope, "asker_user": person.user}
    tx.execute(_ASK, row | {"at": now, "messages": 0, "answers": 0})


def wishes(tx: Tx) -> list[Wish]:
    """What is still to be done, the oldest first."""
    return [
        Wish(
            workspace=row.workspace_id,
            person=PersonRef(scope=row.asker_scope, user=row.asker_user),
            at=row.at,
            messages=row.messages,
            answers=row.answers,
        )
        for row in tx.execute(select(forgetting).order_by(forgetting.c.at))
    ]


def drop(tx: Tx, wish: Wish) -> tuple[int, int] | None:
    """It is done: how many messages and answers there were. None if it was asked for again."""
    row = tx.execute(_DROP.where(forgetting.c.at == wish.at), _key(wish)).one_or_none()
    return None if row is None else (row.messages, row.answers)


def executes(tx: Tx, workspace: WorkspaceId, person: PersonRef) -> bool:
    """Whether a run of theirs is being worked on there."""
    given = {"workspace": workspace, "scope": person.scope, "user": person.user}
    return bool(tx.scalar(_EXECUTES, given))


def waiting(tx: Tx, wish: Wish, most: int) -> list[str]:
    """Their runs that nobody works on and that have not ended."""
    return list(tx.scalars(_WAITS, _given(wish) | {"most": most}))


def threads_of(tx: Tx, wish: Wish) -> list[str]:
    return list(tx.scalars(_THREADS, _given(wish)))


def look(tx: Tx, wish: Wish, thread_id: str) -> Thread:
    """Retries of what is to be forgotten are among it, also later ones."""
    rows = list(tx.execute(_ON, {"thread": thread_id}))
    state = tx.execute(_STATE, {"thread": thread_id}).one()
    me, theirs, later = (wish.person.scope, wish.person.user), set[str](), set[str]()
    settled, waits = True, list[str]()
    for row in rows:
        mine = (row.asker_scope, row.asker_user) == me
        if mine and (row.created_at <= wish.at or row.supersedes in theirs):
            theirs.add(row.id)
            settled = settled and row.status in FINISHED
            if row.status in ("queued", "requires_action"):
                waits.append(row.id)
        if theirs:
            later.add(row.id)
        settled = settled and row.status not in ("in_progress", "cancelling")
    return Thread(
        id=thread_id,
        person=wish.person,
        epoch=state.epoch,
        next_turn=state.next_turn,
        settled=settled,
        languages={row.id: row.metadata.get("language", "") for row in rows},
        theirs=frozenset(theirs),
        later=frozenset(later),
        waiting=tuple(waits),
        goes_on_from={row.id: row.supersedes for row in rows if row.metadata.get(OWN_FROM, 1) > 1},
    )


def texts(tx: Tx, wish: Wish, thread: Thread, some: Sequence[str] | None = None) -> frozenset[str]:
    """What they wrote in all or some of their runs, and as answers to the questions of others."""
    given = _given(wish) | {"thread": thread.id}
    found = set(tx.scalars(select(answers.c.text).where(_TO_OTHERS), given))
    for batch in thread.batches if some is None else [some]:
        found |= {text_of(row.body) for row in tx.execute(_SAID, {"runs": batch})}
        found |= set(tx.scalars(select(answers.c.text).where(_TO_THEIRS), given | {"runs": batch}))
    return frozenset(found - {REMOVED, ""})


def remove(tx: Tx, wish: Wish, thread: Thread, some: Sequence[str]) -> None:
    """The messages of some of their runs, which stay as items, and the answers in them; that they
    took part in quizzes on the thread, apart from their tries in races that go on. Private replies
    that could not be shown are not to be shown later either."""
    given = _given(wish) | {"thread": thread.id}
    rows = [row for row in tx.execute(_SAID, {"runs": some}) if text_of(row.body) != REMOVED]
    if rows:
        cleaned = message("user", REMOVED)
        tx.execute(_FORGET_SAID, [{"item": row.id, "cleaned": cleaned} for row in rows])
    _forget_topics(tx, some)
    tx.execute(_NOT_SHOWN, {"runs": some})
    participation.keep_tries(tx, thread.id, wish.person, wish.at)
    answered = (
        tx.execute(delete(answers).where(_TO_OTHERS), given).rowcount
        + tx.execute(delete(answers).where(_TO_THEIRS), given | {"runs": some}).rowcount
    )
    participation.remove(tx, thread.id, wish.person, wish.at)
    tx.execute(_COUNT, _key(wish) | {"said": len(rows), "given": answered})


def _forget_topics(tx: Tx, some: Sequence[str]) -> None:
    """What they wrote as the topics of quizzes; for whom and how long stays, as with the quiz."""
    found = {row.id: row.metadata for row in tx.execute(_ASKED_WITH, {"runs": some})}
    for run_id, metadata in found.items():
        if wished := metadata.get("quiz"):
            cleaned = metadata | {"quiz": wished | {"topic": ""}}
            tx.execute(_FORGET_WISH, {"run": run_id, "cleaned": cleaned})
    tx.execute(_FORGET_TOPICS, {"runs": some})


def _key(wish: Wish) -> dict[str, object]:
    person = wish.person
    return {"workspace": wish.workspace, "scope": person.scope, "user": person.user}


def _given(wish: Wish) -> dict[str, object]:
    return _key(wish) | {"person": wish.person.key, "at": wish.at}
