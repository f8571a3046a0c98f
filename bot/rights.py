"""The roster: who is a learner, an instructor or an admin, asked at the moment of the act."""

import asyncio
from collections.abc import Collection, Mapping

from bot.adapter import Adapter, Rights
from bot.commands import Right
from bot.events import PersonRef, PlaceRef
from bot.place_settings import instructors
from bot.store import places
from bot.store.database import Store

DEADLINE = 5.0
"""Seconds that a platform may take to say what a person is."""


class Roster:
    """`admins` are those whom the operator named: they are admins wherever their platform is."""

    def __init__(
        self, store: Store, adapters: Mapping[str, Adapter], admins: Collection[PersonRef] = ()
    ) -> None:
        self._store = store
        self._adapters = adapters
        self._admins = frozenset(admins)

    async def right(self, person: PersonRef, place: PlaceRef) -> Right:
        """What the person is in the place now.

        Raises TimeoutError where the platform is too slow to say so, and StoreError.
        """
        if person in self._admins and person.scope.partition(":")[0] == place.platform:
            return Right.ADMIN
        async with asyncio.timeout(DEADLINE):
            rights = await self._adapters[place.platform].rights(person, place.workspace)
        if rights.admin:
            return Right.ADMIN
        settings = await self._store.read(places.settings_of, [place])
        named = instructors(settings[place.id])
        return Right.INSTRUCTOR if named & _names(person, rights) else Right.LEARNER


def _names(person: PersonRef, rights: Rights) -> set[str]:
    """Under which a list of instructors may hold the person."""
    return {person.key, *(f"group:{group}" for group in rights.groups)}
