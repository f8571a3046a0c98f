"""The secret of an installation: made once beside its database, then kept."""

import os
import secrets
from pathlib import Path

from bot.errors import OperatorError
from bot.strings import say

BYTES = 32


def secret(database: Path) -> bytes:
    """The same bytes for every process that uses the database. Raises OperatorError.

    Pseudonyms and the encryption of secrets rest on it, so it must not change: what another
    process made in the meantime is taken, never replaced.
    """
    path = database.with_suffix(".secret")
    try:
        return _kept(path) or _made(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OperatorError(say("store.unusable", path=path, reason=reason)) from error


def _kept(path: Path) -> bytes | None:
    try:
        kept = path.read_bytes()
    except FileNotFoundError:
        return None
    return kept if len(kept) == BYTES else None


def _made(path: Path) -> bytes:
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(secrets.token_bytes(BYTES))
    try:
        if path.exists():
            unfinished.replace(path)  # it is not whole: a disk was full once
        else:
            path.hardlink_to(unfinished)  # fails where another process was faster
    except FileExistsError:
        pass
    except OSError:
        unfinished.replace(path)  # a disk without hard links
    finally:
        unfinished.unlink(missing_ok=True)
    kept = _kept(path)
    if kept is None:
        raise FileNotFoundError(path)
    return kept
