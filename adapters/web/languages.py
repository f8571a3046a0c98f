"""In which language a request is answered, and what the page itself says in it."""

import re

from aiohttp import web
from aiohttp.typedefs import Middleware
from pydantic import JsonValue

from adapters.web.decode import MAX_MESSAGE
from adapters.web.guard import Handler
from adapters.web.people import CHANNEL, PEOPLE, People, Person
from bot.commands import COMMANDS, Command
from bot.jsons import Json
from bot.strings import LANGUAGES, known, language, say, speaking, table

_LOCALE = re.compile(r"[A-Za-z]{2,8}([-_.][A-Za-z0-9]{1,8}){0,4}")


def locale_of(request: web.Request) -> str:
    """The person's locale: what the page says, else what the browser prefers; else nothing."""
    preferred = request.headers.get("Accept-Language", "")[:100]
    named = request.query.get("locale") or re.split("[,;]", preferred)[0].strip()
    return named if _LOCALE.fullmatch(named) else ""


def in_language() -> Middleware:
    """Speak to each request in its language, as long as its answer takes."""

    @web.middleware
    async def speak(request: web.Request, handler: Handler) -> web.StreamResponse:
        with speaking(known(locale_of(request)) or ""):
            return await handler(request)

    return speak


def described(people: People) -> Json:
    """All that the page knows before it asks for messages, in the language spoken now."""
    strings: Json = {**table("web")}
    languages: list[JsonValue] = [
        {"code": code, "name": say(f"web.language_{code}")} for code in LANGUAGES
    ]
    return {
        "strings": strings,
        "language": language(),
        "languages": languages,
        "people": [_person(person) for person in people],
        "names": {user: person.name for user, person in PEOPLE.items()},
        "commands": [_command(command) for command in COMMANDS.values()],
        "channel": CHANNEL,
        "max_message": MAX_MESSAGE,
    }


def _person(person: Person) -> Json:
    groups: list[JsonValue] = [f"group:{group}" for group in sorted(person.groups)]
    return {
        "user": person.user,
        "name": person.name,
        "dm": person.dm,
        "key": person.ref.key,
        "groups": groups,
    }


def _command(command: Command) -> Json:
    return {
        "word": command.word,
        "help": command.help,
        "argument": command.argument != "nothing",
        "right": command.right.name.lower(),
    }
