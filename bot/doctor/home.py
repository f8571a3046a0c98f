"""Whether the folder with the data can be used: rights, free space, and who uses it now."""

import asyncio
import os
import shutil
import stat
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from bot.doctor.checks import Check, State
from bot.errors import OperatorError
from bot.settings import Settings
from bot.store.database import is_running
from bot.strings import say

LEAST_FREE = 200 * 2**20
"""Bytes. An update copies the database first, and SQLite's log grows to some megabytes."""
PROBE = 64 * 1024
"""Bytes that are written to see whether any can be: more than a file takes without a block."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO


async def checks(settings: Settings) -> AsyncIterator[Check]:
    """Nothing is made that was not there: a home that is still to be made is looked at as the
    folder above it."""
    for check in await asyncio.to_thread(lambda: list(_checks(settings))):
        yield check


def try_to_write(wanted: Path) -> Path:
    """The folder, or of those above it the first that is there: something can be saved in it.

    Raises OperatorError: no right to, no space, no folder.
    """
    try:
        folder = next(each for each in (wanted, *wanted.parents) if each.exists())
        with tempfile.NamedTemporaryFile(prefix="docent-probe-", dir=folder) as probe:
            probe.write(bytes(PROBE))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        reason = error.strerror or str(error)
        raise OperatorError(say("store.unusable", path=wanted, reason=reason)) from error
    return folder


def _checks(settings: Settings) -> Iterator[Check]:
    home, database = settings.docent_home, settings.database_path
    try:
        folder = try_to_write(home)
        yield _space(folder, shutil.disk_usage(folder).free)
        if folder == home:
            yield from _exposed(settings)
            if database.is_file():
                key = "process_running" if is_running(database) else "process_none"
                yield _check("process", "ok", say(f"doctor.{key}", path=database))
    except OperatorError as error:
        yield _check("folder", "failed", str(error))
    except OSError as error:
        values = {"path": home, "reason": error.strerror or str(error)}
        yield _check("folder", "failed", say("store.unusable", **values))


def _space(folder: Path, free: int) -> Check:
    values = {"path": folder, "free": f"{free / 2**20:,.0f}"}
    if free < LEAST_FREE:
        return _check("folder", "warning", say("doctor.folder_tight", **values))
    return _check("folder", "ok", say("doctor.folder_ok", **values))


def _exposed(settings: Settings) -> Iterator[Check]:
    """A warning for each file with secrets that others of this machine may open."""
    home = settings.docent_home
    if not home.stat().st_mode & OTHERS:
        return  # nobody else comes as far as the files
    database = settings.database_path
    for path in (database, database.with_suffix(".secret")):
        if path.is_file() and path.stat().st_mode & OTHERS:
            told = say("doctor.folder_exposed", path=path, home=home)
            yield _check("rights", "warning", told)


def _check(name: str, state: State, sentence: str) -> Check:
    return Check(name=name, state=state, sentence=sentence)
