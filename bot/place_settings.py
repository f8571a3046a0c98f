"""The one table of what can be set for a channel or a workspace, besides its assistant."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from bot.commands import Right
from bot.events import PersonRef
from bot.strings import LANGUAGES, say
from bot.text.cleaning import clean
from bot.text.visible import shortened

MAX_TEXT = 256_000
"""Characters of additional instructions, as of an assistant's own (OpenAI's Assistants API)."""
MAX_PEOPLE = 200
MAX_ENTRY = 60
"""Characters of what is nobody's key, in the sentence that says so."""
MAX_TOKENS = 10**12
"""Far below what the database can count."""

FOLLOW_UPS = "follow_ups"
EXTRA_TIME = "extra_time"

FACTORS = (1, 1.5, 2)
"""Of the time that others have; what schools grant. 1 takes back what is set above."""

_PERSON = re.compile(r"[a-z]+(:[A-Za-z0-9]{1,32})?/[A-Za-z0-9_-]{1,64}")
_FACTOR = re.compile(
    # A user's id may end in a digit or an x, so that what follows it must begin with neither.
    rf"(?P<person>{_PERSON.pattern})(?: | ?[:=×*] ?)(?:[xX×*] ?)?"
    r"(?P<factor>[0-9](?:[.,][0-9]{1,2})?)"
)
_BETWEEN = re.compile(r"[;\n]|,(?![0-9])| (?=[a-z]+[:/])")
"""What may stand between people with their factors; the comma of 1,5 is none."""
_BLANKS = re.compile(r"[^\S\n]+")
_GROUPED = re.compile(r"[0-9]{1,15}|[0-9]{1,3}([,. ][0-9]{3}){1,4}")
_GROUP = re.compile(r"group:[A-Za-z0-9_-]{1,64}")


