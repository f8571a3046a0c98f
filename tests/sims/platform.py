"""A scripted chat platform on loopback: it delivers events until they are acknowledged, keeps
messages beyond the life of any bot, and can refuse, lose answers and wait where a test wants it.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Self

from aiohttp import WSMsgType, web

from bot.adapter import MessageRef, Seen
from bot.events import Click, Event, Submission
from bot.views import Lobby, Private, Quiz, Reply, ShownQuestion, SlotId, View
from tests.sims.clock import MovableClock
from tests.sims.crowd import Crowd
from tests.sims.keys import Scene, leaks, may_tell
from tests.sims.posts import Fault, Posted, Sent
from tests.sims.wire import EVENT, SEEN, VIEW, unpacked

__all__ = ["REDELIVERY", "WITHIN", "Fault", "MovableClock", "PlatformSim", "Posted", "Sent"]

WITHIN = 15.0  # seconds that a test waits for what should happen soon
ENDS = ("x.", "r.", "n.")  # buttons that end a run, whatever it waits for
REDELIVERY = 0.1  # seconds until an event that was not saved is sent again


@dataclass(slots=True)
class PlatformSim(Crowd):
    """The platform. Attributes may change while it runs.

    `lost` are posts that it did not take and did not refuse either, `troubled` the slots whose
    creates met a fault, `unedited` those with an edit that it refused for good. `groups` and the
    workspaces `shared` with the bot are those of each user. `leaks` are what was shown too early,
    see `keys`: a test that causes some fails when the platform is left. While it is `silent`, it
    does not say what people are.
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
    silent: bool = False
    slow_edits: set[str] = field(default_factory=set)
    refused_edits: set[str] = field(default_factory=set)
    url: str = ""
    leaks: list[str] = field(default_factory=list)
    _may_take: asyncio.Event = field(default_factory=asyncio.Event)
    _may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _sockets: set[web.WebSocketResponse] = field(default_factory=set)
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
        if error is None and self.leaks:
            raise AssertionError("\n".join(self.leaks))

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
        if sent.private is not None:
            self._check(sent.private, f"the answer to {sent.event.key}", sent)
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
        self._check(post.view, post.place)
        self.messages.append(post)
        await self._hold(self._may_answer)
        return web.Response(text=post.key) if fault is None else self._refused(fault)

    def _check(self, view: View | Private, place: str, sent: Sent | None = None) -> None:
        """Note what nobody may read yet."""
        if not (may_tell(view) or sent is not None):
            return
        views = [post.view for post in self.messages if not post.deleted]
        shown = [each.question for each in views if isinstance(each, Quiz)]
        pressed = sent.event if sent is not None else None
        scene = Scene(
            class_is_open=any(isinstance(each, Lobby) and self._takes(each) for each in views),
            asked=frozenset(str(asked.number) for asked in shown if asked is not None),
            privately=sent is not None,
            pressed=pressed.token if isinstance(pressed, Click | Submission) else "",
        )
        self.leaks += [f"{leak}, in {place}" for leak in leaks(view, scene)]

    def _takes(self, lobby: Lobby) -> bool:
        """Whether a quiz may still be answered: nothing has closed it that the platform saw."""
        close = {action.token for action in lobby.actions if action.token.startswith("l.")}
        pressed = [one.event.token for one in self.sent.values() if isinstance(one.event, Click)]
        ended = any(token in close or token.startswith(ENDS) for token in pressed)
        return not (lobby.closed or ended or lobby.closes_at <= self.clock())

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
            self._check(post.view, post.place)
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
        if self.silent:
            await asyncio.Event().wait()  # until the bot hangs up
        user = (await request.json())["user"]
        groups = " ".join(sorted(self.groups.get(user, ())))
        return web.Response(text=f"{'admin ' if user in self.admins else ''}{groups}".strip())

    async def _shared(self, request: web.Request) -> web.Response:
        user = (await request.json())["user"]
        return web.Response(text=" ".join(sorted(self.shared.get(user, ()))))
