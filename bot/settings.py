"""What the operator chose, read once from the environment and an optional `.env` file."""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot import setting_checks as checks
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
HOST = "127.0.0.1"
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

_PLATFORM_READS = {
    "slack_bot_token",
    "slack_app_token",
    "slack_api_url",
    "discord_bot_token",
    "discord_api_url",
    "discord_gateway_url",
    "discord_message_content",
}

LogLevel = Literal["debug", "info", "warning", "error"]


class SettingsError(OperatorError):
    """A setting, or the file they are in, cannot be used."""


def _is_there(database: Path) -> bool:
    try:
        return database.is_file()
    except OSError:  # whoever may not look there may not use it either
        return False


class Settings(BaseSettings):
    """All settings; a name in capitals is what the environment and the file call it."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    slack_bot_token: Annotated[
        SecretStr | None, BeforeValidator(partial(checks.slack_token, "SLACK_BOT_TOKEN"))
    ] = None
    slack_app_token: Annotated[
        SecretStr | None, BeforeValidator(partial(checks.slack_token, "SLACK_APP_TOKEN"))
    ] = None
    slack_api_url: Annotated[
        str | None, BeforeValidator(partial(checks.secure_url, "SLACK_API_URL"))
    ] = None
    discord_bot_token: Annotated[SecretStr | None, BeforeValidator(checks.discord_token)] = None
    discord_api_url: Annotated[
        str | None, BeforeValidator(partial(checks.secure_url, "DISCORD_API_URL"))
    ] = None
    discord_gateway_url: Annotated[
        str | None, BeforeValidator(partial(checks.secure_socket, "DISCORD_GATEWAY_URL"))
    ] = None
    discord_message_content: Annotated[
        bool, BeforeValidator(partial(checks.yes_or_no, "DISCORD_MESSAGE_CONTENT"))
    ] = False
    openai_api_key: SecretStr | None = None
    openai_base_url: Annotated[
        str | None, BeforeValidator(partial(checks.secure_url, "OPENAI_BASE_URL"))
    ] = None
    docent_model: str | None = None
    docent_home: Annotated[Path, BeforeValidator(checks.home)] = Field(HOME, validate_default=True)
    docent_host: Annotated[str, BeforeValidator(checks.host)] = HOST
    docent_port: Annotated[int, BeforeValidator(checks.port)] = PORT
    docent_log_level: Annotated[LogLevel, BeforeValidator(checks.level)] = "info"
    docent_max_runs: Annotated[
        int, BeforeValidator(partial(checks.whole, "DOCENT_MAX_RUNS", 1, MAX_RUNS))
    ] = MAX_EXECUTING
    docent_runs_per_minute: Annotated[
        int, BeforeValidator(partial(checks.whole, "DOCENT_RUNS_PER_MINUTE", 0, 1_000))
    ] = RUNS_PER_MINUTE
    docent_tokens_per_day: Annotated[
        int, BeforeValidator(partial(checks.whole, "DOCENT_TOKENS_PER_DAY", 0, MAX_TOKENS_PER_DAY))
    ] = TOKENS_PER_DAY
    docent_admins: Annotated[tuple[PersonRef, ...], NoDecode, BeforeValidator(checks.people)] = ()

    @property
    def database_path(self) -> Path:
        return self.docent_home / DATABASE

    @property
    def webhooks_path(self) -> Path:
        return self.docent_home / "webhooks.toml"

    @property
    def has_slack(self) -> bool:
        return self.slack_bot_token is not None and self.slack_app_token is not None

    @property
    def has_discord(self) -> bool:
        return self.discord_bot_token is not None

    @property
    def has_model(self) -> bool:
        """A server of one's own may need no key; OpenAI does."""
        return bool(self.docent_model and (self.openai_api_key or self.openai_base_url))

    def halves(self) -> str | None:
        """What is wrong where a platform has only some of its tokens, as a sentence."""
        if (self.slack_bot_token is None) == (self.slack_app_token is None):
            return None
        missing = "SLACK_BOT_TOKEN" if self.slack_bot_token is None else "SLACK_APP_TOKEN"
        return say("settings.slack_half", name=missing)

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
        return cls.checked({**cls.written(env_file), **given})

    @classmethod
    def checked(cls, values: Mapping[str, object]) -> "Settings":
        """What these values come to. Raises SettingsError with a sentence per wrong value."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise SettingsError(_sentences(error)) from None

    @classmethod
    def written(cls, env_file: Path | None = ENV_FILE) -> dict[str, object]:
        """The values by field as the file and the environment have them, unchecked.

        Raises SettingsError for a file that cannot be read.
        """
        if env_file is not None and (wrong := complaint(env_file)):
            raise SettingsError(wrong)
        file = DotEnvSettingsSource(
            cls,
            env_file=env_file and env_file.absolute(),
            env_file_encoding="utf-8-sig",
            env_ignore_empty=True,
        )
        return {**file(), **EnvSettingsSource(cls, env_ignore_empty=True)()}

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

        It hears no platform's tokens. Offline it hears no other names than those of its home, its
        port, its log and how much may run, so that no key can reach it either; a workspace's tokens
        are not limited then.
        Raises SettingsError, also for `live` without key and model.
        """
        given = cls._unheard(_PLATFORM_READS)
        if not live:
            given = {**cls._deaf(), "docent_tokens_per_day": 0}
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
            folder = checks.folder(home)
        elif _is_there(self.playground / DATABASE) and not _is_there(self.database_path):
            folder = self.playground
        if folder is None:
            raise SettingsError(say("settings.path", name="--home"))
        return self.model_copy(update={"docent_home": folder})

    @classmethod
    def _deaf(cls) -> dict[str, object]:
        """The defaults of all that the playground does not hear."""
        return cls._unheard(cls.model_fields.keys() - _DEMO_READS)

    @classmethod
    def _unheard(cls, names: Iterable[str]) -> dict[str, object]:
        return {name: cls.model_fields[name].get_default() for name in names}

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
