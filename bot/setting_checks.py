"""What a single setting may be: every check says in a sentence what is wrong with it."""

import re
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr
from pydantic_core import PydanticCustomError

from bot.addresses import is_secure
from bot.events import PersonRef
from bot.strings import say

_PERSON = re.compile(
    r"(?P<platform>[a-z]+):((?P<team>[A-Za-z0-9]{1,32})/)?(?P<user>[A-Za-z0-9]{1,32})"
)
_HAS_TEAMS = {"slack": True, "discord": False, "web": False}
"""Whether a user id is unique only within a team."""

_LONGEST_TOKEN = 1_000
"""Characters; the longest that a platform gives out have some hundred."""
_SLACK = re.compile(r"xox[a-z]-[A-Za-z0-9-]+|xapp-[A-Za-z0-9-]+")
_SLACK_BEGINS = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}
_DISCORD = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_PLAIN = {"ws": "http", "wss": "https"}
"""What a WebSocket's address is as safe as."""


def _wrong(key: str, name: str, **values: object) -> PydanticCustomError:
    # The sentence rides as a value: pydantic would fill in braces of a template itself.
    return PydanticCustomError("setting", "{sentence}", {"sentence": say(key, name=name, **values)})


def _is_number(text: str) -> bool:
    # Python refuses to read thousands of digits.
    return text.isascii() and text.isdecimal() and len(text) <= 20


def port(value: object) -> object:
    text = str(value).strip()
    if not (_is_number(text) and 1 <= int(text) <= 65_535):
        raise _wrong("settings.port", "DOCENT_PORT")
    return int(text)


def host(value: object) -> object:
    """An address of this machine, without a look-up that could answer something else tomorrow."""
    text = str(value).strip()
    try:
        return "127.0.0.1" if text == "localhost" else str(ip_address(text))
    except ValueError:
        raise _wrong("settings.host", "DOCENT_HOST") from None


def whole(name: str, least: int, most: int, value: object) -> object:
    text = str(value).strip()
    if not (_is_number(text) and least <= int(text) <= most):
        raise _wrong("limits.whole_number", name, least=f"{least:,}", most=f"{most:,}")
    return int(text)


def yes_or_no(name: str, value: object) -> object:
    match str(value).strip().lower():
        case "1" | "true" | "yes" | "on":
            return True
        case "0" | "false" | "no" | "off":
            return False
    raise _wrong("settings.yes_or_no", name)


def people(value: object) -> object:
    """`slack:T1/U2,discord:3`: the platform, the team where user ids are a team's own, the user."""
    if not isinstance(value, str):
        return value
    named = []
    for entry in filter(None, (part.strip() for part in value.split(","))):
        match = _PERSON.fullmatch(entry)
        if match is None or _HAS_TEAMS.get(match["platform"]) is not bool(match["team"]):
            raise _wrong("limits.admins", "DOCENT_ADMINS")
        scope = ":".join(filter(None, (match["platform"], match["team"])))
        named.append(PersonRef(scope=scope, user=match["user"]))
    return tuple(dict.fromkeys(named))


def level(value: object) -> object:
    named = str(value).strip().lower()
    if named not in {"debug", "info", "warning", "error"}:
        raise _wrong("settings.log_level", "DOCENT_LOG_LEVEL")
    return named


def secure_url(name: str, value: object) -> object:
    """Tokens travel to this address: encrypted, or not beyond this machine."""
    return _url("settings.url", name, value, schemes=("http", "https"))


def secure_socket(name: str, value: object) -> object:
    """The same for the address of a WebSocket."""
    return _url("settings.socket", name, value, schemes=("ws", "wss"))


def _url(key: str, name: str, value: object, *, schemes: tuple[str, str]) -> object:
    if value is None:
        return None
    try:
        url = urlsplit(str(value).strip())
        _ = url.port  # raises ValueError for one that cannot be
    except ValueError as error:
        raise _wrong(key, name) from error
    if url.scheme not in schemes or not is_secure(_as_page(url)):
        raise _wrong(key, name)
    return url.geturl()


def _as_page(url: SplitResult) -> SplitResult:
    return url._replace(scheme=_PLAIN.get(url.scheme, url.scheme))


def slack_token(name: str, value: object) -> object:
    """A token of the kind that the setting is for; each of the two is often put where the other
    belongs."""
    if value is None:
        return None
    token, begins = _token(value), _SLACK_BEGINS[name]
    if token.startswith(begins) and _SLACK.fullmatch(token):
        return token
    for other, other_begins in _SLACK_BEGINS.items():
        if other != name and token.startswith(other_begins):
            values = {"other": other, "begins": begins, "found": other_begins}
            raise _wrong("settings.slack_swapped", name, **values)
    raise _wrong(f"settings.{name.lower()}", name)


def discord_token(value: object) -> object:
    if value is None:
        return None
    token = _token(value).removeprefix("Bot ")  # as it stands in requests
    if not _DISCORD.fullmatch(token):
        raise _wrong("settings.discord_token", "DISCORD_BOT_TOKEN")
    return token


def _token(value: object) -> str:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    text = text.strip()
    return text if len(text) <= _LONGEST_TOKEN else ""


def home(value: object) -> object:
    named = folder(Path(str(value)))
    if named is None:
        raise _wrong("settings.path", "DOCENT_HOME")
    return named


def folder(named: Path) -> Path | None:
    """None for what can be no path, for the home of a user who does not exist, and where the folder
    that we are in was deleted."""
    try:
        return None if "\0" in str(named) else named.expanduser().absolute()
    except (RuntimeError, OSError):
        return None
