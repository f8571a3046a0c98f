"""The offline tutor: a server of the Responses API on loopback with rules instead of a model."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

MODEL = "offline-tutor"
"""The name of its only model."""


@asynccontextmanager
async def serve(*, longest_reply: timedelta = timedelta(seconds=1.5)) -> AsyncIterator[str]:
    """Start the server and its worker; the base URL ends in `/v1`, and leaving stops both.

    A reply streams for at most `longest_reply`, so that people see it appear. Raises OSError when
    the machine gives no port or no process.
    """
    # The worker process imports this package too, and has no use for a server.
    from bot.offline.server import serving  # noqa: PLC0415

    async with serving(longest_reply) as url:
        yield url
