"""Every sentence people see, one TOML file per language, one table per room of the code.

A sentence that depends on a number is a table of its plural forms (`one`, `other`), chosen by the
placeholder `number`. Numbers are written as the language does where the placeholder says how:
`{number:,}` in groups of three, `{seconds:.1f}` with one digit after the point.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.numbers import format_decimal

LANGUAGES = ("en", "de", "es")
ENGLISH = LANGUAGES[0]

OTHER = "other"
"""The plural form that every language has."""
PATTERNS = {",": "#,##0.###", ".1f": "#,##0.0"}
"""What a placeholder may say of its number, and the same as CLDR writes it."""

_FORMATTED = re.compile(r"\{(\w+):([^{}]*)\}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?![A-Za-z0-9])")

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
    tag = _LANGUAGE.match(locale)
    return tag[0].lower() if tag is not None and tag[0].lower() in LANGUAGES else None


def say(key: str, **values: object) -> str:
    """The sentence behind `table.name`, with `{placeholders}` filled in. Raises KeyError."""
    spoken = _spoken.get()
    sentence = _sentences(spoken)[key]
    if isinstance(sentence, str):
        return sentence.format(**values)
    text = sentence.forms[OTHER]
    if len(sentence.forms) > 1:
        form = _locale(spoken).plural_form(int(str(values["number"])))
        text = sentence.forms.get(form, text)
    for name, pattern in sentence.patterns.items():
        if isinstance(number := values[name], int | float):
            values[name] = format_decimal(number, format=pattern, locale=_locale(spoken))
    return text.format(**values)


def table(name: str) -> dict[str, str]:
    """All sentences of one table, for a page that fills them in itself; a plural form is behind
    `name.one` and `name.other`."""
    prefix = f"{name}."
    found: dict[str, str] = {}
    for key, sentence in _sentences(language()).items():
        if not key.startswith(prefix):
            continue
        short = key.removeprefix(prefix)
        if isinstance(sentence, str):
            found[short] = sentence
        elif len(sentence.forms) == 1:
            found[short] = sentence.forms[OTHER]
        else:
            found |= {f"{short}.{form}": text for form, text in sentence.forms.items()}
    return found


@dataclass(frozen=True, slots=True)
class _Counted:
    """A sentence with plural forms, or with numbers to be written as the language does."""

    forms: Mapping[str, str]
    patterns: Mapping[str, str]


@cache
def _locale(language: str) -> Locale:
    return Locale(language)


@cache
def _sentences(language: str) -> dict[str, str | _Counted]:
    tables = tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text("utf-8"))
    return {
        f"{table}.{name}": _read(entry)
        for table, entries in tables.items()
        for name, entry in entries.items()
    }


def _read(entry: str | dict[str, str]) -> str | _Counted:
    forms = {OTHER: entry} if isinstance(entry, str) else entry
    patterns = {
        name: PATTERNS[spec] for text in forms.values() for name, spec in _FORMATTED.findall(text)
    }
    if isinstance(entry, str) and not patterns:
        return entry
    return _Counted({form: _FORMATTED.sub(r"{\1}", text) for form, text in forms.items()}, patterns)
