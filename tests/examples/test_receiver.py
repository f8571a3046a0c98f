"""The example receiver answers Docent, and nobody else."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from bot.tools.webhook_file import Entry
from bot.tools.webhooks import open_webhooks
from tests.sources import ROOT
from tests.tools.calls import CALL
from tests.tools.receiver import KEY

OTHER_KEY = "whsec_" + "AAAA" * 8
SECONDS = 10


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until_it_listens(port: int) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=SECONDS).close()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        else:
            return


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, ROOT / "examples" / "receiver.py"],
            env=os.environ | {"WEBHOOK_KEY": KEY, "PORT": str(port)},
            stdout=log,
            stderr=log,
        )
        try:
            until_it_listens(port)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.kill()
            process.wait()


async def asked(url: str, key: str) -> str:
    entry = Entry(url=url, key=SecretStr(key))
    async with open_webhooks({"look_up": entry}) as hooks:
        return await hooks["look_up"].act('{"word": "slope"}', CALL)


async def test_it_answers_who_has_the_key_and_nobody_else(tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        assert "How much a line rises" in await asked(url, KEY)
        assert "HTTP status 401" in await asked(url, OTHER_KEY)
