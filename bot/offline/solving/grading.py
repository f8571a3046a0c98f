"""What someone wrote against the answer of a problem: equal as mathematics, not as text."""

import re
from collections.abc import Iterator
from fractions import Fraction

from bot.offline import wording
from bot.offline.formulas.lexer import Unclear
from bot.offline.formulas.parser import expression
from bot.offline.formulas.trees import Number, Tree, Unary, variables
from bot.offline.solving import algebra, arithmetic, calculus, cas, quiz
from bot.offline.solving.problems import Grade, Graded, Problem, Worked

_BEFORE = re.compile(
    r"^\s*(?:(?:i think|i guess|maybe|so|my answer is|the answer is"
    r"|the (?:result|solutions?) (?:is|are)|answer|it's|it is|it equals|is|equals)\s*:?\s+)+",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"^\s*(?:[a-z](?:_?\d)?\s*'{0,3}\s*(?:\([a-z]\))?|dy\s*/\s*dx|d\s*/\s*dx\s*\S+)\s*=\s*",
    re.IGNORECASE,
)
_CONSTANT = re.compile(r"\s*\+\s*(?:c|k|const\.?|constant)\s*$", re.IGNORECASE)
_NONE = re.compile(r"\b(?:no|none|not any|empty)\b.*|∅|\\emptyset", re.IGNORECASE)
_ALL = re.compile(r"(?:all|every|any)\b.*(?:numbers?|x|values?|reals?)?", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*(?:;|,|\bor\b|\band\b|\\lor|\\land)\s*", re.IGNORECASE)
_DECORATION = re.compile(r"\\text\{([^{}]*)\}|\\[()\[\]]|[$`]")


def grade(job: Grade) -> Graded:
    """Compare a response with the answer. Raises Unclear or Impossible when the *problem* fails."""
    worked = work(job.problem)
    verdict = _verdict(job.problem, job.response)
    return Graded(
        verdict="unread" if verdict is None else "right" if verdict else "wrong",
        answer=worked.answer,
        why=worked.brief,
    )


def work(problem: Problem) -> Worked:
    """Work a problem out. Raises Unclear or Impossible."""
    match problem.kind:
        case "evaluate":
            return arithmetic.evaluate(problem)
        case "simplify" | "expand" | "factor":
            return arithmetic.rewrite(problem)
        case "solve":
            return algebra.solve(problem)
        case "system":
            return algebra.solve_system(problem)
        case "differentiate":
            return calculus.differentiate(problem)
        case "integrate":
            return calculus.integrate(problem)


def _verdict(problem: Problem, response: str) -> bool | None:
    """Right, wrong, or None when the response cannot be read."""
    text = _BEFORE.sub("", _DECORATION.sub(lambda m: m[1] or " ", response)).strip().rstrip(".!")
    if problem.kind == "solve":
        return _solves(problem, text)
    if problem.kind == "system":
        raise cas.Impossible("I can show the solution of a system, but not grade one")
    given = list(_expressions(text))
    if not given:
        return None
    return any(_matches(problem, tree) for tree in given)


def _expressions(text: str) -> Iterator[Tree]:
    """Every way to read one expression; “= 3”, “f'(x) = 3” and “x^2 + C” are fine."""
    plain = _CONSTANT.sub("", wording.signs(text))
    # “7*8 = 56”: what stands last is the answer.
    for part in dict.fromkeys((_NAMED.sub("", plain), plain.rsplit("=", 1)[-1])):
        try:
            yield expression(part.lstrip("= "))
        except Unclear:
            continue


def _matches(problem: Problem, tree: Tree) -> bool:
    expected = _expected(problem)
    try:
        given = cas.build(tree)
    except cas.Impossible:
        return False
    if problem.kind == "integrate" and problem.bounds is None:
        letter = calculus.only_letter(expression(problem.formulas[0]), problem.letter)
        return cas.is_zero(cas.diff(given - expected, letter))
    return cas.same(given, expected) or _rounded(tree, expected)


def _expected(problem: Problem) -> cas.Expr:
    tree = expression(problem.formulas[0])
    function = cas.build(tree)
    if problem.kind == "differentiate":
        letter = calculus.only_letter(tree, problem.letter)
        found = calculus.derivative(function, letter, problem.order)
        if problem.at is None:
            return found
        return cas.substitute(found, letter, cas.build(expression(problem.at)))
    if problem.kind == "integrate":
        letter = calculus.only_letter(tree, problem.letter)
        if problem.bounds is None:
            return cas.integral(function, letter)
        low, high = (cas.build(expression(bound)) for bound in problem.bounds)
        return cas.definite(function, letter, low, high)
    return function


def _rounded(tree: Tree, expected: cas.Expr) -> bool:
    """Whether a decimal of at least two places is the expected number, rounded as written."""
    negative = isinstance(tree, Unary) and tree.sign == "-"
    number = tree.operand if isinstance(tree, Unary) and negative else tree
    if not isinstance(number, Number) or "." not in number.text or cas.letters(expected):
        return False
    places = len(number.text.split(".", 1)[1])
    value = -number.value if negative else number.value
    exact = cas.rational(expected)
    actual = exact if exact is not None else Fraction(cas.decimal(expected, 12))
    return places >= 2 and abs(actual - value) <= Fraction(1, 2 * 10**places)


def _solves(problem: Problem, text: str) -> bool | None:
    _, solutions = algebra.values(problem)
    if solutions is None:
        return _ALL.fullmatch(text) is not None
    if _NONE.fullmatch(text):
        return not solutions
    readings = [reading for reading in _value_lists(text) if reading is not None]
    if not readings:
        return None
    return any(_same_values(reading, tuple(solutions)) for reading in readings)


def _value_lists(text: str) -> Iterator[list[Tree] | None]:
    """“2, 3”, “x = 2 or x = 3”, “±2”, “0,5”: every way to read the values."""
    plain = wording.signs(text)
    both = re.sub(r"(?:±|\\pm|\+\s*/\s*-|\+-)\s*(.+)$", r"\1; -(\1)", plain)
    yield _values(_SEPARATOR.split(both))
    yield _values(re.split(r"\s*(?:;|\bor\b|\band\b)\s*", both))


def _values(parts: list[str]) -> list[Tree] | None:
    found: list[Tree] = []
    for part in (_NAMED.sub("", each).strip() for each in parts):
        if not part:
            continue
        try:
            tree = expression(part)
        except Unclear:
            return None
        if variables(tree):
            return None
        found.append(tree)
    return found or None


def _same_values(given: list[Tree], solutions: quiz.Values) -> bool:
    try:
        built = tuple(cas.build(tree) for tree in given)
    except cas.Impossible:
        return False
    if quiz.equal(built, solutions):
        return True
    if len(given) != len(solutions):
        return False
    return all(any(_rounded(tree, value) or cas.same(cas.build(tree), value) for tree in given)
               for value in solutions)  # fmt: skip
