"""The `.env` file: looked at before its values are taken, and changed without losing the rest."""

import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from bot.errors import OperatorError
from bot.strings import say

MAX_BYTES = 1_000_000
"""No settings file comes near; whatever is larger is some other file."""

_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+=,-]*")
"""Values that need no quotation marks. Not everybody who reads such a file takes those away:
`docker run --env-file` does not."""


def complaint(path: Path) -> str | None:
    """What is wrong with the file, as a sentence with its line; a missing file is fine."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        return say("settings.file_unreadable", path=path, reason=error.strerror or str(error))
    if len(content) > MAX_BYTES:
        return say("settings.file_too_large", path=path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return say("settings.file_binary", path=path, line=_line(content, error.start))
    if b"\0" in content:
        return say("settings.file_binary", path=path, line=_line(content, content.index(b"\0")))
    line = _bad_line(text)
    return say("settings.file_line", path=path, line=line) if line else None


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


def _bad_line(text: str) -> int | None:
    for binding in parse_stream(StringIO(text)):
        if binding.error or (binding.key is not None and binding.value is None):
            return _first_line(binding)
    return None


def _first_line(binding: Binding) -> int:
    # The parser counts blank lines before a statement to the statement.
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def write(path: Path, values: Mapping[str, str]) -> None:
    """Set these names in the file, which nobody else may read, and keep its other lines.

    The file is replaced as a whole, so that a kill or a full disk leaves the old one. Raises
    OperatorError, also for a file that `complaint` complains of.
    """
    if wrong := complaint(path):
        raise OperatorError(wrong)
    try:
        path = path.resolve()  # a link stays one
        before = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
        _replace(path, with_values(before, values))
    except OSError as error:
        reason = error.strerror or str(error)
        raise OperatorError(say("settings.file_unwritable", path=path, reason=reason)) from error


def with_values(text: str, values: Mapping[str, str]) -> str:
    """The text with each name set where it stood last, or at the end."""
    bindings = list(parse_stream(StringIO(text)))
    last = {each.key: place for place, each in enumerate(bindings) if each.key in values}
    lines = [
        _line_of(each, values[each.key])
        if each.key is not None and last.get(each.key) == place
        else each.original.string
        for place, each in enumerate(bindings)
    ]
    whole = "".join(lines)
    new = [_assigned(name, value) for name, value in values.items() if name not in last]
    if new and whole and not whole.endswith("\n"):
        whole += "\n"
    return whole + "".join(f"{line}\n" for line in new)


def _line_of(binding: Binding, value: str) -> str:
    """The statement with another value; what stood before it, and how its line ended, stay."""
    text = binding.original.string
    lead = text[: len(text) - len(text.lstrip())]
    export = "export " if text.lstrip().startswith("export ") else ""
    end = text[len(text.rstrip("\r\n")) :]
    return f"{lead}{export}{_assigned(str(binding.key), value)}{end}"


def _assigned(name: str, value: str) -> str:
    if _PLAIN.fullmatch(value):
        return f"{name}={value}"
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{quoted}'"


def _replace(path: Path, text: str) -> None:
    # A file made so is 0600 from its first moment on.
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()
