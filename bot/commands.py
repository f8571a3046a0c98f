"""The one table of commands: their words, who may use them, and what they do.

A message that is a command's word and nothing else is no question: no model is asked.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot import recap, tokens
from bot.adapter import Accepted, Duplicate, Receipt
from bot.clock import Clock
from bot.endings import Endings
from bot.events import Click, Mention, PersonRef, WorkspaceId
from bot.limits import MINUTE, in_words
from bot.recent import Pace, Recent
from bot.store import events, runs, threads
from bot.store.database import Store, Tx
from bot.store.records import Run
from bot.strings import say
from bot.text.cleaning import clean
from bot.threads import scope_key
from bot.tokens import Press
from bot.views import Notice

LONGEST = 40
"""Characters of a message that can still be a command."""
AROUND = " `\u200b\u2060\ufeff"
"""What may surround a word: people copy it from where it is code, clients add what is not seen."""
BEHIND = ".!?…"
A_MINUTE = 20
"""Commands of one person; nobody reads more, and each costs the database or the platform work."""
RIGHTS_KEPT = timedelta(seconds=30)
"""For who only reads. Whoever acts is looked up at the moment of the act."""
PEOPLE_KEPT = 1_000
"""Of whom both are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What a word does.

    It concerns the run that `of` finds; where there is none, people read the sentence `nothing`.
    `who` may use it: everybody who may write in the place, or the run's asker and admins.
    """

    word: str
    who: Literal["everybody", "asker"]
    of: Callable[[Tx, Mention], Run | None]
    nothing: str
    act: "Callable[[Commands, Mention, Run], Awaitable[Receipt]]"


def find(text: str) -> Command | None:
    """The command that a message is. Case, a slash before and a full stop behind do not matter."""
    if len(text) > LONGEST:
        return None
    word = (
        " ".join(clean(text).split()).strip(AROUND).removeprefix("/").rstrip(BEHIND).strip(AROUND)
    )
    return COMMANDS.get(word.casefold())


class Commands:
    """Obeys them. What is answered is for the person alone."""

    def __init__(self, store: Store, endings: Endings, clock: Clock) -> None:
        self._store = store
        self._endings = endings
        self._pace = Pace[PersonRef](clock, A_MINUTE, MINUTE, PEOPLE_KEPT)
        self._entitled = Recent[tuple[PersonRef, WorkspaceId], bool](
            clock, RIGHTS_KEPT, PEOPLE_KEPT
        )

    async def obey(self, command: Command, said: Mention) -> Receipt:
        """Once for one event. Raises StoreError, and TimeoutError where the platform is too slow
        to say what the person may do.

        A kill may take the private answer, as it may take any whisper.
        """
        saved, run = await self._store.read(_target, command, said)
        if saved:
            return Duplicate()
        if (wait := self._pace.take(said.person)) is not None:
            told = say("commands.too_many", limit=A_MINUTE, wait=in_words(wait))
            return await self._answer(said, told)
        if run is None:
            return await self._answer(said, say(command.nothing))
        if command.who == "asker" and not await self._endings.may_act(said, run):
            return await self._answer(said, say("run.not_yours"))
        return await command.act(self, said, run)

    async def steps(self, said: Mention, run: Run) -> Receipt:
        """How the run came about."""
        entitled = said.person == run.asker or await self._is_entitled(said, run)
        seen = await self._store.read(recap.look, run.id)
        return await self._answer(said, recap.told(seen, whole=entitled))

    async def stop(self, said: Mention, run: Run) -> Receipt:
        """What a press of its button does, which shows on the reply itself."""
        press = Press("stop", run.id)
        click = Click(
            key=said.key,
            place=said.place,
            person=said.person,
            token=tokens.encode(press.action, press.target),
            at=said.at,
        )
        return await self._endings.take(click, press)

    async def _is_entitled(self, said: Mention, run: Run) -> bool:
        """Whether somebody else than the asker may read all of a run; not if the platform is too
        slow to say so."""
        whose = (said.person, run.place.workspace)
        if (known := self._entitled.get(whose)) is not None:
            return known
        try:
            entitled = await self._endings.may_act(said, run)
        except TimeoutError:
            return False
        self._entitled.put(whose, entitled)
        return entitled

    async def _answer(self, said: Mention, text: str) -> Receipt:
        """The private answer, once: some platforms deliver one message as two events."""
        if not await self._store.write_first(events.claim, said.key, "command", said.at):
            return Duplicate()
        return Accepted(private=Notice(text=text))


def _target(tx: Tx, command: Command, said: Mention) -> tuple[bool, Run | None]:
    """Whether the event was saved before, and the run that the command concerns."""
    return said.key in events.seen(tx, [said.key]), command.of(tx, said)


def _newest(tx: Tx, said: Mention) -> Run | None:
    return runs.newest_begun(tx, _thread(tx, said))


def _to_stop(tx: Tx, said: Mention) -> Run | None:
    """The person's own newest unfinished run of the place, else that of anybody."""
    left = runs.unfinished(tx, _thread(tx, said))
    mine = (run for run in left if run.asker == said.person)
    return next(mine, next(iter(left), None))


def _thread(tx: Tx, said: Mention) -> str:
    """The thread behind the place, or what is no thread's id."""
    scope = scope_key(said.place)
    return threads.bound(tx, [scope]).get(scope, "")


COMMANDS: Mapping[str, Command] = {
    command.word: command
    for command in (
        Command(
            word="steps",
            who="everybody",
            of=_newest,
            nothing="steps.nothing",
            act=Commands.steps,
        ),
        Command(
            word="stop",
            who="asker",
            of=_to_stop,
            nothing="commands.nothing_to_stop",
            act=Commands.stop,
        ),
    )
}
