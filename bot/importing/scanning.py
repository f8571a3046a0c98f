"""Finds the values in a text that somebody copied from a notebook, a terminal or a file."""

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
      (?P<string> [bfruBFRU]{0,2} (?: "(?:[^"\\\n]|\\.)*+"? | '(?:[^'\\\n]|\\.)*+'? ) )
    | (?P<open> (?:[A-Za-z_]\w*(?:\[[A-Za-z_]\w*\])?)?\( | [\[{] )
    | (?P<close> [)\]}] )
    | (?P<other> \w++['"]? | \\. | [^\w] )
    """,
    re.VERBOSE | re.DOTALL,
)
"""A quotation mark without its other one takes the rest of its line with it: looking at that text
again from each mark in it would take time by the square of its length. One right behind a word is
an apostrophe, and what follows a backslash stands for nothing else.
"""
_CLOSES = {"(": ")", "[": "]", "{": "}"}

MAX_DEPTH = 100
"""Brackets within brackets; a printed assistant has about ten."""


def groups(text: str) -> Iterator[str]:
    """Every outermost `{…}`, `[…]` and `Name(…)` of the text, in order.

    What belongs to none of them is passed over, and so is a bracket that is never closed. Takes
    time in proportion to the text, whatever is in it.
    """
    start = 0
    waiting: list[str] = []
    for token in _TOKEN.finditer(text):
        if token["open"] is not None:
            if not waiting:
                start = token.start()
            waiting.append(_CLOSES[token["open"][-1]])
        elif token["close"] is not None and waiting:
            fits = waiting.pop() == token["close"]
            if not fits or len(waiting) >= MAX_DEPTH:
                waiting.clear()  # a broken one: what follows may be whole again
            elif not waiting:
                yield text[start : token.end()]
