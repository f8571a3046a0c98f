"""The one table of commands: their words, who may use them, and what may stand behind them.

Adapters render this table; what a command does is in `bot.acts`. A message that is a command is no
question: no model is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from bot.strings import say
from bot.text.cleaning import clean

LONGEST = 200
"""Characters of a message that can still be a command."""
AROUND = " `\u200b\u2060\ufeff"
"""What may surround a word: people copy it from where it is code, clients add what is not seen."""
BEHIND = ".!?…"
AFTER_NAME = ":,"
"""What people write between the name of the bot and what they want of it."""


class Right(IntEnum):
    """What a person is in a place; whoever is more may do what those below may."""

    LEARNER = 0
    INSTRUCTOR = 1
    ADMIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One word and who may say it.

    `argument` is what may stand behind the word when the command is given as one; `needed` says
    that it must. In a mention the word must stand alone, or `spoken` says that an argument is
    heard there too; what it cannot be is a question then. What a person may do with a command can
    depend on more than `right`: on whose run it concerns, or on the argument.
    """

    word: str
    right: Right = Right.LEARNER
    argument: Literal["nothing", "question", "topic", "switch", "assistant", "setting"] = "nothing"
    needed: bool = False
    spoken: bool = False

    @property
    def help(self) -> str:
        """What it does, in at most 100 characters (Discord's limit of a description)."""
        return say(f"commands.{self.word}_help")


COMMANDS: Mapping[str, Command] = {
    command.word: command
    for command in (
        Command(word="help"),
        Command(word="ask", argument="question", needed=True),
        Command(word="quiz", argument="topic"),
        Command(word="results"),
        Command(word="new"),
        Command(word="stop"),
        Command(word="quiet", argument="switch", spoken=True),
        Command(word="status"),
        Command(word="steps"),
        Command(word="assistant", argument="assistant", spoken=True),
        Command(word="settings", argument="setting", right=Right.INSTRUCTOR, spoken=True),
        Command(word="usage"),
        Command(word="audit", right=Right.ADMIN),
        Command(word="forget"),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A command and what stood behind it, as written."""

    command: Command
    argument: str = ""


def spoken(text: str) -> Words | None:
    """The command that a message is, None for a question. Case, a colon or slash before and a full
    stop behind do not matter."""
    if len(text) > LONGEST:
        return None
    said = " ".join(clean(text).split()).strip(AROUND)
    said = said.lstrip(AROUND + AFTER_NAME).removeprefix("/")
    alone = COMMANDS.get(said.rstrip(BEHIND).strip(AROUND).casefold())
    if alone is not None:
        return Words(command=alone)
    word, _, rest = said.partition(" ")
    command = COMMANDS.get(word.casefold())
    if command is None or not command.spoken:
        return None
    return Words(command=command, argument=rest.strip())


def ordered(text: str) -> Words:
    """The command that is given as one: nothing asks for help, first words that are no command
    ask a question, and so do words behind a command that takes none."""
    said = clean(text).strip()
    word, _, rest = said.partition(" ")
    command = COMMANDS.get(word.strip(AROUND).removeprefix("/").casefold())
    if not said:
        return Words(command=COMMANDS["help"])
    if command is None or (rest.strip() and command.argument == "nothing"):
        return Words(command=COMMANDS["ask"], argument=said)
    return Words(command=command, argument=rest.strip())
