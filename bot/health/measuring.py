"""What is counted while the bot runs: how fast events are saved, and what the log complains of."""

import logging
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

from bot.adapter import Door, NotSaved, Receipt
from bot.events import Event

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Borders of the histogram. Slack and Discord wait three seconds for a response."""
MAX_NAMES = 200
"""Different complaints that are counted under their own names, more than the code has."""


class Meters:
    """Counts of one process. Their labels are kinds of events and names in the code, nothing that
    people could make more of."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=self.registry)
        self.accepted = Histogram(
            "docent_accept_seconds",
            "From an event's arrival until it is saved and may be acknowledged",
            ["kind"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.not_saved = Counter(
            "docent_not_saved",
            "Events that could not be saved; the platform sends them again or tells the person",
            ["kind"],
            registry=self.registry,
        )
        self.complaints = Counter(
            "docent_complaints",
            "Warnings and errors in the log, by name",
            ["level", "event"],
            registry=self.registry,
        )


class MeasuredDoor:
    """The door, with a clock at it."""

    def __init__(self, door: Door, meters: Meters) -> None:
        self._accept = door.accept
        self._meters = meters
        self.form = door.form
        self.screen = door.screen

    async def accept(self, event: Event) -> Receipt:
        kind, began = type(event).__name__.lower(), perf_counter()
        try:
            receipt = await self._accept(event)
        except NotSaved:
            self._meters.not_saved.labels(kind).inc()
            raise
        self._meters.accepted.labels(kind).observe(perf_counter() - began)
        return receipt


class Complaints(logging.Handler):
    """Counts what is logged as a warning or worse; attach it to the root logger."""

    def __init__(self, meters: Meters) -> None:
        super().__init__(logging.WARNING)
        self._meters = meters
        self._names: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        # Ours are dictionaries with a name; a library's sentences may quote anything.
        named = record.msg.get("event") if isinstance(record.msg, dict) else None
        name = named if isinstance(named, str) else record.name.partition(".")[0]
        if name not in self._names and len(self._names) >= MAX_NAMES:
            name = "other"
        self._names.add(name)
        self._meters.complaints.labels(record.levelname.lower(), name).inc()
