"""What the operator chose, read once from the environment and an optional `.env` file."""

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.addresses import is_secure
from bot.env_file import complaint
from bot.errors import OperatorError
from bot.events import PersonRef
from bot.limits import MAX_EXECUTING
from bot.strings import say

ENV_FILE = Path(".env")
HOME = Path(".docent")
PLAYGROUND = "demo"
"""The playground's folder in DOCENT_HOME: trying things out never touches real data."""
DATABASE = "docent.db"
PORT = 8787
MAX_RUNS = 4_000
"""Somewhat less than the connections that are kept to one provider (`bot.responses.transport`)."""
RUNS_PER_MINUTE = 6
"""More than a person can read the replies of."""
TOKENS_PER_DAY = 5_000_000
"""A hundred learners with twenty messages of 2,500 tokens each; small models do that for some
dollars. What goes on beyond it is mostly a loop or a prank, and should not go on until morning."""
MAX_TOKENS_PER_DAY = 10**12
"""Far below what the database can count."""

_DEMO_READS = {
    "docent_home",
    "docent_port",
    "docent_log_level",
    "docent_max_runs",
    "docent_runs_per_minute",
}

_PERSON = re.compile(
    r"(?P<platform>[a-z]+):((?P<team>[A-Za-z0-9]{1,32})/)?(?P<user>[A-Za-z0-9]{1,32})"
)
_HAS_TEAMS = {"slack": True, "discord": False, "web": False}
"""Whether a user id is unique only within a team."""

LogLevel = Literal["debug", "info", "warning", "error"]


class SettingsError(OperatorError):
    """A setting, or the file they are in, cannot be used."""


def _wrong(key: str, name: str, **values: object) -> PydanticCustomError:
    # The sentence rides as a value: pydantic would fill in braces of a template itself.
    return PydanticCustomError("setting", "{sentence}", {"sentence": say(key, name=name, **values)})


def _is_number(text: str) -> bool:
    # Python refuses to read thousands of digits.
    return text.isascii() and text.isdecimal() and len(text) <= 20


def _port(value: object) -> object:
    text = str(value).strip()
    if not (_is_number(text) and 1 <= int(text) <= 65_535):
        raise _wrong("settings.port", "DOCENT_PORT")
    return int(text)


def _whole(name: str, least: int, most: int, value: object) -> object:
    text = str(value).strip()
    if not (_is_number(text) and least <= int(text) <= most):
        raise _wrong("limits.whole_number", name, least=f"{least:,}", most=f"{most:,}")
    return int(text)


def _people(value: object) -> object:
    """`slack:T1/U2,discord:3`: the platform, the team where user ids are a team's own, the user."""
    if not isinstance(value, str):
        return value
    people = []
    for entry in filter(None, (part.strip() for part in value.split(","))):
        match = _PERSON.fullmatch(entry)
        if match is None or _HAS_TEAMS.get(match["platform"]) is not bool(match["team"]):
            raise _wrong("limits.admins", "DOCENT_ADMINS")
        scope = ":".join(filter(None, (match["platform"], match["team"])))
        people.append(PersonRef(scope=scope, user=match["user"]))
    return tuple(dict.fromkeys(people))


def _level(value: object) -> object:
    level = str(value).strip().lower()
    if level not in {"debug", "info", "warning", "error"}:
        raise _wrong("settings.log_level", "DOCENT_LOG_LEVEL")
    return level


def _secure_url(name: str, value: object) -> object:
    """Tokens travel to this address: encrypted, or not beyond this machine."""
    if value is None:
        return None
    try:
        url = urlsplit(str(value).strip())
        _ = url.port  # raises ValueError for one that cannot be
    except ValueError as error:
        raise _wrong("settings.url", name) from error
    if not is_secure(url):
        raise _wrong("settings.url", name)
    return url.geturl()


def _path(value: object) -> object:
    folder = _folder(Path(str(value)))
    if folder is None:
        raise _wrong("settings.path", "DOCENT_HOME")
    return folder


def _folder(named: Path) -> Path | None:
    """None for what can be no path, and for the home of a user who does not exist."""
    try:
        return None if "\0" in str(named) else named.expanduser().absolute()
    except RuntimeError:
        return None


def _is_there(database: Path) -> bool:
    try:
        return database.is_file()
    except OSError:  # whoever may not look there may not use it either
        return False


