"""Whether one more run may start, after what a person asked and a workspace spent."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.adapter import Adapter
from bot.events import EventKey, Mention, PersonRef, PlaceRef, WorkspaceId
from bot.jsons import Json
from bot.limits import MINUTE, NO_LIMITS, Limits, in_words
from bot.store import deliveries, demand, events, spending
from bot.store.database import Tx
from bot.store.deliveries import NewDelivery
from bot.store.records import Run
from bot.strings import say
from bot.views import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a message starts no work now, and from when on the next one does."""

    code: Literal["rate_limited", "workspace_limit"]
    until: datetime

    def error(self) -> Json:
        """What the refused run keeps as its `last_error`."""
        return {"code": self.code, "until": self.until.isoformat()}

    def notice(self, limits: Limits, now: datetime) -> Notice:
        """What the person alone reads."""
        wait = in_words(self.until - now)
        if self.code == "rate_limited":
            text = say("limits.person", limit=limits.runs_per_minute, wait=wait)
        else:
            text = say("limits.workspace", wait=wait)
        return Notice(text=text)


@dataclass(slots=True)
class _Window:
    """When a person asked in the last minute, apart from what was answered without the model."""

    limit: int
    asked: list[datetime]
    answered: list[datetime]

    def take(self, now: datetime, *, at_once: bool) -> datetime | None:
        """Count one message more; None if there is room for it, else when there will be."""
        times = self.answered if at_once else self.asked
        if len(times) < self.limit:
            times.append(now)
            return None
        return sorted(times)[-self.limit] + MINUTE


class Quota:
    """The limits, as the transactions that start runs ask for them.

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
        windows = self._windows(tx, (mention.person for mention in mentions), now)
        spent = self._spent(tx, (mention.place.workspace for mention in mentions), now)
        refused: dict[EventKey, Refusal] = {}
        for mention in mentions:
            quick = mention.key in at_once
            if mention.place.workspace in spent and not quick:
                refused[mention.key] = Refusal(code="workspace_limit", until=_tomorrow(now))
            elif until := self._take(windows, mention.person, now, at_once=quick):
                refused[mention.key] = Refusal(code="rate_limited", until=until)
        return refused

    def check(self, tx: Tx, person: PersonRef, workspace: WorkspaceId, now: datetime) -> str | None:
        """What to say instead of starting one run more for the person; None if it may start."""
        if self._spent(tx, [workspace], now):
            return say("limits.workspace", wait=in_words(_tomorrow(now) - now))
        windows = self._windows(tx, [person], now)
        if until := self._take(windows, person, now, at_once=False):
            limit = self.limits.runs_per_minute
            return say("limits.person_again", limit=limit, wait=in_words(until - now))
        return None

    def alerts(self, tx: Tx, refused: Iterable[Run], now: datetime) -> list[NewDelivery]:
        """What admins are to be told of refused runs: one message per workspace and day each."""
        alerts: list[NewDelivery] = []
        one_of_each = {run.place.workspace: run for run in refused if _is_spent(run)}
        for workspace, run in one_of_each.items():
            theirs = [place for place in self.admins if place.platform == run.place.platform]
            if theirs and spending.tell(tx, workspace, spending.day(now)):
                limit = self.limits.tokens_per_day
                text = say("limits.alert", workspace=workspace, limit=limit)
                view = Notice(tone="problem", text=text)
                alerts += (
                    NewDelivery(run_id=run.id, slot_no=slot_no, place=place, view=view)
                    for slot_no, place in enumerate(theirs)
                )
        return alerts

    def trouble(self, tx: Tx, run: Run, detail: str, now: datetime) -> list[PlaceRef]:
        """Tell admins, once a day, that the provider refuses what only they can mend; returns
        where. `detail` holds status and code, and no message."""
        theirs = [place for place in self.admins if place.platform == run.place.platform]
        key = EventKey(f"docent:trouble:{run.place.platform}:{spending.day(now)}")
        if not theirs or not events.claim(tx, key, "alert", now):
            return []
        view = Notice(tone="problem", text=say("limits.provider_trouble", detail=detail))
        first = deliveries.next_slot_no(tx, run.id)
        alerts = [
            NewDelivery(run_id=run.id, slot_no=slot_no, place=place, view=view)
            for slot_no, place in enumerate(theirs, first)
        ]
        deliveries.insert_many(tx, alerts)
        return theirs

    def _windows(
        self, tx: Tx, people: Iterable[PersonRef], now: datetime
    ) -> dict[PersonRef, _Window]:
        if (limit := self.limits.runs_per_minute) is None:
            return {}
        windows = {person: _Window(limit, [], []) for person in people}
        # Not only up to now: a run of another transaction may be a moment ahead of us.
        for row in demand.asked_between(tx, windows, now - MINUTE, now + MINUTE):
            window = windows[row.person]
            (window.answered if row.at_once else window.asked).append(row.at)
        return windows

    def _take(
        self, windows: dict[PersonRef, _Window], person: PersonRef, now: datetime, *, at_once: bool
    ) -> datetime | None:
        window = windows.get(person)
        return None if window is None else window.take(now, at_once=at_once)

    def _spent(self, tx: Tx, workspaces: Iterable[WorkspaceId], now: datetime) -> set[WorkspaceId]:
        """Those of the workspaces that have spent what they may today."""
        if (limit := self.limits.tokens_per_day) is None:
            return set()
        return spending.reached(tx, set(workspaces), spending.day(now), limit)


def direct_places(people: Iterable[PersonRef], adapters: Mapping[str, Adapter]) -> list[PlaceRef]:
    """Where to write to each of them directly, as far as their platform is connected.

    A person's scope begins with the platform's name.
    """
    platforms = ((person, person.scope.partition(":")[0]) for person in people)
    return [adapters[name].direct(person) for person, name in platforms if name in adapters]


def refusal_of(run: Run) -> Refusal | None:
    """Why the run was refused when it was asked for; None if it was not."""
    match run.last_error:
        case {"code": ("rate_limited" | "workspace_limit") as code, "until": str(until)}:
            return Refusal(code=code, until=datetime.fromisoformat(until))
        case _:
            return None


def _is_spent(run: Run) -> bool:
    refusal = refusal_of(run)
    return refusal is not None and refusal.code == "workspace_limit"


def _tomorrow(now: datetime) -> datetime:
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)
