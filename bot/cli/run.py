"""`docent run`: the bot on every platform that is set up."""

import asyncio
import logging
import sys
from collections.abc import Iterable
from pathlib import Path

import structlog
import typer

from bot import app, logs
from bot.cli import ports
from bot.cli.notifying import notify
from bot.cli.signals import until_stopped
from bot.doctor import Check, home, platforms, provider
from bot.errors import OperatorError
from bot.health.measuring import Complaints, Meters
from bot.settings import ENV_FILE, Settings, SettingsError
from bot.store.database import is_running
from bot.strings import ENGLISH, say, speaking

GRACE = 10.0
"""Seconds for the end after a signal; services and containers are killed some seconds later, which
loses nothing either."""

log = structlog.get_logger()


def run(settings: Settings, *, new: bool) -> None:
    """Work until Ctrl-C, SIGTERM or SIGHUP. Raises OperatorError."""
    check(settings, new=new)
    logs.set_up(settings.docent_log_level, stream=sys.stdout)
    try:
        with speaking(ENGLISH):  # people read their own language, not that of this shell
            asyncio.run(until_stopped(_work(settings, greeting(settings)), grace=GRACE))
    finally:
        notify("STOPPING=1")


async def _work(settings: Settings, lines: list[str]) -> None:
    def ready(meters: Meters) -> None:
        logging.getLogger().addHandler(Complaints(meters))
        for line in lines:
            typer.echo(line, err=True)
        log.info("started", home=str(settings.docent_home), platforms=enabled(settings))
        notify("READY=1")

    await check_platforms(settings)
    await app.run(
        settings,
        claim=lambda: ports.claim(settings.docent_host, settings.docent_port),
        ready=ready,
        beside=_look_at_provider(settings),
    )


async def check_platforms(settings: Settings) -> None:
    """Tell what is wrong there. Raises OperatorError where no platform would be left.

    One that fails does not keep the others from starting: it is tried again for ever.
    """
    found = [check async for check in platforms.checks(settings, app.look_at_platforms)]
    failed = {check.name: check.sentence for check in reversed(found) if check.state == "failed"}
    if len(failed) == len(enabled(settings)):
        raise OperatorError("\n".join(failed.values()))
    _tell(found)


async def _look_at_provider(settings: Settings) -> None:
    """Tell what is wrong there; the bot waits for it as for any provider that has trouble."""
    try:
        _tell([check async for check in provider.checks(settings)])
    except Exception:
        log.exception("provider_not_checked")


def _tell(found: Iterable[Check]) -> None:
    for check in found:
        if check.state != "ok":
            typer.echo(check.sentence, err=True)
            log.warning("check_not_passed", check=check.name, state=check.state)


def check(settings: Settings, *, new: bool) -> None:
    """What must be there before anything starts. Raises OperatorError.

    A database is made only where somebody asked for one: started in another folder, or without the
    disk that should be mounted, the bot would otherwise begin anew and forget everybody.
    """
    if half := settings.halves():
        raise SettingsError(half)
    if not enabled(settings):
        raise SettingsError(no_platform())
    if not settings.has_model:
        raise SettingsError(say("doctor.model_missing"))
    there, database = is_there(settings.database_path), settings.database_path
    if there and new:
        raise SettingsError(say("cli.run_not_new", path=database))
    if not there and not new:
        raise SettingsError(say("cli.run_no_database", path=database, folder=Path.cwd()))
    home.try_to_write(settings.docent_home)
    if there and is_running(database):
        raise OperatorError(say("store.second_engine", path=database))


def no_platform() -> str:
    """Mostly somebody has not set anything up, or is in another folder than when they did."""
    if ENV_FILE.exists():
        return say("cli.run_no_platform")
    return say("cli.run_no_settings", folder=Path.cwd())


def is_there(database: Path) -> bool:
    """Raises SettingsError where nobody lets us look."""
    try:
        return database.is_file()
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(say("store.unusable", path=database, reason=reason)) from None


def enabled(settings: Settings) -> list[str]:
    """Which are set up, by name."""
    named = {"Slack": settings.has_slack, "Discord": settings.has_discord}
    return [name for name, there in named.items() if there]


def greeting(settings: Settings) -> list[str]:
    """What is said at the start: where the data lie, who is connected to what, where to look."""
    address = ports.shown(settings.docent_host, settings.docent_port)
    names = ", ".join(enabled(settings))
    provider = settings.openai_base_url or say("cli.run_openai")
    return [
        say("cli.run_data", path=settings.docent_home),
        say("cli.run_platforms", names=names),
        say("cli.run_model", model=settings.docent_model, provider=provider),
        say("cli.run_health", url=f"http://{address}/readyz"),
    ]
