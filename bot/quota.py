"""Whether one more run may start, after what a person asked and a workspace spent."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot import languages
from bot.adapter import Adapter
from bot.events import EventKey, Mention, PersonRef, PlaceRef, WorkspaceId
from bot.jsons import Json
from bot.limits import MINUTE, NO_LIMITS, Limits, in_words, lower
from bot.store import deliveries, demand, events, places, spending, workspaces
from bot.store.database import Tx
from bot.store.deliveries import NewDelivery
from bot.store.records import Run
from bot.store.workspaces import Budget
from bot.strings import say, speaking
from bot.views import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a message starts no work now, and from when on the next one does."""

    code: Literal["rate_limited", "workspace_limit"]
    until: datetime
    limit: int

    def error(self) -> Json:
        """What the refused run keeps as its `last_error`."""
        return {"code": self.code, "until": self.until.isoformat(), "limit": self.limit}

    def notice(self, now: datetime) -> Notice:
        """What the person alone reads."""
        wait = in_words(self.until - now)
        if self.code == "rate_limited":
            text = say("limits.person", number=self.limit, wait=wait)
        else:
            text = say("limits.workspace", wait=wait)
        return Notice(text=text)


@dataclass(slots=True)
class _Window:
    """When a person asked in the last minute, apart from what was answered without the model."""

    limit: int
    asked: list[datetime] = field(default_factory=list)
    answered: list[datetime] = field(default_factory=list)

    def count(self, at: datetime, *, at_once: bool) -> None:
        (self.answered if at_once else self.asked).append(at)

    def full_until(self, *, at_once: bool) -> datetime | None:
        """When there will be room for one message more; None if there is."""
        times = self.answered if at_once else self.asked
        return None if len(times) < self.limit else sorted(times)[-self.limit] + MINUTE


_Key = tuple[PersonRef, WorkspaceId | None]
"""Whose messages a window counts: those everywhere, for the operator's limit, or in one workspace,
for its own."""


class Quota:
    """The limits, as the transactions that start runs ask for them: the operator's, and those that
    a workspace has set for itself, where they are lower.

    `admins` are the direct places of those who hear that a workspace has spent what it may.
    """

    def __init__(self, limits: Limits = NO_LIMITS, admins: Sequence[PlaceRef] = ()) -> None:
        self.limits = limits
        self.admins = tuple(admins)

    def refuse(
        self, tx: Tx, mentions: Sequence[Mention], at_once: Collection[EventKey], now: datetime
    ) -> dict[EventKey, Refusal]:
        """Those of a batch that must not start work, `at_once` being answered without the model.

        That costs no tokens, but is not without end either: as often as a person may ask.
        """
        asked = [(mention.person, mention.place.workspace) for mention in mentions]
        budgets = self._budgets(tx, asked, now)
        windows = self._windows(tx, asked, budgets, now)
        refused: dict[EventKey, Refusal] = {}
        for mention, (person, workspace) in zip(mentions, asked, strict=True):
            quick = mention.key in at_once
            refusal = None if quick else self._spent(budgets.get(workspace), now)
            refusal = refusal or _take(windows, person, workspace, now, at_once=quick)
            if refusal is not None:
                refused[mention.key] = refusal
        return refused

    def check(self, tx: Tx, person: PersonRef, workspace: WorkspaceId, now: datetime) -> str | None:
        """What to say instead of starting one run more for the person; None if it may start."""
        asked = [(person, workspace)]
        budgets = self._budgets(tx, asked, now)
        if (spent := self._spent(budgets.get(workspace), now)) is not None:
            return say("limits.workspace", wait=in_words(spent.until - now))
        windows = self._windows(tx, asked, budgets, now)
        if full := _take(windows, person, workspace, now, at_once=False):
            wait = in_words(full.until - now)
            return say("limits.person_again", number=full.limit, wait=wait)
        return None

    def alerts(self, tx: Tx, refused: Iterable[Run], now: datetime) -> list[NewDelivery]:
        """What admins are to be told of refused runs: one message per workspace and day each."""
        alerts: list[NewDelivery] = []
        spent = {
            run.place.workspace: (run, refusal)
            for run in refused
            if (refusal := refusal_of(run)) is not None and refusal.code == "workspace_limit"
        }
        for workspace, (run, refusal) in spent.items():
            theirs = [place for place in self.admins if place.platform == run.place.platform]
            if theirs and spending.tell(tx, workspace, spending.day(now)):
                theirs_alone = refusal.limit != self.limits.tokens_per_day
                key = "limits.alert_own" if theirs_alone else "limits.alert"
                told = _problems(tx, theirs, key, workspace=workspace, limit=refusal.limit)
                alerts += (
                    NewDelivery(run_id=run.id, slot_no=slot_no, place=place, view=view)
                    for slot_no, (place, view) in enumerate(told)
                )
        return alerts

    def trouble(self, tx: Tx, run: Run, detail: str, now: datetime) -> list[PlaceRef]:
        """Tell admins, once a day, that the provider refuses what only they can mend; returns
        where. `detail` holds status and code, and no message."""
        theirs = [place for place in self.admins if place.platform == run.place.platform]
        key = EventKey(f"docent:trouble:{run.place.platform}:{spending.day(now)}")
        if not theirs or not events.claim(tx, key, "alert", now):
            return []
        first = deliveries.next_slot_no(tx, run.id)
        told = _problems(tx, theirs, "limits.provider_trouble", detail=detail)
        alerts = [
            NewDelivery(run_id=run.id, slot_no=slot_no, place=place, view=view)
            for slot_no, (place, view) in enumerate(told, first)
        ]
        deliveries.insert_many(tx, alerts)
        return theirs

    def _budgets(
        self, tx: Tx, asked: Iterable[tuple[PersonRef, WorkspaceId]], now: datetime
    ) -> dict[WorkspaceId, Budget]:
        return workspaces.budgets(tx, {workspace for _, workspace in asked}, spending.day(now))

    def _windows(
        self,
        tx: Tx,
        asked: Sequence[tuple[PersonRef, WorkspaceId]],
        budgets: Mapping[WorkspaceId, Budget],
        now: datetime,
    ) -> dict[_Key, _Window]:
        most = self.limits.runs_per_minute
        windows: dict[_Key, _Window] = {}
        for person, workspace in asked:
            own = budgets[workspace].runs_per_minute if workspace in budgets else None
            if most is not None:
                windows[person, None] = _Window(most)
            if own is not None and own == lower(own, most):
                windows[person, workspace] = _Window(own)
        # Not only up to now: a run of another transaction may be a moment ahead of us.
        people = {person for person, _ in windows}
        for row in demand.asked_between(tx, people, now - MINUTE, now + MINUTE):
            for window in _counting(windows, row.person, row.workspace):
                window.count(row.at, at_once=row.at_once)
        return windows

    def _spent(self, budget: Budget | None, now: datetime) -> Refusal | None:
        """Whether the workspace has spent what it may today."""
        if budget is None:
            return None
        limit = lower(budget.tokens_per_day, self.limits.tokens_per_day)
        if limit is None or budget.spent < limit:
            return None
        return Refusal(code="workspace_limit", until=_tomorrow(now), limit=limit)


