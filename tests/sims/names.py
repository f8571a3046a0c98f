"""Names of people as the tests use them: none of them may ever reach a provider."""

import re
from collections.abc import Collection

KEYS = re.compile(r"\b(?:sim|slack|discord|web)(?::[\w.-]+)?/[\w-]+")
"""A person's key, of whatever platform."""
USERS = frozenset({"ada", "ben", "cleo", "dan", "eve", "robin", "root", "U-ada", "U-ben"})
SHORTEST = 3
_NUMBERED = re.compile(r"(?<![\w-])(?:U-)?(?:learner|person|student)-?[0-9]+(?![\w-])")
_WORD = re.compile(r"[\w-]+")


def named(text: str, known: Collection[str] = ()) -> list[str]:
    """The people whom a text names: by key, or by an id of USERS or of those that are known, unless
    it is so short that it may be a word."""
    ids = USERS | {user for user in known if len(user) >= SHORTEST}
    users = [word for word in _WORD.findall(text) if word in ids]
    return sorted({*KEYS.findall(text), *_NUMBERED.findall(text), *users})
