"""Requests for mathematics, read as problems: the whole text, or nothing."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from bot.offline import wording
from bot.offline.formulas import parser, trees
from bot.offline.formulas.lexer import Unclear
from bot.offline.formulas.trees import Equation, Name, Unary
from bot.offline.solving.problems import Problem, ProblemKind

# Formulas are short; longer texts are stories, and patterns on them cost time.
MAX_TEXT = 600
# A longer sentence with a number but no sign in it is about something else.
MAX_UNSIGNED_WORDS = 6

_ASK: Final = (
    r"(?:(?:what(?:'s|’s| is| are| does)|find|compute|calculate|determine|evaluate|work out"
    r"|give(?: me)?|how much(?: is| are)?)\s+)?"
)
_OF: Final = (
    r"(?:the )?(?:(?:following )?(?:function|expression|polynomial|fraction|number)\s)?\s*:?\s*"
)
_BOUND: Final = r"(?:\{[^{}]*\}|\\?\w+)"
_LETTER: Final = r"[a-zA-Z]"
_EQUATION: Final = (
    r"(?:the )?(?:(?:following|linear|quadratic|cubic)\s+)*"
    r"(?:equation|problem|exercise)?\s*[:,]?\s*"
)
_SUBSTITUTION: Final = (
    rf"(?:,?\s+(?:at|when|for)(?: the point)? (?P<p>{_LETTER})\s*=\s*(?P<at>.+))?"
)
_BY: Final = rf"(?:,?\s+(?:with respect to|wrt|w\.r\.t\.|by) (?P<v>{_LETTER}))?"
_ORDERS: Final = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4}
_ORDER: Final = rf"(?:(?P<n>{'|'.join(_ORDERS)}) )?"
_FUNCTION = re.compile(rf"\s*(?:[fgh]\s*\(\s*{_LETTER}\s*\)|y)\s*=\s*")

Reading = Callable[[re.Match[str]], Problem]


def problem(text: str) -> Problem | None:
    """The problem that a text states, or None when it states none that can be read whole."""
    return next((found for found in _found(text) if isinstance(found, Problem)), None)


def complaint(text: str) -> str | None:
    """Why a text that looks like mathematics cannot be read; None when it does not look so."""
    if not re.search(r"[\d=^+*/\\²³√∫]", text) and not _COMMANDS.match(text):
        return None
    if len(text.split()) > MAX_UNSIGNED_WORDS and not re.search(r"[=^+*/|\\²³√∫]", text):
        return None
    reasons = [str(found) for found in _found(text) if isinstance(found, Unclear)]
    return reasons[0] if reasons else "I do not know what to do with it"


def loose(text: str) -> str | None:
    """A formula with letters that comes without a request, or None."""
    plain = re.sub(r"\s*=\s*\??$", "", wording.stripped(wording.signs(text)))
    try:
        tree = parser.formula(plain)
    except Unclear:
        return None
    bare = isinstance(tree, Equation | Name | Unary)
    return plain if not bare and trees.variables(tree) else None


def _found(text: str) -> Iterator[Problem | Unclear]:
    if len(text) > MAX_TEXT:
        yield Unclear(f"it is longer than {MAX_TEXT:,} characters")
        return
    plain = wording.stripped(wording.signs(wording.stripped(text)))
    plain = re.sub(r"\s*=\s*\??$", "", plain)
    for pattern, read in _PATTERNS:
        match = pattern.fullmatch(plain)
        if match is None:
            continue
        try:
            yield read(match)
        except Unclear as reason:
            yield reason


def _group(match: re.Match[str], name: str) -> str:
    return (match.groupdict().get(name) or "").strip().strip("{}").strip()


def _formula(match: re.Match[str]) -> str:
    text = (match["f"] or "").strip().rstrip(",;:")
    return _FUNCTION.sub("", text, count=1) if _FUNCTION.match(text) else text


def _letter(match: re.Match[str]) -> str:
    return (_group(match, "v") or _group(match, "w") or _group(match, "p")).lower()


def _solve(match: re.Match[str]) -> Problem:
    text = match["f"].strip().rstrip(",;:")
    if text.count("=") > 1:
        return _system(text)
    parser.equation(text)
    return Problem(kind="solve", formulas=(text,), letter=_letter(match))


def _system(text: str) -> Problem:
    parts = tuple(
        part.strip()
        for part in re.split(r"\s*(?:,\s*and\b|[,;&\n]|\band\b)\s*", text)
        if part.strip()
    )
    for part in parts:
        parser.equation(part)
    return Problem(kind="system", formulas=parts)


def _roots(match: re.Match[str]) -> Problem:
    text = _formula(match)
    if "=" not in text:
        parser.expression(text)
        text = f"{text} = 0"
    parser.equation(text)
    return Problem(kind="solve", formulas=(text,))


def _differentiate(match: re.Match[str]) -> Problem:
    text = _formula(match)
    parser.expression(text)
    at = _group(match, "at") or None
    if at is not None:
        parser.expression(at)
    order = _ORDERS.get(_group(match, "n").lower(), 1)
    return Problem(
        kind="differentiate", formulas=(text,), letter=_letter(match), order=order, at=at
    )


def _integrate(match: re.Match[str]) -> Problem:
    text = _formula(match)
    letter = _letter(match)
    ended = re.fullmatch(rf"(?P<f>.+?)\s*d(?P<v>{_LETTER})", text)
    if ended is not None and not letter:
        text, letter = ended["f"], ended["v"].lower()
    parser.expression(text)
    bounds = _group(match, "a"), _group(match, "b")
    if bounds[0] or bounds[1]:
        for bound in bounds:
            parser.expression(bound)
    elif _group(match, "kind").lower() == "definite":
        raise Unclear("a definite integral needs two bounds, as in “from 0 to 1”")
    return Problem(
        kind="integrate", formulas=(text,), letter=letter, bounds=bounds if bounds[0] else None
    )


def _as(kind: ProblemKind) -> Reading:
    def read(match: re.Match[str]) -> Problem:
        text = _formula(match)
        parser.expression(text)
        return Problem(kind=kind, formulas=(text,))

    return read


def _evaluate(match: re.Match[str]) -> Problem:
    text = match["f"].strip()
    tree = parser.expression(text)
    asked = bool(match["ask"])
    if isinstance(tree, Name) and not asked:
        raise Unclear("it is only a letter")
    if trees.variables(tree):
        if not asked:
            raise Unclear("I do not know what to do with it")
        return Problem(kind="simplify", formulas=(text,))
    return Problem(kind="evaluate", formulas=(text,))


_FOR: Final = (
    rf"(?:,?\s+for (?P<w>{_LETTER})(?:,? and {_LETTER})*)?"
    r"(?:,?\s+(?:and )?(?:give|find|write|name) (?:all|every|both)(?: the)? solutions?)?"
)
_INTEGRAL: Final = r"(?:integral|anti-?derivative|primitive)"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


# Longest and most special first; each has to match the whole text.
_PATTERNS: Final[tuple[tuple[re.Pattern[str], Reading], ...]] = (
    (
        _compiled(
            rf"{_ASK}(?:the )?(?:value of )?(?:the )?(?:(?:in)?definite )?"
            rf"(?:integral|antiderivative)?(?: of)?"
            rf"\s*(?:\\int|∫)\s*(?:_\s*(?P<a>{_BOUND})\s*\^\s*(?P<b>{_BOUND}))?\s*"
            rf"(?P<f>.+?)\s*(?:\\,)?\s*d(?P<v>{_LETTER})"
        ),
        _integrate,
    ),
    (
        _compiled(
            rf"{_ASK}(?:(?:the |an )?(?:(?P<kind>(?:in)?definite) )?{_INTEGRAL}(?: of)?"
            rf"|integrate)\s+{_OF}(?P<f>.+?){_BY}(?:,?\s+(?:from|between)\s+(?:{_LETTER}\s*=\s*)?(?P<a>.+?)\s+"
            rf"(?:to|and)\s+(?:{_LETTER}\s*=\s*)?(?P<b>.+?)(?:\s+d(?P<w>{_LETTER}))?)?"
        ),
        _integrate,
    ),
    (
        _compiled(
            rf"{_ASK}(?:take )?(?:the )?{_ORDER}derivative of {_OF}(?P<f>.+?){_BY}{_SUBSTITUTION}"
        ),
        _differentiate,
    ),
    (
        _compiled(rf"(?:differentiate|derive)\s+{_OF}(?P<f>.+?){_BY}{_SUBSTITUTION}"),
        _differentiate,
    ),
    (
        _compiled(
            rf"{_ASK}(?:d\s*/\s*d(?P<v>{_LETTER})|\\frac\{{d\}}\{{d(?P<w>{_LETTER})\}})(?: of)?"
            rf"\s*(?P<f>.+?){_SUBSTITUTION}"
        ),
        _differentiate,
    ),
    (
        _compiled(
            rf"(?:solve|find|determine|{_ASK})\s*(?:the )?(?:solutions?|roots?|zeros?|zeroes)"
            rf" (?:of|to|for) {_EQUATION}{_OF}(?P<f>.+)"
        ),
        _roots,
    ),
    (
        _compiled(
            rf"solve (?:the )?(?:following )?(?:linear )?system(?: of)?(?: (?:linear )?equations)?"
            rf"\s*:?\s*(?P<f>.+=.+?){_FOR}"
        ),
        _solve,
    ),
    (
        _compiled(
            rf"solve (?:for (?P<v>{_LETTER})\s*[:,]?\s*(?:(?:in|if|when|given)\s)?\s*)?{_EQUATION}"
            rf"(?P<f>.+=.+?){_FOR}"
        ),
        _solve,
    ),
    (
        _compiled(
            rf"{_ASK}(?:the )?(?:value of )?(?P<v>{_LETTER}),? "
            rf"(?:if|when|in|for|such that|where|given(?: that)?) {_EQUATION}(?P<f>.+=.+)"
        ),
        _solve,
    ),
    (
        _compiled(
            r"(?:(?:if|given)(?: that)? )?(?P<f>.+=.+?)[,;.?]?\s+(?:then )?"
            rf"(?:what(?:'s|’s| is)|find|solve for|for)(?: the value of)? (?P<v>{_LETTER})"
        ),
        _solve,
    ),
    (_compiled(rf"{_EQUATION}(?P<f>.+=.+)"), _solve),
    (_compiled(rf"simplify\s+{_OF}(?P<f>.+)"), _as("simplify")),
    (_compiled(rf"(?:expand|multiply out)\s+{_OF}(?P<f>.+)"), _as("expand")),
    (_compiled(rf"factor(?:i[sz]e)?\s+{_OF}(?P<f>.+)"), _as("factor")),
    (
        _compiled(rf"{_ASK}(?:the )?(?:prime )?factor(?:s|i[sz]ation)? of {_OF}(?P<f>.+)"),
        _as("factor"),
    ),
    (
        _compiled(
            r"(?P<ask>(?:what(?:'s|’s| is| are| does)|find|compute|calculate|determine|evaluate"
            r"|work out|give(?: me)?|how much(?: is| are)?|solve)\s+"
            r"(?:the )?(?:(?:value|result|answer)(?: of| to)?\s+)?)?:?\s*(?P<f>.+)"
        ),
        _evaluate,
    ),
)
_COMMANDS = re.compile(
    r"\s*(?:please )?(?:solve|differentiate|integrate|simplify|expand|factor|calculate|compute)\b",
    re.IGNORECASE,
)
