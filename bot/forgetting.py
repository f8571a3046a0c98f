"""Forgets what people wrote and answered, thread by thread, also after a restart."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot import endings, removal
from bot.acts import quiz
from bot.acts.office import Office
from bot.events import PersonRef, WorkspaceId
from bot.quiz import lobby
from bot.quotes import Quotes
from bot.store import audit, forgetting, participation, questions, runs, traces
from bot.store import quizzes as quiz_rows
from bot.store.database import Tx
from bot.store.forgetting import Thread, Wish
from bot.store.records import QuizGiven, Run
from bot.store.traces import Changes

ENDED_AT_ONCE = 20
RUNS_AT_ONCE = 20
"""Runs in one transaction, so that nobody's message waits long for it."""
AGAIN = timedelta(seconds=5)
"""How soon to look again at a thread on which something executed."""

log = structlog.get_logger()


class Forgetting:
    """What is wished for is a row until all of it is done, so that no kill leaves it half done.

    On each thread the quotes go first and the texts themselves last, in transactions that see
    that nobody has asked anything there since: whatever happens before that is begun again.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._wished = asyncio.Event()

    def nudge(self) -> None:
        """Somebody wishes to be forgotten."""
        self._wished.set()

    async def run(self) -> None:
        while True:
            self._wished.clear()
            if await self._all():
                await self._wished.wait()
            else:
                clock = self._office.clock
                await clock.until(clock.now() + AGAIN)

    async def _all(self) -> bool:
        """Whether nothing is left to be done."""
        try:
            wishes = await self._office.store.read(forgetting.wishes)
            return all([await self._one(wish) for wish in wishes])
        except Exception:
            log.exception("forgetting_failed")
            return False

    async def _one(self, wish: Wish) -> bool:
        """One that cannot be done must not keep the others waiting."""
        try:
            return await self._forget(wish)
        except Exception:
            log.exception("person_not_forgotten", workspace=wish.workspace)
            return False

    async def _forget(self, wish: Wish) -> bool:
        store, now = self._office.store, self._office.clock.now()
        while ended := await store.write(end_waiting, self._office, wish, now):
            show(self._office, ended)
        threads = await store.read(forgetting.threads_of, wish)
        if not all([await self._thread(wish, thread_id) for thread_id in threads]):
            return False
        return await store.write(_finish, wish, now)

    async def _thread(self, wish: Wish, thread_id: str) -> bool:
        """False where something executes now, or has begun meanwhile: it may repeat them."""
        store = self._office.store
        thread = await store.read(forgetting.look, wish, thread_id)
        if thread.waiting:  # a try of theirs that came later
            late, now = thread.waiting[:ENDED_AT_ONCE], self._office.clock.now()
            show(self._office, await store.write(_end, self._office, late, now))
        if not thread.settled:
            return False
        quotes = await store.read(_quotes, wish, thread)
        order = list(thread.languages)
        for start in range(0, len(order), RUNS_AT_ONCE):
            some = order[start : start + RUNS_AT_ONCE]
            if await store.read(_is_left, thread, some, quotes):
                now = self._office.clock.now()
                self._office.deliver(await store.write(_clean, thread, some, quotes, now))
        for batch in thread.batches:
            now = self._office.clock.now()
            places = await store.write(_remove, wish, thread, quotes, batch, now=now)
            if places is None:
                return False
            self._office.deliver(places)
        return True


def begin(
    tx: Tx, office: Office, workspace: WorkspaceId, person: PersonRef, now: datetime
) -> list[Run]:
    """From now on it will be done; what of theirs is queued or waits for them ends, as far as it
    fits into one transaction: returns those runs."""
    forgetting.ask(tx, workspace, person, now)
    wish = Wish(workspace=workspace, person=person, at=now, messages=0, answers=0)
    return end_waiting(tx, office, wish, now)


def end_waiting(tx: Tx, office: Office, wish: Wish, now: datetime) -> list[Run]:
    """End some of their runs; what was answered until then is stored as their outputs."""
    return _end(tx, office, forgetting.waiting(tx, wish, ENDED_AT_ONCE), now)


def _end(tx: Tx, office: Office, run_ids: Sequence[str], now: datetime) -> list[Run]:
    ended = []
    for run_id in run_ids:
        run = runs.get(tx, run_id)
        if run is not None and endings.end(
            tx,
            run,
            endings.stopped(),
            adapters=office.adapters,
            tools=office.tools,
            now=now,
            source=["queued", "requires_action"],
        ):
            ended.append(run)
    return ended


def show(office: Office, ended: Sequence[Run]) -> None:
    """After the transaction that ended them."""
    office.wake(run.thread_id for run in ended)
    office.deliver(run.place.id for run in ended)


def _quotes(tx: Tx, wish: Wish, thread: Thread) -> Quotes:
    """Of a command's sentence the person wrote the topic alone."""
    texts = forgetting.texts(tx, wish, thread)
    topics = (quiz.topic_of(text) for text in texts)
    return Quotes({*texts, *filter(None, topics)})


def _is_left(tx: Tx, thread: Thread, some: Sequence[str], quotes: Quotes) -> bool:
    return bool(_changes(tx, thread, some, quotes))


def _clean(tx: Tx, thread: Thread, some: Sequence[str], quotes: Quotes, now: datetime) -> set[str]:
    return traces.change(tx, _changes(tx, thread, some, quotes), now)


def _changes(tx: Tx, thread: Thread, some: Sequence[str], quotes: Quotes) -> Changes:
    """What a copy was made of says whose answers are in it."""
    return removal.changes(traces.of_runs(tx, thread.with_sources(some)), thread, quotes)


def _remove(
    tx: Tx, wish: Wish, thread: Thread, quotes: Quotes, some: Sequence[str], *, now: datetime
) -> set[str] | None:
    """The places where something is to be shown anew; None where the thread was not still.

    In quizzes that others take too, somebody may have drawn their part anew since it was cleaned:
    an answer or the end of one moves no turn.
    """
    found = forgetting.look(tx, wish, thread.id)
    if not (found.settled and found.is_still(thread)):
        return None
    if not forgetting.texts(tx, wish, found, some) <= quotes.texts:
        return None
    calls = participation.in_calls(tx, thread.id, wish.person, wish.at)
    taken = [quiz for call_id in calls if (quiz := quiz_rows.get(tx, call_id)) is not None]
    places = _clean(tx, found, [quiz.run_id for quiz in taken], quotes, now)
    forgetting.remove(tx, wish, found, some)
    return places | {place for quiz in taken for place in _counted_anew(tx, quiz, now)}


def _counted_anew(tx: Tx, quiz: QuizGiven, now: datetime) -> list[str]:
    """An open quiz for everyone shows how many are in it."""
    run = runs.get(tx, quiz.run_id)
    if run is None or quiz.slot_no is None or quiz.closed_at is not None:
        return []
    number = len(questions.of_call(tx, quiz.tool_call_id))
    lobby.show_now(tx, run, quiz, number, now)
    return [run.place.id]


def _finish(tx: Tx, wish: Wish, now: datetime) -> bool:
    """The log says that it was done, and nothing of what there was."""
    counts = forgetting.drop(tx, wish)
    if counts is None:
        return False
    messages, answers = counts
    audit.add(
        tx,
        workspace=wish.workspace,
        who=wish.person.key,
        what="person.forgotten",
        before=None,
        after={"messages": messages, "answers": answers},
        now=now,
    )
    return True
