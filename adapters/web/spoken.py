"""A formula's tree → one line that can be read aloud: x = 19/2, (a + 1)/b, x², ∫ from 0 to 1."""

import re
from collections.abc import Callable, Sequence

from pydantic import JsonValue

from bot.strings import say

_ROWS = frozenset({"math", "mrow", "mstyle", "mpadded"})
_LEAVES = frozenset({"mi", "mn", "mo", "mtext"})
_INFIX = frozenset("+−-±=≠<>≤≥≈×·÷*/→∈")
_RANGED = frozenset("∫∬∭∮∑∏⋃⋂")
_INVISIBLE = re.compile("[\u2061-\u2064]")
_RAISED = str.maketrans("0123456789+−-n∘", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ°")
_LOWERED = str.maketrans("0123456789+−-", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
_ATOM = re.compile(r"\d+([.,]\d+)?|\w")


class _Unspeakable(Exception):  # noqa: N818 - named after what the picture is
    """Only its picture or its source says what it means (a matrix, an accent)."""


def spoken(tree: JsonValue) -> str | None:
    """The formula as a line, or None where a line would not keep its meaning."""
    try:
        return " ".join(_row([tree]).split())
    except _Unspeakable:
        return None


def _row(nodes: Sequence[JsonValue]) -> str:
    line, apart = "", False
    for node in nodes:
        tag, children = _parts(node)
        word = _read(tag, children)
        if not word:
            continue
        if tag == "mo" and word in _INFIX and line and line[-1] not in "([{, ":
            line, apart = f"{line} {word} ", False
            continue
        # Else “1/2” before “x” reads as one over 2x, and “sin” before “x” as one name.
        loose = tag == "mfrac" or (word[0].isalnum() and len(word) > 1 and tag not in {"mn", *_ROWS})
        loose = loose and not (tag in {"msub", "msup", "msubsup"} and word[1:2] and len(word) < 3)
        if line and (line[-1].isalnum() or line[-1] in ")]}") and (apart or loose):
            line += " "
        line, apart = line + word, loose
    return line


def _parts(node: JsonValue) -> tuple[str, list[JsonValue]]:
    if isinstance(node, dict) and isinstance(children := node["children"], list):
        return str(node["tag"]), children
    raise _Unspeakable
