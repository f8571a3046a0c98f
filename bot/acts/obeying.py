"""Obeys commands: each once, at a bearable pace, by those who may."""

from collections.abc import Mapping

from bot.acts.office import Act, Office
from bot.acts.steps import steps
from bot.acts.stop import stop
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
    "steps": steps,
    "stop": stop,
}


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
        if await self._office.store.read(_is_saved, order.key):
            return Duplicate()
        if (wait := self._pace.take(order.person)) is not None:
            told = say("commands.too_many", limit=A_MINUTE, wait=in_words(wait))
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
        return await ACTS[command.word](self._office, order, words.argument)


def _is_saved(tx: Tx, key: EventKey) -> bool:
    return key in events.seen(tx, [key])
