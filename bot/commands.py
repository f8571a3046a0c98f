"""The one table of commands: their words, who may use them, and what they do.

A message that is a command's word and nothing else is no question: no model is asked.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot import recap, tokens
from bot.adapter import Accepted, Duplicate, Receipt
from bot.endings import Endings
from bot.events import Click, Mention
from bot.store import events, runs, threads
from bot.store.database import Store, Tx
from bot.store.records import FINISHED, Run
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
LOOKED_BACK = 20
"""Runs among which the newest that was begun is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What a word does.

    It concerns the run that `of` finds; where there is none, people read the sentence `nothing`.
    `who` may use it: everybody who may write in the place, or the run's asker and admins. `act`
    is told whether the person is one of the latter.
    """

    word: str
    who: Literal["everybody", "asker"]
    of: Callable[[Tx, Mention], Run | None]
    nothing: str
    act: "Callable[[Commands, Mention, Run, bool], Awaitable[Receipt]]"


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

    def __init__(self, store: Store, endings: Endings) -> None:
        self._store = store
        self._endings = endings

    async def obey(self, command: Command, said: Mention) -> Receipt:
        """Once for one event. Raises StoreError, and TimeoutError where the platform is too slow
        to say what the person may do.

        A kill may take the private answer, as it may take any whisper.
        """
        saved, run = await self._store.read(_target, command, said)
        if saved:
            return Duplicate()
        if run is None:
            return await self._answer(said, say(command.nothing))
        entitled = await self._endings.may_act(said, run)
        if command.who == "asker" and not entitled:
            return await self._answer(said, say("run.not_yours"))
        return await command.act(self, said, run, entitled)

    async def steps(self, said: Mention, run: Run, entitled: bool) -> Receipt:
        """How the run came about."""
        seen = await self._store.read(recap.look, run.id)
        return await self._answer(said, recap.told(seen, whole=entitled))

    async def stop(self, said: Mention, run: Run, _: bool) -> Receipt:
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

    async def _answer(self, said: Mention, text: str) -> Receipt:
        """The private answer, once: some platforms deliver one message as two events."""
        if not await self._store.write_first(events.claim, said.key, "command", said.at):
            return Duplicate()
        return Accepted(private=Notice(text=text))


def _target(tx: Tx, command: Command, said: Mention) -> tuple[bool, Run | None]:
    """Whether the event was saved before, and the run that the command concerns."""
    return said.key in events.seen(tx, [said.key]), command.of(tx, said)


def _newest(tx: Tx, said: Mention) -> Run | None:
    """The place's newest run that has begun or will; refused messages are runs that never do."""
    begun = (
        run
        for run in reversed(runs.newest(tx, _thread(tx, said), LOOKED_BACK))
        if run.started_at is not None or run.status not in FINISHED
    )
    return next(begun, None)


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
