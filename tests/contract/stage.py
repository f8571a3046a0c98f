"""What the contract suite needs of every platform: a running adapter and people's eyes."""

from dataclasses import dataclass
from typing import Protocol

from bot.adapter import Adapter
from bot.events import PersonRef, PlaceRef, WorkspaceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message as people see it: words, labels of buttons, addresses of links, pings."""

    text: str
    buttons: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    pings: tuple[str, ...] = ()


class Stage(Protocol):
    """One platform on stage."""

    @property
    def adapter(self) -> Adapter: ...

    @property
    def workspace(self) -> WorkspaceId: ...

    @property
    def admin(self) -> PersonRef: ...

    @property
    def learner(self) -> PersonRef: ...

    async def new_place(self) -> PlaceRef:
        """A place in which a person has just spoken to the tutor."""

    async def seen(self, place: PlaceRef) -> list[Shown]:
        """The tutor's messages of a place as people see them, oldest first."""
