"""Python's way of printing values, read without running anything."""

import ast
import warnings

from pydantic import JsonValue

MAX_CHARACTERS = 8_000_000
"""Of one value. Its tree takes a hundred times as much memory for a moment."""

MAX_BITS = 1024
"""Of a whole number: most readers of JSON take numbers for floats, which end there, and Python
itself refuses to print much longer ones."""

_WORDS: dict[str, JsonValue] = {"true": True, "false": False, "null": None}
"""JSON's names for them, in what is JSON but for its quotation marks."""


class NotLiteralError(ValueError):
    """The text is something else than a value that was printed."""


def read(text: str) -> JsonValue:
    """Numbers, texts, lists, dictionaries, and objects such as `Assistant(id='…')` as dictionaries.

    Raises NotLiteralError for anything that would have to be run to have a value.
    """
    if len(text) > MAX_CHARACTERS:
        raise NotLiteralError
    try:
        with warnings.catch_warnings(action="ignore"):  # of escapes such as \( in a text
            tree = ast.parse(text.strip(), mode="eval")
        return _value(tree.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotLiteralError from error


def _value(node: ast.expr) -> JsonValue:
    match node:
        case ast.Constant(value=None | bool() | int() | float() | str() as value) if _fits(value):
            return value
        case ast.Name(id=name) if name in _WORDS:
            return _WORDS[name]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)) if (
            _fits(value)
        ):
            return -value
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [_value(element) for element in elements]
        case ast.Dict(keys=keys, values=values):
            return {_key(key): _value(value) for key, value in zip(keys, values, strict=True)}
        case ast.Call(func=func, args=[], keywords=keywords) if _is_class(func):
            return {_field(keyword): _value(keyword.value) for keyword in keywords}
    raise NotLiteralError


def _fits(value: object) -> bool:
    return not isinstance(value, int) or value.bit_length() <= MAX_BITS


def _is_class(node: ast.expr) -> bool:
    """As in `Assistant(…)` and `SyncCursorPage[Assistant](…)`; a call of a function is none."""
    match node:
        case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)):
            return name[0].isupper()
    return False


def _key(node: ast.expr | None) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
    raise NotLiteralError


def _field(keyword: ast.keyword) -> str:
    """Clients of the API call a field `schema_` where Python has another use for its name."""
    if keyword.arg is None:
        raise NotLiteralError
    return keyword.arg.removesuffix("_")
