"""Which language Docent speaks: the person's, else the one set where they are, else English."""

from collections.abc import Mapping
from datetime import timedelta

from pydantic import JsonValue

from bot.clock import Clock
from bot.events import PlaceRef
from bot.place_settings import one_of
from bot.recent import Recent
from bot.store import places
from bot.store.database import Store, StoreError
from bot.strings import ENGLISH, known

LASTING = timedelta(seconds=5)
"""How long a click may still be answered in the language that was set before."""
PLACES_KEPT = 1_000


def spoken(locale: str, settings: Mapping[str, JsonValue]) -> str:
    """By the locale that the platform names, and what is set for the place."""
    return known(locale) or one_of(settings, "language")


class Languages:
    """What is set is kept for a moment: each click of somebody without a locale asks for it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._kept = Recent[str, str](clock, LASTING, PLACES_KEPT)

    async def of(self, locale: str, place: PlaceRef) -> str:
        """English where nothing can be read: that must not keep anybody from being answered."""
        language = known(locale) or self._kept.get(place.id)
        if language is None:
            try:
                settings = await self._store.read(places.settings_of, [place])
            except StoreError:
                return ENGLISH
            language = spoken(locale, settings[place.id])
            self._kept.put(place.id, language)
        return language
