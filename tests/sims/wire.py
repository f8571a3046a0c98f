"""An adapter for the scripted platform: a plain HTTP client, as thin as an adapter can be."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import aiohttp
from pydantic import TypeAdapter

from bot.adapter import (
    Accepted,
    CannotLook,
    Capabilities,
    Door,
    Duplicate,
    FieldError,
    Gone,
    MessageRef,
    NotSaved,
    Receipt,
    Refused,
    Rights,
    Seen,
    Unknown,
)
from bot.events import Event, PersonRef, PlaceRef, WorkspaceId
from bot.views import SlotId, View

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
RECEIPTS: dict[str, TypeAdapter[Receipt]] = {
    kind.__name__: TypeAdapter(kind) for kind in (Accepted, FieldError, Duplicate)
}
PLACE = TypeAdapter(PlaceRef)
VIEW: TypeAdapter[View] = TypeAdapter(View)
SEEN = TypeAdapter(list[Seen])

LIMITS = Capabilities(
    max_text=2_000,
    text_unit="code_point",
    max_buttons=25,
    edit_interval=timedelta(milliseconds=10),
    live=True,
)


def packed(receipt: Receipt) -> dict[str, object]:
    """A receipt for the wire, by name: an empty Accepted looks like a Duplicate."""
    kind = type(receipt).__name__
    return {"kind": kind, "receipt": RECEIPTS[kind].dump_python(receipt, mode="json")}


def unpacked(frame: dict[str, object]) -> Receipt:
    return RECEIPTS[str(frame["kind"])].validate_python(frame["receipt"])


class WireAdapter:
    """Connects to a `PlatformSim`; what is not acknowledged comes again, as on Slack."""

    def __init__(self, url: str, limits: Capabilities = LIMITS) -> None:
        self._url = url
        self._limits = limits
        self._http: aiohttp.ClientSession | None = None
        self._connected = asyncio.Event()
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    @property
    def platform(self) -> str:
        return "sim"

    @property
    def capabilities(self) -> Capabilities:
        return self._limits

    @property
    def is_connected(self) -> bool:
        return self._socket is not None and not self._socket.closed

    async def run(self, door: Door) -> None:
        async with aiohttp.ClientSession() as self._http:
            self._connected.set()
            async with (
                self._http.ws_connect(f"{self._url}/events") as self._socket,
                asyncio.TaskGroup() as tasks,
            ):
                async for frame in self._socket:
                    tasks.create_task(self._hand_over(door, self._socket, frame.json()))

    async def _hand_over(
        self, door: Door, socket: aiohttp.ClientWebSocketResponse, frame: dict[str, object]
    ) -> None:
        event = EVENT.validate_python(frame["event"])
        try:
            receipt = packed(await door.accept(event))
        except NotSaved:
            receipt = None
        await socket.send_json({"id": frame["id"], "receipt": receipt})

    async def create(self, place: PlaceRef, slot: SlotId, view: View) -> MessageRef:
        shown = {"slot": slot, "view": VIEW.dump_python(view, mode="json")}
        body = {"place": place.key, "reach": place.reach, **shown}
        return MessageRef(platform="sim", key=await self._call("create", body))

    async def edit(self, message: MessageRef, view: View) -> MessageRef:
        await self._call("edit", {"key": message.key, "view": VIEW.dump_python(view, mode="json")})
        return message

    async def delete(self, message: MessageRef) -> None:
        await self._call("delete", {"key": message.key})

    async def recent(self, place: PlaceRef, since: datetime, limit: int) -> Sequence[Seen]:
        if place.private:
            raise CannotLook(place.key)  # as on the platforms: only that person sees it
        body = {"place": place.key, "since": since.isoformat(), "limit": limit}
        try:
            return SEEN.validate_json(await self._call("recent", body))
        except (Refused, Unknown) as error:
            raise CannotLook(str(error)) from error

    def direct(self, person: PersonRef) -> PlaceRef:
        return PlaceRef(
            platform="sim", workspace=WorkspaceId("sim:one"), key=f"dm-{person.user}", direct=True
        )

    async def rights(self, person: PersonRef, workspace: WorkspaceId) -> Rights:  # noqa: ARG002 - asked for
        said = await self._call("rights", {"user": person.user})
        groups = frozenset(said.removeprefix("admin").split())
        return Rights(admin=said.startswith("admin"), groups=groups)

    async def shared(self, person: PersonRef) -> Collection[WorkspaceId]:
        said = await self._call("shared", {"user": person.user})
        return [WorkspaceId(workspace) for workspace in said.split()]

    async def _call(self, method: str, body: dict[str, object]) -> str:
        await self._connected.wait()
        assert self._http is not None
        try:
            async with self._http.post(f"{self._url}/{method}", json=body) as response:
                text = await response.text()
                if response.status == 429:
                    after = timedelta(seconds=float(response.headers["retry-after"]))
                    raise Refused("busy", retry_after=after)
                if response.status == 400:
                    raise Refused(text)
                if response.status == 404:
                    raise Gone(text)
                if response.status != 200:
                    raise Unknown(str(response.status))
                return text
        except aiohttp.ClientError as error:
            raise Unknown(type(error).__name__) from error
