"""Discord's gateway on loopback: sessions that outlive their sockets, events with numbers."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web
from pydantic import JsonValue

from bot.jsons import Json

MESSAGE_CONTENT = 1 << 15
PRIVILEGED = MESSAGE_CONTENT | 1 << 1 | 1 << 8
KEPT_SESSION = 4_000
"""The close code after which a session may be resumed."""


@dataclass(slots=True, eq=False)
class Session:
    """What one IDENTIFY began. `sent` are all its events; their numbers are their places."""

    id: str
    intents: int
    sent: list[Json] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None
    resumes: int = 0


@dataclass(slots=True)
class Gateway:
    """`granted` are privileged intents that the application has. Attributes may change."""

    token: str
    tell: Callable[[], Awaitable[None]]
    granted: int = 0
    sessions: dict[str, Session] = field(default_factory=dict)
    url: str = ""
    hello: list[Json] = field(default_factory=list)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await self._send(socket, 10, {"heartbeat_interval": 41_250})
        session: Session | None = None
        async for frame in socket:
            if frame.type != WSMsgType.TEXT:
                continue
            said: Json = json.loads(frame.data)
            match said["op"], said.get("d"):
                case 1, _:
                    await self._send(socket, 11, None)
                case 2, dict(identity):
                    session = await self._identify(socket, identity)
                case 6, dict(resumed):
                    session = await self._resume(socket, resumed)
                case _:
                    pass
        if session is not None and session.socket is socket:
            session.socket = None
        await self.tell()
        return socket

    async def dispatch(self, name: str, data: Json, session: Session) -> None:
        """One event of a session, kept for a RESUME."""
        event: Json = {"op": 0, "t": name, "s": len(session.sent) + 1, "d": data}
        session.sent.append(event)
        if session.socket is not None and not session.socket.closed:
            await session.socket.send_str(json.dumps(event))

    async def drop(self, code: int = KEPT_SESSION) -> None:
        """All connections break."""
        for session in self.sessions.values():
            if session.socket is not None:
                socket, session.socket = session.socket, None
                await socket.close(code=code)

    async def _identify(self, socket: web.WebSocketResponse, identity: Json) -> Session | None:
        intents = identity.get("intents")
        assert isinstance(intents, int)
        if identity.get("token") != self.token:
            await socket.close(code=4004)
            return None
        if intents & PRIVILEGED & ~self.granted:
            await socket.close(code=4014)
            return None
        session = Session(f"session{len(self.sessions) + 1}", intents, socket=socket)
        for event in self.hello:
            name, data = str(event["t"]), event["d"]
            assert isinstance(data, dict)
            more: Json = {"session_id": session.id, "resume_gateway_url": self.url}
            await self.dispatch(name, data | (more if name == "READY" else {}), session)
        self.sessions[session.id] = session
        await self.tell()
        return session

    async def _resume(self, socket: web.WebSocketResponse, resumed: Json) -> Session | None:
        session = self.sessions.get(str(resumed.get("session_id")))
        seq = resumed.get("seq")
        if session is None or not isinstance(seq, int):
            await self._send(socket, 9, False)
            return None
        session.socket = socket
        session.resumes += 1
        await self.tell()
        for event in session.sent[seq:]:
            await socket.send_str(json.dumps(event))
        await self.dispatch("RESUMED", {}, session)
        return session

    async def _send(self, socket: web.WebSocketResponse, op: int, data: JsonValue) -> None:
        await socket.send_str(json.dumps({"op": op, "d": data, "s": None, "t": None}))
