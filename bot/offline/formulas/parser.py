"""From text to trees: a Pratt parser that reads every token or refuses."""

from bot.offline.formulas import sizes
from bot.offline.formulas.lexer import FUNCTIONS, Token, Unclear, tokens
from bot.offline.formulas.trees import Binary, Call, Equation, Name, Number, Operator, Tree, Unary

MAX_DEPTH = 20


def expression(text: str) -> Tree:
    """The tree of a formula without `=`. Raises Unclear."""
    found = formula(text)
    if isinstance(found, Equation):
        raise Unclear("it is an equation, where I need one expression")
    return found


def equation(text: str) -> Equation:
    """The two sides of a formula with one `=`. Raises Unclear."""
    found = formula(text)
    if not isinstance(found, Equation):
        raise Unclear("it has no “=”")
    return found


def formula(text: str) -> Tree | Equation:
    """Read the whole text. Raises Unclear when any token is left over, or the caps are passed."""
    return _Parser(tokens(text)).whole()


_BINDING: dict[str, int] = {"+": 10, "-": 10, "*": 20, "/": 20, "^": 30}
_NEGATION = 25
_PRODUCT = 20
_POSTFIX = 40


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._place = 0
        self._depth = 0
        self._bars = 0

    def whole(self) -> Tree | Equation:
        left = self._expression(0)
        result: Tree | Equation = left
        if self._at("="):
            self._next()
            result = Equation(left, self._expression(0))
        if self._peek().kind != "end":
            raise Unclear(
                "it has more than one “=”"
                if self._at("=")
                else f"I did not expect “{self._peek().text}” there"
            )
        for side in (result.left, result.right) if isinstance(result, Equation) else (result,):
            sizes.bits(side)
        return result

    def _peek(self, ahead: int = 0) -> Token:
        return self._tokens[min(self._place + ahead, len(self._tokens) - 1)]

    def _next(self) -> Token:
        token = self._peek()
        self._place += 1
        return token

    def _at(self, sign: str) -> bool:
        return self._peek().kind == "op" and self._peek().text == sign

    def _expression(self, strength: int) -> Tree:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Unclear("it is nested too deeply")
        left = self._operand()
        while True:
            token = self._peek()
            if token.kind == "op" and token.text in "!%":
                if strength > _POSTFIX:
                    break
                self._next()
                left = Unary("!" if token.text == "!" else "%", left)
            elif token.kind == "op" and token.text in _BINDING:
                if _BINDING[token.text] <= strength:
                    break
                left = self._binary(left)
            elif self._starts_operand(token):
                if strength >= _PRODUCT:
                    break
                left = self._product(left, token)
            else:
                break
        self._depth -= 1
        return left

    def _binary(self, left: Tree) -> Tree:
        sign = self._next().text
        right = self._expression(_BINDING[sign] - (sign == "^"))
        if sign in "+-" and isinstance(right, Unary) and right.sign == "%":
            raise Unclear(
                "adding a percentage can mean two things; please say the percentage of what"
            )
        if sign == "/" and self._starts_operand(self._peek()) and not self._peek().spaced:
            raise Unclear("I cannot tell what is below the “/”; please use brackets, as in 1/(2x)")
        operator: dict[str, Operator] = {"+": "+", "-": "-", "*": "*", "/": "/", "^": "^"}
        return Binary(operator[sign], left, right)

    def _starts_operand(self, token: Token) -> bool:
        if token.kind == "bar":
            return self._bars == 0
        return token.kind in {"number", "name", "frac", "open"}

    def _product(self, left: Tree, token: Token) -> Tree:
        if token.kind == "number":
            raise Unclear(f"something is missing before “{token.text}”")
        return Binary("*", left, self._expression(_PRODUCT), tight=True)

    def _operand(self) -> Tree:  # noqa: PLR0911 - one return per kind of node
        token = self._next()
        match token.kind:
            case "number":
                return Number(token.text)
            case "name" if token.text in FUNCTIONS:
                return self._call(token.text)
            case "name":
                return Name(token.text)
            case "open":
                return self._group(token)
            case "bar":
                return self._absolute()
            case "frac":
                return Binary("/", self._braced(), self._braced())
            case "op" if token.text == "-":
                return Unary("-", self._expression(_NEGATION))
            case "end":
                raise Unclear("something is missing at its end")
            case _:
                raise Unclear(f"I did not expect “{token.text}” there")

    def _group(self, opened: Token) -> Tree:
        bars, self._bars = self._bars, 0
        inner = self._expression(0)
        self._bars = bars
        closed = self._next()
        if closed.kind != "close" or (opened.text == "(") != (closed.text == ")"):
            raise Unclear("its brackets do not match")
        return inner

    def _absolute(self) -> Tree:
        self._bars += 1
        inner = self._expression(0)
        if self._next().kind != "bar":
            raise Unclear("a “|” is missing in it")
        self._bars -= 1
        return Call("abs", inner)

    def _braced(self) -> Tree:
        opened = self._next()
        if opened.text != "{":
            raise Unclear("a fraction in it has no braces")
        return self._group(opened)

    def _call(self, function: str) -> Tree:
        power: Tree | None = None
        if self._at("^"):
            self._next()
            power = self._expression(_POSTFIX)
            if not (isinstance(power, Number) and power.value in {2, 3, 4}):
                raise Unclear(f"I cannot tell what the power on “{function}” means")
        opened = self._peek()
        argument = self._group(self._next()) if opened.kind == "open" else self._bare_argument()
        call = Call(function, argument)
        return call if power is None else Binary("^", call, power)

    def _bare_argument(self) -> Tree:
        """`sin 2x` takes the whole product, but stops before the next function: `sin x cos x`."""
        argument = self._expression(_NEGATION)
        while self._peek().kind == "name" and self._peek().text not in FUNCTIONS:
            argument = Binary("*", argument, self._expression(_NEGATION), tight=True)
        return argument
