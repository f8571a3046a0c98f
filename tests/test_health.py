"""The health pages over HTTP: alive, ready, and numbers that name nobody."""

import asyncio
import logging
import resource
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import structlog
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from bot.adapter import NotSaved
from bot.health.measuring import MAX_NAMES, Complaints, MeasuredDoor, Meters
from bot.health.pulse import Pulse
from bot.health.server import CONNECTIONS, PATIENCE, serve
from bot.intake import accept_many
from bot.store import counts, spending
from bot.store.database import Store
from tests.contract.door import NotebookDoor
from tests.sims.clock import MovableClock
from tests.store.rows import mention, opened, writing


@dataclass(slots=True)
class Engine:
    """What the pages ask of the engine, as the test says it."""

    connected: dict[str, bool] = field(default_factory=lambda: {"slack": True, "discord": True})
    waiting: list[str] = field(default_factory=list)
    down: bool = False


@dataclass(slots=True)
class Pages:
    url: str
    http: ClientSession

    async def get(self, path: str) -> tuple[int, str]:
        async with self.http.get(f"{self.url}{path}") as response:
            return response.status, await response.text()

    async def numbers(self) -> dict[tuple[str, ...], float]:
        """By name and values of labels."""
        _, text = await self.get("/metrics")
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }


@asynccontextmanager
async def served(
    store: Store, engine: Engine, meters: Meters, patience: float = PATIENCE
) -> AsyncIterator[Pages]:
    pulse = Pulse(
        store,
        MovableClock(),
        meters,
        connected=lambda: engine.connected,
        waiting=lambda: engine.waiting,
        provider_down=lambda: engine.down,
    )
    sock = socket.create_server(("127.0.0.1", 0))
    sock.setblocking(False)
    async with serve(pulse, sock, patience=patience), ClientSession() as http:
        yield Pages(f"http://127.0.0.1:{sock.getsockname()[1]}", http)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as store:
        yield store


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """No file of this process may grow beyond the size that the log of the database has."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_bot_that_hears_its_platforms_and_can_save_is_ready(store: Store) -> None:
    async with served(store, Engine(), Meters()) as pages:
        assert await pages.get("/healthz") == (200, "ok\n")
        assert await pages.get("/readyz") == (200, "ok\n")
        assert (await pages.get("/"))[0] == 404


async def test_a_platform_that_is_not_heard_is_named(store: Store) -> None:
    engine = Engine(connected={"slack": True, "discord": False})
    async with served(store, engine, Meters()) as pages:
        assert await pages.get("/readyz") == (503, "not ready: discord\n")
        assert (await pages.get("/healthz"))[0] == 200


async def test_a_full_disk_is_not_ready_and_can_still_be_counted(
    store: Store, tmp_path: Path
) -> None:
    await store.write(counts.try_to_write)
    async with served(store, Engine(), Meters()) as pages:
        with full_disk(tmp_path / "docent.db-wal"):
            assert await pages.get("/readyz") == (503, "not ready: database\n")
            assert (await pages.numbers())[("docent_database_readable",)] == 1


async def test_the_numbers_are_those_of_the_database(store: Store) -> None:
    clock, engine = MovableClock(), Engine(waiting=["thread_1"], down=True)
    async with writing(store) as tx:
        saved = accept_many(tx, [mention("a"), mention("b", key="k2")], clock.now())
        run = next(run for run in saved if run is not None)
        spending.add(tx, run, {"total_tokens": 70}, clock.now())
    async with served(store, engine, Meters()) as pages:
        numbers = await pages.numbers()

    assert numbers[("docent_runs", "queued")] == 2
    assert numbers[("docent_runs_unfinished", "queued")] == 2
    assert numbers[("docent_tokens_today",)] == 70
    assert numbers[("docent_open_questions",)] == 0
    assert numbers[("docent_threads_waiting",)] == 1
    assert numbers[("docent_provider_down",)] == 1
    assert numbers[("docent_connected", "slack")] == 1
    assert ("docent_deliveries_unsettled", "new") in numbers


async def test_a_database_that_is_gone_costs_its_own_numbers_alone(tmp_path: Path) -> None:
    async with opened(tmp_path) as store, served(store, Engine(), Meters()) as pages:
        async with writing(store) as tx:
            tx.exec_driver_sql("ALTER TABLE runs RENAME TO lost")
        numbers = await pages.numbers()

    assert numbers[("docent_database_readable",)] == 0
    assert numbers[("docent_connected", "slack")] == 1
    assert not any(name.startswith("docent_runs") for name, *_ in numbers)


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example:80", "[", "127.0.0.1:x"])
async def test_a_page_whose_name_was_made_to_point_here_reads_nothing(
    store: Store, name: str
) -> None:
    async with served(store, Engine(), Meters()) as pages:
        for path in ("/healthz", "/readyz", "/metrics"):
            async with pages.http.get(f"{pages.url}{path}", headers={"Host": name}) as foreign:
                assert (foreign.status, await foreign.text()) in ((403, ""), (400, ""))
        for here in ("localhost:8787", "[::1]:8787", "127.0.0.1"):
            async with pages.http.get(f"{pages.url}/healthz", headers={"Host": here}) as page:
                assert page.status == 200


async def test_whoever_opens_connections_and_says_nothing_is_hung_up_on(store: Store) -> None:
    serving = served(store, Engine(), Meters(), patience=0.5)
    async with serving as pages, AsyncExitStack() as stack:
        port = int(pages.url.rpartition(":")[2])
        silent = []
        for _ in range(CONNECTIONS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            stack.callback(writer.close)
            writer.write(b"GET /healthz HTTP/1.1\r\n")
            silent.append(reader)
        refused, writer = await asyncio.open_connection("127.0.0.1", port)
        stack.callback(writer.close)
        assert await refused.read() == b""
        async with asyncio.timeout(10):
            assert {await reader.read() for reader in silent} == {b""}
        assert await pages.get("/healthz") == (200, "ok\n")


async def test_events_are_timed_by_their_kind() -> None:
    meters, behind = Meters(), NotebookDoor()
    door = MeasuredDoor(behind, meters)
    await door.accept(mention("hello"))
    behind.full = True
    with pytest.raises(NotSaved):
        await door.accept(mention("hello"))

    value = meters.registry.get_sample_value
    assert value("docent_accept_seconds_count", {"kind": "mention"}) == 1
    assert value("docent_not_saved_total", {"kind": "mention"}) == 1


def test_complaints_are_counted_by_name_and_never_without_bound() -> None:
    meters = Meters()
    logger = logging.Logger("bot.delivery")
    logger.addHandler(Complaints(meters))
    log = structlog.wrap_logger(
        logger,
        processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    log.warning("create_in_doubt", slot="s1")
    log.info("doubt_resolved", slot="s1")
    for number in range(MAX_NAMES + 50):
        name = f"made_up_{number}"
        log.error(name)

    value = meters.registry.get_sample_value
    named = {"level": "warning", "event": "create_in_doubt"}
    assert value("docent_complaints_total", named) == 1
    assert value("docent_complaints_total", {"level": "error", "event": "other"}) == 51
    assert value("docent_complaints_total", named | {"event": "doubt_resolved"}) is None
