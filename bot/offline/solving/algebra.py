"""Equations: linear ones step by step, quadratic ones by the discriminant, others checked."""

import re
from collections.abc import Sequence

from bot.offline.formulas import notation
from bot.offline.formulas.parser import equation
from bot.offline.formulas.trees import Equation, unknown_divisors, variables
from bot.offline.solving import arithmetic, cas
from bot.offline.solving.problems import Problem, Worked

# Systems beyond three unknowns are no longer an exercise in chat.
MAX_UNKNOWNS = 3


def solve(problem: Problem) -> Worked:
    """Solve one equation for its only letter. Raises Unclear or Impossible."""
    read = equation(problem.formulas[0])
    left, right = cas.build(read.left), cas.build(read.right)
    letter = unknown(read, problem.letter)
    if letter is None:
        return _without_letter(read, left, right)
    ours, theirs = cas.coefficients(left, letter), cas.coefficients(right, letter)
    if ours is None or theirs is None:
        return _other(read, left, right, letter)
    degree = len(cas.coefficients(left - right, letter) or []) - 1
    if max(len(ours), len(theirs)) <= 2:
        return _linear(read, ours, theirs, letter)
    if degree == 2:
        return _quadratic(read, left - right, letter)
    return _other(read, left, right, letter)


def unknown(read: Equation, asked: str) -> str | None:
    """The letter to solve for, or None when the equation has none. Raises Impossible."""
    letters = variables(read)
    if asked and asked not in letters:
        raise cas.Impossible(f"there is no “{asked}” in the equation")
    if len(letters) > 1:
        names = " and ".join(sorted(letters))
        raise cas.Impossible(f"it has several unknowns ({names}); I need one equation for each")
    return next(iter(letters), None)


def _without_letter(read: Equation, left: cas.Expr, right: cas.Expr) -> Worked:
    holds = cas.same(left, right)
    brief = rf"\({notation.latex(read)}\) is {'true' if holds else 'false'}."
    sides = rf"The left side is \({cas.latex(left)}\), the right side \({cas.latex(right)}\)."
    answer = r"\text{true}" if holds else r"\text{false}"
    return Worked(answer=answer, brief=brief, full=f"{sides} {brief}")


class _Steps:
    """The two sides of a linear equation while they are changed, and what was done to them."""

    def __init__(self, letter: str, ours: list[cas.Expr], theirs: list[cas.Expr]) -> None:
        zero = cas.number(0)
        self._x = cas.symbol(letter)
        self.constant, self.slope = (*ours, zero, zero)[:2]
        self.other_constant, self.other_slope = (*theirs, zero, zero)[:2]
        self.done: list[tuple[str, str]] = []

    @property
    def shown(self) -> str:
        left = self.slope * self._x + self.constant
        right = self.other_slope * self._x + self.other_constant
        return f"{cas.latex(left)} = {cas.latex(right)}"

    def move_unknowns(self) -> None:
        """All unknowns to the left."""
        if self.other_slope == cas.number(0):
            return
        verb = _moving(self.other_slope * self._x, negative=_negative(self.other_slope))
        self.slope, self.other_slope = self.slope - self.other_slope, cas.number(0)
        self.done.append((verb, self.shown))

    def move_constant(self) -> None:
        """All plain numbers to the right."""
        if self.constant == cas.number(0):
            return
        verb = _moving(self.constant, negative=_negative(self.constant))
        self.other_constant, self.constant = self.other_constant - self.constant, cas.number(0)
        self.done.append((verb, self.shown))

    def divide(self) -> None:
        """The unknown alone."""
        if self.slope == cas.number(1):
            return
        exact = cas.rational(self.slope)
        if exact is not None and abs(exact) < 1 and abs(exact.numerator) == 1:
            verb = rf"multiply both sides by {_inline(cas.number(1) / self.slope)}"
        else:
            verb = rf"divide both sides by {_inline(self.slope)}"
        self.other_constant, self.slope = self.other_constant / self.slope, cas.number(1)
        self.done.append((verb, self.shown))


def _moving(amount: cas.Expr, *, negative: bool) -> str:
    if negative:
        return f"add {_inline(-amount)} to both sides"
    return f"subtract {_inline(amount)} from both sides"


def _negative(value: cas.Expr) -> bool:
    exact = cas.rational(value)
    return exact < 0 if exact is not None else cas.decimal(value).startswith("-")


