"""A platform that takes everything at once and remembers what people would see."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from benchmarks.answers import answer_to
from benchmarks.report import BenchmarkFailedError
from bot.adapter import Capabilities, Door, MessageRef, Rights, Seen
from bot.events import PersonRef, PlaceRef, WorkspaceId
from bot.views import Notice, Quiz, Reply, SlotId, View

PLATFORM = "bench"
SILENCE = 60.0
"""Seconds without any new reply after which replies count as lost."""

Asked = dict[str, list[str]]
"""The questions of each place, in order."""


@dataclass(slots=True)
class _Posted:
    text: str
    final: bool


class StubPlatform:
    """Takes everything at once and keeps what people would see, with the time of each last view."""

    def __init__(self, *, live: bool) -> None:
        self.capabilities = Capabilities(
            max_text=2_000,
            text_unit="code_point",
            max_buttons=25,
            edit_interval=timedelta(seconds=1),  # about what Slack and Discord take
            live=live,
        )
        self.shown_at: dict[str, float] = {}
        self._places: defaultdict[str, dict[SlotId, _Posted]] = defaultdict(dict)
        self._slots: dict[str, tuple[str, SlotId]] = {}
        self._changed = asyncio.Event()
        self._is_connected = False

    @property
    def platform(self) -> str:
        return PLATFORM

    @property
    def is_connected(self) -> bool:
        return self._is_connected

    async def run(self, door: Door) -> None:  # noqa: ARG002 - the benchmark itself asks
        self._is_connected = True
        try:
            await asyncio.Event().wait()
        finally:
            self._is_connected = False

    async def create(self, place: PlaceRef, slot: SlotId, view: View) -> MessageRef:
        if slot in self._places[place.key]:
            raise BenchmarkFailedError(f"{place.key}: {slot} was created twice")
        key = f"m{len(self._slots)}"
        self._slots[key] = (place.key, slot)
        self._show(place.key, slot, view)
        return MessageRef(platform=PLATFORM, key=key)

    async def edit(self, message: MessageRef, view: View) -> MessageRef:
        self._show(*self._slots[message.key], view)
        return message

    async def delete(self, message: MessageRef) -> None:
        place, slot = self._slots.pop(message.key)
        del self._places[place][slot]

    async def recent(self, place: PlaceRef, since: datetime, limit: int) -> Sequence[Seen]:  # noqa: ARG002 - nothing is ever in doubt
        return []

    def direct(self, person: PersonRef) -> PlaceRef:
        workspace = WorkspaceId(PLATFORM)
        return PlaceRef(platform=PLATFORM, workspace=workspace, key=person.user, direct=True)

    async def rights(self, person: PersonRef, workspace: WorkspaceId) -> Rights:  # noqa: ARG002 - asked for
        return Rights()

    async def shared(self, person: PersonRef) -> Collection[WorkspaceId]:  # noqa: ARG002
        return ()

    def _show(self, place: str, slot: SlotId, view: View) -> None:
        match view:
            case Quiz(title=text):
                final = True
            case Notice(text=text):
                final = True
            case Reply(text=text, live=live):
                final = not live
        posted = self._places[place]
        if final and not (slot in posted and posted[slot].final):
            self.shown_at[text] = monotonic()
            self._changed.set()
        posted[slot] = _Posted(text, final)

    async def all_shown(self, asked: Asked, pieces: int) -> None:
        """Wait until every place shows its answers and nothing else, each once and in order.

        Raises BenchmarkFailedError.
        """
        missing = [answer_to(question, pieces) for said in asked.values() for question in said]
        while missing:
            if missing[-1] in self.shown_at:
                missing.pop()
                continue
            self._changed.clear()
            try:
                async with asyncio.timeout(SILENCE):
                    await self._changed.wait()
            except TimeoutError:
                raise BenchmarkFailedError(f"at most {len(missing)} replies are lost") from None
        for place, said in asked.items():
            answers = [answer_to(question, pieces) for question in said]
            shown = [posted.text for posted in self._places[place].values()]
            if shown != answers:
                raise BenchmarkFailedError(f"{place} shows {shown} instead of {answers}")
