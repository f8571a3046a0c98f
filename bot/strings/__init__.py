"""Every sentence people see, one TOML file per language, one table per room of the code."""

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGE = "en"


@cache
def _sentences(language: str) -> dict[str, str]:
    tables = tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text("utf-8"))
    return {
        f"{table}.{name}": sentence
        for table, entries in tables.items()
        for name, sentence in entries.items()
    }


def say(key: str, **values: object) -> str:
    """The sentence behind `table.name`, with `{placeholders}` filled in. Raises KeyError."""
    return _sentences(LANGUAGE)[key].format(**values)


def table(name: str) -> dict[str, str]:
    """All sentences of one table, for a page that fills them in itself."""
    prefix = f"{name}."
    return {
        key.removeprefix(prefix): sentence
        for key, sentence in _sentences(LANGUAGE).items()
        if key.startswith(prefix)
    }
