"""From the start of the process to the first page that the playground serves."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from benchmarks.backend import ROOT
from benchmarks.report import BenchmarkFailedError, Figure, Goal

TRIES, QUICK_TRIES = 7, 2
WITHIN = 30.0
LIBRARIES = "import openai, aiohttp, sqlalchemy, pydantic_settings, typer"
"""What any such program loads before its first line of work."""


def measure(folder: Path, *, quick: bool) -> Iterator[Figure]:
    tries = range(QUICK_TRIES if quick else TRIES)
    _loaded()  # so that neither side reads its files from the disk for the first time
    ready(folder / "warm-up")
    first, again, bare = [], [], []
    for number in tries:
        home = folder / f"home-{number}"
        bare.append(_loaded())
        first.append(ready(home))
        again.append(ready(home))
    for name, seconds in (("new database", first), ("restart", again)):
        yield Figure(
            name=f"start → ready, {name}",
            value=median(seconds),
            unit="s",
            reference=median(bare),
            against=LIBRARIES,
            goal=Goal(most=3),
        )


def ready(home: Path) -> float:
    """Seconds until `docent demo` has served its page. Raises BenchmarkFailedError."""
    port = _free_port()
    command = [sys.executable, "-m", "bot", "demo", "--home", str(home), "--port", str(port)]
    begun = perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own program
        try:
            while not _answers(port):
                if process.poll() is not None or perf_counter() - begun > WITHIN:
                    raise BenchmarkFailedError("the playground did not start")
                sleep(0.005)
            return perf_counter() - begun
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=WITHIN)
    with suppress(OSError, HTTPException):
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    return False


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _loaded() -> float:
    begun = perf_counter()
    subprocess.run([sys.executable, "-c", LIBRARIES], check=True)  # noqa: S603 - our own program
    return perf_counter() - begun
