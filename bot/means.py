"""What executions work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.adapter import Adapter, Capabilities
from bot.clock import Clock
from bot.delivery import Delivery
from bot.quota import Quota
from bot.requests import Provider
from bot.rights import Roster
from bot.store.database import Store
from bot.store.records import Run
from bot.tools.port import Tools


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """`nudge` tells the alarm that a time was stored."""

    store: Store
    clock: Clock
    provider: Provider
    delivery: Delivery
    adapters: Mapping[str, Adapter]
    tools: Tools
    quota: Quota
    roster: Roster
    nudge: Callable[[], None]

    def limits(self, run: Run) -> Capabilities:
        """What the platform of the run's place can show."""
        return self.adapters[run.place.platform].capabilities

    def offered(self, run: Run) -> Tools:
        """The tools that the run's assistant has: what it was not given it cannot call."""
        names = run.snapshot.tool_names if run.snapshot else frozenset()
        return {name: tool for name, tool in self.tools.items() if name in names}
