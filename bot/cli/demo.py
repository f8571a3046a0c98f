"""`docent demo`: the playground in a terminal."""

import asyncio
import os
from pathlib import Path

import typer

from bot import app, logs
from bot.cli import ports
from bot.cli.greeting import greeting
from bot.cli.signals import until_stopped
from bot.errors import OperatorError
from bot.settings import Settings
from bot.strings import say

LOG_FILE = "docent.log"


def run(settings: Settings, *, live: bool, learners: int) -> None:
    """Serve until Ctrl-C, SIGTERM or SIGHUP. Raises OperatorError."""
    log_file = _prepared(settings.docent_home) / LOG_FILE
    with ports.take(settings.docent_port) as taken:
        logs.set_up(settings.docent_log_level, to=log_file)

        def ready() -> None:
            for line in greeting(taken.getsockname()[1], log_file, os.environ):
                typer.echo(line)

        playground = app.demo(settings, taken, live=live, learners=learners, ready=ready)
        asyncio.run(until_stopped(playground))


def _prepared(home: Path) -> Path:
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (home / LOG_FILE).open("ab"):
            return home
    except OSError as error:
        reason = error.strerror or str(error)
        raise OperatorError(say("cli.home_unusable", path=home, reason=reason)) from error
