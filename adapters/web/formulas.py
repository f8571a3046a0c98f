"""LaTeX → MathML as a JSON node tree, within bounds that hostile sources cannot leave."""

import re
from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import Converter
from pydantic import JsonValue

from adapters.web.spoken import spoken
from bot.jsons import Json
from bot.strings import language

MAX_SOURCE = 1_000
"""Characters; measured: the worst of 400 random sources of 600 took 22 ms, cost is linear."""

MAX_DEPTH = 20
"""Nested groups; at 150 a formula of 1,500 characters took 18 ms, at 300 it overran the stack."""

_MATHML = "http://www.w3.org/1998/Math/MathML"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAGS = _words("""
    math mrow mi mn mo ms mtext mspace msqrt mroot mfrac msub msup msubsup munder mover munderover
    mtable mtr mtd mpadded mphantom mstyle menclose
""")
# No colours: a hostile formula could be written in that of the background.
_ATTRIBUTES = _words("""
    display mathvariant stretchy fence form separator lspace rspace linethickness columnalign
    columnlines rowlines accent accentunder movablelimits displaystyle scriptlevel minsize maxsize
    width notation largeop symmetric
""")
_ARITY = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2} | {
    "msubsup": 3,
    "munderover": 3,
}
_LENGTHS = frozenset({"lspace", "rspace", "minsize", "maxsize", "width"})
_VALUE = re.compile(r"#?[A-Za-z0-9. ]{1,60}")
# At most 9.99 em and never negative: a formula may not be pushed over the text around it.
_LENGTH = re.compile(r"\d(\.\d{1,4})?(em|ex)")

_DEEPER = re.compile(r"\\(?:[A-Za-z]+|.)|[{}]")
_OPENS = frozenset({"{", r"\left", r"\begin"})
_CLOSES = frozenset({"}", r"\right", r"\end"})
# Macros may expand without end; nothing that people write in a lesson needs them.
_REFUSED = _words(r"""
    \def \edef \gdef \let \newcommand \renewcommand \providecommand \DeclareMathOperator
    \href \style \class \require \ce \includegraphics \input
""")


def formula(source: str, *, display: bool) -> Json | None:
    """The MathML tree of a formula, or None where it cannot be shown faithfully.

    Its line of text is in the language spoken now. The tree is shared between calls: it is to be
    read only.
    """
    return _formula(source, display, language())


@lru_cache(maxsize=2_048)
def _formula(source: str, display: bool, _spoken_in: str) -> Json | None:
    if not source.strip() or len(source) > MAX_SOURCE or not _bounded(source):
        return None
    try:
        tree = _node(Converter(display="block" if display else "inline").convert_to_element(source))
    except Exception:  # noqa: BLE001 - the converter raises whatever a hostile source provokes
        return None
    # Where a tree cannot be read out (a button's name, an announcement), a line of text can.
    said = spoken(tree) or source
    return tree | {"attrs": {"display": "block" if display else "inline", "alttext": said}}


class Unfaithful(Exception):  # noqa: N818 - named after what it says of the picture
    """The converter drew something other than what the source says."""


def _bounded(source: str) -> bool:
    depth = deepest = 0
    for match in _DEEPER.finditer(source):
        word = match[0]
        if word in _REFUSED:
            return False
        depth += (word in _OPENS) - (word in _CLOSES)
        deepest = max(deepest, depth)
    return deepest <= MAX_DEPTH


def _node(element: Element) -> Json:
    tag = element.tag.removeprefix(f"{{{_MATHML}}}")
    if tag not in _TAGS:
        raise Unfaithful(tag)
    if len(element) != _ARITY.get(tag, len(element)):
        raise Unfaithful(tag)
    text = unescape(element.text or "")
    # An unknown command is not an error of the converter: its name is drawn as if it were text.
    if text.startswith("\\") and len(text) > 1:
        raise Unfaithful(text)
    children: list[JsonValue] = [text] if text else []
    children.extend(_node(child) for child in element)
    attrs: Json = {name: value for name, value in element.attrib.items() if _allowed(name, value)}
    return {"tag": tag, "attrs": attrs, "children": children}


def _allowed(name: str, value: str) -> bool:
    if name not in _ATTRIBUTES:
        return False
    return bool((_LENGTH if name in _LENGTHS else _VALUE).fullmatch(value))
