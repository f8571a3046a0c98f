"""`webhooks.toml`: which functions are served at which address, with what key."""

import base64
import binascii
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StrictBool,
    StringConstraints,
    ValidationError,
    model_validator,
)

from bot.addresses import is_secure
from bot.errors import OperatorError
from bot.jsons import Json
from bot.strings import say
from bot.text.cleaning import one_line
from bot.tools.acting import DEADLINE
from bot.tools.functions import NAME

MAX_BYTES = 1_000_000
"""A hundred functions with long schemas take a tenth of it."""

KEY_PREFIX = "whsec_"
KEY_BYTES = range(24, 65)
"""What Standard Webhooks asks of a key; a short one could be guessed from one request."""

_MODE_OF_OTHERS = 0o077


def _secure(url: str) -> str:
    parts = urlsplit(url)
    _ = parts.port  # raises ValueError for one that cannot be
    plain = url.isprintable() and " " not in url and "@" not in parts.netloc
    if not (is_secure(parts) and plain):
        raise ValueError
    return url


def _signing(key: SecretStr) -> SecretStr:
    text = key.get_secret_value()
    encoded = text.removeprefix(KEY_PREFIX)
    try:
        size = len(base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if encoded == text or size not in KEY_BYTES:
        raise ValueError
    return key


def _schema(parameters: Json) -> Json:
    if parameters.get("type") != "object":
        raise ValueError
    json.dumps(parameters, allow_nan=False)  # TOML knows inf and nan, JSON does not
    return parameters


class Entry(BaseModel):
    """One function. Without a description it is called only by assistants that define it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: Annotated[str, AfterValidator(_secure)]
    key: Annotated[SecretStr, AfterValidator(_signing)]
    repeatable: StrictBool = False
    timeout: Annotated[float, Field(strict=True, gt=0, le=DEADLINE, allow_inf_nan=False)] = 30.0
    description: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] | None = (
        None
    )
    parameters: Annotated[Json, AfterValidator(_schema)] | None = None

    @model_validator(mode="after")
    def _parameters_are_described(self) -> Self:
        if self.parameters is not None and self.description is None:
            raise ValueError
        return self

    def definition(self, name: str) -> Json | None:
        """What an assistant can be given of it."""
        if self.description is None:
            return None
        return {
            "name": name,
            "description": self.description,
            "parameters": self.parameters or {"type": "object", "properties": {}},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookFile:
    """What the file says, and what should be mended in it although it can be used."""

    entries: Mapping[str, Entry]
    warnings: tuple[str, ...] = ()


def read(path: Path) -> WebhookFile:
    """The functions of the file; none if there is no file.

    Raises OperatorError with a sentence for each thing that is wrong.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return WebhookFile(entries={})
    except OSError as error:
        reason = error.strerror or str(error)
        raise OperatorError(say("functions.file_unreadable", path=path, reason=reason)) from error
    if len(content) > MAX_BYTES:
        raise OperatorError(say("functions.file_too_large", path=path))
    wrong: list[str] = []
    entries: dict[str, Entry] = {}
    for name, table in _tables(path, content).items():
        try:
            entries[name] = _entry(path, name, table)
        except OperatorError as error:
            wrong.append(str(error))
    if wrong:
        raise OperatorError("\n".join(wrong))
    # Windows has no such bits, and says that everybody may read everything.
    exposed = os.name == "posix" and mode & _MODE_OF_OTHERS and entries
    warnings = (say("functions.file_exposed", path=path),) if exposed else ()
    return WebhookFile(entries=entries, warnings=warnings)


def _tables(path: Path, content: bytes) -> dict[str, object]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise OperatorError(say("functions.file_binary", path=path, line=line)) from error
    except tomllib.TOMLDecodeError as error:
        reason = one_line(str(error), 200)
        raise OperatorError(say("functions.file_syntax", path=path, reason=reason)) from None
    except RecursionError:
        raise OperatorError(say("functions.file_too_deep", path=path)) from None


def _entry(path: Path, name: str, table: object) -> Entry:
    if not NAME.fullmatch(name):
        raise OperatorError(say("functions.name", path=path, name=one_line(name, 80)))
    if not isinstance(table, dict):
        raise OperatorError(say("functions.table", path=path, name=name))
    try:
        return Entry.model_validate(table)
    except ValidationError as error:
        sentences = {_sentence(problem["type"], problem["loc"]) for problem in error.errors()}
        where = say("functions.where", path=path, name=name)
        raise OperatorError("\n".join(f"{where} {each}" for each in sorted(sentences))) from None
    except RecursionError:
        raise OperatorError(say("functions.file_too_deep", path=path)) from None


def _sentence(kind: str, location: tuple[int | str, ...]) -> str:
    if not location:
        return say("functions.undescribed")
    if kind == "extra_forbidden":
        return say("functions.unknown", setting=one_line(str(location[0]), 80))
    return say(f"functions.wrong_{location[0]}", longest=f"{DEADLINE:g}")
