"""Formulas as trees of a few kinds of node."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from bot.offline.formulas.lexer import CONSTANTS

Operator = Literal["+", "-", "*", "/", "^"]


@dataclass(frozen=True, slots=True)
class Number:
    text: str

    @property
    def value(self) -> Fraction:
        return Fraction(self.text)


@dataclass(frozen=True, slots=True)
class Name:
    """A variable of one letter, or the constant `pi` or `e`."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    argument: "Tree"


@dataclass(frozen=True, slots=True)
class Unary:
    """`-` before its operand; `!` and `%` after it."""

    sign: Literal["-", "!", "%"]
    operand: "Tree"


@dataclass(frozen=True, slots=True)
class Binary:
    """`tight` remembers that a product was written without a sign."""

    operator: Operator
    left: "Tree"
    right: "Tree"
    tight: bool = False


Tree = Number | Name | Call | Unary | Binary


@dataclass(frozen=True, slots=True)
class Equation:
    left: Tree
    right: Tree


def variables(tree: Tree | Equation) -> frozenset[str]:
    """The letters of a formula that stand for unknown numbers."""
    return frozenset(
        node.text for node in _walk(tree) if isinstance(node, Name) and node.text not in CONSTANTS
    )


def is_decimal(tree: Tree | Equation) -> bool:
    """Whether someone wrote a decimal point, so that an answer should show one too."""
    return any(isinstance(node, Number) and "." in node.text for node in _walk(tree))


def unknown_divisors(tree: Tree | Equation) -> list[Tree]:
    """What holds an unknown and is divided by: where it is zero, the formula has no value."""
    return [each for node in _walk(tree) for each in _divisors(node) if variables(each)]


def _divisors(tree: Tree) -> Iterator[Tree]:
    match tree:
        case Binary("/", _, divisor) | Binary("^", divisor, Unary("-")):
            yield divisor
        case _:
            return


def _walk(tree: Tree | Equation) -> Iterator[Tree]:
    match tree:
        case Equation(left, right):
            yield from _walk(left)
            yield from _walk(right)
            return
        case Call(_, argument):
            yield from _walk(argument)
        case Unary(_, operand):
            yield from _walk(operand)
        case Binary(_, left, right):
            yield from _walk(left)
            yield from _walk(right)
        case _:
            pass
    yield tree
