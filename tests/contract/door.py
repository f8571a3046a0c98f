"""A small working door: it keeps events as the core does, once per key, and can run out of disk."""

from collections.abc import Mapping
from typing import overload

from bot.adapter import (
    Accepted,
    AskAssistants,
    AskManners,
    AskSettings,
    AssistantOptions,
    Door,
    Duplicate,
    FieldError,
    Inspect,
    Inspection,
    Manners,
    NotSaved,
    Receipt,
    Screen,
    ScreenRequest,
    SettingsScreen,
)
from bot.events import ButtonToken, Change, Click, Event, EventKey, Mention, Order, Submission
from bot.views import Field, Form, Private, ShownQuestion

_SCREENS: Mapping[type[ScreenRequest], type[Screen]] = {
    Inspect: Inspection,
    AskManners: Manners,
    AskAssistants: AssistantOptions,
    AskSettings: SettingsScreen,
}


class NotebookDoor(Door):
    """Keeps what is accepted in memory, beyond the life of any adapter.

    `full` makes it raise NotSaved; an empty submission is a FieldError, and a change or a
    submission is `wrong` where that is set; `private` answers all but messages, `in_place` and with
    a form that `opens` where those are set; `asked` are the screens that were asked for, and one
    that is not among `screens` is late; a token that says `none` opens no form.
    """

    def __init__(self) -> None:
        self.events: dict[EventKey, Event] = {}
        self.deliveries = 0
        self.full = False
        self.private: Private | None = None
        self.in_place = False
        self.opens: Form | None = None
        self.wrong: FieldError | None = None
        self.asked: list[ScreenRequest] = []
        self.screens: list[Screen] = [Inspection(thread_id=None, runs=()), Manners()]

    @property
    def mentions(self) -> list[Mention]:
        return [event for event in self.events.values() if isinstance(event, Mention)]

    @property
    def clicks(self) -> list[Click]:
        return [event for event in self.events.values() if isinstance(event, Click)]

    @property
    def submissions(self) -> list[Submission]:
        return [event for event in self.events.values() if isinstance(event, Submission)]

    @property
    def orders(self) -> list[Order]:
        return [event for event in self.events.values() if isinstance(event, Order)]

    @property
    def changes(self) -> list[Change]:
        return [event for event in self.events.values() if isinstance(event, Change)]

    async def accept(self, event: Event) -> Receipt:
        if self.full:
            raise NotSaved
        self.deliveries += 1
        if isinstance(event, Submission) and not any(
            value.strip() for value in event.values.values()
        ):
            return FieldError(text="Please write something.")
        if isinstance(event, Change | Submission) and self.wrong is not None:
            return self.wrong
        if event.key in self.events:
            return Duplicate()
        self.events[event.key] = event
        if isinstance(event, Mention):
            return Accepted()
        return Accepted(private=self.private, in_place=self.in_place, form=self.opens)

    def form(self, token: ButtonToken, shown: ShownQuestion | None) -> Form | None:
        if token.startswith("none"):
            return None
        return Form(
            token=ButtonToken(f"{token}.form"),
            title=f"Question {shown.number if shown else 1}",
            fields=(Field(name="answer", label="Your answer", max_length=400, long=True),),
            submit="Answer",
        )

    @overload
    async def screen(self, ask: Inspect) -> Inspection: ...
    @overload
    async def screen(self, ask: AskManners) -> Manners: ...
    @overload
    async def screen(self, ask: AskAssistants) -> AssistantOptions: ...
    @overload
    async def screen(self, ask: AskSettings) -> SettingsScreen: ...
    async def screen(self, ask: ScreenRequest) -> Screen:
        """The same for all places."""
        self.asked.append(ask)
        found = next((one for one in self.screens if type(one) is _SCREENS[type(ask)]), None)
        if found is None:
            raise TimeoutError
        return found
