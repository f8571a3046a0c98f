"""The boundary: what an adapter must do, and all that it may call."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, overload

from bot.events import ButtonToken, Event, PersonRef, PlaceRef, WorkspaceId
from bot.views import Form, Private, ShownQuestion, SlotId, View

MAX_PRIVATE = 3_000
"""Characters of a private answer at most."""
FULL = 0.9
"""Share of the platform's limit that it may fill, so that it fits one message when escaped."""


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

    @property
    def private_room(self) -> int:
        """What a private answer may have of `text_unit`."""
        return min(MAX_PRIVATE, int(FULL * self.max_text))


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
    """What a platform says of a person in a workspace. The default is a learner.

    `groups` are the ids of the groups or roles that they belong to there.
    """

    admin: bool = False
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Saved. `private` is for the person alone, as the direct response to what they did.

    To a message too, where the platform has a way to say that; it is said at most once. With
    `in_place` it takes the place of the private message whose button was pressed, if it was one's.
    A `form` is opened at once where the platform still can; then `private`, which has a button
    that opens it, is not shown.
    """

    private: Private | None = None
    in_place: bool = False
    form: Form | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """Not saved, because what was written in the form cannot be taken; the form stays open.

    `field` is the name of the field that is wrong, empty where it is the whole.
    """

    text: str
    field: str = ""


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
    person: PersonRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """The thread behind a place and its newest runs, oldest first."""

    thread_id: str | None
    runs: tuple[RunInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskManners:
    """Ask how to take what is written in a place without a mention."""

    place: PlaceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Whether messages in a thread with the bot need a mention: none (`always`), none while only
    the asker and the bot have written there (`alone`), or each (`never`)."""

    follow_ups: Literal["alone", "always", "never"] = "alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAssistants:
    """Ask which assistants a person may see from a place whose names or ids hold what is typed."""

    place: PlaceRef
    person: PersonRef
    typed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantOption:
    id: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantOptions:
    """`answering` is the id of the one that answers in the place."""

    options: tuple[AssistantOption, ...]
    answering: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSettings:
    """Ask for the settings of a place's channel, or of its whole workspace, as a form shows them
    to a person."""

    place: PlaceRef
    person: PersonRef
    level: Literal["channel", "workspace"]
    locale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingField:
    """One setting: `value` is what is set at this level, None where it inherits `inherited`.

    `choices` are pairs of a value and its label; without them the value is text of at most
    `max_length` characters. Only with `may_change` the person may change it.
    """

    name: str
    label: str
    help: str
    value: str | None
    inherited: str
    choices: tuple[tuple[str, str], ...] = ()
    max_length: int = 0
    may_change: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsScreen:
    """What is set; `may_change` says that the person may change at least one of the fields.

    Whoever may not see the settings gets no fields. `audit` holds the newest changes, for admins.
    """

    fields: tuple[SettingField, ...]
    may_change: bool
    audit: tuple[AuditLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a look at a platform's tokens found: a sentence, with what to do unless it is ok."""

    state: Literal["ok", "warning", "failed"]
    text: str


ScreenRequest = Inspect | AskManners | AskAssistants | AskSettings
Screen = Inspection | Manners | AssistantOptions | SettingsScreen


class Door(Protocol):
    """All that an adapter may call."""

    async def accept(self, event: Event) -> Receipt:
        """Save the event; durable when it returns. Raises NotSaved."""

    def form(self, token: ButtonToken, shown: ShownQuestion | None) -> Form | None:
        """The form behind a `form` button, without I/O: from its token and, where the clicked
        message shows a question and can be read, that. None for a token that opens none."""

    @overload
    async def screen(self, ask: Inspect) -> Inspection: ...
    @overload
    async def screen(self, ask: AskManners) -> Manners: ...
    @overload
    async def screen(self, ask: AskAssistants) -> AssistantOptions: ...
    @overload
    async def screen(self, ask: AskSettings) -> SettingsScreen: ...
    async def screen(self, ask: ScreenRequest) -> Screen:
        """Read a screen; answers within a second or raises TimeoutError."""


class Adapter(Protocol):
    """The translator for one platform."""

    @property
    def platform(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def is_connected(self) -> bool:
        """Whether it hears its platform at this moment; never outside of `run`."""

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
        """What the person is there, asked of the platform at the moment of the act; fails closed:
        a learner in no group."""

    async def shared(self, person: PersonRef) -> Collection[WorkspaceId]:
        """The workspaces that the person shares with the bot: theirs are the assistants that they
        may choose from where a direct conversation belongs to no workspace of its own; empty where
        each does, and in doubt."""
