"""What somebody answers at `docent init`, each answer checked before the next question."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import typer
from pydantic import SecretStr

from bot.settings import Settings, SettingsError
from bot.strings import say

NOTHING = "-"
"""What empties a setting that has a value."""


@dataclass(frozen=True, slots=True)
class Question:
    """One setting, by its field. An optional one may be left empty."""

    field: str
    secret: bool = False
    optional: bool = False

    @property
    def name(self) -> str:
        return self.field.upper()


class Answers:
    """Begins with what is set already, as far as it can be used."""

    def __init__(self, written: Mapping[str, object]) -> None:
        self._written = dict(written)
        self._values: dict[str, object] = {}
        for field, value in written.items():
            with suppress(SettingsError):
                Settings.checked({field: value})
                self._values[field] = value
        self._given: dict[str, str] = {}

    @property
    def settings(self) -> Settings:
        return Settings.checked(self._values)

    def given(self) -> dict[str, str]:
        """By name, what was answered."""
        return dict(self._given)

    def written(self) -> dict[str, str]:
        """By name, all that was set before."""
        return {
            field.upper(): value
            for field, value in self._written.items()
            if isinstance(value, str) and field in Settings.model_fields
        }

    def ask(self, question: Question) -> None:
        """Until the answer can be used. Enter keeps what is set."""
        while True:
            answer = self._asked(question)
            changed = dict(self._values)
            if answer:
                changed[question.field] = answer
            else:
                changed.pop(question.field, None)
            try:
                usable = Settings.checked(changed)
            except SettingsError as error:
                typer.echo(error)
                continue
            self._values = changed
            self._given[question.name] = _text(getattr(usable, question.field))
            return

    def _asked(self, question: Question) -> str:
        present = self._values.get(question.field)
        label = say(f"init.ask_{question.field}")
        if present is not None and question.optional:
            label = say("init.keep_or_remove", question=label, sign=NOTHING)
        elif present is not None and question.secret:
            label = say("init.keep", question=label)
        while True:
            if present is None:
                answer = _prompt(label, question)
            elif question.secret:
                answer = _prompt(label, question) or str(present)
            else:
                answer = typer.prompt(label, default=str(present)).strip()
            if answer == NOTHING and question.optional:
                return ""
            if answer or question.optional:
                return answer
            typer.echo(say("init.needed"))


def _prompt(label: str, question: Question) -> str:
    """May be empty."""
    answer: str = typer.prompt(label, default="", show_default=False, hide_input=question.secret)
    return answer.strip()


def _text(value: object) -> str:
    """As it was checked: a token may have been pasted with blanks around it."""
    match value:
        case None:
            return ""
        case SecretStr():
            return value.get_secret_value()
    return str(value)
