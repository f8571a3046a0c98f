"""Saves messages to the bot before the platform is told "got it"; those together share a commit."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

import structlog
from pydantic import JsonValue

from bot import languages, queueing, threads
from bot.adapter import Accepted, Duplicate, NotSaved, Receipt
from bot.clock import Clock
from bot.events import EventKey, Mention, PlaceRef
from bot.ids import new_id
from bot.quiz import offers, typed
from bot.quota import Quota, refusal_of
from bot.store import deliveries, demand, events, items, places, questions, runs
from bot.store import threads as thread_rows
from bot.store.database import Store, StoreUnavailable, Tx
from bot.store.deliveries import NewDelivery
from bot.store.records import Item, Question, QuizWish, Run
from bot.strings import say, speaking
from bot.text.cleaning import clean
from bot.views import Notice

MAX_MESSAGE = 100_000
"""Characters of one message; Slack takes 40,000, Discord 4,000 from people."""
MAX_WAITING = 10_000
"""Messages that may wait for a commit; beyond that the platform is asked to send again."""
MAX_BATCH = 500
"""Messages in one commit; SQLite takes 32,766 values in one statement."""
DEADLINE = timedelta(seconds=20)
"""How long one message may wait for its commit, longer than SQLite waits for another process."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Waiting:
    mention: Mention
    wish: QuizWish | None = None
    is_heard: bool = False
    receipt: asyncio.Future[Receipt | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The open question beside which something is said. `offered`: it may be the answer, so that
    the person is asked first, and no model."""

    question: Question
    offered: bool = False


class Intake:
    """T1. `run` must be running for `accept` to return."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        wake: Callable[[Iterable[str]], None],
        deliver: Callable[[Iterable[str]], None],
        quota: Quota | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._wake = wake
        self._deliver = deliver
        self._quota = quota or Quota()
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(MAX_WAITING)

    async def accept(self, mention: Mention, wish: QuizWish | None = None) -> Receipt:
        """A request, whatever it says. Durable when it returns; a `wish` is kept with its run.

        Raises NotSaved.
        """
        receipt = await self._wait(_Waiting(mention, wish))
        if receipt is None:
            raise NotSaved(mention.key)
        return receipt

    async def hear(self, mention: Mention) -> Receipt | None:
        """Something that a person typed: durable when it returns, unless it may be the answer to
        an open question. Then nothing is saved (None): that is decided in a transaction by itself.

        Raises NotSaved.
        """
        return await self._wait(_Waiting(mention, is_heard=True))

    async def _wait(self, waiting: _Waiting) -> Receipt | None:
        try:
            self._queue.put_nowait(waiting)
            async with asyncio.timeout(DEADLINE.total_seconds()):
                return await waiting.receipt
        except (asyncio.QueueFull, TimeoutError) as error:
            raise NotSaved(waiting.mention.key) from error

    async def run(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < MAX_BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._save(batch)

    async def _save(self, batch: Sequence[_Waiting]) -> None:
        try:
            now = self._clock.now()
            saved, aside = await self._store.write_first(_save_all, batch, now, self._quota)
        except StoreUnavailable as error:
            self._not_saved(batch, error)
            return
        except Exception as error:  # noqa: BLE001 - one bad message must not harm the others
            if len(batch) == 1:
                self._not_saved(batch, error)
            else:
                for waiting in batch:
                    await self._save([waiting])
            return
        left = [waiting for waiting in batch if waiting.mention.key not in aside]
        receipts = dict(zip(map(id, left), self.saved(saved, now), strict=True))
        for waiting in batch:
            if not waiting.receipt.done():
                waiting.receipt.set_result(receipts.get(id(waiting)))

    def saved(self, new: Sequence[Run | None], now: datetime) -> list[Receipt]:
        """After the transaction that saved them: wake what works for them; what people are told."""
        self._wake(run.thread_id for run in new if run is not None and run.status == "queued")
        self._deliver(run.place.id for run in new if run is not None and run.status != "failed")
        refusals = [None if run is None else refusal_of(run) for run in new]
        if any(refusal is not None and refusal.code == "workspace_limit" for refusal in refusals):
            self._deliver(place.id for place in self._quota.admins)
        return [self._receipt(run, now) for run in new]

    def _receipt(self, run: Run | None, now: datetime) -> Receipt:
        if run is None:
            return Duplicate()
        if (refusal := refusal_of(run)) is None:
            return Accepted()
        with speaking(run.language):
            return Accepted(private=refusal.notice(now))

    def _not_saved(self, batch: Sequence[_Waiting], error: Exception) -> None:
        for waiting in batch:
            key = waiting.mention.key
            log.error("mention_not_saved", key=key, error=type(error).__name__)
            if not waiting.receipt.done():
                waiting.receipt.set_exception(NotSaved(key))


def _save_all(
    tx: Tx, batch: Sequence[_Waiting], now: datetime, quota: Quota
) -> tuple[list[Run | None], set[EventKey]]:
    """A batch but for what may be an answer: those are the keys set aside."""
    aside = typed.set_aside(tx, [each.mention for each in batch if each.is_heard])
    left = [each for each in batch if each.mention.key not in aside]
    wishes = {each.mention.key: each.wish for each in left if each.wish is not None}
    return accept_many(tx, [each.mention for each in left], now, quota, wishes), aside


def accept_many(
    tx: Tx,
    mentions: Sequence[Mention],
    now: datetime,
    quota: Quota | None = None,
    wishes: Mapping[EventKey, QuizWish] = MappingProxyType({}),
    *,
    beside: Mapping[EventKey, Beside] = MappingProxyType({}),
) -> list[Run | None]:
    """Save a batch in some fifteen statements whatever its size. None stands for a duplicate.

    What the quota refuses is saved too, as a failed run that nobody sees.
    """
    known = events.seen(tx, [mention.key for mention in mentions])
    fresh = {mention.key: mention for mention in mentions if mention.key not in known}
    new, quota = list(fresh.values()), quota or Quota()
    settings = places.settings_of(tx, [mention.place for mention in new])
    thread_of = _bind(tx, new, settings, now)
    turns = thread_rows.next_turns(tx, set(thread_of.values()))
    spoken = {
        key: languages.spoken(mention.locale, settings[mention.place.id])
        for key, mention in fresh.items()
    }
    answers = {
        key: notice for key in fresh if (notice := _answer(fresh[key], spoken[key])) is not None
    }
    offered = {key: one.question for key, one in beside.items() if one.offered and key in fresh}
    refused = quota.refuse(tx, new, {*answers, *offered}, now)

    accepted: dict[EventKey, Run] = {}
    for mention in new:
        thread_id = thread_of[mention.key]
        wish, language = wishes.get(mention.key), spoken[mention.key]
        run = _new_run(mention, thread_id, turns[thread_id], language, now, wish=wish)
        if (refusal := refused.get(mention.key)) is not None:
            run = replace(run, status="failed", finished_at=now, last_error=refusal.error())
        elif (question := offered.get(mention.key)) is not None:
            run = replace(run, status="completed", finished_at=now, offered_to=question.id)
            answers[mention.key] = offers.notice(run, question)
        elif mention.key in answers:
            run = replace(run, status="completed", finished_at=now)
        turns[thread_id] += 1
        accepted[mention.key] = run
    shown = _shown(tx, accepted, answers)

    thread_rows.take_turns(tx, {thread: turns[thread] for thread in thread_of.values()})
    runs.insert_many(tx, list(accepted.values()))
    items.insert_many(tx, _said(tx, fresh, accepted, beside), now)
    events.insert_many(tx, [_saved(mention, accepted[mention.key], now) for mention in new])
    shown += quota.alerts(tx, accepted.values(), now)
    deliveries.insert_many(tx, shown)
    # An event that is in the batch twice is new only once.
    return [accepted.pop(mention.key, None) for mention in mentions]


def _said(
    tx: Tx,
    mentions: Mapping[EventKey, Mention],
    accepted: Mapping[EventKey, Run],
    beside: Mapping[EventKey, Beside],
) -> list[Item]:
    """What is new on the threads."""
    new = {
        key: run
        for key, run in accepted.items()
        if run.status == "queued" or run.offered_to is not None
    }
    open_here = questions.open_in(tx, [run.thread_id for run in new.values()])
    return [
        item
        for key, run in new.items()
        for item in threads.said(
            run,
            mentions[key],
            beside[key].question if key in beside else open_here.get(run.thread_id),
        )
    ]


def _shown(
    tx: Tx, accepted: Mapping[EventKey, Run], answers: Mapping[EventKey, Notice]
) -> list[NewDelivery]:
    """Answers that need no model, and a sign of life for runs that wait for others of their thread.

    A run that starts at once shows its reply by itself, except before such a sign: messages
    appear in the order of the rows.
    """
    queued = Counter(run.thread_id for run in accepted.values() if run.status == "queued")
    busy = demand.busy(tx, queued)
    shown = queueing.heard(tx, busy)
    for key, run in accepted.items():
        if run.status == "completed":
            view = answers[key]
            shown.append(NewDelivery(run_id=run.id, slot_no=0, place=run.place, view=view))
        elif run.status == "queued" and (run.thread_id in busy or queued[run.thread_id] > 1):
            shown.append(queueing.behind(run, current=run.thread_id in busy))
            busy.add(run.thread_id)
    return shown


def _bind(
    tx: Tx,
    mentions: Sequence[Mention],
    settings: Mapping[str, Mapping[str, JsonValue]],
    now: datetime,
) -> dict[EventKey, str]:
    """The thread of each message: that of its scope, new where there was none."""
    scopes: dict[EventKey, str] = {}
    first: dict[str, PlaceRef] = {}
    for mention in mentions:
        place = mention.place
        scope = threads.scope_key(place, mention.person, settings[place.id])
        scopes[mention.key] = scope
        first.setdefault(scope, place)
    bound = thread_rows.bound(tx, first)
    new = {scope: new_id("thread") for scope in first if scope not in bound}
    # Where a scope is the place itself, a bound one was seen before.
    unseen = [
        mention.place
        for mention in mentions
        if (scope := scopes[mention.key]) in new or scope != mention.place.id
    ]
    places.note(tx, unseen, now)
    rows = [
        thread_rows.ThreadRow(id=thread, workspace_id=first[scope].workspace)
        for scope, thread in new.items()
    ]
    thread_rows.insert_many(tx, rows, new, now)
    threads_of = bound | new
    return {key: threads_of[scope] for key, scope in scopes.items()}


def _new_run(
    mention: Mention,
    thread_id: str,
    turn: int,
    language: str,
    now: datetime,
    *,
    wish: QuizWish | None,
) -> Run:
    return Run(
        id=new_id("run"),
        thread_id=thread_id,
        turn=turn,
        status="queued",
        asker=mention.person,
        place=mention.place,
        created_at=now,
        language=language,
        wish=wish,
    )


def _answer(mention: Mention, language: str) -> Notice | None:
    """What to say at once, without the model, to a message that asks nothing or too much."""
    asks = bool(clean(mention.text).strip())
    if asks and len(mention.text) <= MAX_MESSAGE:
        return None
    with speaking(language):
        if not asks:
            return Notice(text=say("run.empty_mention"))
        return Notice(text=say("run.long_mention", limit=MAX_MESSAGE), tone="problem")


def _saved(mention: Mention, run: Run, now: datetime) -> events.EventRow:
    return events.EventRow(
        key=mention.key,
        kind="mention",
        thread_id=run.thread_id,
        run_id=run.id,
        received_at=now,
    )
