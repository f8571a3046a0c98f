"""The boundary: what an adapter must do, and all that it may call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bot.events import ButtonToken, Event, PersonRef, PlaceRef, WorkspaceId
from bot.views import Form, Notice, ShownQuestion, SlotId, View


class Refused(Exception):  # noqa: N818 - named after what the platform did
    """The platform surely did not show it. `retry_after` is None when trying again cannot help."""

    def __init__(self, reason: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Unknown(Exception):  # noqa: N818
    """Nobody can say whether the platform showed it (a time-out, a broken connection)."""


class Gone(Exception):  # noqa: N818
    """The message or the place is no longer there, for good."""


class CannotLook(Exception):  # noqa: N818
    """The platform does not let us see what was posted, now or at all."""


class NotSaved(Exception):  # noqa: N818
    """The event is not known to be saved: do not acknowledge it, or tell the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform can show, as numbers.

    `max_text` of one message counts in `text_unit`, `max_buttons` are those of one message.
    `edit_interval` is the least time between two edits of one message; `live` says whether
    messages may be shown while they are still being written.
    """

    max_text: int
    text_unit: Literal["code_point", "utf16"]
    max_buttons: int
    edit_interval: timedelta
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRef:
    """One platform message; `key` is opaque outside its adapter."""

    platform: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message of ours found on the platform."""

    message: MessageRef
    slot: SlotId | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a person may do in a workspace. The default is a learner."""

    admin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Saved. `private` is for the person alone, as the direct response to what they did.

    To a message too, where the platform has a way to say that; it is said at most once.
    """

    private: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """Not saved, because what was written in the form cannot be taken; the form stays open."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Saved before, on an earlier delivery of the same event."""


Receipt = Accepted | FieldError | Duplicate


@dataclass(frozen=True, slots=True, kw_only=True)
class StepInfo:
    type: str
    status: str
    detail: str
    created_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallInfo:
    call_id: str
    name: str
    arguments: str
    state: str
    output: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """One run as the inspector shows it; `usage` holds token counts by their Responses API name.

    `incomplete` says why its reply was cut, `required_action` which calls wait for people.
    """

    id: str
    status: str
    assistant: str
    model: str
    round: int
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    error: str | None
    usage: dict[str, int]
    steps: tuple[StepInfo, ...]
    calls: tuple[CallInfo, ...]
    incomplete: str | None = None
    required_action: tuple[str, ...] = ()
    expires_at: datetime | None = None
    additional_instructions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspect:
    """Ask for the runs of a place. The adapter has checked that the person may read the place."""

    place: PlaceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """The thread behind a place and its newest runs, oldest first."""

    thread_id: str | None
    runs: tuple[RunInfo, ...]


class Door(Protocol):
    """All that an adapter may call."""

    async def accept(self, event: Event) -> Receipt:
        """Save the event; durable when it returns. Raises NotSaved."""

    def form(self, token: ButtonToken, shown: ShownQuestion) -> Form:
        """The form behind a `form` button, from the clicked message alone, without I/O."""

    async def screen(self, ask: Inspect) -> Inspection:
        """Read a screen; answers within a second or raises TimeoutError."""


class Adapter(Protocol):
    """The translator for one platform."""

    @property
    def platform(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    async def run(self, door: Door) -> None:
        """Connect, decode, hand over; until cancelled."""

    async def create(self, place: PlaceRef, slot: SlotId, view: View) -> MessageRef:
        """Post once. Raises Refused, Unknown or Gone."""

    async def edit(self, message: MessageRef, view: View) -> MessageRef:
        """Make the message show the whole view; idempotent. Raises Refused, Unknown or Gone."""

    async def delete(self, message: MessageRef) -> None:
        """Remove our own message; one that is gone already is fine. Raises Refused or Unknown."""

    async def recent(self, place: PlaceRef, since: datetime, limit: int) -> Sequence[Seen]:
        """Our own messages of a place since a time, oldest first. Raises CannotLook."""

    def direct(self, person: PersonRef) -> PlaceRef:
        """The direct conversation with a person, named without opening it, so that a message for
        it can be stored first; `create` and `recent` open it. It names the same place each time,
        for a person that the platform does not know too: there `create` raises Gone."""

    async def rights(self, person: PersonRef, workspace: WorkspaceId) -> Rights:
        """What the person may do, asked of the platform at the moment of the act; fails closed."""
