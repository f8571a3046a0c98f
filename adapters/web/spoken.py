"""A formula's tree → one line that can be read aloud: x = 19/2, (a + 1)/b, x², ∫ from 0 to 1."""

import re
from collections.abc import Sequence

from pydantic import JsonValue

from bot.strings import say

_ROWS = frozenset({"math", "mrow", "mstyle", "mpadded"})
_LEAVES = frozenset({"mi", "mn", "mo", "mtext"})
_INFIX = frozenset("+−-±=≠<>≤≥≈×·÷*/→∈")
_RANGED = frozenset("∫∬∭∮∑∏⋃⋂")
_BELOW = _RANGED | {"lim", "min", "max", "sup", "inf"}
_INVISIBLE = re.compile("[\u2061-\u2064]")
_RAISED = str.maketrans("0123456789+−-n∘′", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ°′")
_LOWERED = str.maketrans("0123456789+−-", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
_CLOSED = (")", "]", "}", "|")
_NUMBER = re.compile(r"\d+([.,]\d+)?")


class _Unspeakable(Exception):  # noqa: N818 - named after what the picture is
    """Only its picture or its source says what it means (a matrix, an accent)."""


def spoken(tree: JsonValue) -> str | None:
    """The formula as a line, or None where a line would not keep its meaning."""
    try:
        return " ".join(_read(tree).split())
    except _Unspeakable:
        return None


def _read(node: JsonValue) -> str:
    """A node's words; spaces around them keep them apart from what stands beside them."""
    if not isinstance(node, dict) or not isinstance(children := node["children"], list):
        return str(node)
    tag = str(node["tag"])
    if tag in _ROWS:
        return _row(children)
    if tag in _LEAVES:
        return _leaf(tag, "".join(str(child) for child in children))
    if isinstance(attrs := node["attrs"], dict) and "linethickness" in attrs:
        raise _Unspeakable  # a fraction without its line is none
    if tag == "mspace":
        return " "
    if tag == "msqrt":
        return f"√{_group(_row(children))}"
    return _with_parts(tag, [_read(child) for child in children])


def _row(nodes: Sequence[JsonValue]) -> str:
    line, glued = "", True
    for node in nodes:
        word = _INVISIBLE.sub("", _read(node))
        if word.strip() in _INFIX:
            line, glued = line + (word.strip() if glued else f" {word.strip()} "), True
        elif word.strip() in _CLOSED:
            line, glued = line.rstrip() + word, False
        elif word.strip():
            line, glued = line + (word.lstrip() if glued else word), word.strip() in "([{"
        else:
            line += word
    return line


def _leaf(tag: str, text: str) -> str:
    """Else `sin` and the x behind it would be one name."""
    return f" {text} " if tag != "mn" and len(text) > 1 and text.isalpha() else text


def _with_parts(tag: str, parts: Sequence[str]) -> str:
    match tag, [part.strip() for part in parts]:
        case "mfrac", [above, below]:
            # Without the spaces, one half before an x is one over 2x.
            return f" {_group(above)}/{_group(below)} "
        case "mroot", [inner, degree]:
            return f" {_small(degree, _RAISED, '^')}√{_group(inner)}"
        case (("msubsup" | "munderover"), [sign, low, high]) if sign in _RANGED:
            return f" {say('web.formula_range', sign=sign, low=low, high=high)} "
        case (("msub" | "munder"), [name, low]) if name in _BELOW:
            return f" {name} ({low}) "
        case (("msub" | "msup" | "msubsup"), [base, *scripts]):
            low = "" if tag == "msup" else _small(scripts[0], _LOWERED, "_")
            high = "" if tag == "msub" else _small(scripts[-1], _RAISED, "^")
            if base.isascii() and base.isalpha() and len(base) > 1:
                return f" {base}{low}{high} "
            return f"{base if base.endswith(_CLOSED) else _group(base)}{low}{high}"
    raise _Unspeakable


def _small(text: str, table: dict[int, int], sign: str) -> str:
    if all(ord(character) in table for character in text):
        return text.translate(table)
    return f"{sign}{_group(text)}"


def _group(text: str) -> str:
    text = text.strip()
    name = len(text) < 2 or (text[0] == "d" and text[1:].isalpha() and len(text) == 2)
    return text if name or _NUMBER.fullmatch(text) else f"({text})"
