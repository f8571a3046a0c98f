"""`docent backup`: takes a copy and says how to go back to it."""

import shlex
from datetime import UTC, datetime
from pathlib import Path

import typer

from bot import backup
from bot.cli.terminal import as_json
from bot.settings import Settings
from bot.strings import say


def take(settings: Settings, target: Path | None, *, json: bool) -> None:
    """Raises OperatorError."""
    home = settings.docent_home
    folder = backup.default_target(settings, datetime.now(UTC)) if target is None else target
    folder = folder.absolute()
    names = backup.take(settings, folder)
    if json:
        typer.echo(as_json({"home": str(home), "backup": str(folder), "files": [*names]}))
        return
    typer.echo(say("backup.taken", path=folder, names=", ".join(names)))
    typer.echo(say("backup.secret"))
    # The old data stay, so that a restore can be taken back too.
    aside = home.with_name(f"{home.name}.before-restore")
    commands = [["mv", str(home), str(aside)], ["cp", "-a", str(folder), str(home)]]
    if folder.is_relative_to(home):  # it moves along with its home
        commands[1][2] = str(aside / folder.relative_to(home))
    typer.echo(say("backup.restore", command=" && ".join(map(shlex.join, commands))))
