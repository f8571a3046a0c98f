"""Threads and runs of a database, read beside the bot without disturbing it."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from bot.errors import OperatorError
from bot.messages import text_of
from bot.store import calls, items, looking, runs
from bot.store.database import Tx, reading_current
from bot.store.looking import SeenMessage, SeenStatus, SeenThread
from bot.store.records import FINISHED, Run, RunStatus, Step, ToolCall
from bot.strings import say
from bot.text.visible import shortened

POLL = 0.25
"""Seconds between two looks at a run that is followed: SQLite tells nobody of its changes."""

ID_LENGTH = 60

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What was said by whom, in plain values."""

    id: str
    run_id: str
    role: str
    text: str
    row: SeenMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadLook:
    """A thread with its newest messages, oldest first; `earlier` says that there are more."""

    thread: SeenThread
    messages: tuple[Message, ...]
    earlier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLook:
    """A run with its steps and tool calls; `messages` are the ids of what its steps created."""

    run: Run
    steps: tuple[Step, ...]
    calls: tuple[ToolCall, ...]
    messages: dict[tuple[int, int], str]

    @property
    def pending(self) -> tuple[ToolCall, ...]:
        """The calls whose outputs people have yet to give."""
        return required_action(self.run, self.calls)

    @property
    def status(self) -> SeenStatus:
        """The run's, or that it was refused."""
        return status_of(self.run)

    @property
    def rounds(self) -> int | None:
        """How many it has begun, with those that it goes on from; None before its first start."""
        return None if self.run.started_at is None else self.run.round

    def call_of(self, step: Step) -> ToolCall | None:
        """The call behind a step, if it is one."""
        place = (step.round, step.idx)
        return next((call for call in self.calls if (call.round, call.idx) == place), None)

    @property
    def settled(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.run.status in FINISHED or self.run.status == "requires_action"


def required_action(run: Run, tool_calls: Iterable[ToolCall]) -> tuple[ToolCall, ...]:
    """What a run that requires action waits for."""
    if run.status != "requires_action":
        return ()
    return tuple(call for call in tool_calls if call.state == "waiting")


def status_of(run: Run) -> SeenStatus:
    """A run that was refused when it was asked for is stored as failed, but nothing went wrong."""
    return "refused" if run.status == "failed" and run.started_at is None else run.status


class Looking:
    """Looks at one database. Each method raises OperatorError where that is not possible."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def threads(self, *, limit: int, workspace: str | None = None) -> list[SeenThread]:
        """Those with the newest activity, newest first."""
        return self._look(looking.threads_seen, limit=limit, workspace=workspace)

    def thread(self, thread_id: str, *, limit: int) -> ThreadLook:
        return self._look(_thread, thread_id, limit)

    def runs(
        self, *, limit: int, thread_id: str | None = None, status: RunStatus | None = None
    ) -> list[RunLook]:
        """The newest, newest first."""
        return self._look(_runs, limit, thread_id, status)

    def run(self, run_id: str) -> RunLook:
        return self._look(_run, run_id)

    def followed(self, run_id: str) -> Iterator[RunLook]:
        """The run each time it has changed, until it ends or waits for people."""
        last: RunLook | None = None
        while last is None or not last.settled:
            if last is not None:
                time.sleep(POLL)
            newest = self.run(run_id)
            if newest != last:
                yield newest
            last = newest

    def _look(self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with reading_current(self._database) as tx:
            return work(tx, *args, **kwargs)


def _thread(tx: Tx, thread_id: str, limit: int) -> ThreadLook:
    thread = looking.thread_seen(tx, thread_id)
    if thread is None:
        raise OperatorError(say("looking.no_thread", id=shortened(thread_id, ID_LENGTH)))
    newest = looking.messages(tx, thread_id, limit + 1)
    return ThreadLook(
        thread=thread,
        messages=tuple(_message(row) for row in newest[-limit:]),
        earlier=len(newest) > limit,
    )


def _message(row: SeenMessage) -> Message:
    return Message(
        id=_message_id(row.number),
        run_id=row.run_id,
        role=str(row.body.get("role")),
        text=text_of(row.body),
        row=row,
    )


def _message_id(number: int) -> str:
    return f"msg_{number}"


def _runs(tx: Tx, limit: int, thread_id: str | None, status: RunStatus | None) -> list[RunLook]:
    if thread_id is not None and looking.thread_seen(tx, thread_id) is None:
        raise OperatorError(say("looking.no_thread", id=shortened(thread_id, ID_LENGTH)))
    found = runs.listed(tx, limit=limit, thread_id=thread_id, status=status)
    return _looks(tx, found)


def _run(tx: Tx, run_id: str) -> RunLook:
    run = runs.get(tx, run_id)
    if run is None:
        raise OperatorError(say("looking.no_run", id=shortened(run_id, ID_LENGTH)))
    return _looks(tx, [run])[0]


def _looks(tx: Tx, found: list[Run]) -> list[RunLook]:
    ids = [run.id for run in found]
    steps: dict[str, list[Step]] = {run_id: [] for run_id in ids}
    for step in items.own_steps(tx, ids):
        steps[step.run_id].append(step)
    tool_calls: dict[str, list[ToolCall]] = {run_id: [] for run_id in ids}
    for call in calls.of_runs(tx, ids):
        tool_calls[call.run_id].append(call)
    created: dict[str, dict[tuple[int, int], str]] = {run_id: {} for run_id in ids}
    for (run_id, round_, idx), number in looking.message_numbers(tx, ids).items():
        created[run_id][round_, idx] = _message_id(number)
    return [
        RunLook(
            run=run,
            steps=tuple(steps[run.id]),
            calls=tuple(tool_calls[run.id]),
            messages=created[run.id],
        )
        for run in found
    ]
