"""Values and rows as the tests of the core need them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import Row, Table, select

from bot.adapter import Capabilities
from bot.events import EventKey, Mention, PersonRef, PlaceRef, WorkspaceId
from bot.ids import new_id, new_question
from bot.intake import accept_many
from bot.store import calls, runs
from bot.store.database import Store, Tx, open_store
from bot.store.records import Answer, AnswerKind, Question, Run, Snapshot, ToolCall

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ADA = PersonRef(scope="sim:one", user="U-ada")
BEN = PersonRef(scope="sim:one", user="U-ben")
SNAPSHOT = Snapshot(
    assistant_id="asst_tutor",
    name="Tutor",
    version=1,
    instructions="Be kind.",
    model="model-1",
    tools=(),
    provider="https://one.example/v1",
)

PATIENCE = 10.0
"""Seconds that a transaction waits for the test's body."""

_numbers = count(1)


def limits(max_text: int = 2_000, max_buttons: int = 25, *, utf16: bool = False) -> Capabilities:
    return Capabilities(
        max_text=max_text,
        text_unit="utf16" if utf16 else "code_point",
        max_buttons=max_buttons,
        edit_interval=timedelta(milliseconds=10),
        live=True,
    )


def place(key: str = "t1", *, direct: bool = False, workspace: str = "sim:one") -> PlaceRef:
    return PlaceRef(
        platform="sim",
        workspace=WorkspaceId(workspace),
        key=key,
        direct=direct,
        parent=None if direct else "channel",
    )


def mention(
    text: str = "hello", *, key: str = "", by: PersonRef = ADA, where: PlaceRef | None = None
) -> Mention:
    return Mention(
        key=EventKey(key or f"sim:message:{next(_numbers)}"),
        place=where or place(),
        person=by,
        text=text,
        at=NOW,
    )


def run(run_id: str = "run_1", *, turn: int = 1, asker: PersonRef = ADA) -> Run:
    """A run that is in no database."""
    return Run(
        id=run_id,
        thread_id="thread_1",
        turn=turn,
        status="in_progress",
        asker=asker,
        place=place(),
        created_at=NOW,
    )


def call(of: Run, name: str = "display_quiz", *, idx: int = 0, call_id: str = "c1") -> ToolCall:
    return ToolCall(
        id=new_id("call"),
        run_id=of.id,
        round=of.round,
        idx=idx,
        call_id=call_id,
        name=name,
        arguments="{}",
        state="waiting",
        output=None,
        created_at=NOW,
    )


def question(
    position: int = 0,
    text: str = "How much is 7 × 8?",
    options: Sequence[str] = (),
    *,
    title: str = "Times tables",
    of: ToolCall | None = None,
    asker: PersonRef = ADA,
) -> Question:
    return Question(
        id=new_question(),
        tool_call_id="call_1" if of is None else of.id,
        run_id="run_1" if of is None else of.run_id,
        position=position,
        kind="choice" if options else "text",
        title=title,
        text=text,
        options=tuple(options),
        audience="asker",
        asker=asker.key,
        state="open",
        closes_at=NOW + timedelta(hours=24),
        slot_no=None,
    )


def answer(to: Question, kind: AnswerKind, text: str = "", option: int | None = None) -> Answer:
    return Answer(
        question_id=to.id,
        person=to.asker,
        kind=kind,
        option=option,
        text=text,
        withdrawn=False,
        at=NOW,
    )


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Store]:
    async with open_store(folder / "docent.db") as store:
        yield store


@asynccontextmanager
async def writing(store: Store) -> AsyncIterator[Tx]:
    """A write transaction of the store whose body is the test's own."""
    async with _lent(store.write) as tx:
        yield tx


@asynccontextmanager
async def looking(store: Store) -> AsyncIterator[Tx]:
    """A read of the store whose body is the test's own."""
    async with _lent(store.read) as tx:
        yield tx


@asynccontextmanager
async def _lent(
    transaction: Callable[[Callable[[Tx], None]], Awaitable[None]],
) -> AsyncIterator[Tx]:
    loop = asyncio.get_running_loop()
    lent: asyncio.Future[Tx] = loop.create_future()
    body: Future[None] = Future()

    def lend(tx: Tx) -> None:
        loop.call_soon_threadsafe(lent.set_result, tx)
        body.result(PATIENCE)

    whole = asyncio.ensure_future(transaction(lend))
    either: set[asyncio.Future[Tx] | asyncio.Future[None]] = {whole, lent}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        body.cancel()  # whoever is cancelled waits for nobody
        raise
    if whole.done():
        await whole
    try:
        yield lent.result()
    except BaseException as error:  # noqa: BLE001 - the transaction raises it again
        body.set_exception(error)
    else:
        body.set_result(None)
    await whole


def started(tx: Tx, text: str = "hello", where: PlaceRef | None = None) -> Run:
    """A run that a mention began and that a worker has taken."""
    (queued,) = accept_many(tx, [mention(text, where=where)], NOW)
    assert queued is not None
    running = runs.start(tx, queued.id, SNAPSHOT, NOW, NOW + timedelta(minutes=10))
    assert running is not None
    return running


def asked(tx: Tx, of: Run, *, idx: int = 0, call_id: str = "c1") -> ToolCall:
    """A tool call of a run that waits for people."""
    waiting = call(of, idx=idx, call_id=call_id)
    calls.insert_many(tx, [waiting])
    return waiting


def rows(tx: Tx, table: Table) -> Sequence[Row[tuple[object, ...]]]:
    return (tx.execute(select(table))).all()


def shown_in(asked_question: Question, slot_no: int) -> Question:
    return replace(asked_question, slot_no=slot_no)
