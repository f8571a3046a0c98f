"""Formula text as tokens from a whitelist: plain writing, Unicode signs and a subset of LaTeX."""

import re
from dataclasses import dataclass
from typing import Literal

# Far above anything a learner types, far below what makes a computer algebra system slow.
MAX_CHARACTERS = 300
MAX_TOKENS = 120
MAX_DIGITS = 30

FUNCTIONS = frozenset(
    {
        *("sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan"),
        *("sinh", "cosh", "tanh", "exp", "ln", "log2", "log10", "sqrt", "cbrt", "abs"),
    }
)
CONSTANTS = frozenset({"pi", "e"})
# Without i and o: they look like 1 and 0, and i is the imaginary unit to many.
VARIABLES = frozenset("abcdghkmnpqrstuvwxyz")
# Only these are read as a product when written together ("xy"); other runs are words.
_PRODUCT = frozenset("abcxyz")
_ENGLISH = frozenset({"a", "by", "bay", "cab", "bc"})
_ALIASES = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "lg": "log10"}
_NAMES = sorted((FUNCTIONS | CONSTANTS | set(_ALIASES)) - {"e"}, key=len, reverse=True)

_UNICODE = str.maketrans(
    {
        **dict.fromkeys("×·⋅∙∗", "*"),
        **dict.fromkeys("÷∕⁄", "/"),
        **dict.fromkeys("−–—‐‑", "-"),
        **dict.fromkeys("\u00a0\u2009\u202f\t\n\r", " "),
        "½": "(1/2)",
        "⅓": "(1/3)",
        "⅔": "(2/3)",
        "¼": "(1/4)",
        "¾": "(3/4)",
        "π": " pi ",
        "√": " sqrt ",
        "∣": "|",
    }
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_LATEX = (
    (re.compile(r"\\(?:left|right|displaystyle|,|;|:|!|quad(?![a-z])|\s)"), " "),
    (re.compile(r"\\(?:cdot|times)(?![a-zA-Z])"), "*"),
    (re.compile(r"\\div(?![a-zA-Z])"), "/"),
    (re.compile(r"\\%"), "%"),
    (re.compile(r"\\[dt]?frac(?![a-zA-Z])"), " \\\\frac "),
    (
        re.compile(
            r"\\(?=(?:a?(?:sin|cos|tan)h?|arc(?:sin|cos|tan)|cot|sec|csc|exp|ln|sqrt|pi)\b)"
        ),
        " ",
    ),
    (re.compile(r"\*\*"), "^"),
)
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>\d+(?:[.,]\d+)?|\.\d+)"
    r"|(?P<frac>\\frac)"
    r"|(?P<word>[a-z]+(?:(?<=\blog)(?:2|10)(?=\s*\())?)"
    r"|(?P<op>[-+*/^!%=])"
    r"|(?P<open>[({])"
    r"|(?P<close>[)}])"
    r"|(?P<bar>\|)"
)


Kind = Literal["number", "name", "frac", "op", "open", "close", "bar", "end"]


class Unclear(Exception):  # noqa: N818 - named after what it says about the text
    """The text is no formula that can be read for sure; the message says why, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """`spaced` says that white space stood before it: it decides what `1/2 x` means."""

    kind: Kind
    text: str
    spaced: bool = False


def tokens(text: str) -> list[Token]:
    """All tokens of a formula, an `end` token last. Raises Unclear: nothing is ever skipped."""
    if len(text) > MAX_CHARACTERS:
        raise Unclear(f"it is longer than {MAX_CHARACTERS} characters")
    plain = _plain(text)
    found: list[Token] = []
    place = 0
    spaced = False
    while place < len(plain):
        match = _TOKEN.match(plain, place)
        if match is None:
            raise Unclear(_unknown(plain[place:]))
        place = match.end()
        kind = match.lastgroup
        if kind == "space":
            spaced = True
            continue
        found += _read(kind or "", match.group(), spaced=spaced)
        spaced = False
        if len(found) > MAX_TOKENS:
            raise Unclear(f"it has more than {MAX_TOKENS} parts")
    return [*found, Token(kind="end", text="", spaced=spaced)]


def _plain(text: str) -> str:
    letters = set(re.sub(r"\\[a-zA-Z]+|[a-zA-Z]{2,}", "", text))
    if any(letter.isupper() and letter.lower() in letters for letter in letters):
        raise Unclear("it uses the same letter large and small")
    plain = re.sub("([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda m: f"^({m[1].translate(_SUPERSCRIPTS)})", text)
    plain = plain.translate(_UNICODE)
    for pattern, replacement in _LATEX:
        plain = pattern.sub(replacement, plain)
    return plain.lower()


_KINDS: dict[str, Kind] = {
    "number": "number",
    "frac": "frac",
    "op": "op",
    "open": "open",
    "close": "close",
    "bar": "bar",
}


def _read(kind: str, text: str, *, spaced: bool) -> list[Token]:
    if kind == "word":
        names = _names(text)
        return [
            Token(kind="name", text=name, spaced=spaced and index == 0)
            for index, name in enumerate(names)
        ]
    read = _number(text) if kind == "number" else text
    return [Token(kind=_KINDS[kind], text=read, spaced=spaced)]


def _number(text: str) -> str:
    if len(text) > MAX_DIGITS:
        raise Unclear(f"a number in it has more than {MAX_DIGITS} digits")
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", text):
        # 1,000 is a thousand to some and one to others.
        raise Unclear(f"“{text}” can be read in two ways; please write it without the comma")
    return text.replace(",", ".")


def _names(run: str) -> list[str]:
    if run in _ENGLISH and run != "a":
        raise Unclear(f"I do not know what “{run}” means in it")
    rest = run
    names: list[str] = []
    single = 0
    while rest:
        known = next((name for name in _NAMES if rest.startswith(name)), None)
        if known is not None:
            names.append(_ALIASES.get(known, known))
            rest = rest.removeprefix(known)
            continue
        if rest[0] not in VARIABLES and rest[0] != "e":
            raise Unclear(_unknown(run))
        names.append(rest[0])
        single += 1
        rest = rest[1:]
    loose = [name for name in names if len(name) == 1]
    if (
        len(run) > 1
        and (single > 3 or any(name not in _PRODUCT for name in loose))
        and not (single == 1 and len(names) == 2 and names[0] in FUNCTIONS)
    ):
        raise Unclear(_unknown(run))
    return names


def _unknown(text: str) -> str:
    if re.match(r"log\b", text):
        return "“log” can mean two things; please write ln(…) or log10(…)"
    if re.match(r"[<>≤≥≠]|\\(?:le|ge|lt|gt|ne)", text):
        return "I cannot do inequalities"
    piece = re.match(r"\\?\w+|.", text, re.DOTALL)
    shown = piece.group()[:20] if piece else text[:1]
    return f"I do not know what “{shown}” means in it"
