"""The table of commands as Discord's slash commands, set anew only when it has changed."""

from collections.abc import Callable, Iterable, Mapping

import structlog
from discord.http import Route
from pydantic import JsonValue

from adapters.discord.send import Sending
from bot.commands import COMMANDS, Command, Right
from bot.jsons import Json
from bot.strings import LANGUAGES, say, speaking

TUTOR = "tutor"
ADMIN = "tutor-admin"
"""Discord has permissions on top-level commands only."""
MAX_DESCRIPTION = 100
MAX_QUESTION = 4_000
MAX_ARGUMENT = 1_000
MANAGE_SERVER = 1 << 5
LOCALES: Mapping[str, tuple[str, ...]] = {"de": ("de",), "es": ("es-ES", "es-419")}
"""Discord's names of our languages; a client in another one shows English."""

SUBCOMMAND = 1
STRING = 3
EVERYWHERE: list[JsonValue] = [0, 1, 2]
"""In servers, in the bot's direct messages, between people (Discord's interaction contexts)."""

log = structlog.get_logger()


def payload() -> list[Json]:
    """All commands as Discord takes them; in English and, beside it, in our other languages."""
    return [
        _top(TUTOR, "discord.tutor_help", for_everybody(), EVERYWHERE)
        | {"integration_types": [0, 1], "default_member_permissions": None},
        _top(ADMIN, "discord.tutor_admin_help", for_admins(), [0])
        | {"integration_types": [0], "default_member_permissions": MANAGE_SERVER},
    ]


def for_everybody() -> list[Command]:
    return [command for command in COMMANDS.values() if command.right < Right.ADMIN]


def for_admins() -> list[Command]:
    """`usage` and `settings` too: there it is the whole server's, and all of them are theirs."""
    return [
        command
        for command in COMMANDS.values()
        if command.right == Right.ADMIN or command.word in ("usage", "settings")
    ]


async def synchronize(sending: Sending) -> bool:
    """Whether they had changed. Raises Gone, Refused and Unknown.

    What Discord has is compared, so that nothing of our own can go stale; setting them is limited
    to 200 a day.
    """
    route = "/applications/{application_id}/commands"
    application, wanted = sending.application, payload()
    stored = await sending.request(
        Route("GET", route, application_id=application), params={"with_localizations": "true"}
    )
    if isinstance(stored, list) and _essence(stored) == _essence([*wanted]):
        return False
    await sending.put(Route("PUT", route, application_id=application), [*wanted])
    log.info("commands_set", number=len(wanted))
    return True


def _top(name: str, key: str, commands: Iterable[Command], contexts: list[JsonValue]) -> Json:
    return _named(name, lambda: say(key)) | {
        "type": 1,
        "options": [_subcommand(command) for command in commands],
        "contexts": contexts,
    }


def _subcommand(command: Command) -> Json:
    option = _option(command)
    return _named(command.word, lambda: command.help) | {
        "type": SUBCOMMAND,
        "options": [] if option is None else [option],
    }


def _option(command: Command) -> Json | None:
    """What may stand behind a command; its name is what the table calls it."""
    if command.argument == "nothing":
        return None
    kind = command.argument
    option = _named(kind, lambda: say(f"discord.{kind}_help")) | {
        "type": STRING,
        "required": command.needed,
    }
    match kind:
        case "switch":
            choices: list[JsonValue] = [_choice("on"), _choice("off")]
            return option | {"choices": choices}
        case "assistant":
            return option | {"autocomplete": True}
        case "question" | "topic":
            return option | {"max_length": MAX_QUESTION}
        case _:
            return option | {"max_length": MAX_ARGUMENT}


def _choice(value: str) -> Json:
    key = f"discord.switch_{value}"
    return {
        "name": say(key),
        "value": value,
        "name_localizations": _localized(lambda: say(key)),
    }


def _named(name: str, description: Callable[[], str]) -> Json:
    return {
        "name": name,
        "description": description(),
        "description_localizations": _localized(description),
    }


def _localized(text: Callable[[], str]) -> Json:
    found: Json = {}
    for language in LANGUAGES:
        with speaking(language):
            found |= dict.fromkeys(LOCALES.get(language, ()), text())
    return found


_KEPT = (
    "name",
    "type",
    "description",
    "description_localizations",
    "name_localizations",
    "required",
    "choices",
    "value",
    "autocomplete",
    "max_length",
    "options",
    "contexts",
    "integration_types",
    "default_member_permissions",
)


def _essence(value: JsonValue) -> JsonValue:
    """What both sides say of a command; Discord adds ids and leaves out what is empty."""
    if isinstance(value, list):
        return [_essence(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    kept: Json = {
        name: _essence(each) if name in {"options", "choices"} else each
        for name in _KEPT
        if (each := value.get(name)) not in (None, False, [], {})
    }
    for name in ("contexts", "integration_types"):
        if isinstance(numbers := kept.get(name), list):
            kept[name] = [*sorted(map(str, numbers))]
    if "default_member_permissions" in kept:  # sent as a number, given back as text
        kept["default_member_permissions"] = str(kept["default_member_permissions"])
    return kept
