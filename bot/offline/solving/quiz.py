"""Questions made from a seed: a problem, its answer, and wrong answers of the kind people give."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.offline.solving import calculus, cas
from bot.offline.solving.problems import Make, Question, Topic

CHOICES = 4

Values = tuple[cas.Expr, ...]
"""One answer: a single value, or all solutions of an equation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A question before its choices are chosen; `mistakes` come most plausible first.

    `before` and `after` stand around every value of a choice. `hint` is a step towards the answer
    that is true of this problem and not of all of its kind.
    """

    text: str
    answer: Values
    mistakes: Sequence[Values]
    before: str = ""
    after: str = ""
    hint: str = ""


def make(job: Make) -> Question:
    """One question; the same job always gives the same one."""
    rng = random.Random(job.seed)  # noqa: S311 - variety, not secrecy
    draft = _MAKERS[job.topic](rng, job.level)
    if not job.choices:
        (answer,) = _shown(draft, [draft.answer])
        return Question(text=draft.text, answer=answer, hint=draft.hint)
    options = [draft.answer, *_distractors(draft, rng)]
    order = rng.sample(range(len(options)), len(options))
    choices = _shown(draft, [options[index] for index in order])
    return Question(
        text=draft.text, choices=choices, answer=choices[order.index(0)], hint=draft.hint
    )


def _shown(draft: Draft, options: Sequence[Values]) -> tuple[str, ...]:
    """The choices as people read them: all plain text, or all formulas where that will not do."""
    plain = all(_plain(value) is not None for values in options for value in values)
    return tuple(
        " or ".join(
            f"{draft.before}{_plain(value)}{draft.after}"
            if plain
            else rf"\({draft.before}{cas.latex(value)}{draft.after}\)"
            for value in values
        )
        for values in options
    )


def _plain(value: cas.Expr) -> str | None:
    """A value without LaTeX, as buttons can show it; None where it needs more than one line."""
    exact = cas.rational(value)
    text = cas.latex(value) if exact is None else str(exact)
    return None if any(sign in text for sign in "\\^{") else text


def _distractors(draft: Draft, rng: random.Random) -> list[Values]:
    """Wrong answers, each symbolically different from the right one and from each other."""
    taken: list[Values] = [draft.answer]
    nearby = [tuple(value + shift for value in draft.answer) for shift in (1, -1, 2, -2, 5, 10)]
    rng.shuffle(nearby)
    for candidate in [*draft.mistakes, *nearby]:
        if len(taken) == CHOICES:
            break
        if not any(equal(candidate, other) for other in taken):
            taken.append(candidate)
    return taken[1:]


def equal(left: Values, right: Values) -> bool:
    """Whether two answers are the same set of values."""
    return (
        len(left) == len(right)
        and all(any(cas.same(a, b) for b in right) for a in left)
        and all(any(cas.same(a, b) for a in left) for b in right)
    )


def _n(value: int) -> cas.Expr:
    return cas.number(value)


def _span(level: int) -> int:
    return (0, 6, 12, 25)[level]


def _arithmetic(rng: random.Random, level: int) -> Draft:
    top = _span(level)
    a, b, c = (rng.randint(2, top) for _ in range(3))
    text, value, mistakes = rng.choice(
        (
            (rf"{a} + {b} \cdot {c}", a + b * c, ((a + b) * c, a * b + c)),
            (rf"{a} \cdot {b} - {c}", a * b - c, (a * (b - c), a * b + c)),
            (rf"{a} \cdot \left({b} + {c}\right)", a * (b + c), (a * b + c, a + b + c)),
            (rf"{a}^{{2}} + {b}", a * a + b, (2 * a + b, (a + b) ** 2)),
            (rf"{b * c} \div {b} + {a}", c + a, (b * c // (b + a), b + a)),
        )
    )
    return Draft(
        text=rf"What is \({text}\)?",
        answer=(_n(value),),
        mistakes=[(_n(each),) for each in mistakes],
    )


def _fractions(rng: random.Random, level: int) -> Draft:
    top = _span(level)
    b, d = rng.sample(range(2, max(top, 6) + 1), 2)
    a, c = (rng.choice([n for n in range(1, each) if math.gcd(n, each) == 1]) for each in (b, d))
    if level < 3 and a * d < c * b:
        # A negative difference is another lesson.
        a, b, c, d = c, d, a, b
    left, right = _n(a) / b, _n(c) / d
    sign, answer = rng.choice((("+", left + right), ("-", left - right), (r"\cdot", left * right)))
    mistakes: list[Values] = [
        ((_n(a) + c) / (b + d),),
        ((_n(a) + c) / (b * d),),
        (left / right,),
        (left + right,),
        (left * right,),
    ]
    return Draft(
        text=rf"What is \(\frac{{{a}}}{{{b}}} {sign} \frac{{{c}}}{{{d}}}\)?",
        answer=(answer,),
        mistakes=mistakes,
        hint="Multiply what is above and what is below, then cancel what both have in common."
        if sign == r"\cdot"
        else rf"Bring both fractions to the common denominator \({math.lcm(b, d)}\) first.",
    )


def _percentages(rng: random.Random, level: int) -> Draft:
    percent = rng.choice((10, 20, 25, 50, 75) if level < 3 else (5, 12, 15, 35, 60, 85))
    # Only wholes of which the percentage is a whole number.
    whole = rng.randint(2, 2 * _span(level)) * (100 // math.gcd(percent, 100))
    answer = _n(percent * whole) / 100
    mistakes = (_n(whole) - answer, _n(whole - percent), answer * 10, _n(whole) / percent)
    return Draft(
        text=rf"What is \({percent}\%\) of \({whole}\)?",
        answer=(answer,),
        mistakes=[(value,) for value in mistakes if _is_size(value)],
        hint=rf"One percent is a hundredth, so divide by 100 and multiply by \({percent}\).",
    )


def _is_size(value: cas.Expr) -> bool:
    """Whether a percentage of whole things could come out like this."""
    exact = cas.rational(value)
    return exact is not None and exact > 0 and exact.denominator == 1


def _linear(rng: random.Random, level: int) -> Draft:
    x, top = cas.symbol("x"), _span(level)
    root = rng.choice([n for n in range(-top, top + 1) if n])
    a, b = rng.randint(2, 9), rng.choice([n for n in range(-top, top + 1) if n])
    c = rng.choice([n for n in range(-5, 6) if n not in (0, a)]) if level == 3 else 0
    left, right = x * a + b, x * c + ((a - c) * root + b)
    total = (a - c) * root + b
    mistakes: list[Values] = [
        (_n(total + b) / (a - c),),
        (_n(-root),),
        (_n(total - b - (a - c)),),
        (_n(total) / (a - c) + b,),
    ]
    return Draft(
        text=rf"Solve \({cas.latex(left)} = {cas.latex(right)}\) for \(x\).",
        answer=(_n(root),),
        mistakes=[each for each in mistakes if cas.rational(each[0]) is not None],
        before="x = ",
    )


def _quadratic(rng: random.Random, level: int) -> Draft:
    x, top = cas.symbol("x"), _span(level)
    p, q = sorted(rng.sample([n for n in range(-top, top + 1) if n], 2))
    factor = rng.randint(2, 4) if level == 3 else 1
    left = cas.expand((x - p) * (x - q) * factor)
    mistakes: list[Values] = [
        _pair(-p, -q),
        _pair(p, -q) if p != -q else (_n(p),),
        _pair(p + q, p * q),
        _pair(p - 1, q + 1),
    ]
    begin = "Look" if factor == 1 else rf"Divide both sides by \({factor}\), then look"
    return Draft(
        text=rf"Solve \({cas.latex(left)} = 0\) for \(x\) and give all solutions.",
        answer=_pair(p, q),
        mistakes=mistakes,
        before="x = ",
        hint=rf"{begin} for two numbers whose product is \({p * q}\) and whose sum is \({p + q}\).",
    )


def _pair(first: int, second: int) -> Values:
    return tuple(_n(each) for each in sorted({first, second}))


def _polynomial(rng: random.Random, level: int) -> cas.Expr:
    x = cas.symbol("x")
    power = rng.randint(2, 2 + level)
    signs = [n for n in range(-9, 10) if n]
    total = x**power * rng.randint(2, 6) + x * rng.choice(signs)
    return total + rng.choice(signs) if level > 1 else total


def _derivatives(rng: random.Random, level: int) -> Draft:
    x = cas.symbol("x")
    function = _polynomial(rng, level)
    if level == 3:
        function = function + cas.sine(x * rng.randint(2, 4)) * rng.randint(2, 5)
    answer = calculus.derivative(function, "x")
    hint = r"The derivative of \(\sin(kx)\) is \(k \cos(kx)\)." if level == 3 else ""
    mistakes: list[Values] = [
        (cas.simplify(function / x),) if level == 1 else (cas.expand(answer * x),),
        (answer + rng.choice((3, 4, -3)),),
        (cas.diff(function, "x", 2),),
        (cas.integral(function, "x"),),
    ]
    return Draft(
        text=rf"What is the derivative of \(f(x) = {cas.latex(function)}\)?",
        answer=(answer,),
        mistakes=mistakes,
        hint=hint,
    )


def _integrals(rng: random.Random, level: int) -> Draft:
    if level > 1 and rng.random() < 0.5:
        function = _polynomial(rng, level)
        return _indefinite(function, cas.integral(function, "x"))
    # Small powers and bounds: the point is the rule, not the arithmetic.
    function = _polynomial(rng, 1)
    primitive = cas.integral(function, "x")
    low = rng.randint(0, 1)
    high = low + rng.randint(1, level)
    upper = cas.substitute(primitive, "x", _n(high))
    lower = cas.substitute(primitive, "x", _n(low))
    start, end = (cas.substitute(function, "x", _n(each)) for each in (low, high))
    mistakes: list[Values] = [(upper + lower,), (end - start,), (upper,), (lower - upper,)]
    return Draft(
        text=rf"What is the value of \(\int_{{{low}}}^{{{high}}} "
        rf"\left({cas.latex(function)}\right) \, dx\)?",
        answer=(upper - lower,),
        mistakes=mistakes,
    )


def _indefinite(function: cas.Expr, primitive: cas.Expr) -> Draft:
    x = cas.symbol("x")
    mistakes: list[Values] = [
        (cas.diff(function, "x"),),
        (cas.expand(function * x),),
        (primitive + x,),
        (primitive * 2,),
    ]
    return Draft(
        text=rf"Find the indefinite integral \(\int \left({cas.latex(function)}\right) \, dx\).",
        answer=(primitive,),
        mistakes=mistakes,
        after=" + C",
    )


_MAKERS: dict[Topic, Callable[[random.Random, int], Draft]] = {
    "arithmetic": _arithmetic,
    "fractions": _fractions,
    "percentages": _percentages,
    "linear equations": _linear,
    "quadratic equations": _quadratic,
    "derivatives": _derivatives,
    "integrals": _integrals,
}
