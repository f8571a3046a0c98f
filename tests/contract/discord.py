"""Discord on stage."""

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.places import Dm, in_channel, person, spot, workspace_of
from bot.events import PersonRef, PlaceRef, WorkspaceId
from tests.contract.door import NotebookDoor
from tests.contract.stage import Shown
from tests.sims.discord import eyes
from tests.sims.discord.sim import ME, DiscordSim
from tests.sims.discord.world import PEOPLE, SERVER


class DiscordStage:
    """Sees what the simulator of Discord has stored, as Discord shows it."""

    def __init__(self, adapter: DiscordAdapter, sim: DiscordSim, door: NotebookDoor) -> None:
        self._adapter = adapter
        self._sim = sim
        self._door = door

    @property
    def adapter(self) -> DiscordAdapter:
        return self._adapter

    @property
    def workspace(self) -> WorkspaceId:
        return workspace_of(SERVER)

    @property
    def admin(self) -> PersonRef:
        return person(PEOPLE["robin"])

    @property
    def learner(self) -> PersonRef:
        return person(PEOPLE["ada"])

    async def new_place(self) -> PlaceRef:
        asked = await self._sim.write(f"{ME} hello")
        await self._sim.until(lambda: asked.id in self._sim.threads)
        thread = self._sim.threads[asked.id]
        return in_channel(SERVER, thread.id, thread.parent)

    async def seen(self, place: PlaceRef) -> list[Shown]:
        there = spot(place)
        channel = self._sim.dms[there.user] if isinstance(there, Dm) else int(place.key)
        return [
            Shown(
                text=eyes.words(post),
                buttons=tuple(post.labels),
                links=eyes.links(post),
                pings=eyes.pings(post),
            )
            for post in self._sim.shown(channel)
        ]
