"""Finds the assistant that a person means when they name one."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.store.choosing import Usable

MOST_NEAR = 5
LONGEST_COMPARED = 64
"""Characters that are compared with names letter by letter, which takes long."""
MOST_COMPARED = 200
_QUOTES = " `\"'“”„«»"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """The one that was meant, else the `several` that fit, else those that come `near`."""

    one: Usable | None = None
    several: tuple[Usable, ...] = ()
    near: tuple[Usable, ...] = ()


def meant(found: Sequence[Usable], words: str) -> Meant:
    """By its whole id, else by its whole name, else by how its name alone begins; upper and lower
    case are the same in names."""
    words = words.strip(_QUOTES)
    wanted = _folded(words)
    if not wanted:
        return Meant()
    names = [(_folded(each.name), each) for each in found]
    ways = (
        [each for each in found if each.id == words],
        [each for name, each in names if name == wanted],
        [each for name, each in names if name.startswith(wanted)],
    )
    fitting = next(filter(None, ways), [])
    if len(fitting) == 1:
        return Meant(one=fitting[0])
    if fitting:
        return Meant(several=tuple(fitting[:MOST_NEAR]))
    return Meant(near=tuple(_near(names, wanted)[:MOST_NEAR]))


def matching(found: Sequence[Usable], typed: str, most: int) -> list[Usable]:
    """Those whose name or id holds what is typed."""
    wanted = _folded(typed.strip(_QUOTES))
    fitting = (each for each in found if wanted in _folded(each.name) or wanted in each.id.lower())
    return [each for each, _ in zip(fitting, range(most), strict=False)]


def _near(names: Sequence[tuple[str, Usable]], wanted: str) -> list[Usable]:
    if inside := [each for name, each in names if wanted in name]:
        return inside
    if len(wanted) > LONGEST_COMPARED:
        return []
    close = get_close_matches(wanted, [name for name, _ in names[:MOST_COMPARED]], MOST_NEAR)
    return [each for name, each in names if name in close]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