def _inline(value: cas.Expr) -> str:
    text = cas.latex(value)
    return text if text.lstrip("-").isdigit() else rf"\({text}\)"


def _linear(read: Equation, ours: list[cas.Expr], theirs: list[cas.Expr], letter: str) -> Worked:
    steps = _Steps(letter, ours, theirs)
    written = notation.latex(read)
    if _plain(steps.shown) != _plain(written):
        steps.done.append(("simplify both sides", steps.shown))
    steps.move_unknowns()
    if steps.slope == cas.number(0):
        return _degenerate(read, steps, letter)
    steps.move_constant()
    steps.divide()
    answer = f"{letter} = {cas.latex(steps.other_constant)}"
    if not steps.done:
        brief = rf"It is solved already: \({answer}\)."
        return Worked(answer=answer, brief=brief, full=brief)
    check = _check(read, letter, [steps.other_constant])
    return Worked(answer=answer, brief=_sentence(steps.done), full=_list(written, steps, check))


def _plain(text: str) -> list[list[str]]:
    """The terms of both sides, so that another order makes no difference."""
    sides = re.sub(r"[ {}]", "", text).split("=")
    return [sorted(term.lstrip("+") for term in re.findall(r"[+-]?[^+-]+", side)) for side in sides]


def _sentence(done: list[tuple[str, str]]) -> str:
    parts = [
        rf"{verb} to {'find' if index == len(done) else 'get'} \({form}\)"
        for index, (verb, form) in enumerate(done, 1)
    ]
    text = ", then ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _list(written: str, steps: _Steps, check: str) -> str:
    lines = [
        rf"{index}. {verb[0].upper()}{verb[1:]}: \({form}\)"
        for index, (verb, form) in enumerate(steps.done, 1)
    ]
    return (
        rf"We want the unknown in \({written}\) to stand alone. Whatever we do to one side, we do "
        "to the other, so both sides stay equal.\n\n" + "\n".join(lines) + f"\n\n{check}"
    )


def _degenerate(read: Equation, steps: _Steps, letter: str) -> Worked:
    written = notation.latex(read)
    always = cas.same(steps.constant, steps.other_constant)
    where = " for which both sides have a value" if unknown_divisors(read) else ""
    end = (
        f"That is always true, so every number{where} is a solution."
        if always
        else "That is never true, so there is no solution."
    )
    answer = r"\text{every number}" if always else r"\text{no solution}"
    text = rf"In \({written}\) the unknown \({letter}\) drops out: \({steps.shown}\). {end}"
    return Worked(answer=answer, brief=text, full=text)


def _check(read: Equation, letter: str, values: list[cas.Expr]) -> str:
    """A sentence that substitutes every solution. Raises Impossible when one does not hold."""
    sentences = []
    for value in values:
        left = cas.simplify(cas.substitute(cas.build(read.left), letter, value))
        right = cas.simplify(cas.substitute(cas.build(read.right), letter, value))
        if not cas.same(left, right) or _divides_by_zero(read, letter, value):
            raise cas.Impossible("I found an answer, but it did not pass my check")
        sentences.append(
            rf"with \({letter} = {cas.latex(value)}\) the left side is \({cas.latex(left)}\) and "
            rf"the right side is \({cas.latex(right)}\)"
        )
    return f"Check: {'; '.join(sentences)}."


def _divides_by_zero(read: Equation, letter: str, value: cas.Expr) -> bool:
    """Whether the equation as written has no value there, though a cancelled form has one."""
    return any(
        cas.is_zero(cas.substitute(cas.build(divisor), letter, value))
        for divisor in unknown_divisors(read)
    )


