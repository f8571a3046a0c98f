"""Obeys commands: each once, at a bearable pace, by those who may."""

from collections.abc import Callable, Mapping

from bot.acts import quiet as quiet_act
from bot.acts import settings as settings_act
from bot.acts.ask import ask
from bot.acts.assistant import assistant
from bot.acts.audit import audit
from bot.acts.forget import forget
from bot.acts.help import tell_help
from bot.acts.new import new
from bot.acts.office import Act, Office
from bot.acts.quiz import quiz
from bot.acts.results import results
from bot.acts.status import status
from bot.acts.steps import steps
from bot.acts.stop import stop
from bot.acts.unshown import catch_up
from bot.acts.usage import usage
from bot.adapter import Duplicate, Receipt
from bot.commands import Right, Words
from bot.events import EventKey, Order, PersonRef
from bot.limits import MINUTE, in_words
from bot.recent import Pace
from bot.store import events
from bot.store.database import Tx
from bot.strings import say

A_MINUTE = 20
"""Commands of one person; nobody reads more, and each costs the database or the platform work."""
PEOPLE_KEPT = 1_000
"""Of whom that is remembered."""

ACTS: Mapping[str, Act] = {
    "help": tell_help,
    "ask": ask,
    "quiz": quiz,
    "new": new,
    "assistant": assistant,
    "settings": settings_act.settings,
    "audit": audit,
    "quiet": quiet_act.quiet,
    "status": status,
    "steps": steps,
    "stop": stop,
    "results": results,
    "usage": usage,
    "forget": forget,
}

FITS: Mapping[str, Callable[[str], bool]] = {
    "settings": settings_act.fits,
    "quiet": quiet_act.fits,
}
"""What may stand behind a word in a message; with anything else that is a question."""


class Obeying:
    """What is answered is for the person alone."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._pace = Pace[PersonRef](office.clock, A_MINUTE, MINUTE, PEOPLE_KEPT)

    async def obey(self, words: Words, order: Order) -> Receipt | None:
        """Once for one event; None for a message that is a question after all. Raises StoreError,
        and TimeoutError where the platform is too slow to say what the person may do.

        A kill may take the private answer, as it may take any whisper.
        """
        fits = FITS.get(words.command.word)
        if order.said and words.argument and fits is not None and not fits(words.argument):
            return None
        if await self._office.store.read(_is_saved, order.key):
            return Duplicate()
        if (wait := self._pace.take(order.person)) is not None:
            told = say("commands.too_many", number=A_MINUTE, wait=in_words(wait))
            return await self._office.say(order, told)
        command = words.command
        if command.right > Right.LEARNER:
            right = await self._office.roster.right(order.person, order.place)
            if right < command.right:
                return await self._office.say(
                    order, say(f"commands.for_{command.right.name.lower()}s")
                )
        if command.needed and not words.argument:
            return await self._office.say(order, say(f"commands.{command.word}_needs"))
        if command.word != "status":  # which tells it itself
            await catch_up(self._office, order)
        return await ACTS[command.word](self._office, order, words.argument)


def _is_saved(tx: Tx, key: EventKey) -> bool:
    return key in events.seen(tx, [key])
