"""Values of expressions, with the order of operations shown, and their other forms."""

import math
import re
from collections.abc import Callable
from fractions import Fraction

from bot.offline.formulas import notation
from bot.offline.formulas.parser import expression
from bot.offline.formulas.trees import (
    Binary,
    Call,
    Name,
    Number,
    Operator,
    Tree,
    Unary,
    is_decimal,
    unknown_divisors,
    variables,
)
from bot.offline.solving import cas
from bot.offline.solving.problems import Problem, Worked

# A longer chain of equal expressions helps nobody; then the answer alone is shown.
MAX_CHAIN = 8
# Longer products and sums are not written out.
MAX_SPELLED = 12
# Above it, factoring an integer is a research project.
MAX_FACTORED = 10**15


def evaluate(problem: Problem) -> Worked:
    """The exact value, and a rounded one where that helps. Raises Unclear or Impossible."""
    tree = expression(problem.formulas[0])
    if variables(tree):
        return rewrite(problem.model_copy(update={"kind": "simplify"}))
    value = cas.build(tree)
    cas.is_number(value)
    answer = value_text(value, decimal=is_decimal(tree))
    shown = notation.latex(tree)
    same = answer.split(" ", 1)[0] == shown
    brief = rf"\({answer}\)" if same else rf"\({shown} = {answer}\)"
    chain = _chain(tree)
    if len(chain) < 2:
        return Worked(answer=answer, brief=brief, full=f"{_meaning(tree)}\n\n{brief}".strip())
    lines = "\n".join(rf"{i}. \({form}\)" for i, form in enumerate(chain, 1))
    full = (
        f"Work out \\({shown}\\) in order: brackets and powers first, then products and "
        f"quotients, then sums and differences.\n\n{lines}\n\nSo {brief}."
    )
    return Worked(answer=answer, brief=brief, full=full)


def _meaning(tree: Tree) -> str:  # noqa: PLR0911 - one return per kind of operation
    """What a single operation means, where that can be written out."""
    match tree:
        case Unary("!", Number() as size) if 2 <= size.value <= MAX_SPELLED:
            product = r" \cdot ".join(str(each) for each in range(1, int(size.value) + 1))
            return rf"The factorial multiplies all whole numbers up to it: \({product}\)."
        case Binary("^", base, Number() as power) if power.value in range(2, MAX_SPELLED + 1):
            factor = notation.latex(base)
            factor = factor if isinstance(base, Number) else rf"\left({factor}\right)"
            product = r" \cdot ".join([factor] * int(power.value))
            return rf"The exponent says how often the base is a factor: \({product}\)."
        case Binary("*", Number() as times, Number(of)) if times.value in range(2, MAX_SPELLED + 1):
            total = " + ".join([of] * int(times.value))
            return rf"Multiplying is adding the same number again and again: \({total}\)."
        case Binary("+" | "-" as sign, left, right):
            return _common_denominator(sign, _literal(left), _literal(right))
        case Binary("*", left, right):
            return _over_each_other(_literal(left), _literal(right))
        case Binary("/", Number(top), Number(bottom)):
            return rf"Dividing asks: what times \({bottom}\) is \({top}\)?"
        case Call("sqrt", Number(of)):
            return rf"The square root asks: which number from 0 up, times itself, is \({of}\)?"
        case _:
            return "That is a single step."


def _common_denominator(sign: str, left: Fraction | None, right: Fraction | None) -> str:
    if left is None or right is None or left.denominator == right.denominator == 1:
        return "That is a single step."
    bottom = math.lcm(left.denominator, right.denominator)
    tops = int(left * bottom), int(right * bottom)
    return (
        rf"Bring both to the common denominator \({bottom}\): "
        rf"\(\frac{{{tops[0]}}}{{{bottom}}} {sign} \frac{{{tops[1]}}}{{{bottom}}}\)."
    )


def _over_each_other(left: Fraction | None, right: Fraction | None) -> str:
    if left is None or right is None or left.denominator * right.denominator == 1:
        return "That is a single step."
    top, bottom = (
        r" \cdot ".join(str(each) if each > 0 else rf"\left({each}\right)" for each in pair)
        for pair in (
            (left.numerator, right.numerator),
            [each for each in (left.denominator, right.denominator) if each > 1],
        )
    )
    return rf"Multiply above and below: \(\frac{{{top}}}{{{bottom}}}\)."


def value_text(value: cas.Expr, *, decimal: bool = False) -> str:
    """LaTeX of a number: a decimal where one was asked for and it ends, else exact and rounded."""
    exact = cas.rational(value)
    if exact is None:
        return rf"{cas.latex(value)} \approx {cas.decimal(value)}"
    if exact.denominator == 1:
        return str(exact.numerator)
    if decimal and (text := _ending_decimal(exact)) is not None:
        return text
    return rf"{cas.latex(value)} {_rounded(exact)}"


def _rounded(exact: Fraction) -> str:
    text = _ending_decimal(exact)
    return f"= {text}" if text is not None else rf"\approx {float(exact):.6g}"


