"""A message as Discord takes it, and what of a text fits into one."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from adapters.discord.markup import line
from adapters.discord.places import user_of
from bot.events import PersonRef
from bot.jsons import Json
from bot.strings import say
from bot.text.cleaning import length, one_line
from bot.text.splitting import MIN_LIMIT, split

MAX_CONTENT = 2_000
"""Characters of a bot's message (Discord's error 50035; its OpenAPI file says 4,000)."""
FILE_NAME = "reply.md"
SMALL = 200
"""Characters of a title, or of a line in small print."""
SUPPRESS_EMBEDS = 1 << 2
"""The message's flag: no previews, so that a reader's client asks no server of a hostile link."""
EPHEMERAL = 1 << 6
NOBODY: Json = {"parse": []}


@dataclass(frozen=True, slots=True)
class Shown:
    """What is sent; `whole` is the text as a file where the message holds its beginning only."""

    content: str
    rows: Sequence[Json] = ()
    whole: str | None = None

    @property
    def json(self) -> Json:
        """As it is, without the file of an earlier text where it is an edit."""
        attached: list[JsonValue] = [] if self.whole is None else [{"id": 0, "filename": FILE_NAME}]
        return {
            "content": self.content,
            "components": list(self.rows),
            "allowed_mentions": NOBODY,
            "flags": SUPPRESS_EMBEDS,
            "attachments": attached,
        }

    @property
    def private(self) -> Json:
        """A new message that one person alone sees."""
        return self.json | {"flags": SUPPRESS_EMBEDS | EPHEMERAL}


def fits(lines: Sequence[str]) -> bool:
    return length(joined(lines), "utf16") <= MAX_CONTENT


def fitted(
    head: Sequence[str], text: str, tail: Sequence[str], whole: str, rows: Sequence[Json]
) -> Shown:
    """Escapes and addresses make a text longer: what does not fit is in the file as a whole."""
    if fits([*head, text, *tail]):
        return Shown(joined([*head, text, *tail]), rows)
    told = small(say("discord.whole_text"))
    room = MAX_CONTENT - length(joined([*head, *tail, told]), "utf16") - 1
    if text and room >= MIN_LIMIT:
        part = split(text, room, "utf16")[0]
        return Shown(joined([*head, part, *tail, told]), rows, whole)
    room = MAX_CONTENT - length(told, "utf16") - 1
    part = split(joined([*head, text, *tail]), room, "utf16")[0]
    return Shown(joined([part, told]), rows, whole)


def titled(title: str) -> str:
    """A title as a line of its own; nothing where there is none."""
    words = line(title if len(title) <= SMALL else one_line(title, SMALL))
    return f"**{words}**" if words and "**" not in words else words


def small(text: str) -> str:
    """One line in small print."""
    return f"-# {line(one_line(text, SMALL))}"


def joined(lines: Sequence[str]) -> str:
    """Never nothing: Discord refuses an empty message (50006)."""
    return "\n".join(filter(None, lines)) or "…"


def named(person: PersonRef) -> str:
    """As Discord names them to each reader; nobody is notified."""
    user = user_of(person)
    return say("discord.somebody") if user is None else f"<@{user}>"
