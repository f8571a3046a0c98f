"""The `.env` file, looked at before its values are taken."""

from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from bot.strings import say

MAX_BYTES = 1_000_000
"""No settings file comes near; whatever is larger is some other file."""


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
