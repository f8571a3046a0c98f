"""How large the numbers of a formula become, before anything calculates them."""

from fractions import Fraction

from bot.offline.formulas.lexer import CONSTANTS, Unclear
from bot.offline.formulas.trees import Binary, Call, Name, Number, Tree, Unary

MAX_EXPONENT = 64
MAX_FACTORIAL = 170
# Numbers up to about 1,200 decimal digits: enough for every honest question, fast to print.
MAX_BITS = 4096


def bits(tree: Tree) -> int | None:
    """About how many bits the number has, or None for what holds a variable. Raises Unclear."""
    size = _size(tree)
    if size is not None and size > MAX_BITS:
        raise Unclear("the numbers in it become too large")
    return size


def _size(tree: Tree) -> int | None:  # noqa: PLR0911 - one return per kind of node
    match tree:
        case Number(text):
            return max(1, len(text) * 4)
        case Name(text):
            return 2 if text in CONSTANTS else None
        case Call(_, argument):
            inner = bits(argument)
            return None if inner is None else inner * 2
        case Unary("!", operand):
            if not (isinstance(operand, Number) and operand.value.denominator == 1):
                raise Unclear("I know “!” only after whole numbers")
            if operand.value > MAX_FACTORIAL:
                raise Unclear(f"the numbers in it become too large; I go up to {MAX_FACTORIAL}!")
            return 8 * int(operand.value)
        case Unary(_, operand):
            return bits(operand)
        case Binary("^", base, exponent):
            return _power_size(base, exponent)
        case Binary(_, left, right):
            sizes = bits(left), bits(right)
            return None if sizes[0] is None or sizes[1] is None else sizes[0] + sizes[1] + 1


def _power_size(base: Tree, exponent: Tree) -> int | None:
    size, exponent_size = bits(base), bits(exponent)
    if exponent_size is None:
        return None
    top = _magnitude(exponent)
    if top is None or top > (MAX_EXPONENT if size is None else 1000):
        raise Unclear(f"its exponent is too large; I go up to {MAX_EXPONENT}")
    return None if size is None else int(size * max(top, Fraction(1)))


def _magnitude(tree: Tree) -> Fraction | None:  # noqa: PLR0911 - one return per kind of node
    """The absolute value of a plain exponent, or None when it is not plain."""
    match tree:
        case Number():
            return tree.value
        case Name():
            return Fraction(4)
        case Unary("-", operand):
            return _magnitude(operand)
        case Binary("/", left, right) if isinstance(right, Number) and right.value >= 1:
            return _magnitude(left)
        case Binary("+" | "-" | "*" as sign, left, right):
            sides = _magnitude(left), _magnitude(right)
            if sides[0] is None or sides[1] is None:
                return None
            return sides[0] * sides[1] if sign == "*" else sides[0] + sides[1]
        case _:
            return None
