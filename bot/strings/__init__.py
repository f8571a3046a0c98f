"""Every sentence people see, one TOML file per language, one table per room of the code.

A sentence that depends on a number is a table of its plural forms (`one`, `other`), chosen by the
placeholder `number`.
"""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files

from babel import Locale

LANGUAGES = ("en", "de", "es")
ENGLISH = LANGUAGES[0]

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What `say` returns inside is in that language; one that is not known is English."""
    token = _spoken.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """The language that `say` speaks now."""
    return _spoken.get()


def known(locale: str) -> str | None:
    """The language of a locale as platforms write it (`de`, `es-ES`, `en_US.UTF-8`), if we speak
    it."""
    tag = locale.replace("_", "-").partition("-")[0].partition(".")[0].lower()
    return tag if tag in LANGUAGES else None


def say(key: str, **values: object) -> str:
    """The sentence behind `table.name`, with `{placeholders}` filled in. Raises KeyError."""
    sentence = _sentences(language())[key]
    if not isinstance(sentence, str):
        sentence = sentence[_plural(language(), int(str(values["number"])))]
    return sentence.format(**values)


def table(name: str) -> dict[str, str]:
    """All sentences of one table, for a page that fills them in itself; a plural form is behind
    `name.one` and `name.other`."""
    prefix = f"{name}."
    found: dict[str, str] = {}
    for key, sentence in _sentences(language()).items():
        if not key.startswith(prefix):
            continue
        forms = {"": sentence} if isinstance(sentence, str) else sentence
        found |= {
            ".".join(filter(None, (key.removeprefix(prefix), form))): text
            for form, text in forms.items()
        }
    return found


def _plural(language: str, number: int) -> str:
    form: str = Locale(language).plural_form(number)
    return form if form == "one" else "other"


@cache
def _sentences(language: str) -> dict[str, str | dict[str, str]]:
    tables = tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text("utf-8"))
    return {
        f"{table}.{name}": sentence
        for table, entries in tables.items()
        for name, sentence in entries.items()
    }
