"""What the tutor can explain without a formula, as data matched by topic words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One topic; `names` are its names in words, and `more` follows when people ask again."""

    names: tuple[str, ...]
    text: str
    more: str
    example: str


EXPLANATIONS: tuple[Explanation, ...] = (
    Explanation(
        names=("linear algebra", "vector", "vectors", "vector space", "matrix", "matrices"),
        text=(
            "**Linear algebra** is the mathematics of vectors (lists of numbers, such as arrows "
            "with a length and a direction), of linear maps between them, and of systems of linear "
            r"equations. A matrix writes such a map as a table of numbers: \(A x = b\) asks which "
            r"vector \(x\) the matrix \(A\) takes to \(b\)."
        ),
        more=(
            "Start with two equations in two unknowns. Each is a line, and their solution is the "
            r"point where the lines meet: \(x + y = 3\) and \(x - y = 1\) meet in \((2, 1)\). With "
            "more unknowns nothing new happens; the lines become planes and the matrix keeps order."
        ),
        example="Solve the system x + y = 3, x - y = 1",
    ),
    Explanation(
        names=("linear equation", "linear equations", "equation", "equations"),
        text=(
            "A **linear equation** says that two expressions are equal, and its unknown appears "
            r"only to the first power, as in \(3x + 11 = 14\). Undo what was done to the unknown, "
            "always on both sides, until it stands alone."
        ),
        more=(
            r"In \(3x + 11 = 14\) the unknown was multiplied by 3, then 11 was added. Undo the "
            r"last thing first: subtract 11, which leaves \(3x = 3\); then divide by 3, so "
            r"\(x = 1\). Put the result back in to check it."
        ),
        example="Solve 3x + 11 = 14",
    ),
    Explanation(
        names=(
            *("quadratic", "quadratics", "quadratic equation", "quadratic equations"),
            *("quadratic formula", "discriminant", "parabola"),
        ),
        text=(
            r"A **quadratic equation** has the form \(ax^2 + bx + c = 0\). Its solutions are "
            r"\[x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}\] and the part under the root, the "
            "discriminant, says whether there are two, one or none."
        ),
        more=(
            r"Often one can factor instead: in \(x^2 - 5x + 6 = 0\) look for two numbers with "
            r"product 6 and sum 5. They are 2 and 3, so \((x - 2)(x - 3) = 0\), and a product is "
            "zero only when one factor is."
        ),
        example="Solve x^2 - 5x + 6 = 0",
    ),
    Explanation(
        names=("derivative", "derivatives", "differentiation", "power rule", "slope"),
        text=(
            "The **derivative** of a function says how fast it changes at each point: it is the "
            r"slope of its graph. For powers there is one rule: \(\frac{d}{dx} x^n = n x^{n-1}\)."
        ),
        more=(
            r"Take \(x^2\). Between \(x\) and \(x + h\) it grows by \(2xh + h^2\). Divide by \(h\) "
            r"and let \(h\) shrink: what remains is \(2x\). Sums are done term by term, and a "
            "constant factor just stays."
        ),
        example="What is the derivative of 3x^2 + 2x - 5?",
    ),
    Explanation(
        names=(
            *("integral", "integrals", "integration", "antiderivative", "antiderivatives"),
            *("definite integral", "indefinite integral"),
        ),
        text=(
            "**Integrating** undoes taking the derivative. An antiderivative of a power is "
            r"\(\int x^n \, dx = \frac{x^{n+1}}{n+1} + C\), and a definite integral is the area "
            "between a graph and the axis: the antiderivative at the upper bound minus its value "
            "at the lower one."
        ),
        more=(
            r"For \(\int_0^1 2x \, dx\): a function whose derivative is \(2x\) is \(x^2\). At 1 it "
            "is 1, at 0 it is 0, so the area is 1. That is right, because the area is a triangle "
            "of width 1 and height 2."
        ),
        example="Integrate 2x from 0 to 1",
    ),
    Explanation(
        names=("fraction", "fractions", "denominator", "numerator", "common denominator"),
        text=(
            r"A **fraction** \(\frac{a}{b}\) is \(a\) parts of a whole that was cut into \(b\) "
            "equal parts. To add fractions, bring them to a common denominator; to multiply them, "
            "multiply above and below; to divide, multiply by the second one turned over."
        ),
        more=(
            r"\(\frac{2}{3} + \frac{1}{4}\): twelfths work for both, so it is "
            r"\(\frac{8}{12} + \frac{3}{12} = \frac{11}{12}\). Only the number of parts is added; "
            "their size stays."
        ),
        example="What is 2/3 + 1/4?",
    ),
    Explanation(
        names=("percentage", "percentages", "percent"),
        text=(
            r"**Percent** means “of a hundred”: \(20\%\) is \(\frac{20}{100} = 0.2\). To find a "
            "percentage of something, multiply by it."
        ),
        more=(
            r"\(20\%\) of 50: first \(10\%\) is 5, so \(20\%\) is 10. Small steps such as 10, 5 "
            "and 1 percent make most percentages easy in the head."
        ),
        example="What is 20% of 50?",
    ),
    Explanation(
        names=("algebra", "variable", "variables", "unknown", "unknowns"),
        text=(
            "**Algebra** calculates with letters that stand for numbers, so that one calculation "
            r"answers many questions at once. \(2(x + 3) = 2x + 6\) is true whatever \(x\) is; "
            r"\(2x + 6 = 10\) only for one \(x\), and algebra finds it."
        ),
        more=(
            "Think of a letter as a box with a number inside that we have not seen yet. We may add "
            "boxes, double them and compare them, as long as we treat both sides the same."
        ),
        example="Expand (x + 1)(x - 2)",
    ),
    Explanation(
        names=("calculus", "analysis"),
        text=(
            "**Calculus** is about change and accumulation. Derivatives say how fast something "
            "changes, integrals add up many small changes, and the two undo each other."
        ),
        more=(
            "If a car's position is known at every moment, the derivative is its speed. If its "
            "speed is known, the integral is how far it went."
        ),
        example="What is the derivative of x^3?",
    ),
    Explanation(
        names=("factorial", "factorials"),
        text=r"The **factorial** \(n!\) is the product of all whole numbers from 1 to \(n\).",
        more=r"For example \(4! = 1 \cdot 2 \cdot 3 \cdot 4 = 24\): the ways to order 4 books.",
        example="What is 5!?",
    ),
    Explanation(
        names=("order of operations", "pemdas", "bodmas"),
        text=(
            "The **order of operations**: brackets first, then powers, then products and "
            "quotients from left to right, then sums and differences from left to right."
        ),
        more=r"So \(2 + 3 \cdot 4 = 2 + 12 = 14\), but \((2 + 3) \cdot 4 = 20\).",
        example="What is 2 + 3 * 4?",
    ),
)
_BY_NAME = {name: each for each in EXPLANATIONS for name in each.names}


def explanation(name: str) -> Explanation | None:
    """The explanation whose name is exactly these words, or None."""
    return _BY_NAME.get(name)
