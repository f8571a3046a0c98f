"""Slack: channels, threads and direct messages of one workspace, through Socket Mode."""

import asyncio
from collections.abc import Collection, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from adapters.slack.connection import Connection
from adapters.slack.handover import Handover
from adapters.slack.identity import Identity, identify
from adapters.slack.pacing import Pace
from adapters.slack.people import People
from adapters.slack.places import PLATFORM, Posted, direct_place, posted_of, spot_of
from adapters.slack.render import Frame, drawn, people_in
from adapters.slack.send import BlocksRefused, WebApi, web_api
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
from bot.views import Reply, SlotId, View

CAPABILITIES = Capabilities(
    # A markdown block takes 12,000; escaped signs and the hosts of links make a text longer.
    max_text=10_000,
    text_unit="code_point",
    # Elements of one actions block (docs.slack.dev, actions block).
    max_buttons=25,
    # chat.update is allowed some 50 times a minute, for all messages together (`Pace`).
    edit_interval=timedelta(seconds=1.5),
    live=True,
)

START_SECONDS = 10.0
"""Slack says who we are within one; a post that comes before waits, and is refused for now."""
AGAIN = timedelta(seconds=5)
MAX_PAGES = 5
"""Pages of a history that are looked through for a message of ours."""
MAX_LATER = 2_000
"""Private answers under way at once, several classes that press within a second; those beyond are
lost, loudly."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Workspace:
    """What is known once Slack has said who we are."""

    api: WebApi
    identity: Identity
    people: People

    def check(self, team: str) -> None:
        """Raises Gone for what is another workspace's."""
        if team != self.identity.team_id:
            raise Gone(team)