def _ending_decimal(exact: Fraction) -> str | None:
    rest, places = exact.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest != 1 or places > 12:
        return None
    digits = str(abs(exact.numerator) * 10**places // exact.denominator).rjust(places + 1, "0")
    sign = "-" if exact < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def rewrite(problem: Problem) -> Worked:
    """Simplify, expand or factor; the result is checked to be equal. Raises Unclear, Impossible."""
    tree = expression(problem.formulas[0])
    before = cas.build(tree)
    if problem.kind == "factor" and not variables(tree):
        return _prime_factors(tree, cas.rational(before))
    after = _forms(problem.kind)(before)
    if not cas.same(before, after):
        raise cas.Impossible("I found an answer, but it did not pass my check")
    shown, answer = notation.latex(tree), cas.latex(after)
    if _as_written(shown) == _as_written(answer):
        text = rf"\({shown}\) {_UNCHANGED[problem.kind]}."
        return Worked(answer=answer, brief=text, full=text)
    end = ", wherever the left side has a value" if unknown_divisors(tree) else ""
    check = rf"Check: multiplied out, both sides are \({cas.latex(cas.expand(after))}\)."
    full = f"{_HOW[problem.kind]}\n\n\\[{shown} = {answer}\\]\n\n"
    full += f"That holds{end[1:]}." if end else check
    return Worked(answer=answer, brief=rf"\({shown} = {answer}\){end}", full=full)


_HOW = {
    "expand": "Multiply every term of one bracket by every term of the other, then collect.",
    "factor": "Look for a common factor first, then for brackets whose product gives it back.",
    "simplify": "Collect terms of the same kind and cancel what can be cancelled.",
}
_UNCHANGED = {
    "expand": "is expanded already",
    "factor": "cannot be factored further with whole numbers",
    "simplify": "is as simple as it gets",
}


def _forms(kind: str) -> Callable[[cas.Expr], cas.Expr]:
    return {"expand": cas.expand, "factor": cas.factor}.get(kind, _shortest)


def _shortest(expr: cas.Expr) -> cas.Expr:
    # SymPy's idea of simple prefers x(x + 3) to x² + 3x; people do not.
    return min((cas.expand(expr), cas.simplify(expr)), key=lambda form: len(cas.latex(form)))


def _as_written(text: str) -> str:
    return re.sub(r"\\left|\\right|[ {}]", "", text)


def _prime_factors(tree: Tree, value: Fraction | None) -> Worked:
    if value is None or value.denominator != 1 or not 2 <= value <= MAX_FACTORED:
        raise cas.Impossible("I factor whole numbers from 2 to 10^15, and expressions")
    pairs = cas.prime_factors(int(value))
    answer = r" \cdot ".join(
        str(prime) if times == 1 else f"{prime}^{{{times}}}" for prime, times in pairs
    )
    brief = rf"\({notation.latex(tree)} = {answer}\)"
    if pairs == [(int(value), 1)]:
        brief = f"{int(value)} is a prime number: only 1 and itself divide it."
        return Worked(answer=answer, brief=brief, full=f"None of 2, 3, 5, 7, … divides it. {brief}")
    full = f"Divide by 2, 3, 5, 7, … as long as the division leaves no remainder.\n\n{brief}"
    return Worked(answer=answer, brief=brief, full=full)


def _chain(tree: Tree) -> list[str]:
    """The expression again and again, each time with its innermost operations done."""
    forms: list[str] = []
    while _literal(tree) is None:
        smaller = _reduced(tree)
        if smaller == tree or len(forms) > MAX_CHAIN:
            return []
        forms.append(f"{notation.latex(tree)} = {notation.latex(smaller)}")
        tree = smaller
    return forms


def _literal(tree: Tree) -> Fraction | None:
    """The value of a tree that needs no more work: `3`, `-3`, `3/4` in lowest terms."""
    match tree:
        case Number():
            return tree.value
        case Unary("-", Number() as inner):
            return -inner.value
        case Unary("-", Binary("/") as inner):
            positive = _literal(inner)
            return None if positive is None else -positive
        case Binary("/", Number() as top, Number() as bottom) if bottom.value > 1:
            exact = top.value / bottom.value
            lowest = exact.numerator == top.value and exact.denominator == bottom.value
            return exact if lowest else None
        case _:
            return None


def _reduced(tree: Tree) -> Tree:
    match tree:
        case Number() | Name() | Call():
            return tree
        case Unary(sign, operand):
            return _unary(sign, operand, tree)
        case Binary(operator, left, right):
            values = _literal(left), _literal(right)
            if values[0] is not None and values[1] is not None:
                done = _operate(operator, values[0], values[1])
                return tree if done is None else _number(done)
            return Binary(operator, _inner(left), _inner(right))


def _inner(tree: Tree) -> Tree:
    return tree if _literal(tree) is not None else _reduced(tree)


def _unary(sign: str, operand: Tree, tree: Unary) -> Tree:
    value = _literal(operand)
    if value is None:
        return Unary(tree.sign, _inner(operand))
    if sign == "-":
        return _number(-value)
    if sign == "%":
        return _number(value / 100)
    product = 1
    for factor in range(2, int(value) + 1):
        product *= factor
    return _number(Fraction(product))


def _operate(operator: Operator, left: Fraction, right: Fraction) -> Fraction | None:
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
            return left ** int(right) if right.denominator == 1 else None


def _number(value: Fraction) -> Tree:
    top, bottom = Number(str(abs(value.numerator))), value.denominator
    size: Tree = top if bottom == 1 else Binary("/", top, Number(str(bottom)))
    return Unary("-", size) if value < 0 else size
