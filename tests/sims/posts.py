"""What people see and send on the scripted platform, and what happens to posts on their way."""

from dataclasses import dataclass
from datetime import datetime

from bot.adapter import Accepted, FieldError, Receipt
from bot.events import Event
from bot.views import Lobby, Notice, Private, Quiz, Reply, SlotId, View


@dataclass(slots=True, eq=False)
class Posted:
    """One message as people see it. `at` is when the platform took it, `reach` how it got to a
    private place."""

    key: str
    place: str
    slot: SlotId
    view: View
    at: datetime
    edits: int = 0
    deleted: bool = False
    reach: str | None = None

    @property
    def text(self) -> str:
        match self.view:
            case Quiz(title=title, note=note) | Lobby(title=title, note=note):
                return f"{title} {note}".strip()
            case Reply(text=text) | Notice(text=text):
                return text


@dataclass(slots=True, eq=False)
class Sent:
    """An event on its way to the bot; `receipt` is set by the acknowledgement."""

    event: Event
    receipt: Receipt | None = None
    deliveries: int = 0

    @property
    def private(self) -> Private | None:
        """What the person alone is shown in response."""
        return self.receipt.private if isinstance(self.receipt, Accepted) else None

    @property
    def whisper(self) -> str:
        """What the person alone reads in response."""
        match self.receipt:
            case FieldError(text=text) | Accepted(private=Notice(text=text)):
                return text
        return ""


@dataclass(slots=True)
class Fault:
    """What happens to the next creates or edits: a status, before or after it was taken."""

    status: int
    taken: bool = False
    retry_after: float = 0.0
