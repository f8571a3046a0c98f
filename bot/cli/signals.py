"""Ends the work when the terminal or the system asks for it."""

import asyncio
import os
import signal
from collections.abc import Coroutine

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
KILLED = 130
"""What shells report for a process that Ctrl-C ended."""


async def until_stopped(work: Coroutine[None, None, None], *, grace: float | None = None) -> None:
    """Await the work; the first signal cancels it and is a normal end, a second one ends at once,
    as does the end of the seconds of grace for its clean-up.

    Ending at once loses nothing: the store is made for it.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(work)
    asked = False

    def stop() -> None:
        nonlocal asked
        if asked:
            os._exit(KILLED)
        asked = True
        task.cancel()
        if grace is not None:
            loop.call_later(grace, os._exit, KILLED)

    heard = [name for name in STOPS if signal.getsignal(name) is not signal.SIG_IGN]
    for name in heard:
        loop.add_signal_handler(name, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not asked:
            raise
    finally:
        for name in heard:
            loop.remove_signal_handler(name)
