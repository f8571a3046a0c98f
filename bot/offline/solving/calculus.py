"""Derivatives and integrals, term by term, each checked before it is shown."""

from bot.offline.formulas import notation
from bot.offline.formulas.parser import expression
from bot.offline.formulas.trees import Tree, variables
from bot.offline.solving import arithmetic, cas
from bot.offline.solving.problems import Problem, Worked

MAX_ORDER = 4
_TIMES = ("", "once", "twice", "three times", "four times")


def differentiate(problem: Problem) -> Worked:
    """A derivative, at a point where one is named. Raises Unclear or Impossible."""
    tree = expression(problem.formulas[0])
    letter = only_letter(tree, problem.letter)
    if not 1 <= problem.order <= MAX_ORDER:
        raise cas.Impossible(f"I go up to the derivative of order {MAX_ORDER}")
    function = cas.build(tree)
    found = derivative(function, letter, problem.order)
    answer = cas.latex(found)
    shown = notation.latex(tree)
    mark = "'" * problem.order
    first = rf"\(f{mark}({letter}) = {answer}\)"
    brief = rf"The {_ordinal(problem.order)}derivative of \(f({letter}) = {shown}\) is {first}."
    full = _derivative_steps(function, letter, shown, problem.order) + f"\n\n{brief}"
    if problem.at is not None:
        value = cas.simplify(cas.substitute(found, letter, _point(problem.at)))
        cas.is_number(value)
        answer = arithmetic.value_text(value)
        end = rf" At \({letter} = {notation.latex(expression(problem.at))}\) it is \({answer}\)."
        brief, full = brief + end, full + end
    return Worked(answer=answer, brief=brief, full=full)


def derivative(function: cas.Expr, letter: str, order: int = 1) -> cas.Expr:
    """The derivative in the shorter of its plain and its simplified form."""
    plain = cas.diff(function, letter, order)
    tidy = cas.simplify(plain)
    return tidy if len(cas.latex(tidy)) < len(cas.latex(plain)) else plain


def only_letter(tree: Tree, asked: str) -> str:
    """The variable of a function; x for a constant. Raises Impossible when it is not clear."""
    letters = variables(tree)
    if asked:
        return asked
    if len(letters) > 1:
        names = " and ".join(sorted(letters))
        raise cas.Impossible(f"it has several letters ({names}); please name the variable")
    return next(iter(letters), "x")


def _point(text: str) -> cas.Expr:
    tree = expression(text)
    if variables(tree):
        raise cas.Impossible("the point has to be a number")
    return cas.build(tree)


def _ordinal(order: int) -> str:
    return ("", "", "second ", "third ", "fourth ")[order]


def _derivative_steps(function: cas.Expr, letter: str, shown: str, order: int) -> str:
    lines = [
        f"- {_derivative_rule(term, letter)}: "
        rf"\(\frac{{d}}{{d{letter}}}\left({cas.latex(term)}\right) = "
        rf"{cas.latex(cas.diff(term, letter))}\)"
        for term in cas.terms(function)
    ]
    again = "" if order == 1 else f" Then take the derivative again, {_TIMES[order]} in all."
    if len(lines) == 1:
        return lines[0].removeprefix("- ") + f".{again}"
    return (
        rf"The derivative of a sum is the sum of the derivatives, so take \({shown}\) term by "
        "term.\n\n" + "\n".join(lines) + f"\n\nAdd them up.{again}"
    )


def _derivative_rule(term: cas.Expr, letter: str) -> str:
    if letter not in cas.letters(term):
        return "Constant rule"
    if cas.coefficients(term, letter) is not None:
        return "Power rule (bring the exponent down, lower it by one)"
    return "Rules for functions (with the product and chain rules where needed)"


def integrate(problem: Problem) -> Worked:
    """An antiderivative, or the value between two bounds. Raises Unclear or Impossible."""
    tree = expression(problem.formulas[0])
    letter = only_letter(tree, problem.letter)
    function = cas.build(tree)
    shown = notation.latex(tree)
    if problem.bounds is not None:
        return _definite(function, letter, shown, problem.bounds)
    found = cas.integral(function, letter)
    answer = f"{cas.latex(found)} + C"
    brief = rf"\(\int {_closed(shown)} \, d{letter} = {answer}\)"
    check = rf"Check: the derivative of \({cas.latex(found)}\) is \({shown}\) again."
    constant = r"\(C\) stands for any constant, because constants vanish in the derivative."
    full = f"{_integral_steps(function, letter)}\n\n{brief}\n\n{constant} {check}"
    return Worked(answer=answer, brief=brief, full=full)


def _closed(shown: str) -> str:
    return rf"\left({shown}\right)" if " + " in shown or " - " in shown else shown


def _integral_steps(function: cas.Expr, letter: str) -> str:
    lines = []
    for term in cas.terms(function):
        one = cas.latex(cas.integral(term, letter))
        shown = _closed(cas.latex(term))
        lines.append(rf"{_integral_rule(term, letter)}: \(\int {shown} \, d{letter} = {one}\)")
    if len(lines) == 1:
        return f"{lines[0]}."
    return "Integrate term by term:\n\n" + "\n".join(f"- {line}" for line in lines)


def _integral_rule(term: cas.Expr, letter: str) -> str:
    if letter not in cas.letters(term):
        return "Constant rule (multiply by the variable)"
    if cas.coefficients(term, letter) is not None:
        return "Power rule (raise the exponent by one, divide by it)"
    return "Known antiderivative"


def _definite(function: cas.Expr, letter: str, shown: str, bounds: tuple[str, str]) -> Worked:
    lower, upper = _point(bounds[0]), _point(bounds[1])
    value = cas.definite(function, letter, lower, upper)
    answer = arithmetic.value_text(value)
    low, high = cas.latex(lower), cas.latex(upper)
    integral = rf"\int_{{{low}}}^{{{high}}} {_closed(shown)} \, d{letter}"
    try:
        primitive = cas.integral(function, letter)
    except cas.Impossible:
        brief = rf"\({integral} = {answer}\)"
        return Worked(answer=answer, brief=brief, full=f"{brief}, checked numerically.")
    ends = [
        cas.latex(cas.simplify(cas.substitute(primitive, letter, end))) for end in (upper, lower)
    ]
    brief = (
        rf"An antiderivative is \({cas.latex(primitive)}\); its value at \({high}\) minus its "
        rf"value at \({low}\) gives \({integral} = {answer}\)."
    )
    full = (
        f"{_integral_steps(function, letter)}\n\n"
        rf"So an antiderivative is \(F({letter}) = {cas.latex(primitive)}\). "
        rf"Put in the bounds: \(F({high}) = {ends[0]}\) and \(F({low}) = {ends[1]}\)."
        f"\n\nTherefore \\({integral} = {answer}\\)."
    )
    return Worked(answer=answer, brief=brief, full=full)
