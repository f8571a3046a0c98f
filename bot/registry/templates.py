"""Reads templates, and fills in the functions that they ask for."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.jsons import Json
from bot.registry.body import body_of
from bot.registry.errors import BodyError, RegistryError
from bot.registry.functions import defined
from bot.strings import say
from bot.templates import FOLDER, SUFFIXES, names
from bot.tools.port import Tools

DEFAULT = "tutor"
DEFAULT_ID = "asst_tutor"
"""Of the assistant that is made from it at the first start, and that answers everywhere."""

ALIASES = {"socratic": "tutor"}
MAX_BYTES = 4_000_000

FUNCTIONS = "functions"
"""The one key of a template that is no field of a body: names of installed functions."""

_OBJECT = TypeAdapter(Json)
_NAMES = TypeAdapter(tuple[str, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A body, and the installed functions that it is given besides."""

    body: Json
    functions: tuple[str, ...]

    def filled(self, tools: Tools) -> Json:
        """The body with its functions as this installation defines them. Raises RegistryError."""
        own = self.body.get("tools")
        listed = own if isinstance(own, list) else []
        return self.body | {"tools": [*listed, *defined(self.functions, tools)]}


def read(name: str, folder: Path = FOLDER) -> Template:
    """A template by its name, or by the path of a file. Raises RegistryError."""
    path = _path(name, folder)
    given = _decoded(path)
    functions = given.pop(FUNCTIONS, [])
    try:
        return Template(body=body_of(given), functions=_NAMES.validate_python(functions))
    except BodyError as error:
        raise RegistryError(say("assistants.template_wrong", path=path, reason=error)) from None
    except ValidationError:
        raise RegistryError(say("assistants.template_functions", path=path)) from None


def _path(name: str, folder: Path) -> Path:
    if name.endswith(SUFFIXES):
        return Path(name)
    there = names(folder)
    wanted = ALIASES.get(name, name)
    if wanted not in there:
        listed = ", ".join(there)
        raise RegistryError(say("assistants.no_template", name=name, names=listed))
    return next(path for suffix in SUFFIXES if (path := folder / f"{wanted}{suffix}").exists())


def _decoded(path: Path) -> Json:
    """Raises RegistryError for what is no object, whatever else it is."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise RegistryError(say("assistants.file_too_large", path=path))
        text = content.decode("utf-8-sig")
        decoded = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
        return dict(_OBJECT.validate_python(decoded))
    except OSError as error:
        reason = error.strerror or str(error)
        raise RegistryError(say("assistants.file_unreadable", path=path, reason=reason)) from None
    except (ValueError, RecursionError) as error:
        # pydantic's errors are ValueErrors too, and their text is long
        reason = type(error).__name__ if isinstance(error, ValidationError) else str(error)
        raise RegistryError(say("assistants.file_syntax", path=path, reason=reason)) from None
