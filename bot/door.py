"""The door: every event of every platform comes in here, and nothing else does."""

import asyncio
from typing import overload

import structlog

from bot import commands, screens, tokens
from bot.acts import editing
from bot.acts.assistant import press as choose
from bot.acts.forget import confirmed
from bot.acts.lending import renew
from bot.acts.obeying import Obeying
from bot.acts.office import Office
from bot.acts.sharing import share
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
from bot.forgetting import Forgetting
from bot.languages import Languages
from bot.questions import Questions, form
from bot.store.places import is_homeless
from bot.strings import say, speaking
from bot.views import Form, Notice, ShownQuestion

DEADLINE = 20.0
"""Seconds for one click, form or command, longer than SQLite waits for another process."""
SCREEN_DEADLINE = 1.0

log = structlog.get_logger()


class FrontDoor:
    """`Door` over the real intake, questions, endings and acts."""

    def __init__(self, office: Office, questions: Questions) -> None:
        self._office = office
        self._questions = questions
        self._obeying = Obeying(office)
        self._languages = Languages(office.store, office.clock)
        self._errands = Errands()
        self._forgetting = Forgetting(office)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._errands.run())
            tasks.create_task(self._forgetting.run())

    async def accept(self, event: Event) -> Receipt:
        if isinstance(event, Mention) and not (
            is_homeless(event.place) or commands.spoken(event.text)
        ):
            return await self._office.intake.accept(event)
        try:
            receipt = await self._errands.finish(self._take(event), DEADLINE)
        except Exception as error:
            # Whatever it was, it concerns this one act: the platform's connection goes on.
            log.exception("act_not_saved", key=event.key)
            raise NotSaved(event.key) from error
        if receipt is None and isinstance(event, Mention):
            return await self._office.intake.accept(event)
        if receipt is None:
            raise LookupError(event.key)
        return receipt

    async def _take(self, event: Event) -> Receipt | None:
        """In the language of whoever did it; None for a message that is a question after all."""
        await renew(self._office, event.place, event.person)
        with speaking(await self._languages.of(event.locale, event.place)):
            match event:
                case Mention():
                    words = commands.spoken(event.text)
                    return await self._obeying.obey(words, _order(event)) if words else None
                case Order():
                    return await self._obey(commands.ordered(event.text), event)
                case Change():
                    return await editing.change(self._office, event)
                case Click() | Submission():
                    return await self._press(event)

    async def _obey(self, words: Words, order: Order) -> Receipt:
        receipt = await self._obeying.obey(words, order)
        if receipt is None:
            raise LookupError(words.command.word)
        return receipt

    async def _press(self, event: Click | Submission) -> Receipt:
        press = tokens.decode(event.token)
        match press, event:
            case tokens.Press(action="forget"), Click():
                receipt = await confirmed(self._office, event, press.target)
                self._forgetting.nudge()
                return receipt
            case tokens.Press(action="share"), Click():
                return await share(self._office, event, press.target)
            case tokens.Press(action="stop" | "retry" | "regenerate"), Click():
                return await self._office.endings.take(event, press)
            case tokens.Press(action="assistant" | "assistant_everywhere" | "inherit"), Click():
                return await choose(self._office, event, press)
            case tokens.Press(
                action="write" | "choose" | "unknown" | "skip" | "change"
            ) as answer, _ if (answer.action == "write") is isinstance(event, Submission):
                return await self._questions.take(event, answer)
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
        return await self._errands.finish(self._read(ask), SCREEN_DEADLINE)

    async def _read(self, ask: ScreenRequest) -> Screen:
        if not isinstance(ask, AskSettings):  # others say nothing themselves
            return await screens.read(self._office, ask)
        with speaking(await self._languages.of(ask.locale, ask.place)):
            return await screens.read(self._office, ask)


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
        said=True,
    )
