"""A scripted chat platform on loopback: it delivers events until they are acknowledged, keeps
messages beyond the life of any bot, and can refuse, lose answers and wait where a test wants it.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from aiohttp import WSMsgType, web

from bot.adapter import MessageRef, Seen
from bot.events import (
    ButtonToken,
    Click,
    Event,
    EventKey,
    Mention,
    Order,
    PersonRef,
    PlaceRef,
    Submission,
    WorkspaceId,
)
from bot.views import Quiz, Reply, ShownQuestion, SlotId
from tests.sims.clock import MovableClock
from tests.sims.posts import Fault, Posted, Sent
from tests.sims.wire import EVENT, SEEN, VIEW, unpacked

__all__ = ["REDELIVERY", "WITHIN", "Fault", "MovableClock", "PlatformSim", "Posted", "Sent"]

WITHIN = 15.0  # seconds that a test waits for what should happen soon
REDELIVERY = 0.1  # seconds until an event that was not saved is sent again
REACHES = timedelta(minutes=15)  # how long an order can be answered privately (Discord)


@dataclass(slots=True)
class PlatformSim:
    """The platform. Attributes may change while it runs.

    `lost` are posts that it did not take and did not refuse either, `troubled` the slots whose
    creates met a fault, `unedited` those with an edit that it refused for good. `groups` and the
    workspaces `shared` with the bot are those of each user; a private reach ends when it `closes`.
    """

    messages: list[Posted] = field(default_factory=list)
    sent: dict[str, Sent] = field(default_factory=dict)
    admins: set[str] = field(default_factory=set)
    groups: dict[str, set[str]] = field(default_factory=dict)
    shared: dict[str, set[str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    edit_faults: list[Fault] = field(default_factory=list)
    lost: list[Posted] = field(default_factory=list)
    troubled: set[SlotId] = field(default_factory=set)
    unedited: set[SlotId] = field(default_factory=set)
    creates: int = 0
    held: int = 0
    blind: bool = False
    closes: dict[str, datetime] = field(default_factory=dict)
    slow_edits: set[str] = field(default_factory=set)
    refused_edits: set[str] = field(default_factory=set)
    url: str = ""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _may_take: asyncio.Event = field(default_factory=asyncio.Event)
    _may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _sockets: set[web.WebSocketResponse] = field(default_factory=set)
    _number: int = 0
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        self._may_take.set()
        self._may_answer.set()
        app = web.Application()
        app.router.add_get("/events", self._events)
        posts = (self._create, self._edit, self._delete, self._recent, self._rights, self._shared)
        for method in posts:
            app.router.add_post(method.__name__.replace("_", "/", 1), method)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._runner is not None
        for socket in list(self._sockets):
            await socket.close()
        await self._runner.cleanup()

    def place(self, name: str, *, direct: bool = False) -> PlaceRef:
        return PlaceRef(
            platform="sim",
            workspace=WorkspaceId("sim:one"),
            key=name,
            direct=direct,
            parent=None if direct or name == "channel" else "channel",
        )

    def private(self, by: str) -> PlaceRef:
        """Where only that person reads, in the channel, by a way that is opened now."""
        reach = self._key("reach")
        ends = self.closes[reach] = self.clock() + REACHES
        place = self.place(f"private-{by}")
        return replace(place, private=True, reach=reach, expires_at=ends)

    async def mention(
        self,
        text: str,
        *,
        by: str = "ada",
        place: str = "t1",
        direct: bool = False,
        key: str = "",
        locale: str = "",
    ) -> Sent:
        """Somebody writes to the bot."""
        mention = Mention(
            key=EventKey(key or self._key("message")),
            place=self.place(place, direct=direct),
            person=PersonRef(scope="sim", user=by),
            text=text,
            at=self.clock(),
            locale=locale,
        )
        return await self.send(mention)

    async def order(
        self, text: str, *, by: str = "ada", place: str = "channel", key: str = "", locale: str = ""
    ) -> Sent:
        """Somebody gives a command."""
        order = Order(
            key=EventKey(key or self._key("order")),
            place=self.place(place),
            private=self.private(by),
            person=PersonRef(scope="sim", user=by),
            text=text,
            at=self.clock(),
            locale=locale,
        )
        return await self.send(order)

    async def click(
        self,
        token: ButtonToken,
        *,
        by: str = "ada",
        place: str = "t1",
        key: str = "",
        locale: str = "",
    ) -> Sent:
        click = Click(
            key=EventKey(key or self._key("click")),
            place=self.place(place),
            person=PersonRef(scope="sim", user=by),
            token=token,
            at=self.clock(),
            locale=locale,
        )
        return await self.send(click)

    async def submit(
        self, token: ButtonToken, text: str, *, by: str = "ada", place: str = "t1", key: str = ""
    ) -> Sent:
        submission = Submission(
            key=EventKey(key or self._key("form")),
            place=self.place(place),
            person=PersonRef(scope="sim", user=by),
            token=token,
            text=text,
            at=self.clock(),
        )
        return await self.send(submission)

    async def again(self, sent: Sent) -> Sent:
        """The platform delivers an event once more."""
        sent.receipt = None
        await self._deliver(sent)
        return await self.acknowledged(sent)

    async def acknowledged(self, sent: Sent, within: float = WITHIN) -> Sent:
        await self.until(lambda: sent.receipt is not None, within)
        return sent

    async def whispered(self, sent: Sent) -> str:
        """What the person alone reads in response."""
        return (await self.acknowledged(sent)).whisper

    @property
    def connected(self) -> bool:
        """Whether a bot listens."""
        return bool(self._sockets)

    def shown(self, place: str = "t1") -> list[Posted]:
        return [post for post in self.messages if post.place == place and not post.deleted]

    def texts(self, place: str = "t1") -> list[str]:
        return [post.text for post in self.shown(place)]

    def quiz(self, place: str = "t1") -> ShownQuestion | None:
        """The question that is open on the screen."""
        for post in reversed(self.shown(place)):
            if isinstance(post.view, Quiz) and post.view.question is not None:
                return post.view.question
        return None

    async def question(self, number: int = 1, place: str = "t1") -> ShownQuestion:
        """Wait for the question of that number, from 1."""
        await self.until(lambda: (asked := self.quiz(place)) is not None and asked.number == number)
        shown = self.quiz(place)
        assert shown is not None
        return shown

    async def said(self, text: str, place: str = "t1", within: float = WITHIN) -> Posted:
        """Wait for a finished message that contains the text."""

        def found() -> Posted | None:
            for post in self.shown(place):
                if text in post.text and not (isinstance(post.view, Reply) and post.view.live):
                    return post
            return None

        await self.until(lambda: found() is not None, within)
        post = found()
        assert post is not None
        return post

    def hold_creates(self) -> None:
        """Creates arrive, but the platform does not take them yet."""
        self._may_take.clear()

    def hold_answers(self) -> None:
        """Creates are taken and seen, but the bot is not told yet."""
        self._may_answer.clear()

    def release(self) -> None:
        self._may_take.set()
        self._may_answer.set()

    async def take_late(self, post: Posted) -> None:
        """A post that the bot had given up appears after all."""
        self.messages.append(replace(post, key=f"m{len(self.messages) + 1}"))
        await self._tell()

    async def until(self, happened: Callable[[], bool], within: float = WITHIN) -> None:
        """Wait for a state. Raises TimeoutError."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(happened)

    def _key(self, kind: str) -> str:
        self._number += 1
        return f"sim:{kind}:{self._number}"

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def send(self, event: Event) -> Sent:
        sent = Sent(event)
        self.sent[event.key] = sent
        await self._deliver(sent)
        return sent

    async def _deliver(self, sent: Sent) -> None:
        for socket in list(self._sockets):
            sent.deliveries += 1
            event = EVENT.dump_python(sent.event, mode="json")
            with suppress(ConnectionError):  # nobody listens any more: it is sent again
                await socket.send_json({"id": sent.event.key, "event": event})

    async def _events(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        await self._tell()
        try:
            for sent in [each for each in self.sent.values() if each.receipt is None]:
                await self._deliver(sent)
            async for frame in socket:
                if frame.type == WSMsgType.TEXT:
                    await self._acknowledge(json.loads(frame.data))
        finally:
            self._sockets.discard(socket)
            await self._tell()
        return socket

    async def _acknowledge(self, frame: dict[str, object]) -> None:
        sent = self.sent[str(frame["id"])]
        receipt = frame["receipt"]
        if not isinstance(receipt, dict):
            await asyncio.sleep(REDELIVERY)
            await self._deliver(sent)
            await self._tell()
            return
        sent.receipt = unpacked(receipt)
        await self._tell()

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.creates += 1
        await self._hold(self._may_take)
        if not self._is_open(body["reach"]):
            raise web.HTTPNotFound
        fault = self.faults.pop(0) if self.faults else None
        post = Posted(
            key=f"m{len(self.messages) + 1}",
            place=body["place"],
            slot=body["slot"],
            view=VIEW.validate_python(body["view"]),
            at=self.clock(),
            reach=body["reach"],
        )
        if fault is not None:
            self.troubled.add(post.slot)
            if not fault.taken:
                if fault.status >= 500:
                    self.lost.append(post)
                return self._refused(fault)
        self.messages.append(post)
        await self._hold(self._may_answer)
        return web.Response(text=post.key) if fault is None else self._refused(fault)

    def _is_open(self, reach: str | None) -> bool:
        return reach is None or self.clock() < self.closes[reach]

    async def _hold(self, gate: asyncio.Event) -> None:
        """Tell the test that this point is reached, and wait there while it wants so."""
        self.held += 1
        try:
            await self._tell()
            await gate.wait()
        finally:
            self.held -= 1
            await self._tell()

    def _refused(self, fault: Fault) -> web.Response:
        return web.Response(status=fault.status, headers={"retry-after": str(fault.retry_after)})

    def _post(self, key: str) -> Posted:
        for post in self.messages:
            if post.key == key and not post.deleted:
                return post
        raise web.HTTPNotFound

    async def _edit(self, request: web.Request) -> web.Response:
        body = await request.json()
        post = self._post(body["key"])
        if not self._is_open(post.reach):
            raise web.HTTPNotFound
        fault = self._edit_fault(post.place)
        if fault is not None and fault.status == 400:
            self.unedited.add(post.slot)
        if fault is None or fault.taken:
            post.view = VIEW.validate_python(body["view"])
            post.edits += 1
            await self._tell()
        return web.Response(text="ok") if fault is None else self._refused(fault)

    def _edit_fault(self, place: str) -> Fault | None:
        if place in self.refused_edits:
            return Fault(400)
        if place in self.slow_edits:
            return Fault(429, retry_after=60)
        return self.edit_faults.pop(0) if self.edit_faults else None

    async def _delete(self, request: web.Request) -> web.Response:
        self._post((await request.json())["key"]).deleted = True
        await self._tell()
        return web.Response(text="ok")

    async def _recent(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.blind:
            return web.Response(status=503)
        since = datetime.fromisoformat(body["since"])
        seen = [
            Seen(message=MessageRef(platform="sim", key=post.key), slot=post.slot, at=post.at)
            for post in self.shown(body["place"])
            if post.at >= since
        ]
        return web.Response(body=SEEN.dump_json(seen[: body["limit"]]))

    async def _rights(self, request: web.Request) -> web.Response:
        user = (await request.json())["user"]
        groups = " ".join(sorted(self.groups.get(user, ())))
        return web.Response(text=f"{'admin ' if user in self.admins else ''}{groups}".strip())

    async def _shared(self, request: web.Request) -> web.Response:
        user = (await request.json())["user"]
        return web.Response(text=" ".join(sorted(self.shared.get(user, ()))))
