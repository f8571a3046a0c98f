"""The playground: a page on this machine with a channel and direct messages, as a platform."""

import asyncio
import secrets
import socket
import sqlite3
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from aiohttp import web

from adapters.web.feed import Feed
from adapters.web.guard import stored_token
from adapters.web.people import PLATFORM, WORKSPACE, People, dm_of, owner_of, place_of, root_of
from adapters.web.playground import Playground
from adapters.web.server import Server
from bot.adapter import (
    CannotLook,
    Capabilities,
    Door,
    Gone,
    MessageRef,
    Refused,
    Rights,
    Seen,
    Unknown,
)
from bot.events import PersonRef, PlaceRef, WorkspaceId
from bot.views import SlotId, View

CAPABILITIES = Capabilities(
    # The page has no limit; beyond this a message is no longer read, and its Markdown takes the
    # renderer more than a tenth of a second.
    max_text=20_000,
    text_unit="code_point",
    # As on Discord (5 rows of 5), so that a quiz looks here as it will look there.
    max_buttons=25,
    # Ten a second reads as typing; faster costs disk writes that nobody sees.
    edit_interval=timedelta(milliseconds=100),
    live=True,
)

SHUTDOWN_SECONDS = 2.0
"""How long requests in flight may take to end; event streams are ended at once."""

START_SECONDS = 10.0
"""How long a post waits for the store to open before it is refused for now."""

log = structlog.get_logger()


class WebAdapter:
    """The playground on a socket already bound to 127.0.0.1, with its data in a folder.

    `switch` lets the page act as anybody, so many `learners` (at most `people.LEARNERS`) beside
    those who are always there; without it, it is the first learner.
    """

    def __init__(self, home: Path, sock: socket.socket, *, switch: bool, learners: int = 0) -> None:
        self._home = home
        self._socket = sock
        self._port = int(sock.getsockname()[1])
        self._people = People(switch=switch, learners=learners)
        self._playground = Playground(home / "playground.db")
        self._feed = Feed()
        self._open = asyncio.Event()
        self._served = asyncio.Event()

    @property
    def platform(self) -> str:
        return PLATFORM

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    @property
    def is_connected(self) -> bool:
        """Whether the page is served."""
        return self._served.is_set()

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self._port}"

    async def run(self, door: Door) -> None:
        """Serve the page until cancelled. Raises OperatorError if its store is bad."""
        self._home.mkdir(parents=True, exist_ok=True)
        server = Server(
            playground=self._playground,
            feed=self._feed,
            door=door,
            token=stored_token(self._home / "page-token"),
            people=self._people,
        )
        async with self._playground.opened():
            self._open.set()
            try:
                await self._serve(server)
            finally:
                self._open.clear()

    async def opened(self) -> None:
        """Return once the page is served.

        Never returns where `run` fails before that: wait in the task group that runs it.
        """
        await self._served.wait()

    async def create(self, place: PlaceRef, slot: SlotId, view: View) -> MessageRef:
        """Post once. Raises Refused, Unknown or Gone."""
        await self._ready()
        ref = secrets.token_hex(8)
        try:
            if not self._ours(place) or not await self._playground.has(place.key):
                raise Gone(place.key)
        except sqlite3.Error as error:
            raise Refused(type(error).__name__, retry_after=timedelta(seconds=5)) from error
        try:
            await self._playground.post(ref, place.key, slot, view, datetime.now(UTC))
        except sqlite3.Error as error:
            raise Unknown(type(error).__name__) from error
        self._changed(ref, place.key)
        return MessageRef(platform=PLATFORM, key=ref)

    async def edit(self, message: MessageRef, view: View) -> MessageRef:
        """Make the message show the whole view; idempotent. Raises Refused, Unknown or Gone."""
        await self._ready()
        try:
            place = await self._playground.place_of(message.key)
            redrawn = await self._playground.redraw(message.key, view)
        except sqlite3.Error as error:
            raise Unknown(type(error).__name__) from error
        if place is None or not redrawn:
            raise Gone(message.key)
        self._feed.mark(message.key, owner_of(place))
        return message

    async def delete(self, message: MessageRef) -> None:
        """Remove our own message; one that is gone already is fine. Raises Refused or Unknown."""
        await self._ready()
        try:
            place = await self._playground.place_of(message.key)
            removed = await self._playground.remove(message.key)
        except sqlite3.Error as error:
            raise Unknown(type(error).__name__) from error
        if removed and place is not None:
            self._changed(message.key, place)

    async def recent(self, place: PlaceRef, since: datetime, limit: int) -> Sequence[Seen]:
        """Our own messages of a place since a time, oldest first. Raises CannotLook."""
        try:
            await self._ready()
            return await self._playground.posted(place.key, since, limit)
        except (Refused, sqlite3.Error) as error:
            raise CannotLook(type(error).__name__) from error

    def direct(self, person: PersonRef) -> PlaceRef:
        """A person's direct messages; those of strangers are gone."""
        return place_of(dm_of(person.user))

    async def rights(self, person: PersonRef, workspace: WorkspaceId) -> Rights:
        """What the person may do here; fails closed."""
        return self._people.rights(person, workspace)

    async def shared(self, person: PersonRef) -> Collection[WorkspaceId]:  # noqa: ARG002 - asked for
        """None: direct messages belong to the playground itself."""
        return ()

    async def _serve(self, server: Server) -> None:
        handover = server.handover
        # Before anyone can write: what was said first is heard first.
        waiting = await handover.redeliver(await self._playground.waiting())
        runner = web.AppRunner(
            server.app(self._port), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS
        )
        await runner.setup()
        self._feed.open()
        try:
            await web.SockSite(runner, self._socket).start()
            self._served.set()
            log.info("playground_open", address=self.address)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(handover.redeliver_all(waiting))
                await asyncio.Event().wait()
        finally:
            self._served.clear()
            self._feed.close()
            await runner.cleanup()

    async def _ready(self) -> None:
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._open.wait()
        except TimeoutError as error:
            raise Refused("not open", retry_after=timedelta(seconds=1)) from error

    def _ours(self, place: PlaceRef) -> bool:
        return place.platform == PLATFORM and place.workspace == WORKSPACE

    def _changed(self, ref: str, place: str) -> None:
        self._feed.mark(ref, owner_of(place))
        if root := root_of(place):
            self._feed.mark(root, None)
