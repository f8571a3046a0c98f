"""The one table of what can be set for a channel or a workspace, besides its assistant."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

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

_PERSON = re.compile(r"[a-z]+(:[A-Za-z0-9]{1,32})?/[A-Za-z0-9_-]{1,64}")
_GROUPED = re.compile(r"[0-9]{1,15}|[0-9]{1,3}([,. ][0-9]{3}){1,4}")
_GROUP = re.compile(r"group:[A-Za-z0-9_-]{1,64}")


class WrongValueError(ValueError):
    """What was written cannot be the setting's value; its text is a sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSetting:
    """One setting. What is stored is JSON; people read and write text.

    `default` counts where nobody has set anything. `choices` are all values, if they can be listed.
    `only_workspace` says that a channel has none of its own.
    """

    name: str
    read: Callable[[str], JsonValue]
    default: JsonValue
    choices: tuple[str, ...] = ()
    max_length: int = 0
    only_workspace: bool = False

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