def _problems(
    tx: Tx, direct: Sequence[PlaceRef], key: str, **values: object
) -> Iterator[tuple[PlaceRef, Notice]]:
    """A sentence for admins, in the language that is set where each of them reads it."""
    settings = places.settings_of(tx, direct)
    for place in direct:
        with speaking(languages.spoken("", settings[place.id])):
            view = Notice(tone="problem", text=say(key, **values))
        yield place, view


def _counting(
    windows: Mapping[_Key, _Window], person: PersonRef, workspace: WorkspaceId
) -> list[_Window]:
    found = (windows.get((person, where)) for where in (None, workspace))
    return [window for window in found if window is not None]


def _take(
    windows: Mapping[_Key, _Window],
    person: PersonRef,
    workspace: WorkspaceId,
    now: datetime,
    *,
    at_once: bool,
) -> Refusal | None:
    """Count one message more where all windows have room for it; else the one that has none for
    the longest time."""
    counting = _counting(windows, person, workspace)
    full = [
        (until, window.limit)
        for window in counting
        if (until := window.full_until(at_once=at_once)) is not None
    ]
    if full:
        until, limit = max(full)
        return Refusal(code="rate_limited", until=until, limit=limit)
    for window in counting:
        window.count(now, at_once=at_once)
    return None


def direct_places(people: Iterable[PersonRef], adapters: Mapping[str, Adapter]) -> list[PlaceRef]:
    """Where to write to each of them directly, as far as their platform is connected.

    A person's scope begins with the platform's name.
    """
    platforms = ((person, person.scope.partition(":")[0]) for person in people)
    return [adapters[name].direct(person) for person, name in platforms if name in adapters]


def refusal_of(run: Run) -> Refusal | None:
    """Why the run was refused when it was asked for; None if it was not."""
    match run.last_error:
        case {
            "code": ("rate_limited" | "workspace_limit") as code,
            "until": str(until),
            "limit": int(limit),
        }:
            return Refusal(code=code, until=datetime.fromisoformat(until), limit=limit)
        case _:
            return None


def _tomorrow(now: datetime) -> datetime:
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)