def _quadratic(read: Equation, difference: cas.Expr, letter: str) -> Worked:
    constant, linear, square = cas.coefficients(difference, letter) or []
    discriminant = linear**2 - square * constant * 4
    standard = f"{cas.latex(cas.expand(difference))} = 0"
    steps = [rf"Bring everything to one side: \({standard}\)"]
    if _plain(standard) == _plain(notation.latex(read)):
        steps = []
    found = list(cas.solutions(cas.build(read.left), cas.build(read.right), letter))
    steps.append(
        rf"Read off \(a = {cas.latex(square)}\), \(b = {cas.latex(linear)}\), "
        rf"\(c = {cas.latex(constant)}\)"
    )
    steps.append(
        rf"The discriminant is \(b^2 - 4ac = {_factor(linear)}^2 - 4 \cdot {_factor(square)} "
        rf"\cdot {_factor(constant)} = {cas.latex(discriminant)}\)"
    )
    answer = solution_text(letter, found)
    if not found:
        end = "The discriminant is negative, so there is no real solution."
        steps.append(end)
        brief = rf"\(b^2 - 4ac = {cas.latex(discriminant)}\) is negative: no real solution."
        return Worked(answer=answer, brief=brief, full=_numbered(read, steps))
    steps.append(rf"\({letter} = \frac{{-b \pm \sqrt{{b^2 - 4ac}}}}{{2a}}\) gives \({answer}\)")
    brief = (
        rf"With \(a = {cas.latex(square)}\), \(b = {cas.latex(linear)}\), \(c = "
        rf"{cas.latex(constant)}\) the quadratic formula gives \({answer}\)."
    )
    full = f"{_numbered(read, steps)}\n\n{_check(read, letter, found)}"
    return Worked(answer=answer, brief=brief, full=full)


def _factor(value: cas.Expr) -> str:
    text = cas.latex(value)
    return text if text.isdigit() else rf"\left({text}\right)"


def _numbered(read: Equation, steps: list[str]) -> str:
    lines = "\n".join(f"{index}. {step}" for index, step in enumerate(steps, 1))
    return rf"To solve \({notation.latex(read)}\):" + f"\n\n{lines}"


def solution_text(letter: str, found: list[cas.Expr]) -> str:
    """All solutions as one piece of LaTeX."""
    if not found:
        return r"\text{no real solution}"
    return r" \text{ or } ".join(_solution(letter, value) for value in found)


def _solution(letter: str, value: cas.Expr) -> str:
    if not cas.is_closed(value):
        return rf"{letter} \approx {cas.decimal(value)}"
    exact = cas.rational(value)
    shown = cas.latex(value) if exact is not None else arithmetic.value_text(value)
    return f"{letter} = {shown}"


def _other(read: Equation, left: cas.Expr, right: cas.Expr, letter: str) -> Worked:
    if cas.same(left, right):
        text = rf"Both sides of \({notation.latex(read)}\) are the same, so every number for which "
        text += "they have a value is a solution."
        return Worked(answer=r"\text{every number}", brief=text, full=text)
    found = list(cas.solutions(left, right, letter))
    answer = solution_text(letter, found)
    if not found:
        text = rf"\({notation.latex(read)}\) has no real solution."
        return Worked(answer=answer, brief=text, full=text)
    check = ""
    if all(cas.is_closed(value) for value in found):
        check = _check(read, letter, found)
    brief = rf"\({answer}\), checked by putting it back into the equation."
    what, verb = ("solution", "is") if len(found) == 1 else ("solutions", "are")
    full = rf"The real {what} of \({notation.latex(read)}\) {verb} \({answer}\)."
    return Worked(answer=answer, brief=brief, full=f"{full}\n\n{check}".strip())


def values(problem: Problem) -> tuple[str, Sequence[cas.Expr] | None]:
    """The unknown and its solutions; None when every number is one. Raises Unclear, Impossible."""
    read = equation(problem.formulas[0])
    left, right = cas.build(read.left), cas.build(read.right)
    letter = unknown(read, problem.letter)
    if letter is None:
        raise cas.Impossible("there is nothing to solve for")
    if cas.same(left, right):
        return letter, None
    return letter, cas.solutions(left, right, letter)


def solve_system(problem: Problem) -> Worked:
    """Solve linear equations together, as many as unknowns. Raises Unclear or Impossible."""
    read = [equation(text) for text in problem.formulas]
    letters = sorted(set().union(*(variables(each) for each in read)))
    if not 1 < len(letters) <= MAX_UNKNOWNS or len(letters) != len(read):
        raise cas.Impossible("I need as many equations as unknowns, and at most three")
    zeros = [cas.build(each.left) - cas.build(each.right) for each in read]
    found = cas.system(zeros, letters)
    answer = r",\; ".join(
        f"{letter} = {cas.latex(value)}" for letter, value in zip(letters, found, strict=True)
    )
    brief = rf"\({answer}\), checked in every equation."
    shown = "\n".join(rf"- \({notation.latex(each)}\)" for each in read)
    full = (
        f"All of these hold at once:\n\n{shown}\n\nSolve one equation for one unknown and put "
        f"that into the others until one unknown is left; then go back. That gives \\({answer}\\)."
    )
    return Worked(answer=answer, brief=brief, full=full)
