"""The door: every event of every platform comes in here, and nothing else does."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import TypeVar, overload

import structlog

from bot import commands, screens, tokens
from bot.acts import editing
from bot.acts.assistant import press as choose
from bot.acts.forget import confirmed
from bot.acts.lending import renew
from bot.acts.next_step import next_step
from bot.acts.obeying import Obeying
from bot.acts.office import Office
from bot.acts.quiz import make
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
from bot.events import ButtonToken, Change, Click, Event, EventKey, Mention, Order, Submission
from bot.forgetting import Forgetting
from bot.languages import Languages
from bot.questions import OF_QUESTIONS, OF_QUIZZES, Questions, form
from bot.quiz import form as quiz_form
from bot.quiz.hearing import OF_TYPED, Hearing
from bot.store.places import is_homeless
from bot.strings import say, speaking
from bot.tokens import Action
from bot.views import Form, Notice, ShownQuestion

DEADLINE = 20.0
"""Seconds for one click, form or command, longer than SQLite waits for another process."""
SCREEN_DEADLINE = 1.0
ACTS: Mapping[Action, Callable[[Office, Click, tokens.Press], Awaitable[Receipt]]] = {
    "assistant": choose,
    "assistant_everywhere": choose,
    "inherit": choose,
    "missed": next_step,
    "harder": next_step,
    "explain": next_step,
}
PRESSED = (OF_QUESTIONS | OF_QUIZZES | OF_TYPED) - {"write"}

Result = TypeVar("Result")

log = structlog.get_logger()


class FrontDoor:
    """`Door` over the real intake, questions, endings and acts."""

    def __init__(self, office: Office, questions: Questions) -> None:
        self._office = office
        self._questions = questions
        self._hearing = Hearing(office)
        self._obeying = Obeying(office)
        self._languages = Languages(office.store, office.clock)
        self._errands = Errands()
        self._forgetting = Forgetting(office)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._errands.run())
            tasks.create_task(self._forgetting.run())

    async def accept(self, event: Event) -> Receipt:
        if isinstance(event, Mention):
            return await self._said(event)
        return await self._finish(event.key, self._take(event))

    async def _said(self, mention: Mention) -> Receipt:
        """A command, an answer to an open question, or a request: in this order."""
        if is_homeless(mention.place) or commands.spoken(mention.text):
            obeyed = await self._finish(mention.key, self._command(mention))
            if obeyed is not None:
                return obeyed
        saved = await self._office.intake.hear(mention)
        if saved is not None:
            return saved
        return await self._finish(mention.key, self._typed(mention))

    async def _finish(self, key: EventKey, work: Coroutine[None, None, Result]) -> Result:
        try:
            return await self._errands.finish(work, DEADLINE)
        except Exception as error:
            # Whatever it was, it concerns this one act: the platform's connection goes on.
            log.exception("act_not_saved", key=key)
            raise NotSaved(key) from error

    async def _command(self, said: Mention) -> Receipt | None:
        """None for a message that is none."""
        await renew(self._office, said.place, said.person)
        with speaking(await self._languages.of(said.locale, said.place)):
            words = commands.spoken(said.text)
            return await self._obeying.obey(words, _order(said)) if words else None

    async def _typed(self, said: Mention) -> Receipt:
        with speaking(await self._languages.of(said.locale, said.place)):
            return await self._hearing.hear(said)

    async def _take(self, event: Click | Submission | Order | Change) -> Receipt:
        """In the language of whoever did it."""
        await renew(self._office, event.place, event.person)
        with speaking(await self._languages.of(event.locale, event.place)):
            match event:
                case Order():
                    return await self._obey(commands.ordered(event.text), event)
                case Change():
                    return await editing.change(self._office, event)
                case Click():
                    return await self._press(event)
                case Submission():
                    return await self._submit(event)

    async def _obey(self, words: Words, order: Order) -> Receipt:
        receipt = await self._obeying.obey(words, order)
        if receipt is None:
            raise LookupError(words.command.word)
        return receipt

    async def _press(self, event: Click) -> Receipt:
        press = tokens.decode(event.token)
        match press:
            case tokens.Press(action="forget"):
                receipt = await confirmed(self._office, event, press.target)
                self._forgetting.nudge()
                return receipt
            case tokens.Press(action="share"):
                return await share(self._office, event, press.target)
            case tokens.Press(action="stop" | "retry" | "regenerate"):
                return await self._office.endings.take(event, press)
            case tokens.Press() as act if act.action in ACTS:
                return await ACTS[act.action](self._office, event, act)
            case tokens.Press() as act if act.action in PRESSED:
                take = self._hearing.press if act.action in OF_TYPED else self._questions.take
                return await take(event, act)
            case _:
                return _stale()

    async def _submit(self, event: Submission) -> Receipt:
        match tokens.decode(event.token):
            case tokens.Press(action="write") as press:
                return await self._questions.take(event, press)
            case tokens.Press(action="make_quiz"):
                return await make(self._office, event)
            case _:
                return _stale()

    def form(self, token: ButtonToken, shown: ShownQuestion | None) -> Form | None:
        return quiz_form.form(token) or form(token, shown)

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


def _stale() -> Receipt:
    return Accepted(private=Notice(text=say("quiz.stale_button")))


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
