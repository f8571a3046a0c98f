"""The `docent` command."""

import os
import sys
from collections.abc import Mapping

from bot.errors import OperatorError
from bot.settings import SettingsError
from bot.strings import ENGLISH, known, speaking

LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first of these that is set counts (POSIX, locale categories)."""
PRIVATE = 0o077
"""Others of this machine may do nothing with the files that Docent makes: umask(2)."""


def main() -> None:
    """Run the command line in the language of its shell; a problem that the operator can solve is
    told in a sentence."""
    problems: list[OperatorError] = []
    os.umask(PRIVATE)
    with speaking(shell_language(os.environ)):
        from bot.cli.commands import app  # noqa: PLC0415 - the help is worded when it is imported

        try:
            app(prog_name="docent")
        except* OperatorError as group:
            problems = _all(group)
    if problems:
        sys.stderr.write(f"{problems[0]}\n")
        sys.exit(2 if isinstance(problems[0], SettingsError) else 1)


def shell_language(environ: Mapping[str, str]) -> str:
    """English for the locales C and POSIX, and for any that is not known here."""
    locale = next((environ[name] for name in LOCALE if environ.get(name)), "")
    return known(locale) or ENGLISH


def _all(group: BaseExceptionGroup[OperatorError]) -> list[OperatorError]:
    return [
        problem
        for error in group.exceptions
        for problem in (_all(error) if isinstance(error, BaseExceptionGroup) else [error])
    ]
