"""Text as it is stored, for places where nothing in it may act: what is not seen is written out."""

import re
import unicodedata

_KEPT = frozenset("\n\t\u200c\u200d")
"""Joiners belong to emoji and to several scripts."""

_BACKTICKS = re.compile(r"`+")


def visible(text: str) -> str:
    r"""The text with what a screen would obey instead of showing as `\x1b` or `\u202e`.

    These are control characters, signs that turn the reading direction, invisible ones and halves
    of surrogate pairs. Newlines and tabs stay.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return character
    if character.isascii():
        return f"\\x{ord(character):02x}"
    return character.encode("ascii", "backslashreplace").decode()


def shortened(text: str, limit: int) -> str:
    """The text as one line of at most `limit` characters, an ellipsis where it was cut."""
    line = " ".join(visible(text[: 4 * limit]).split())
    return line if len(line) <= limit and len(text) <= 4 * limit else line[: limit - 1] + "…"


def quoted(text: str) -> str:
    """One line as a Markdown code span that nothing in it can end."""
    text = text or " "
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}" if longest else f"{fence}{text}{fence}"
