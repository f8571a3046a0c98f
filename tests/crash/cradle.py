"""Starts bots as forks of a process that has imported everything, on orders from its stdin."""

import json
import os
import signal
import sys
import traceback
from typing import NoReturn

from tests.sims.bot import main


def serve() -> None:
    """One answer line per order: the id of a started process, or how one ended."""
    living: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if "start" in order:
            pid = os.fork()
            if pid == 0:
                _live(order["start"], order["log"])
            living.add(pid)
            answer = pid
        else:
            _, status = os.waitpid(order["await"], 0)
            living.discard(order["await"])
            answer = os.waitstatus_to_exitcode(status)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    for pid in living:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _live(arguments: list[str], log: str) -> NoReturn:
    nothing = os.open(os.devnull, os.O_RDWR)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    code = 0
    try:
        main(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - as the interpreter does at the end of a program
        traceback.print_exc()
        code = 1
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
