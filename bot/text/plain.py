"""Markdown taken off a text, its formulas left as they are."""

import re

from bot.text import code, math

_FENCE_LINE = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})[^`\n]*$", re.MULTILINE)
_LINE_START = re.compile(r"^[ \t]*(?:>[ \t]?|#{1,6}(?=[ \t])|[-*+](?=[ \t]))+[ \t]*", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:[-*_=][ \t]*){3,}$|^[ \t|:]*-{3,}[-|: \t]*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,500})\]\([^()\s]{0,500}\)")
_AUTOLINK = re.compile(r"<([a-z]{2,12}:[^<>\s]{1,500})>")
# Bounded, so that a flood of asterisks costs no more than its length times the bound.
_EMPHASIS = re.compile(
    r"(?<![\w\\*_~])(\*{1,3}|_{1,3}|~~)(?=[^\s*_~])([^\n*_~]{1,200}?)\1(?![\w*_~])"
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_NEUTRAL = [
    (re.compile(r"`"), "'"),
    (re.compile(r"\*"), "∗"),
    (re.compile(r"(?<!\w)_|_(?!\w)"), "ˍ"),
    (re.compile(r"~(?=~)|(?<=~)~"), "∼"),
    (re.compile(r"\](?=[\(\[:])"), "] "),
    (re.compile(r"<(?=[a-zA-Z/!?])"), "‹"),
    (re.compile(r"&(?=#?\w+;)"), "＆"),
    (re.compile(r"\\(?=[!-/:-@\[-`{-~])"), "＼"),
]
"""What could still act as markup, and a sign that looks like it and does not."""


def plain(text: str) -> str:
    """The text on one line, as it would read when rendered, without markup that could act again."""
    pieces: list[str] = []
    position = 0
    stripped = _without_blocks(text)
    for formula in math.find(stripped):
        pieces += [_inline(stripped[position : formula.start])]
        pieces += [stripped[formula.start : formula.end]]
        position = formula.end
    pieces += [_inline(stripped[position:])]
    return " ".join("".join(pieces).split())


def _without_blocks(text: str) -> str:
    without_fences = _FENCE_LINE.sub("", text)
    return _LINE_START.sub("", _RULE.sub("", without_fences))


def _inline(text: str) -> str:
    pieces: list[str] = []
    position = 0
    for start, end in [*code.areas(text), (len(text), len(text))]:
        pieces += [_without_markup(text[position:start]), _neutral(text[start:end].strip("`"))]
        position = end
    return "".join(pieces)


def _without_markup(text: str) -> str:
    text = _AUTOLINK.sub(r"\1", _LINK.sub(r"\1", text))
    for _ in range(2):  # bold inside italics, and the other way round
        text = _EMPHASIS.sub(r"\2", text)
    return _neutral(_ESCAPED.sub(r"\1", text))


def _neutral(text: str) -> str:
    for pattern, sign in _NEUTRAL:
        text = pattern.sub(sign, text)
    return text
