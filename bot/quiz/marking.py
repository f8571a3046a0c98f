"""What counts as right, and what somebody means who types an answer. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.store.records import AnswerKind, Question
from bot.text.likeness import alike

LEAST_PLACES = 2
"""Decimal places from which on a number may be another one, rounded: 0.33 for 1/3, but not 0.3."""

_NUMBER = re.compile(
    r"(?:(?P<name>[^\W\d_])=)?(?P<sign>[+-]?)"
    r"(?:(?:(?P<whole>\d{1,30}) )?(?P<top>\d{1,30})/(?P<bottom>\d{1,30})"
    r"|(?P<decimal>\d{1,30}(?:\.\d{1,30})?|\.\d{1,30}))(?P<percent>%?)"
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_LETTER = re.compile(r"\(?([A-Za-z])[).:]?")


def mark(question: Question, kind: AnswerKind, option: int | None, text: str) -> bool | None:
    """Whether an answer is right; None where nobody can say, as without a key."""
    match kind:
        case "choice" if option is not None and question.answer_option is not None:
            return option == question.answer_option
        case "text" if question.answer is not None:
            return same(text, question.answer)
        case _:
            return None


def same(text: str, answer: str) -> bool | None:
    """Whether what somebody wrote is the answer; None where only a reader can judge.

    Numbers are compared by value: `0,5`, `.5`, `1/2`, `1 1/2`, also behind `x =`. Not everything is
    clear: `1,000` may be one or a thousand, `50%` may be 50 or a half, and 0.33 a third, rounded.
    What is right in one reading and wrong in another is for a reader; words that differ are, too.
    """
    given, key = alike(text), alike(answer)
    if given == key:
        return bool(given) or None
    said, wanted = _number(given), _number(key)
    if said is None or wanted is None or (said.name and wanted.name and said.name != wanted.name):
        return None
    if said.values.keys() == wanted.values.keys():
        return True
    return None if _may_be(said.values, wanted.values) else False


def meant(text: str, options: Sequence[str]) -> int | None:
    """The choice that somebody typed: its text, else its letter, never its number."""
    text = text.strip()
    if text in options:
        return options.index(text)
    typed = alike(text)
    alikes = [index for index, option in enumerate(options) if typed and alike(option) == typed]
    if alikes:
        return alikes[0] if len(alikes) == 1 else None
    letter = _LETTER.fullmatch(text)
    index = -1 if letter is None else ord(letter[1].upper()) - ord("A")
    return index if 0 <= index < len(options) else None


@dataclass(frozen=True, slots=True)
class _Number:
    """What a number can mean, each value with the decimal places that it was written with."""

    name: str
    values: Mapping[Fraction, int]


def _number(plain: str) -> _Number | None:
    """A number in text that is `alike`, where only a decimal comma has become a point."""
    found = _NUMBER.fullmatch(plain)
    if found is None or (found["bottom"] and int(found["bottom"]) == 0):
        return None
    if found["bottom"]:
        whole = int(found["whole"] or 0)
        values = {whole + Fraction(int(found["top"]), int(found["bottom"])): 0}
    else:
        values = {Fraction(found["decimal"]): len(found["decimal"].partition(".")[2])}
        if _THOUSANDS.fullmatch(found["decimal"]):
            values[Fraction(found["decimal"].replace(".", ""))] = 0
    if found["percent"]:
        values |= {value / 100: places + 2 for value, places in values.items()}
    sign = -1 if found["sign"] == "-" else 1
    return _Number(found["name"] or "", {sign * value: places for value, places in values.items()})


def _may_be(said: Mapping[Fraction, int], wanted: Mapping[Fraction, int]) -> bool:
    return any(
        one == other or abs(one - other) <= max(_rounding(places), _rounding(others))
        for one, places in said.items()
        for other, others in wanted.items()
    )


def _rounding(places: int) -> Fraction:
    """How far a number can be from the one that it is, rounded."""
    return Fraction(1, 2 * 10**places) if places >= LEAST_PLACES else Fraction(0)
