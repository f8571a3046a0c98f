"""The metrics as Prometheus reads them; their labels name states and platforms, never people."""

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from bot.health.pulse import Numbers, Pulse


def exposition(pulse: Pulse, numbers: Numbers | None) -> bytes:
    """All of them; without those of the database where it could not be read."""
    registry = CollectorRegistry()
    registry.register(_Once([*_memory(pulse), *_stored(numbers)]))
    return generate_latest(registry) + generate_latest(pulse.meters.registry)


class _Once:
    """Families that were collected before, since reading the database takes a wait."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families

    def describe(self) -> Iterable[Metric]:
        return self._families


def _memory(pulse: Pulse) -> Iterator[Metric]:
    heard = {platform: int(there) for platform, there in pulse.connected().items()}
    yield _by("docent_connected", "Whether a platform is heard", "platform", heard)
    down = int(pulse.provider_down())
    yield _one("docent_provider_down", "Whether the model's provider is left alone for now", down)
    waiting = len(pulse.waiting())
    yield _one("docent_threads_waiting", "Threads that wait for a free place", waiting)


def _stored(numbers: Numbers | None) -> Iterator[Metric]:
    yield _one(
        "docent_database_readable", "Whether the database could be read", numbers is not None
    )
    if numbers is None:
        return
    live = numbers.live
    told = "Runs by status, counted about once a minute"
    yield _by("docent_runs", told, "status", numbers.runs)
    yield _by("docent_runs_unfinished", "Runs that go on, now", "status", live.runs)
    told = "Messages that are not known to be shown, now"
    yield _by("docent_deliveries_unsettled", told, "state", live.deliveries)
    yield _one("docent_open_questions", "Questions that people may answer", live.questions)
    told = "Tokens of all workspaces on this day (UTC)"
    yield _one("docent_tokens_today", told, numbers.tokens_today)


def _one(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=value)


def _by(name: str, told: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, told, labels=[label])
    for each, value in sorted(values.items()):
        family.add_metric([each], value)
    return family
