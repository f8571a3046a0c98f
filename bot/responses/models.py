"""The models that a provider offers, and when they are shut down."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pydantic import JsonValue

from bot.jsons import Json

MAX_NAME = 200
"""Characters of a model's name; the longest real ones have about 80."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedModel:
    """`shutdown` is the announced day from which it answers no more."""

    name: str
    shutdown: date | None


def offered(listing: Json) -> tuple[OfferedModel, ...]:
    """What is usable of a provider's list."""
    entries = listing.get("data")
    return tuple(_read(entries if isinstance(entries, list) else []))


def _read(entries: Iterable[JsonValue]) -> Iterator[OfferedModel]:
    for entry in entries:
        name = entry.get("id") if isinstance(entry, dict) else None
        if isinstance(entry, dict) and isinstance(name, str) and len(name) <= MAX_NAME:
            yield OfferedModel(name=name, shutdown=_day(entry.get("shutdown_date")))


def _day(value: JsonValue) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