class SlackAdapter:
    """One workspace, by its bot token and the app's token for Socket Mode.

    `api_url` is where the Web API is, if not at Slack; `patience` the seconds that a call waits
    for the workspace to be known.
    """

    def __init__(
        self,
        *,
        bot_token: str,
        app_token: str,
        api_url: str | None = None,
        patience: float = START_SECONDS,
    ) -> None:
        self._patience = patience
        self._pace = Pace()
        self._bot_token = bot_token
        self._app_token = app_token
        self._api_url = api_url
        self._workspace: _Workspace | None = None
        self._known = asyncio.Event()
        self._connected = asyncio.Event()
        self._connection: Connection | None = None

    @property
    def platform(self) -> str:
        return PLATFORM

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    @property
    def is_connected(self) -> bool:
        """Whether Slack's socket is open."""
        return self._connection is not None and self._connection.is_open

    async def run(self, door: Door) -> None:
        """Stay connected until cancelled, whatever happens to Slack or the tokens meanwhile."""
        async with web_api(self._bot_token, self._api_url) as api, asyncio.TaskGroup() as tasks:
            workspace = self._workspace = await self._identified(api)
            self._known.set()
            under_way: set[asyncio.Task[None]] = set()

            def later(work: Coroutine[None, None, None]) -> None:
                if len(under_way) >= MAX_LATER:
                    log.error("whisper_lost", at_once=MAX_LATER)
                    work.close()
                    return
                task = tasks.create_task(work)
                under_way.add(task)
                task.add_done_callback(under_way.discard)

            us = workspace.identity
            handover = Handover(door, api, workspace.people, us, later)
            self._connection = Connection(api.client, self._app_token, us, handover)
            try:
                await self._connection.run(self._connected.set)
            finally:
                self._connection = None
                self._connected.clear()
                self._known.clear()

    async def connected(self) -> None:
        """Return once events arrive; wait in the task group that runs the adapter."""
        await self._connected.wait()

    async def create(self, place: PlaceRef, slot: SlotId, view: View) -> MessageRef:
        """Post once. Raises Refused, Unknown or Gone."""
        workspace, spot = await self._ready(), spot_of(place)
        workspace.check(spot.team)
        if place.expires_at is not None and place.expires_at <= datetime.now(UTC):
            raise Gone(place.key)
        channel, thread = await workspace.api.target(spot)
        frame = await self._frame(workspace, spot.origin, view)
        try:
            message = await drawn(view, frame)
            ts = await workspace.api.post(channel, message, slot=slot, thread=thread)
        except BlocksRefused:
            message = await drawn(view, frame, simple=True)
            ts = await workspace.api.post(channel, message, slot=slot, thread=thread)
        return Posted(team=spot.team, channel=channel, ts=ts, origin=spot.origin).ref

    async def edit(self, message: MessageRef, view: View) -> MessageRef:
        """Make the message show the whole view; idempotent. Raises Refused, Unknown or Gone."""
        workspace, posted = await self._ready(), posted_of(message)
        workspace.check(posted.team)
        if isinstance(view, Reply) and view.live and not self._pace.may_show_live():
            return message
        self._pace.count()
        frame = await self._frame(workspace, posted.origin, view)
        update = workspace.api.update
        try:
            await update(posted.channel, posted.ts, await drawn(view, frame))
        except BlocksRefused:
            await update(posted.channel, posted.ts, await drawn(view, frame, simple=True))
        except Refused as refused:
            if refused.retry_after is not None:
                self._pace.rest(refused.retry_after.total_seconds())
            raise
        return message

    async def delete(self, message: MessageRef) -> None:
        """Remove our own message; one that is gone already is fine. Raises Refused or Unknown."""
        workspace = await self._ready()
        try:
            posted = posted_of(message)
            workspace.check(posted.team)
            await workspace.api.delete(posted.channel, posted.ts)
        except Gone:
            return

    async def recent(self, place: PlaceRef, since: datetime, limit: int) -> Sequence[Seen]:
        """Our own messages of a place since a time, oldest first. Raises CannotLook."""
        try:
            workspace, spot = await self._ready(), spot_of(place)
            workspace.check(spot.team)
            channel, thread = await workspace.api.target(spot)
            messages = await workspace.api.messages(
                channel, thread=thread, since=since.timestamp(), pages=MAX_PAGES
            )
        except (Refused, Unknown, Gone) as error:
            raise CannotLook(str(error)) from error
        if messages is None:
            raise CannotLook("too many messages")
        seen = [
            Seen(
                message=Posted(team=spot.team, channel=channel, ts=one.ts, origin=spot.origin).ref,
                slot=None if one.slot is None else SlotId(one.slot),
                at=datetime.fromtimestamp(float(one.ts), UTC),
            )
            for one in messages
            if workspace.identity.wrote(one.user, one.bot_id)
        ]
        return [one for one in seen if one.at >= since][:limit]

    def direct(self, person: PersonRef) -> PlaceRef:
        """A person's direct messages; those of strangers are gone."""
        return direct_place(person)

    async def rights(self, person: PersonRef, workspace: WorkspaceId) -> Rights:
        """What the person is there, asked of Slack now; fails closed."""
        try:
            known = await self._ready()
        except Refused:
            return Rights()
        return await known.people.rights(person, workspace)

    async def shared(self, person: PersonRef) -> Collection[WorkspaceId]:  # noqa: ARG002 - asked for
        """None: direct messages belong to the workspace itself."""
        return ()

    async def _identified(self, api: WebApi) -> _Workspace:
        while True:
            try:
                identity = await identify(api)
            except Refused as refused:
                log.warning("slack_refuses_token", reason=str(refused))
                await asyncio.sleep((refused.retry_after or AGAIN).total_seconds())
            except (Unknown, Gone) as error:
                log.warning("slack_not_reached", reason=str(error))
                await asyncio.sleep(AGAIN.total_seconds())
            else:
                people = People(api, identity.team_id)
                return _Workspace(api=api, identity=identity, people=people)

    async def _ready(self) -> _Workspace:
        try:
            async with asyncio.timeout(self._patience):
                await self._known.wait()
        except TimeoutError as error:
            raise Refused("not connected", retry_after=AGAIN) from error
        if self._workspace is None:
            raise Refused("not connected", retry_after=AGAIN)
        return self._workspace

    async def _frame(self, workspace: _Workspace, origin: str | None, view: View) -> Frame:
        """Names are looked up, never mentioned: a mention would notify."""
        names = await workspace.people.names(person.user for person in people_in(view))
        return Frame(origin=origin, names=names)
