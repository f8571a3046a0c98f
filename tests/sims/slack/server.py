"""A Slack workspace on loopback: Web API and Socket Mode, strict about what is sent to them.

    async with SlackSim() as slack:
        … run the adapter against slack.api_url …
        asked = await slack.say("U1", "C1", "<@UBOT> hello")
        await slack.until(lambda: "hi" in slack.thread("C1", asked.ts)[-1].shown)

What an app must never send is kept in `complaints` and fails the test when the server is left.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import WSMsgType, web

from bot.jsons import Json
from tests.sims.slack.forms import blocks_named, filled
from tests.sims.slack.rules import private_problem
from tests.sims.slack.state import BOT, TEAM, Message, WayBack, label_of, translated
from tests.sims.slack.web_api import Workspace

WITHIN = 10.0  # seconds that a test waits for what should happen soon
ALL_SCOPES = (
    "app_mentions:read,channels:history,chat:write,commands,groups:history,im:history,im:write,"
    "usergroups:read,users:read"
)
MOST_DELIVERIES = 4
"""Slack sends an event at once and three times more."""


@dataclass(slots=True, eq=False)
class Envelope:
    """One delivery to the app and its acknowledgement; `payload` is what came with that."""

    kind: str
    body: Json
    sent: int = 0
    acknowledged: bool = False
    payload: Json = field(default_factory=dict)


@dataclass(slots=True)
class Fault:
    """What happens to the next call of a method: an error code or a status, before or after it
    was carried out; `hangs` gives no answer at all."""

    error: str = ""
    status: int = 200
    retry_after: int | None = None
    taken: bool = False
    hangs: bool = False
    body: str | None = None


@dataclass(slots=True)
class SlackSim(Workspace):
    """The workspace over the wire; `ack_seconds` is 3 at Slack."""

    ack_seconds: float = 3.0
    envelopes: list[Envelope] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    """All that the app has told Slack, as JSON."""
    scopes: str | None = ALL_SCOPES
    ways: dict[str, WayBack] = field(default_factory=dict)
    _sockets: list[web.WebSocketResponse] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        for user in ("U1", "U2"):
            self.join(user)
        self.join("UADMIN", is_admin=True)
        app = web.Application(client_max_size=2**22)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self._link)
        app.router.add_post("/response/{id}", self._response)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.api_url = f"http://{host}:{port}/api/"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._runner is not None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in list(self._sockets):
            await socket.close()
        await self._runner.cleanup()
        if error is None and self.complaints:
            raise AssertionError("\n".join(self.complaints))

    async def say(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread: str | None = None,
        events: tuple[str, ...] = (),
        more: Json | None = None,
    ) -> Message:
        """Somebody writes; `events` chooses which events are sent of it, and in which order,
        `more` is what else they say."""
        said = Message(channel=channel, ts=self.ts(), user=user, text=text, thread=thread)
        self.messages.append(said)
        both = f"<@{BOT}>" in text and not channel.startswith("D")
        for kind in events or (("app_mention", "message") if both else ("message",)):
            event: Json = {
                "type": kind,
                "channel": channel,
                "channel_type": "im" if channel.startswith("D") else "channel",
                "user": user,
                "text": text,
                "ts": said.ts,
                "event_ts": said.ts,
                **({} if thread is None else {"thread_ts": thread}),
                **(more or {}),
            }
            await self.event(event)
        await self._tell()
        return said

    async def event(self, event: Json) -> Envelope:
        """Slack tells the app of something, again and again until it is acknowledged."""
        self._number += 1
        body: Json = {
            "type": "event_callback",
            "token": "x",
            "team_id": TEAM,
            "api_app_id": "A1",
            "event_id": f"Ev{self._number}",
            "event_time": int(time.time()),
            "authorizations": [
                {"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True}
            ],
            "event": event,
        }
        return self._send("events_api", body)

    async def press(
        self, user: str, message: Message, label: str, *, times: int = 1, answer_at: str = ""
    ) -> Envelope:
        """Somebody presses a button of a message, in the state in which it is now. The answer is to
        go to an address of Slack's, or to the one that is given."""
        assert message.only in (None, user)
        button = next(one for one in message.buttons if label_of(one) == label)
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": message.only is not None,
            **({} if message.thread is None else {"thread_ts": message.thread}),
        }
        body = self._interaction("block_actions", user) | {
            "container": container,
            "channel": {"id": message.channel, "name": "x"},
            "actions": [button | {"action_ts": self.ts(), "block_id": "b1"}],
            "response_url": answer_at
            or self._response_url(WayBack(message.channel, user, message)),
        }
        if message.only is None:  # of the others the app is told no more than where they are
            blocks = translated(message.blocks)
            body["message"] = message.json(metadata=False) | {"blocks": blocks}
        for _ in range(times - 1):
            self._send("interactive", body)
        return await self.done(self._send("interactive", body))

    async def submit(
        self, user: str, view: Json, entered: str | Mapping[str, str] | None
    ) -> Envelope:
        """Somebody sends a form: a text in its first field, or something by the fields' names; the
        others stay as they are."""
        body = self._interaction("view_submission", user)
        body["view"] = filled(view, entered)
        envelope = await self.done(self._send("interactive", body, takes_payload=True))
        errors = envelope.payload.get("errors", {})
        assert isinstance(errors, dict)
        if unknown := errors.keys() - blocks_named(view):
            self.complaints.append(f"errors at {sorted(unknown)}, which the form does not have")
        return envelope

    async def command(self, user: str, channel: str, text: str) -> Envelope:
        """Somebody gives `/tutor`; in threads Slack does not offer it at all."""
        trigger = self._trigger()
        body: Json = {
            "token": "x",
            "team_id": TEAM,
            "channel_id": channel,
            "user_id": user,
            "command": "/tutor",
            "text": text,
            "api_app_id": "A1",
            "trigger_id": trigger,
            "response_url": self._response_url(WayBack(channel, user)),
        }
        envelope = await self.done(self._send("slash_commands", body, takes_payload=True))
        if envelope.payload:
            if (problem := private_problem(envelope.payload)) is not None:
                self.complaints.append(f"/tutor: {problem}")
            self.post(channel, envelope.payload, thread=None, only=user)
        return envelope

    async def done(self, envelope: Envelope) -> Envelope:
        """Wait for the acknowledgement. Raises TimeoutError."""
        await self.until(lambda: envelope.acknowledged)
        return envelope

    async def disconnect(self) -> None:
        """The sockets break without a word."""
        for socket in list(self._sockets):
            await socket.close()

    @property
    def connected(self) -> bool:
        return bool(self._sockets)

    def thread(self, channel: str, ts: str | None) -> list[Message]:
        """The bot's messages in a thread or at a channel's root, oldest first."""
        return [one for one in self.of_bot(channel) if one.thread == ts]

    def of_bot(self, channel: str) -> list[Message]:
        """What the bot has said in a channel for all to see."""
        return [
            one
            for one in self.messages
            if one.channel == channel and one.bot and one.only is None and not one.deleted
        ]

    def whispers(self, user: str) -> list[str]:
        """What the bot has said to a person alone."""
        return [one.shown for one in self.private(user)]

    def private(self, user: str) -> list[Message]:
        """The messages that a person alone sees, oldest first."""
        return [one for one in self.messages if one.only == user]

    async def said(self, text: str, channel: str = "C1", within: float = WITHIN) -> Message:
        """Wait for a message of the bot that shows the text."""

        def found() -> Message | None:
            return next((one for one in self.of_bot(channel) if text in one.shown), None)

        await self.until(lambda: found() is not None, within)
        message = found()
        assert message is not None
        return message

    async def until(self, happened: Callable[[], bool], within: float = WITHIN) -> None:
        """Wait for a state. Raises TimeoutError."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(happened)

    def _trigger(self) -> str:
        self._number += 1
        trigger = f"{self._number}.1.abc"
        self._triggers[trigger] = time.monotonic() + 3.0
        return trigger

    def _response_url(self, way: WayBack) -> str:
        self._number += 1
        self.ways[str(self._number)] = way
        return f"{self.api_url.removesuffix('api/')}response/{self._number}"

    def _interaction(self, kind: str, user: str) -> Json:
        return {
            "type": kind,
            "token": "x",
            "api_app_id": "A1",
            "team": {"id": TEAM, "domain": "x"},
            "user": {"id": user, "username": user.lower(), "team_id": TEAM},
            "trigger_id": self._trigger(),
        }

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _send(self, kind: str, body: Json, *, takes_payload: bool = False) -> Envelope:
        envelope = Envelope(kind, body)
        self.envelopes.append(envelope)
        task = asyncio.create_task(self._deliver(envelope, takes_payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return envelope

    async def _deliver(self, envelope: Envelope, takes_payload: bool) -> None:
        most = MOST_DELIVERIES if envelope.kind == "events_api" else 1
        for attempt in range(most):
            await self.until(lambda: self.connected, 60)
            envelope.sent += 1
            frame: Json = {
                "envelope_id": f"{self.envelopes.index(envelope)}-{attempt}",
                "type": envelope.kind,
                "accepts_response_payload": takes_payload,
                "payload": envelope.body,
            }
            if envelope.kind == "events_api":
                frame |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
            with suppress(ConnectionError):
                await self._sockets[-1].send_json(frame)
            await self._tell()
            with suppress(TimeoutError):
                await self.until(lambda: envelope.acknowledged, self.ack_seconds)
                return

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(
            {"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}}
        )
        self._sockets.append(socket)
        await self._tell()
        try:
            async for frame in socket:
                if frame.type == WSMsgType.TEXT:
                    await self._acknowledge(json.loads(frame.data))
        finally:
            self._sockets.remove(socket)
            await self._tell()
        return socket

    async def _acknowledge(self, frame: Json) -> None:
        envelope = self.envelopes[int(str(frame["envelope_id"]).partition("-")[0])]
        payload = frame.get("payload")
        if isinstance(payload, dict):
            envelope.payload = payload
            self.sent.append(json.dumps(payload))
        envelope.acknowledged = True
        await self._tell()

    async def _response(self, request: web.Request) -> web.Response:
        body: Json = await request.json()
        self.sent.append(json.dumps(body))
        problem = self.respond(self.ways[request.match_info["id"]], body)
        await self._tell()
        if problem is not None:
            return web.Response(status=404 if problem == "used_url" else 400, text=problem)
        return web.Response(text="ok")

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls.append(method)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        arguments = await _arguments(request)
        self.sent.append(json.dumps(arguments))
        fault = next(iter(self.faults.get(method, [])), None)
        if fault is not None:
            self.faults[method].remove(fault)
            if not fault.taken:
                return await self._faulty(fault)
        answer = self.answer(method, token, arguments)
        await self._tell()
        if fault is not None:
            return await self._faulty(fault)
        headers = {"x-oauth-scopes": self.scopes} if self.scopes is not None else {}
        return web.json_response(answer, headers=headers)

    async def _faulty(self, fault: Fault) -> web.Response:
        if fault.hangs:
            await asyncio.sleep(60)
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        if fault.body is not None:
            return web.Response(status=fault.status, text=fault.body, headers=headers)
        answer = {"ok": False, "error": fault.error}
        return web.json_response(answer, status=fault.status, headers=headers)


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        body: Json = await request.json()
        return body
    form: Mapping[str, object] = await request.post()
    return {**dict(request.query), **{name: str(value) for name, value in form.items()}}
