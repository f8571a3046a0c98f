"""One learner's way from a mention to feedback, and the end of the bot at a point of it."""

import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from bot.events import ButtonToken
from bot.views import Reply
from tests.crash.process import Bot
from tests.crash.tutor import REPLY_WORDS, Round, Tutor
from tests.sims.platform import PlatformSim, Posted, Sent

Act = Literal["hello", "quiz", "first answer", "last answer"]
Seen = Literal["sent", "acknowledged", "request arrived", "stream event sent", "shown"]

PLACE = "t1"
HELLO = f"Reply to hello: {REPLY_WORDS}"
WHY, PRODUCT = "Rayleigh scattering", "56"
OUTPUT = f'["{WHY}", "{PRODUCT}"]'
LESSON = [HELLO, "Warm-up", f"Feedback on {OUTPUT}"]
"""What people read at the end, message by message."""

ROUNDS: dict[Act, Round] = {"hello": "reply", "quiz": "quiz", "last answer": "feedback"}
"""Which round of the model each act starts; the first answer starts none."""
HELD_BEFORE: dict[Seen, int] = {"request arrived": 0, "stream event sent": 6}
"""Before which event the stream waits: none has been sent, or some of what it says has."""


@dataclass(frozen=True, slots=True)
class Point:
    """Something that can be seen from outside: when to end the bot, how, and how often in a row."""

    act: Act
    seen: Seen
    ends: int = 1
    how: signal.Signals = signal.SIGKILL

    def __str__(self) -> str:
        return f"{self.act} {self.seen}" + (" twice" if self.ends > 1 else "")

    @property
    def held(self) -> bool:
        return self.seen in HELD_BEFORE


def pressed(people: PlatformSim, letter: str, place: str) -> ButtonToken:
    """What the open question's button carries: `w` for Write answer, `c` for its last choice."""
    shown = people.quiz(place)
    assert shown is not None
    tokens = [action.token for action in shown.actions]
    tokens += [choice.token for choice in shown.choices]
    return [token for token in tokens if token.startswith(letter)][-1]


@dataclass(slots=True)
class Lesson:
    """The learner greets, asks for a quiz, answers both questions and reads the feedback."""

    bot: Bot
    tutor: Tutor
    point: Point

    async def take(self) -> None:
        people = self.bot.people
        await self._act("hello", lambda: people.mention("hello"), lambda: people.said(HELLO))
        await self._act("quiz", lambda: people.mention("a quiz, please"), people.question)
        write = pressed(people, "w", PLACE)
        await self._act(
            "first answer", lambda: people.submit(write, WHY), lambda: people.question(2)
        )
        choose = pressed(people, "c", PLACE)
        await self._act(
            "last answer", lambda: people.click(choose), lambda: people.said(LESSON[-1])
        )

    async def _act(
        self,
        act: Act,
        do: Callable[[], Awaitable[Sent]],
        shown: Callable[[], Awaitable[object]],
    ) -> None:
        here = self.point.act == act
        if here and self.point.held:
            self.tutor.holds[ROUNDS[act]] = HELD_BEFORE[self.point.seen]
        number = len(self.bot.model.requests) + 1
        sent = await do()
        await self._pass(act, "sent")
        await self.bot.people.acknowledged(sent)
        await self._pass(act, "acknowledged")
        if here and self.point.held:
            await self._end_held(number)
        await shown()
        await self.bot.settled()
        await self._pass(act, "shown")

    async def _pass(self, act: Act, seen: Seen) -> None:
        if (self.point.act, self.point.seen) == (act, seen):
            for _ in range(self.point.ends):
                await self.bot.end(self.point.how)
                await self.bot.start()

    async def _end_held(self, first: int) -> None:
        last = first + self.point.ends - 1
        for number in range(first, last + 1):
            await self._held(number)
            await self.bot.end(self.point.how)
            if number == last:
                self.tutor.holds.clear()
            await self.bot.start()

    async def _held(self, number: int) -> None:
        """Wait until the model holds that request, and until people see how far it is."""
        await self.bot.model.event_sent(HELD_BEFORE[self.point.seen], number=number)
        await self.bot.people.until(self._live)
        if self.point.seen == "stream event sent":
            await self.bot.people.until(self._grown)
        await self.bot.settled()

    def _live(self) -> bool:
        return any(isinstance(post.view, Reply) and post.view.live for post in self._posts())

    def _grown(self) -> bool:
        """Some words of a reply, or the step that prepares the quiz."""
        last = self._posts()[-1].view
        return isinstance(last, Reply) and last.live and bool(last.text or last.steps)

    def _posts(self) -> list[Posted]:
        return self.bot.people.shown(PLACE)
