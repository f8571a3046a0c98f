"""A copy of all that an installation cannot do without, taken beside a running bot."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

from bot.errors import OperatorError
from bot.settings import DATABASE, Settings
from bot.store.migrate import back_up
from bot.strings import say

FOLDER = "backups"
_SOURCE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
"""What says that the database itself is at fault; the rest is where the copy should go."""


def default_target(settings: Settings, now: datetime) -> Path:
    """A new folder among the backups of the home, named after the time in UTC."""
    return settings.docent_home / FOLDER / now.strftime("%Y-%m-%dT%H%M%SZ")


def take(settings: Settings, target: Path) -> list[str]:
    """Copy databases, the secret that they are sealed with and the webhooks into a new folder.

    The folder is a home by itself: Docent starts on it. It is whole or not there. Returns the
    names of its files. Raises OperatorError.
    """
    try:
        _check(settings.database_path, target)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Its own from the first moment on: nothing that is there already is touched.
        unfinished = Path(mkdtemp(prefix=f"{target.name}.", suffix=".part", dir=target.parent))
        try:
            names = _filled(unfinished, settings)
            unfinished.rename(target)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        _settle(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise OperatorError(say("backup.failed", path=target, reason=_reason(error))) from error
    return names


def _check(database: Path, target: Path) -> None:
    if not database.is_file():
        raise OperatorError(say("store.missing", path=database))
    if target.exists():
        raise OperatorError(say("backup.there_already", path=target))


def _filled(folder: Path, settings: Settings) -> list[str]:
    home = settings.docent_home
    for database in _databases(home):
        _copy(database, folder / database.name)
    for path in (settings.database_path.with_suffix(".secret"), settings.webhooks_path):
        if path.is_file():
            shutil.copyfile(path, folder / path.name)
    names = sorted(path.name for path in folder.iterdir())
    for name in names:
        (folder / name).chmod(0o600)
        _settle(folder / name)
    _settle(folder)
    return names


def _databases(home: Path) -> Iterator[Path]:
    """Ours first; the playground has one more, of what people see there."""
    yield home / DATABASE
    yield from (path for path in sorted(home.glob("*.db")) if path.name != DATABASE)


def _copy(database: Path, copy: Path) -> None:
    """One consistent state, whatever is written meanwhile. Raises what take turns into a
    sentence."""
    try:
        back_up(database, copy)
        with closing(sqlite3.connect(copy)) as taken:
            (told,) = taken.execute("PRAGMA quick_check(1)").fetchone()
            # One file, that can be carried about alone.
            taken.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _SOURCE:
            values = {"path": database, "reason": _reason(error)}
            raise OperatorError(say("store.unusable", **values)) from error
        raise
    if told != "ok":
        raise OperatorError(say("backup.broken", path=database))


def _settle(path: Path) -> None:
    """Wait until the disk has it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
