"""`docent demo` as people start it: a process of its own, to be ended or killed from outside."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.sources import ROOT

WITHIN = 30.0  # seconds that a start or an end may take on a loaded machine
LOOK = 0.02  # seconds between two looks at what the process has printed
TAIL = 4_000  # characters of the log that a failed test shows


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass(slots=True)
class Demo:
    """One home and one port, with one process after another on them, for so many `learners`.

    Tests say more in a minute than people do, so `runs_per_minute` is without limit (0). With the
    address of a `provider` it asks that instead of the offline tutor.
    """

    home: Path
    port: int = field(default_factory=free_port)
    runs_per_minute: int = 0
    learners: int = 0
    provider: str = ""
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        path = self.home / "docent.log"
        return path.read_text("utf-8") if path.exists() else ""

    def start(self) -> None:
        """Return when it says at our port that the playground is open."""
        printed = self.home.with_suffix(".printed")
        command = [sys.executable, "-m", "bot", "demo"]
        command += ["--home", str(self.home), "--port", str(self.port)]
        command += ["--learners", str(self.learners)]
        environment = os.environ | {"DOCENT_RUNS_PER_MINUTE": str(self.runs_per_minute)}
        if self.provider:
            command.append("--live")
            environment |= {"OPENAI_BASE_URL": self.provider, "OPENAI_API_KEY": "sk-test"}
            environment["DOCENT_MODEL"] = "tutor-1"
        with printed.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + WITHIN
        while (opened := re.search(r"http://127\.0\.0\.1:\d+", printed.read_text("utf-8"))) is None:
            alive = self.process.poll() is None and time.monotonic() < deadline
            assert alive, f"{printed.read_text('utf-8')}\n{self.log}"
            time.sleep(LOOK)
        assert opened[0] == self.address

    def kill(self) -> None:
        """`kill -9`: nothing is said, nothing is closed."""
        assert self.process is not None
        self.process.kill()
        assert self.process.wait(WITHIN) == -signal.SIGKILL

    def stop(self) -> int:
        """End it as Ctrl-C does; returns the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(WITHIN)
