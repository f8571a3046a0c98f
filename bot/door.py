"""The door: every event of every platform comes in here, and nothing else does."""

import structlog

from bot import commands, tokens
from bot.adapter import Accepted, Inspect, Inspection, NotSaved, Receipt
from bot.clock import Clock
from bot.commands import Commands
from bot.endings import Endings
from bot.errands import Errands
from bot.events import ButtonToken, Click, Event, Mention, Submission
from bot.inspection import inspect
from bot.intake import Intake
from bot.questions import Questions, form
from bot.store.database import Store
from bot.strings import say
from bot.views import Form, Notice, ShownQuestion

DEADLINE = 20.0
"""Seconds for one click, form or command, longer than SQLite waits for another process."""
SCREEN_DEADLINE = 1.0

log = structlog.get_logger()


class FrontDoor:
    """`Door` over the real intake, questions and endings."""

    def __init__(
        self,
        store: Store,
        intake: Intake,
        questions: Questions,
        endings: Endings,
        clock: Clock,
    ) -> None:
        self._store = store
        self._intake = intake
        self._questions = questions
        self._endings = endings
        self._commands = Commands(store, endings, clock)
        self._errands = Errands()

    async def run(self) -> None:
        await self._errands.run()

    async def accept(self, event: Event) -> Receipt:
        if not isinstance(event, Mention):
            act = self._press(event)
        elif (command := commands.find(event.text)) is not None:
            act = self._commands.obey(command, event)
        else:
            return await self._intake.accept(event)
        try:
            return await self._errands.finish(act, DEADLINE)
        except Exception as error:
            # Whatever it was, it concerns this one act: the platform's connection goes on.
            log.exception("act_not_saved", key=event.key)
            raise NotSaved(event.key) from error

    async def _press(self, event: Click | Submission) -> Receipt:
        press = tokens.decode(event.token)
        match press, event:
            case tokens.Press(action="stop" | "retry" | "regenerate"), Click():
                return await self._endings.take(event, press)
            case tokens.Press(action="write"), Submission():
                return await self._questions.take(event, press)
            case tokens.Press(action="choose" | "unknown" | "skip" | "change"), Click():
                return await self._questions.take(event, press)
            case _:
                return Accepted(private=Notice(text=say("quiz.stale_button")))

    def form(self, token: ButtonToken, shown: ShownQuestion) -> Form:
        return form(token, shown)

    async def screen(self, ask: Inspect) -> Inspection:
        return await self._errands.finish(self._inspect(ask), SCREEN_DEADLINE)

    async def _inspect(self, ask: Inspect) -> Inspection:
        return await self._store.read(inspect, ask.place)
