"""Which of the topics here a question is about."""

import re

from bot.offline import readings
from bot.offline.solving.problems import ProblemKind, Topic

_SQUARE = re.compile(r"\^\s*\{?\s*2|²")
_FRACTION = re.compile(r"\\[dt]?frac|\d\s*/\s*\d")
_SIGNS: dict[ProblemKind, tuple[tuple[re.Pattern[str], Topic], ...]] = {
    "differentiate": ((re.compile(""), "derivatives"),),
    "integrate": ((re.compile(""), "integrals"),),
    "solve": ((_SQUARE, "quadratic equations"), (re.compile(""), "linear equations")),
    "evaluate": (
        (re.compile("%"), "percentages"),
        (_FRACTION, "fractions"),
        (re.compile(""), "arithmetic"),
    ),
}


def topic_of(question: str) -> Topic | None:
    """The topic of a question that somebody wrote, None when it is of no kind that is made here."""
    problem = readings.problem(question)
    if problem is None:
        return None
    signs = _SIGNS.get(problem.kind, ())
    return next((topic for sign, topic in signs if sign.search(problem.formulas[0])), None)
