"""The worker process: jobs as JSON lines in, results out; it ends when its pipe does."""

import contextlib
import os
import queue
import signal
import sys
import threading
from typing import BinaryIO

from bot.offline.formulas.lexer import Unclear
from bot.offline.solving import grading, quiz
from bot.offline.solving.cas import Impossible
from bot.offline.solving.problems import JOB, Grade, Make, Problem, Result, Trouble, Work

READY = b"ready\n"
# SymPy takes about 100 MB; more than this is an expression out of hand.
MAX_MEMORY_BYTES = 2**30
# A later end than the deadline of whoever asked: it holds even in C code that keeps the GIL.
ALARM_SECONDS = 8


def result(job: Work | Grade | Make) -> Result:
    """Do one job. Raises Unclear and Impossible, and whatever a bug raises."""
    match job:
        case Work():
            return grading.work(job.problem)
        case Grade():
            return grading.grade(job)
        case Make():
            return quiz.make(job)


def answer(line: bytes) -> bytes:
    """The reply to one line; never raises, so that one bad job costs nobody else anything."""
    try:
        done = result(JOB.validate_json(line))
    except (Unclear, Impossible) as reason:
        done = Trouble(text=str(reason))
    except (MemoryError, RecursionError, OverflowError):
        done = Trouble(text="the numbers or expressions in it become too large")
    except Exception as error:  # noqa: BLE001 - SymPy raises anything; the parent logs the name
        done = Trouble(text="it is beyond me", error=type(error).__name__)
    return done.model_dump_json().encode() + b"\n"


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - does not exist everywhere

    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))


def _alarm(seconds: int) -> None:
    if sys.platform != "win32":
        signal.alarm(seconds)


def _read(source: BinaryIO, lines: "queue.SimpleQueue[bytes]") -> None:
    """Runs beside the work, so that the end of the parent is noticed in the middle of a job."""
    for line in source:
        lines.put(line)
    os._exit(0)


def main() -> None:
    _limit_memory()
    # Ctrl-C reaches the whole terminal group; the parent decides when this process ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    output = sys.stdout.buffer
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, lines), daemon=True).start()
    grading.work(Problem(kind="solve", formulas=("3x + 11 = 14",)))
    output.write(READY)
    output.flush()
    while True:
        line = lines.get()
        _alarm(ALARM_SECONDS)
        output.write(answer(line))
        output.flush()
        _alarm(0)


if __name__ == "__main__":
    main()