class WrongValueError(ValueError):
    """What was written cannot be the setting's value; its text is a sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSetting:
    """One setting. What is stored is JSON; people read and write text.

    `default` counts where nobody has set anything. `choices` are all values, if they can be listed.
    `only_workspace` says that a channel has none of its own, `changed_by` who may change that of a
    channel.
    """

    name: str
    read: Callable[[str], JsonValue]
    default: JsonValue
    choices: tuple[str, ...] = ()
    max_length: int = 0
    only_workspace: bool = False
    changed_by: Right = Right.ADMIN

    def right(self, *, whole: bool) -> Right:
        """Who may change it: for a whole workspace admins alone, since instructors may be those of
        one channel."""
        return Right.ADMIN if whole else self.changed_by

    @property
    def label(self) -> str:
        return say(f"settings_of.{self.name}")

    @property
    def help(self) -> str:
        return say(f"settings_of.{self.name}_help")

    def label_of(self, choice: str) -> str:
        """What one of the choices is called."""
        return say(f"settings_of.{self.name}_is_{choice}")

    def shown(self, value: JsonValue) -> str:
        """The value as `read` takes it."""
        if isinstance(value, list):
            return ", ".join(map(str, value))
        if isinstance(value, dict):
            return ", ".join(f"{name} ×{each:g}" for name, each in value.items())
        return "" if value is None else str(value)


def _one_of(*choices: str) -> Callable[[str], JsonValue]:
    def read(text: str) -> JsonValue:
        value = text.strip().lower()
        if value not in choices:
            raise WrongValueError(say("settings_of.wrong_choice", names=", ".join(choices)))
        return value

    return read


def _whole(least: int, most: int) -> Callable[[str], JsonValue]:
    def read(text: str) -> JsonValue:
        digits = re.sub(r"[,. ]", "", text) if _GROUPED.fullmatch(text.strip()) else ""
        if not (digits and least <= int(digits) <= most):
            raise WrongValueError(say("settings_of.wrong_whole", least=least, most=most))
        return int(digits)

    return read


def _text(text: str) -> JsonValue:
    cleaned = clean(text)
    if len(cleaned) > MAX_TEXT:
        raise WrongValueError(say("settings_of.wrong_length", limit=MAX_TEXT))
    return cleaned


def _people(text: str) -> JsonValue:
    """`slack:T1/U2, group:S3`: people by their keys, groups or roles by their ids."""
    entries = list(dict.fromkeys(filter(None, re.split(r"[\s,]+", clean(text)))))
    if len(entries) > MAX_PEOPLE:
        raise WrongValueError(say("settings_of.wrong_many", limit=MAX_PEOPLE))
    for entry in entries:
        if not (_PERSON.fullmatch(entry) or _GROUP.fullmatch(entry)):
            raise WrongValueError(
                say("settings_of.wrong_person", entry=shortened(entry, MAX_ENTRY))
            )
    return [*entries]


def _extra_time(text: str) -> JsonValue:
    """`slack:T1/U2 ×1.5, discord/3 ×2`: people by their keys, each with their factor."""
    factors: dict[str, JsonValue] = {}
    entries = _BETWEEN.split(_BLANKS.sub(" ", clean(text)))
    for entry in filter(None, map(str.strip, entries)):
        match = _FACTOR.fullmatch(entry)
        factor = float(match["factor"].replace(",", ".")) if match else 0
        if match is None or factor not in FACTORS:
            told = shortened(entry, MAX_ENTRY)
            raise WrongValueError(say("settings_of.wrong_extra_time", entry=told))
        if factors.setdefault(match["person"], factor) != factor:
            told = shortened(match["person"], MAX_ENTRY)
            raise WrongValueError(say("settings_of.wrong_twice", entry=told))
    if len(factors) > MAX_PEOPLE:
        raise WrongValueError(say("settings_of.wrong_many_people", limit=MAX_PEOPLE))
    return factors


def _choice(name: str, *choices: str) -> PlaceSetting:
    return PlaceSetting(name=name, read=_one_of(*choices), default=choices[0], choices=choices)


PLACE_SETTINGS: Mapping[str, PlaceSetting] = {
    setting.name: setting
    for setting in (
        _choice("thread_scope", "thread", "channel", "person"),
        _choice(FOLLOW_UPS, "alone", "always", "never"),
        _choice("class_quizzes", "instructors", "everyone", "admins"),
        PlaceSetting(name="instructors", read=_people, default=[], max_length=4_000),
        PlaceSetting(
            name=EXTRA_TIME,
            read=_extra_time,
            default={},
            max_length=8_000,
            changed_by=Right.INSTRUCTOR,
        ),
        PlaceSetting(
            name="language", read=_one_of(*LANGUAGES), default=LANGUAGES[0], choices=LANGUAGES
        ),
        PlaceSetting(
            name="runs_per_minute",
            read=_whole(0, 1_000),
            default=None,
            max_length=20,
            only_workspace=True,
        ),
        PlaceSetting(
            name="tokens_per_day",
            read=_whole(0, MAX_TOKENS),
            default=None,
            max_length=20,
            only_workspace=True,
        ),
        PlaceSetting(name="additional_instructions", read=_text, default="", max_length=MAX_TEXT),
    )
}


def instructors(settings: Mapping[str, JsonValue]) -> set[str]:
    """Those whom the settings of a place name."""
    named = settings.get("instructors")
    return {str(entry) for entry in named} if isinstance(named, list) else set()


def extra_time(settings: Mapping[str, JsonValue], person: PersonRef) -> float:
    """How many times the time of others the person has in a place."""
    factors = settings.get(EXTRA_TIME)
    factor = factors.get(person.key) if isinstance(factors, dict) else None
    return float(factor) if isinstance(factor, int | float) and factor in FACTORS else 1.0


def text_of(settings: Mapping[str, JsonValue], name: str) -> str:
    """The value of a setting that is a text."""
    value = settings.get(name)
    return value if isinstance(value, str) else ""


def limit_of(settings: Mapping[str, JsonValue], name: str) -> int | None:
    """The value of a setting that is a limit; 0 is none."""
    value = settings.get(name)
    return value if isinstance(value, int) and value > 0 else None


def one_of(settings: Mapping[str, JsonValue], name: str) -> str:
    """The value of a setting that has choices."""
    setting, value = PLACE_SETTINGS[name], settings.get(name)
    return value if isinstance(value, str) and value in setting.choices else str(setting.default)
