"""Trees as LaTeX in the form in which someone wrote them."""

from bot.offline.formulas.trees import Binary, Call, Equation, Name, Number, Tree, Unary

_SUM, _NEGATIVE, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4, 5
_STRENGTH = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _ATOM, "^": _POWER}


def latex(tree: Tree | Equation) -> str:  # noqa: PLR0911 - one return per kind of node
    """The formula as it was meant, without any change to its value or order."""
    match tree:
        case Equation(left, right):
            return f"{latex(left)} = {latex(right)}"
        case Number(text):
            return text
        case Name(text):
            return r"\pi" if text == "pi" else text
        case Call(function, argument):
            return _call(function, argument)
        case Unary("-", operand):
            return f"-{_wrapped(operand, _PRODUCT)}"
        case Unary(sign, operand):
            return _wrapped(operand, _ATOM) + ("!" if sign == "!" else r"\%")
        case Binary():
            return _binary(tree)


def _binary(tree: Binary) -> str:
    left, right = tree.left, tree.right
    match tree.operator:
        case "+":
            return f"{latex(left)} + {_wrapped(right, _PRODUCT)}"
        case "-":
            return f"{latex(left)} - {_wrapped(right, _PRODUCT)}"
        case "/":
            return rf"\frac{{{latex(left)}}}{{{latex(right)}}}"
        case "^":
            return f"{_base(left)}^{{{latex(right)}}}"
        case "*":
            factors = _wrapped(left, _NEGATIVE), _wrapped(right, _PRODUCT)
            sign = "" if _reads_tight(tree) else r" \cdot "
            return sign.join(factors)


def _reads_tight(tree: Binary) -> bool:
    """A product may do without its sign only where two numbers cannot run together."""
    text = latex(tree.right)
    grouped = _strength(tree.right) < _PRODUCT
    return tree.tight and (grouped or not text[0].isdigit()) and not text.startswith(r"\frac")


def _base(tree: Tree) -> str:
    return _wrapped(tree, _ATOM) if not isinstance(tree, Binary) else rf"\left({latex(tree)}\right)"


def _call(function: str, argument: Tree) -> str:
    inner = latex(argument)
    match function:
        case "sqrt":
            return rf"\sqrt{{{inner}}}"
        case "cbrt":
            return rf"\sqrt[3]{{{inner}}}"
        case "abs":
            return rf"\left|{inner}\right|"
        case "log2" | "log10":
            return rf"\log_{{{function.removeprefix('log')}}}\left({inner}\right)"
        case "asin" | "acos" | "atan":
            return rf"\arc{function.removeprefix('a')}\left({inner}\right)"
        case _:
            return rf"\{function}\left({inner}\right)"


def _strength(tree: Tree) -> int:
    match tree:
        case Unary("-", _):
            return _NEGATIVE
        case Unary():
            return _POWER
        case Binary("*", left, _) if _strength(left) == _NEGATIVE:
            return _NEGATIVE
        case Binary(operator, _, _):
            return _STRENGTH[operator]
        case _:
            return _ATOM


def _wrapped(tree: Tree, needed: int) -> str:
    text = latex(tree)
    return text if _strength(tree) >= needed else rf"\left({text}\right)"
