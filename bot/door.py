"""The door: every event of every platform comes in here, and nothing else does."""

from collections.abc import Coroutine
from typing import Any, TypeVar, overload

import structlog

from bot import commands, screens, tokens
from bot.acts.obeying import Obeying
from bot.acts.office import Office
from bot.adapter import (
    Accepted,
    AskAssistants,
    AskManners,
    AskSettings,
    AssistantOptions,
    Inspect,
    Inspection,
    Manners,
    NotSaved,
    Receipt,
    Screen,
    ScreenRequest,
    SettingsScreen,
)
from bot.commands import Words
from bot.errands import Errands
from bot.events import ButtonToken, Change, Click, Event, Mention, Order, Submission
from bot.questions import Questions, form
from bot.strings import say
from bot.views import Form, Notice, ShownQuestion

DEADLINE = 20.0
"""Seconds for one click, form or command, longer than SQLite waits for another process."""
SCREEN_DEADLINE = 1.0

Result = TypeVar("Result")

log = structlog.get_logger()


class FrontDoor:
    """`Door` over the real intake, questions, endings and acts."""

    def __init__(self, office: Office, questions: Questions) -> None:
        self._office = office
        self._questions = questions
        self._obeying = Obeying(office)
        self._errands = Errands()

    async def run(self) -> None:
        await self._errands.run()

    async def accept(self, event: Event) -> Receipt:
        match event:
            case Mention() if (words := commands.spoken(event.text)) is not None:
                receipt = await self._act(event, self._obeying.obey(words, _order(event)))
                return receipt or await self._office.intake.accept(event)
            case Mention():
                return await self._office.intake.accept(event)
            case Order():
                act = self._obey(commands.ordered(event.text), event)
            case Change():
                act = self._change(event)
            case Click() | Submission():
                act = self._press(event)
        return await self._act(event, act)

    async def _act(self, event: Event, act: Coroutine[Any, Any, Result]) -> Result:
        try:
            return await self._errands.finish(act, DEADLINE)
        except Exception as error:
            # Whatever it was, it concerns this one act: the platform's connection goes on.
            log.exception("act_not_saved", key=event.key)
            raise NotSaved(event.key) from error

    async def _obey(self, words: Words, order: Order) -> Receipt:
        receipt = await self._obeying.obey(words, order)
        if receipt is None:
            raise LookupError(words.command.word)
        return receipt

    async def _change(self, event: Change) -> Receipt:
        raise NotImplementedError

    async def _press(self, event: Click | Submission) -> Receipt:
        press = tokens.decode(event.token)
        match press, event:
            case tokens.Press(action="stop" | "retry" | "regenerate"), Click():
                return await self._office.endings.take(event, press)
            case tokens.Press(action="write"), Submission():
                return await self._questions.take(event, press)
            case tokens.Press(action="choose" | "unknown" | "skip" | "change"), Click():
                return await self._questions.take(event, press)
            case _:
                return Accepted(private=Notice(text=say("quiz.stale_button")))

    def form(self, token: ButtonToken, shown: ShownQuestion) -> Form:
        return form(token, shown)

    @overload
    async def screen(self, ask: Inspect) -> Inspection: ...
    @overload
    async def screen(self, ask: AskManners) -> Manners: ...
    @overload
    async def screen(self, ask: AskAssistants) -> AssistantOptions: ...
    @overload
    async def screen(self, ask: AskSettings) -> SettingsScreen: ...
    async def screen(self, ask: ScreenRequest) -> Screen:
        return await self._errands.finish(screens.read(self._office, ask), SCREEN_DEADLINE)


def _order(said: Mention) -> Order:
    """A message that is a command, as if it had been given as one."""
    return Order(
        key=said.key,
        place=said.place,
        private=said.place,
        person=said.person,
        text=said.text,
        at=said.at,
        locale=said.locale,
    )
