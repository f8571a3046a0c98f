"""The `docent` command."""

import sys

from bot.cli.commands import app
from bot.errors import OperatorError
from bot.settings import SettingsError


def main() -> None:
    """Run the command line; a problem that the operator can solve is told in a sentence."""
    problems: list[OperatorError] = []
    try:
        app(prog_name="docent")
    except* OperatorError as group:
        problems = _all(group)
    if problems:
        sys.stderr.write(f"{problems[0]}\n")
        sys.exit(2 if isinstance(problems[0], SettingsError) else 1)


def _all(group: BaseExceptionGroup[OperatorError]) -> list[OperatorError]:
    return [
        problem
        for error in group.exceptions
        for problem in (_all(error) if isinstance(error, BaseExceptionGroup) else [error])
    ]
