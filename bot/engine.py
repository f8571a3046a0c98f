"""The engine: everything between the door and the adapters, wired together."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot import assistants, installation
from bot.acts.office import Office
from bot.adapter import Adapter
from bot.alarm import Alarm
from bot.clock import Clock
from bot.delivery import DOUBT, Delivery
from bot.dispatcher import Dispatcher
from bot.door import FrontDoor
from bot.endings import Endings
from bot.events import PersonRef
from bot.health.measuring import MeasuredDoor, Meters
from bot.health.pulse import Pulse
from bot.ids import new_id
from bot.intake import Intake
from bot.limits import NO_LIMITS, Limits
from bot.means import Means
from bot.questions import Questions
from bot.queueing import Queueing
from bot.quota import Quota, direct_places
from bot.requests import Provider
from bot.responses import Responses
from bot.rights import Roster
from bot.runs import Runs
from bot.store import deliveries, runs, threads
from bot.store.database import Store, Tx, open_store
from bot.store.records import Delivery as Row
from bot.strings import ENGLISH, speaking
from bot.supervising import Supervisor
from bot.tools.port import Tools


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Which server to ask, and which model where an assistant names none."""

    base_url: str | None
    api_key: str
    name: str


@asynccontextmanager
async def open_engine(
    database: Path,
    adapters: Sequence[Adapter],
    model: Model,
    tools: Tools,
    clock: Clock,
    *,
    limits: Limits = NO_LIMITS,
    admins: Sequence[PersonRef] = (),
) -> AsyncIterator["Engine"]:
    """Take the engine role on a database and heal what a kill left. Raises OperatorError.

    `admins` may do everything wherever their platform is, and are written to directly when a
    workspace has spent what it may.
    """
    async with (
        open_store(database) as store,
        Responses(
            base_url=model.base_url,
            api_key=model.api_key,
            now=lambda: clock.now().timestamp(),
        ) as responses,
    ):
        await store.write(_heal, tools, clock.now())
        secret = installation.secret(database)
        provider = Provider(responses=responses, model=model.name, secret=secret)
        by_platform = {adapter.platform: adapter for adapter in adapters}
        quota = Quota(limits, direct_places(admins, by_platform))
        roster = Roster(store, by_platform, admins)
        yield Engine(store, clock, by_platform, provider, tools, quota=quota, roster=roster)


def _heal(tx: Tx, tools: Tools, now: datetime) -> None:
    runs.renew(tx)
    threads.recover(tx)
    deliveries.recover(tx, now + DOUBT)
    assistants.offer_default(tx, tools, now)


class Engine:
    """`run` does the work; `door` is what adapters call."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        adapters: Mapping[str, Adapter],
        provider: Provider,
        tools: Tools,
        *,
        quota: Quota,
        roster: Roster,
    ) -> None:
        self._supervisor = Supervisor(adapters.values())
        self._delivery = Delivery(
            store, clock, adapters, nudge=self._nudge, given_up=self._not_shown
        )
        means = Means(
            store=store,
            clock=clock,
            provider=provider,
            delivery=self._delivery,
            adapters=adapters,
            tools=tools,
            quota=quota,
            roster=roster,
            nudge=self._nudge,
        )
        worker = Runs(means, owner=new_id("engine"))
        self._dispatcher = Dispatcher(
            store, worker.drain, limit=quota.limits.max_executing, platforms=adapters.keys()
        )
        wake, deliver = self._dispatcher.wake, self._delivery.wake
        self._queueing = Queueing(store, clock, self._dispatcher.waiting, deliver=deliver)
        self._intake = intake = Intake(store, clock, wake=wake, deliver=deliver, quota=quota)
        self._endings = Endings(
            store,
            clock,
            adapters,
            tools=tools,
            quota=quota,
            roster=roster,
            wake=wake,
            deliver=deliver,
            interrupt=worker.interrupt,
        )
        self._alarm = Alarm(
            store,
            clock,
            wake=wake,
            deliver=deliver,
            expire=self._endings.expire,
            platforms=adapters.keys(),
        )
        office = _office(means, intake, self._endings, roster, wake=wake, deliver=deliver)
        self.door = FrontDoor(office, Questions(office))
        self.meters = Meters()
        self.pulse = self._pulse(means)

    def _pulse(self, means: Means) -> Pulse:
        responses = means.provider.responses
        return Pulse(
            means.store,
            means.clock,
            self.meters,
            connected=self._supervisor.connected,
            waiting=self._dispatcher.waiting,
            provider_down=lambda: responses.is_down,
        )

    def _nudge(self) -> None:
        self._alarm.nudge()

    def _not_shown(self, tx: Tx, row: Row) -> None:
        self._endings.not_shown(tx, row)

    async def run(self) -> None:
        """Work until cancelled. Raises OperatorError, soon after the start alone."""
        # Whatever the shell speaks in which it was started.
        with speaking(ENGLISH):
            await self._work()

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.door.run())
            tasks.create_task(self._intake.run())
            tasks.create_task(self._dispatcher.run())
            tasks.create_task(self._queueing.run())
            tasks.create_task(self._delivery.run())
            tasks.create_task(self._alarm.run())
            tasks.create_task(self._supervisor.run(MeasuredDoor(self.door, self.meters)))


def _office(
    means: Means,
    intake: Intake,
    endings: Endings,
    roster: Roster,
    *,
    wake: Callable[[Iterable[str]], None],
    deliver: Callable[[Iterable[str]], None],
) -> Office:
    return Office(
        store=means.store,
        clock=means.clock,
        adapters=means.adapters,
        tools=means.tools,
        intake=intake,
        endings=endings,
        roster=roster,
        quota=means.quota,
        wake=wake,
        deliver=deliver,
    )
