"""The commands and their options; each does its work in a module of its own."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import assistants, inside, quizzes, workspaces
from bot.cli.options import AsJson, Home, PlaygroundHome
from bot.cli.version import version
from bot.settings import Settings
from bot.strings import say

MAX_LEARNERS = 30
"""As many as the playground knows."""

app = typer.Typer(
    name="docent",
    help=say("cli.about"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks print local variables, secrets included
)
app.add_typer(assistants.app)
app.add_typer(inside.threads)
app.add_typer(inside.runs)
app.add_typer(quizzes.app)
app.add_typer(workspaces.app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version())
        raise typer.Exit


@app.callback()
def docent(
    *,
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help=say("cli.version_help")
        ),
    ] = False,
) -> None:
    """Hold the options that stand before any command."""


@app.command(help=say("cli.demo_help"))
def demo(
    *,
    live: Annotated[bool, typer.Option("--live", help=say("cli.demo_live_help"))] = False,
    port: Annotated[
        int | None, typer.Option(min=1, max=65_535, help=say("cli.demo_port_help"))
    ] = None,
    learners: Annotated[
        int, typer.Option(min=0, max=MAX_LEARNERS, help=say("cli.demo_learners_help"))
    ] = 0,
    home: PlaygroundHome = None,
) -> None:
    """Run the playground until it is stopped."""
    settings = Settings.demo(live=live, home=home, port=port)
    from bot.cli import demo as playground  # noqa: PLC0415 - the engine loads only where it runs

    playground.run(settings, live=live, learners=learners)


@app.command(help=say("init.help"))
def init(
    *,
    from_env: Annotated[bool, typer.Option("--from-env", help=say("init.from_env_help"))] = False,
) -> None:
    """Ask for all that a new installation needs, try it, and write it down."""
    from bot.cli import init as setting_up  # noqa: PLC0415

    if from_env:
        setting_up.from_env()
    else:
        setting_up.by_asking()


@app.command(help=say("cli.run_help"))
def run(
    *, new: Annotated[bool, typer.Option("--new", help=say("cli.run_new_help"))] = False
) -> None:
    """Run the bot until it is stopped."""
    settings = Settings.load()
    from bot.cli import run as bot  # noqa: PLC0415

    bot.run(settings, new=new)


@app.command(help=say("backup.help"))
def backup(
    *,
    path: Annotated[
        Path | None,
        typer.Argument(metavar="PATH", show_default=False, help=say("backup.path_help")),
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Copy the data without disturbing the bot."""
    from bot.cli import backup as copying  # noqa: PLC0415

    copying.take(Settings.beside(home=home), path, json=as_json)


@app.command(help=say("cli.status_help"))
def status(*, home: Home = None, as_json: AsJson = False) -> None:
    """Look into the database without disturbing the bot."""
    from bot.cli import status as look  # noqa: PLC0415

    look.show(Settings.beside(home=home).database_path, json=as_json)


@app.command(help=say("doctor.help"))
def doctor(*, home: Home = None, as_json: AsJson = False) -> None:
    """Check the set-up; the exit code is 1 if something has to be mended."""
    from bot.app import look_at_platforms  # noqa: PLC0415
    from bot.cli import doctor as checks  # noqa: PLC0415

    good = asyncio.run(checks.show(Settings.load, home, look=look_at_platforms, json=as_json))
    raise typer.Exit(0 if good else 1)
