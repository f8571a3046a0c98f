"""Commands as one person after another gives them, over a real database and a platform that
counts who asks it for rights."""

from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.acts.obeying import Obeying
from bot.acts.office import Office
from bot.adapter import Accepted, Duplicate, Receipt, Rights
from bot.commands import ordered
from bot.endings import Endings
from bot.events import EventKey, Order, PersonRef, PlaceRef, WorkspaceId
from bot.intake import Intake
from bot.quota import Quota
from bot.rights import Roster
from bot.tools import TOOLS
from bot.views import Notice
from tests.sims.clock import MovableClock
from tests.sims.wire import LIMITS, WireAdapter
from tests.store.rows import BEN, mention, opened


class Platform(WireAdapter):
    """Says what people are, unless it is too slow to."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", LIMITS)
        self.admins: set[PersonRef] = set()
        self.groups: dict[PersonRef, set[str]] = {}
        self.workspaces: dict[PersonRef, set[str]] = {}
        self.asked = 0
        self.slow = False

    async def rights(self, person: PersonRef, workspace: WorkspaceId) -> Rights:  # noqa: ARG002 - asked for
        self.asked += 1
        if self.slow:
            raise TimeoutError
        groups = frozenset(self.groups.get(person, ()))
        return Rights(admin=person in self.admins, groups=groups)

    async def shared(self, person: PersonRef) -> Collection[WorkspaceId]:
        return [WorkspaceId(workspace) for workspace in self.workspaces.get(person, ())]


@dataclass(slots=True)
class Desk:
    """`woken` are the threads that the dispatcher was told of, `delivered` the places."""

    office: Office
    obeying: Obeying
    clock: MovableClock
    platform: Platform
    woken: list[str] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)

    async def obeyed(
        self, text: str, *, by: PersonRef = BEN, key: str = "", where: PlaceRef | None = None
    ) -> Receipt | None:
        said = mention(text, by=by, key=key, where=where)
        order = Order(
            key=EventKey(said.key),
            place=said.place,
            private=said.place,
            person=said.person,
            text=text,
            at=self.clock.now(),
        )
        return await self.obeying.obey(ordered(text), order)

    async def told(
        self, text: str, *, by: PersonRef = BEN, key: str = "", where: PlaceRef | None = None
    ) -> str:
        """What the person reads privately, nothing for what was obeyed before."""
        match await self.obeyed(text, by=by, key=key, where=where):
            case Accepted(private=Notice(text=text)):
                return text
            case Accepted() | Duplicate():
                return ""
            case other:
                raise AssertionError(other)


@asynccontextmanager
async def open_desk(folder: Path, admins: Iterable[PersonRef] = ()) -> AsyncIterator[Desk]:
    """Nobody works here: what is woken waits."""
    woken: list[str] = []
    delivered: list[str] = []

    def nothing(_: str) -> None:
        """No run is in hand."""

    async with opened(folder) as store:
        clock, platform, quota = MovableClock(), Platform(), Quota()
        roster = Roster(store, {"sim": platform}, list(admins))
        endings = Endings(
            store,
            clock,
            {"sim": platform},
            tools=TOOLS,
            quota=quota,
            roster=roster,
            wake=woken.extend,
            deliver=delivered.extend,
            interrupt=nothing,
        )
        office = Office(
            store=store,
            clock=clock,
            adapters={"sim": platform},
            tools=TOOLS,
            intake=Intake(store, clock, wake=woken.extend, deliver=delivered.extend, quota=quota),
            endings=endings,
            roster=roster,
            quota=quota,
            wake=woken.extend,
            deliver=delivered.extend,
        )
        yield Desk(office, Obeying(office), clock, platform, woken, delivered)
