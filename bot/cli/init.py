"""`docent init`: all that a new installation needs, asked for, tried at once and written down."""

import asyncio
import sys
from collections.abc import AsyncIterator

import typer

from bot import app, env_file, logs
from bot.cli.answers import Answers, Question
from bot.cli.doctor import tell
from bot.cli.run import is_there, no_platform
from bot.cli.terminal import console
from bot.doctor import Check, home, platforms, provider
from bot.settings import ENV_FILE, Settings, SettingsError
from bot.store.database import is_running, open_store
from bot.strings import say

PLATFORMS = {"slack": ("slack",), "discord": ("discord",), "both": ("slack", "discord")}
QUESTIONS = {
    "slack": (
        Question("slack_bot_token", secret=True),
        Question("slack_app_token", secret=True),
    ),
    "discord": (Question("discord_bot_token", secret=True),),
    "model": (
        Question("openai_base_url", optional=True),
        Question("openai_api_key", secret=True, optional=True),
        Question("docent_model"),
    ),
}


def by_asking() -> None:
    """Ask until everything works or the person takes it as it is; write it at the end alone.

    Raises OperatorError.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SettingsError(say("init.no_terminal"))
    logs.set_up("error")
    answers = Answers(Settings.written())
    _try_to_write(answers.settings)  # before somebody answers for nothing
    typer.echo(say("init.hello"))
    for part in (*_chosen(), "model"):
        _ask(answers, part)
    _finish(answers.settings, answers.given())


def from_env() -> None:
    """Try what the environment and `.env` say, and write it down. Raises OperatorError.

    The exit code is 1 if something does not work; then nothing is written.
    """
    logs.set_up("error")
    answers = Answers(Settings.written())
    settings = Settings.load()
    if half := settings.halves():
        raise SettingsError(half)
    if not (settings.has_slack or settings.has_discord):
        raise SettingsError(no_platform())
    _try_to_write(settings)
    if not asyncio.run(_passes(_everything(settings))):
        raise typer.Exit(1)
    _finish(settings, answers.written())


def _try_to_write(settings: Settings) -> None:
    home.try_to_write(settings.docent_home)
    home.try_to_write(ENV_FILE.resolve().parent)


def _chosen() -> tuple[str, ...]:
    while True:
        word: str = typer.prompt(say("init.which"), default="slack")
        if found := PLATFORMS.get(word.strip().lower()):
            return found
        typer.echo(say("init.which_of", names=", ".join(PLATFORMS)))


def _ask(answers: Answers, part: str) -> None:
    """One part of the questions, until what was answered works."""
    typer.echo()
    typer.echo(say(f"init.about_{part}"))
    while True:
        for question in QUESTIONS[part]:
            answers.ask(question)
        if asyncio.run(_passes(_part(answers.settings, part))):
            return
        if typer.confirm(say("init.anyway"), default=False):
            return


async def _part(settings: Settings, part: str) -> AsyncIterator[Check]:
    """The checks of what was just asked for."""
    if part == "model":
        checks = provider.checks(settings)
    else:
        one = {"discord_bot_token": None} if part == "slack" else {"slack_bot_token": None}
        others = {"slack_app_token": None, **one} if part == "discord" else one
        checks = platforms.checks(settings.model_copy(update=others), app.look_at_platforms)
    async for check in checks:
        yield check


async def _everything(settings: Settings) -> AsyncIterator[Check]:
    async for check in platforms.checks(settings, app.look_at_platforms):
        yield check
    async for check in provider.checks(settings):
        yield check


async def _passes(checks: AsyncIterator[Check]) -> bool:
    """Tell each as soon as it is made; False if one failed."""
    out, good = console(), True
    async for check in checks:
        good = good and check.state != "failed"
        tell(out, check)
    return good


def _finish(settings: Settings, values: dict[str, str]) -> None:
    """Write the settings, make the database, and say what to do next."""
    env_file.write(ENV_FILE, values)
    typer.echo()
    typer.echo(say("init.written", path=ENV_FILE.absolute()))
    if stronger := _stronger(values):
        typer.echo(say("init.stronger", names=", ".join(stronger)))
    database = settings.database_path
    if not is_there(database):
        asyncio.run(_make(settings))
        typer.echo(say("init.made", path=database))
    running = is_running(database)
    typer.echo(say("init.restart" if running else "init.start"))
    for step in app.next_steps(settings):
        typer.echo(step)


def _stronger(values: dict[str, str]) -> list[str]:
    """What was answered and yet will not be used, because the environment says something else."""
    heard = Settings.written()
    return [name for name, value in values.items() if heard.get(name.lower()) not in (value, None)]


async def _make(settings: Settings) -> None:
    async with open_store(settings.database_path):
        """An empty database is what `docent run` looks for."""