class Settings(BaseSettings):
    """All settings; a name in capitals is what the environment and the file call it."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    openai_api_key: SecretStr | None = None
    openai_base_url: Annotated[
        str | None, BeforeValidator(partial(_secure_url, "OPENAI_BASE_URL"))
    ] = None
    docent_model: str | None = None
    docent_home: Annotated[Path, BeforeValidator(_path)] = Field(HOME, validate_default=True)
    docent_port: Annotated[int, BeforeValidator(_port)] = PORT
    docent_log_level: Annotated[LogLevel, BeforeValidator(_level)] = "info"
    docent_max_runs: Annotated[
        int, BeforeValidator(partial(_whole, "DOCENT_MAX_RUNS", 1, MAX_RUNS))
    ] = MAX_EXECUTING
    docent_runs_per_minute: Annotated[
        int, BeforeValidator(partial(_whole, "DOCENT_RUNS_PER_MINUTE", 0, 1_000))
    ] = RUNS_PER_MINUTE
    docent_tokens_per_day: Annotated[
        int, BeforeValidator(partial(_whole, "DOCENT_TOKENS_PER_DAY", 0, MAX_TOKENS_PER_DAY))
    ] = TOKENS_PER_DAY
    docent_admins: Annotated[tuple[PersonRef, ...], NoDecode, BeforeValidator(_people)] = ()

    @property
    def database_path(self) -> Path:
        return self.docent_home / DATABASE

    @property
    def webhooks_path(self) -> Path:
        return self.docent_home / "webhooks.toml"

    @property
    def playground(self) -> Path:
        """The playground's folder, as long as `docent_home` is DOCENT_HOME."""
        return self.docent_home / PLAYGROUND

    @classmethod
    def load(
        cls, env_file: Path | None = ENV_FILE, given: Mapping[str, object] = MappingProxyType({})
    ) -> "Settings":
        """Read them: what is given wins over the environment, that over the file, if there is one.

        Raises SettingsError with a sentence per wrong value.
        """
        if env_file is not None and (wrong := complaint(env_file)):
            raise SettingsError(wrong)
        file = DotEnvSettingsSource(
            cls,
            env_file=env_file and env_file.absolute(),
            env_file_encoding="utf-8-sig",
            env_ignore_empty=True,
        )
        environment = EnvSettingsSource(cls, env_ignore_empty=True)
        try:
            return cls.model_validate({**file(), **environment(), **given})
        except ValidationError as error:
            raise SettingsError(_sentences(error)) from None

    @classmethod
    def demo(
        cls,
        env_file: Path | None = ENV_FILE,
        *,
        live: bool = False,
        home: Path | None = None,
        port: int | None = None,
    ) -> "Settings":
        """The settings of the playground; its home is the folder `demo` in DOCENT_HOME.

        Offline it hears no other names than those of its home, its port, its log and how much may
        run, so that no key and no token can reach it; a workspace's tokens are not limited then.
        Raises SettingsError, also for `live` without key and model.
        """
        given: dict[str, object] = {} if live else {**cls._deaf(), "docent_tokens_per_day": 0}
        settings = cls.load(env_file, given if port is None else given | {"docent_port": port})
        if live and not (settings.openai_api_key and settings.docent_model):
            raise SettingsError(say("settings.live_needs"))
        return settings.with_data(settings.playground if home is None else home)

    @classmethod
    def beside(cls, env_file: Path | None = ENV_FILE, *, home: Path | None = None) -> "Settings":
        """What a command needs that looks at stored data or changes them: no key, no token.

        Raises SettingsError.
        """
        return cls.load(env_file, cls._deaf()).with_data(home)

    def with_data(self, home: Path | None = None) -> "Settings":
        """The same settings with the folder that commands look at: `home` if it is given, else
        DOCENT_HOME; and the playground's in it as long as that alone has a database.

        Raises SettingsError.
        """
        folder: Path | None = self.docent_home
        if home is not None:
            folder = _folder(home)
        elif _is_there(self.playground / DATABASE) and not _is_there(self.database_path):
            folder = self.playground
        if folder is None:
            raise SettingsError(say("settings.path", name="--home"))
        return self.model_copy(update={"docent_home": folder})

    @classmethod
    def _deaf(cls) -> dict[str, object]:
        """The defaults of all that the playground does not hear."""
        return {
            name: field.get_default()
            for name, field in cls.model_fields.items()
            if name not in _DEMO_READS
        }

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is the library's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is given: `Settings(...)` reads nothing by itself, `load` and `demo` do."""
        return (init_settings,)


def _sentences(error: ValidationError) -> str:
    return "\n".join(
        str(detail["ctx"]["sentence"])
        if "sentence" in detail.get("ctx", {})
        else say("settings.unusable", name=".".join(map(str, detail["loc"])).upper())
        for detail in error.errors(include_url=False, include_input=False)
    )
