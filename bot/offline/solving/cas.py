"""The typed edge of the computer algebra system: the only importer of SymPy, for the worker."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Protocol, cast

import sympy  # type: ignore[import-untyped]  # SymPy ships no types; this module is the edge

from bot.offline.formulas.trees import Binary, Call, Name, Number, Tree, Unary


class Expr(Protocol):
    """The few things that this package does with a SymPy expression."""

    def __add__(self, other: "Expr | int") -> "Expr": ...
    def __sub__(self, other: "Expr | int") -> "Expr": ...
    def __mul__(self, other: "Expr | int") -> "Expr": ...
    def __truediv__(self, other: "Expr | int") -> "Expr": ...
    def __pow__(self, other: "Expr | int") -> "Expr": ...
    def __neg__(self) -> "Expr": ...


class Impossible(Exception):  # noqa: N818 - named after what it says about the question
    """The question has no value, or none that can be found; the message says so, for people."""


_FUNCTIONS: dict[str, Callable[[Expr], Expr]] = {
    **{
        name: getattr(sympy, name)
        for name in (
            *("sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan"),
            *("sinh", "cosh", "tanh", "exp", "sqrt"),
        )
    },
    "ln": sympy.log,
    "log2": lambda of: cast("Expr", sympy.log(of, 2)),
    "log10": lambda of: cast("Expr", sympy.log(of, 10)),
    "cbrt": lambda of: cast("Expr", sympy.real_root(of, 3)),
    "abs": sympy.Abs,
}
# SymPy integrates into these where there is no answer that a learner would know.
_NOT_AT_SCHOOL = (
    *(sympy.erf, sympy.erfc, sympy.erfi, sympy.Ei, sympy.expint, sympy.li, sympy.Si, sympy.Ci),
    *(sympy.Shi, sympy.Chi, sympy.fresnels, sympy.fresnelc, sympy.gamma, sympy.uppergamma),
    *(sympy.lowergamma, sympy.polylog, sympy.hyper, sympy.meijerg, sympy.elliptic_e),
    *(sympy.elliptic_f, sympy.elliptic_k),
)
# Far above the error of fifteen digits, far below the difference of answers of people.
LEAST_DIFFERENCE = 1e-6
_CONSTANTS: dict[str, Expr] = {"pi": sympy.pi, "e": sympy.E}


def symbol(letter: str) -> Expr:
    """The unknown behind a letter; real, so that |x| means what learners mean."""
    return cast("Expr", sympy.Symbol(letter, real=True))


def number(value: Fraction | int) -> Expr:
    exact = Fraction(value)
    return cast("Expr", sympy.Rational(exact.numerator, exact.denominator))


def build(tree: Tree) -> Expr:
    """The expression of a tree, with exact numbers. Raises Impossible for a division by zero."""
    built = _build(tree)
    if sympy.sympify(built).has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
        raise Impossible("it divides by zero, so it has no value")
    return built


def _build(tree: Tree) -> Expr:
    match tree:
        case Number():
            return number(tree.value)
        case Name(text):
            return _CONSTANTS[text] if text in _CONSTANTS else symbol(text)
        case Call(function, argument):
            return _FUNCTIONS[function](_build(argument))
        case Unary(sign, operand):
            inner = _build(operand)
            if sign == "!":
                return cast("Expr", sympy.factorial(inner))
            return inner / 100 if sign == "%" else -inner
        case Binary(operator, left, right):
            return _combine(operator, _build(left), _build(right))


def _combine(operator: str, left: Expr, right: Expr) -> Expr:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
        case _:
            return left**right


def latex(expr: Expr) -> str:
    """LaTeX as people write it: `3x`, not `3 x`; fractions of numbers as factors stay fractions."""
    text = str(sympy.latex(expr, ln_notation=True, fold_short_frac=False))
    return _tight(f"-{text[2:]}" if text.startswith("- ") else text)


def _tight(text: str) -> str:
    pieces = text.split(" ")
    joined = pieces[0]
    for before, after in pairwise(pieces):
        together = before[-1:].isdigit() and (after[:1].isalpha() and after[:1].islower())
        joined += after if together else f" {after}"
    return joined


def is_zero(expr: Expr) -> bool:
    """Whether an expression is zero for every value of its letters, as far as can be shown."""
    # Simplifying takes seconds where sines are; most differences show at a single point.
    if _surely_not_zero(sympy.sympify(expr)):
        return False
    simplified = sympy.simplify(expr)
    return bool(simplified == 0 or simplified.equals(0))


def _surely_not_zero(exact: sympy.Expr) -> bool:
    point = {
        letter: sympy.Rational(13 + 4 * index, 17)
        for index, letter in enumerate(sorted(exact.free_symbols, key=str))
    }
    value = sympy.N(exact.subs(point))
    return bool(value.is_real and abs(value) > LEAST_DIFFERENCE)


def same(left: Expr, right: Expr) -> bool:
    """Symbolic equality."""
    return is_zero(left - right)


def diff(expr: Expr, letter: str, order: int = 1) -> Expr:
    return cast("Expr", sympy.diff(expr, symbol(letter), order))


def integral(expr: Expr, letter: str) -> Expr:
    """An antiderivative whose derivative has been checked. Raises Impossible."""
    found = sympy.integrate(expr, symbol(letter))
    known = not found.has(sympy.Integral, *_NOT_AT_SCHOOL)
    if not known or not same(sympy.diff(found, symbol(letter)), expr):
        raise Impossible("I cannot find its integral in closed form")
    if sympy.sympify(expr).is_rational_function(symbol(letter)):
        found = found.replace(sympy.log, lambda of: sympy.log(sympy.Abs(of)))
    return cast("Expr", found)


def definite(expr: Expr, letter: str, lower: Expr, upper: Expr) -> Expr:
    """The value between two bounds, checked numerically. Raises Impossible."""
    value = sympy.integrate(expr, (symbol(letter), lower, upper))
    if value.has(sympy.Integral, sympy.nan, sympy.oo, -sympy.oo, sympy.zoo, sympy.I):
        raise Impossible("I cannot find a finite value for that integral")
    check = sympy.Integral(expr, (symbol(letter), lower, upper)).evalf(8)
    if not check.is_number or abs(sympy.N(value - check)) > 1e-4 * (1 + abs(sympy.N(value))):
        raise Impossible("I could not check the value of that integral")
    return cast("Expr", value)


def solutions(left: Expr, right: Expr, letter: str) -> Sequence[Expr]:
    """All real solutions, each checked by substitution. Raises Impossible."""
    unknown = symbol(letter)
    try:
        found = sympy.solveset(left - right, unknown, sympy.S.Reals)
    except (NotImplementedError, ValueError) as error:
        # SymPy raises these for kinds of equations that it has no method for.
        raise Impossible("I do not know how to solve that equation") from error
    if found is sympy.S.EmptySet:
        return ()
    if not isinstance(found, sympy.FiniteSet):
        raise Impossible("it has infinitely many solutions, or none that I can find")
    for value in found:
        if not same(substitute(left, letter, value), substitute(right, letter, value)):
            raise Impossible("I found an answer, but it did not pass my check")
    return cast("Sequence[Expr]", tuple(sorted(found, key=float)))


def system(equations: Sequence[Expr], letters: Sequence[str]) -> Sequence[Expr]:
    """The one solution of a linear system of expressions that are zero. Raises Impossible."""
    unknowns = [symbol(letter) for letter in letters]
    try:
        found = sympy.linsolve(list(equations), *unknowns)
    except (ValueError, sympy.NonlinearError) as error:
        raise Impossible("I can solve systems only when every equation is linear") from error
    values = next(iter(found), None)
    if values is None:
        raise Impossible("those equations contradict each other, so there is no solution")
    if any(value.free_symbols for value in values):
        raise Impossible("those equations have more than one solution")
    for each in equations:
        if not is_zero(sympy.sympify(each).subs(dict(zip(unknowns, values, strict=True)))):
            raise Impossible("I found an answer, but it did not pass my check")
    return cast("Sequence[Expr]", tuple(values))


def substitute(expr: Expr, letter: str, value: Expr) -> Expr:
    return cast("Expr", sympy.sympify(expr).subs(symbol(letter), value))


def sine(expr: Expr) -> Expr:
    return _FUNCTIONS["sin"](expr)


def simplify(expr: Expr) -> Expr:
    return cast("Expr", sympy.simplify(expr))


def expand(expr: Expr) -> Expr:
    return cast("Expr", sympy.expand(expr))


def factor(expr: Expr) -> Expr:
    return cast("Expr", sympy.factor(expr))


def prime_factors(value: int) -> list[tuple[int, int]]:
    """Primes and how often each divides the number."""
    return [(int(prime), int(times)) for prime, times in sorted(sympy.factorint(value).items())]


def terms(expr: Expr) -> Sequence[Expr]:
    """The summands of an expanded expression, in the order in which they are written."""
    expanded = sympy.expand(expr)
    return cast("Sequence[Expr]", tuple(expanded.as_ordered_terms()))


def coefficients(expr: Expr, letter: str) -> list[Expr] | None:
    """The coefficients of a polynomial with number coefficients, constant first, else None."""
    try:
        found = sympy.Poly(sympy.expand(expr), symbol(letter))
    except sympy.PolynomialError:
        return None
    values = list(reversed(found.all_coeffs()))
    return cast("list[Expr]", values) if all(value.is_number for value in values) else None


def rational(expr: Expr) -> Fraction | None:
    """The exact fraction, or None when the number is irrational or no number."""
    exact = sympy.sympify(expr)
    return Fraction(int(exact.p), int(exact.q)) if exact.is_Rational else None


def is_closed(expr: Expr) -> bool:
    """Whether it can be written with roots and functions, not only as “a root of …”."""
    return not sympy.sympify(expr).has(sympy.CRootOf)


def is_number(expr: Expr) -> bool:
    """Whether it is a real number without letters. Raises Impossible for what has no real value."""
    exact = sympy.sympify(expr)
    if exact.has(sympy.I, sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
        raise Impossible("it has no value among the real numbers")
    return bool(exact.is_number)


def decimal(expr: Expr, digits: int = 6) -> str:
    """The number rounded for people to read."""
    return f"{float(sympy.N(expr, digits + 2)):.{digits}g}"


def letters(expr: Expr) -> set[str]:
    return {str(each) for each in sympy.sympify(expr).free_symbols}
