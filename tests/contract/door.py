"""A small working door: it keeps events as the core does, once per key, and can run out of disk."""

from bot.adapter import (
    Accepted,
    Door,
    Duplicate,
    FieldError,
    Inspect,
    Inspection,
    NotSaved,
    Receipt,
)
from bot.events import ButtonToken, Click, Event, EventKey, Mention, Submission
from bot.views import Form, Notice, ShownQuestion


class NotebookDoor(Door):
    """Keeps what is accepted in memory, beyond the life of any adapter.

    `full` makes it raise NotSaved; an empty submission is a FieldError; `private` answers clicks.
    """

    def __init__(self) -> None:
        self.events: dict[EventKey, Event] = {}
        self.deliveries = 0
        self.full = False
        self.private: Notice | None = None
        self.inspection: Inspection | None = Inspection(thread_id=None, runs=())

    @property
    def mentions(self) -> list[Mention]:
        return [event for event in self.events.values() if isinstance(event, Mention)]

    @property
    def clicks(self) -> list[Click]:
        return [event for event in self.events.values() if isinstance(event, Click)]

    @property
    def submissions(self) -> list[Submission]:
        return [event for event in self.events.values() if isinstance(event, Submission)]

    async def accept(self, event: Event) -> Receipt:
        if self.full:
            raise NotSaved
        self.deliveries += 1
        if isinstance(event, Submission) and not event.text.strip():
            return FieldError(text="Please write something.")
        if event.key in self.events:
            return Duplicate()
        self.events[event.key] = event
        return Accepted(private=None if isinstance(event, Mention) else self.private)

    def form(self, token: ButtonToken, shown: ShownQuestion) -> Form:
        return Form(
            token=ButtonToken(f"{token}.form"),
            title=f"Question {shown.number}",
            label="Your answer",
            submit="Answer",
            max_length=400,
        )

    async def screen(self, ask: Inspect) -> Inspection:  # noqa: ARG002 - one screen for all places
        if self.inspection is None:
            raise TimeoutError
        return self.inspection
