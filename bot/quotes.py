"""Finds what a person wrote where others repeat it word for word, also inside JSON in a string."""

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from itertools import accumulate
from typing import Final

from pydantic import JsonValue

from bot.text.cleaning import ELLIPSIS
from bot.text.plain import plain

SHORTEST: Final = 12
"""Characters of a text that is looked for: a shorter one, such as "yes", stands anywhere."""
FEW: Final = 50
"""Texts that are looked for one after the other, which is faster while they are few."""
DEEPEST: Final = 8
"""Levels of JSON inside strings of JSON that are looked into."""
MOST_MISSED: Final = 200
"""Places of one text, one upon the other, at which one of them seemed to begin and did not. What
repeats itself like that, such as a key that was held down, is looked at no further: then all that
follows goes."""

# Line ends and the marks of a quotation come in where a text is quoted.
_BETWEEN = re.compile(r"[\s>]+")

Span = tuple[int, int]


class Quotes:
    """Whole texts of a person; those that are too short are left out.

    Case does not matter, nor do line ends and how wide a gap is.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = frozenset(texts)
        # Lines of a quiz are without Markdown.
        self._plain = _Wanted({*self.texts, *(plain(text) for text in self.texts)})
        # For JSON that cannot be read, such as arguments without an end.
        self._escaped = _Wanted(form for text in self.texts for form in _escaped(text))

    def without(self, text: str, instead: str) -> str:
        """The text, with `instead` for each of the quotes in it."""
        return _replaced(text, self._plain.found(text), instead)

    def without_json(self, text: str, instead: str, depth: int = 0) -> str:
        """The same for a text that may be JSON: its strings are searched as what they stand for."""
        if text.lstrip()[:1] not in ("{", "[", '"'):
            return self.without(text, instead)
        decoded = _decoded(text) if depth < DEEPEST else None
        if decoded is None:
            return self._without_escaped(text, instead)
        try:
            cleaned = self.without_value(decoded, instead, depth=depth + 1)
            return text if cleaned == decoded else json.dumps(cleaned, ensure_ascii=False)
        except RecursionError:  # lists in lists, a thousand times, which nobody means
            return self._without_escaped(text, instead)

    def _without_escaped(self, text: str, instead: str) -> str:
        without = _replaced(text, self._escaped.found(text), instead)
        return self.without(without, instead)

    def without_value(
        self, value: JsonValue, instead: str, *, kept: Collection[str] = (), depth: int = 0
    ) -> JsonValue:
        """The same for all strings of a value. What is named in `kept` stays, at any level, and
        then so do all names."""
        if isinstance(value, str):
            return self.without_json(value, instead, depth)
        if isinstance(value, list):
            return [self.without_value(each, instead, kept=kept, depth=depth) for each in value]
        if not isinstance(value, dict):
            return value
        cleaned: dict[str, JsonValue] = {}
        for name, each in value.items():
            if name in kept:
                cleaned[name] = each
            else:
                key = name if kept else self.without(name, instead)
                cleaned[key] = self.without_value(each, instead, kept=kept, depth=depth)
        return cleaned

    def across(self, parts: Iterable[str], instead: str) -> list[str]:
        """Parts of one text that was split, without what goes from one of them into the next."""
        cleaned = list(parts)
        for glue in (" ", "") if len(cleaned) > 1 else ():  # split at a gap, or within a long word
            starts = [0, *accumulate(len(part) + len(glue) for part in cleaned)]
            for start, stop in reversed(list(self._plain.found(glue.join(cleaned)))):
                first, last = bisect_right(starts, start) - 1, bisect_right(starts, stop - 1) - 1
                for number in range(first, last + 1) if first < last else ():
                    part, begin = cleaned[number], starts[number]
                    after = part[max(stop - begin, 0) :].lstrip()
                    cleaned[number] = part[: max(start - begin, 0)] + instead + after
        return cleaned


class _Plain:
    """A text in small letters with one space for each gap, and where its characters were."""

    def __init__(self, text: str) -> None:
        small = text.casefold()
        if len(small) != len(text):  # some letters have two small ones
            small = "".join(low if len(low := one.casefold()) == 1 else one for one in text)
        pieces: list[str] = []
        self._starts, self._offsets = [0], [0]
        end = length = 0
        for gap in _BETWEEN.finditer(small):
            pieces += [small[end : gap.start()], " "]
            length += gap.start() - end + 1
            end = gap.end()
            self._starts.append(length)
            self._offsets.append(end - length)
        self.text = "".join([*pieces, small[end:]])

    def origin(self, place: int) -> int:
        """Where in the text itself a character was; of a gap, its first."""
        return place + self._offsets[bisect_right(self._starts, place) - 1]


class _Wanted:
    """Texts, by their first characters: one look at each place of another text is enough, however
    many there are."""

    def __init__(self, texts: Iterable[str]) -> None:
        kept = (_Plain(text).text.strip() for text in texts)
        self._by_head: dict[str, list[str]] = {}
        self._within: dict[str, str] = {}
        before: list[str] = []
        for text in sorted({text for text in kept if len(text) >= SHORTEST}):
            self._by_head.setdefault(text[:SHORTEST], []).append(text)
            while before and not text.startswith(before[-1]):
                before.pop()
            if before:  # the longest one that it begins with
                self._within[text] = before[-1]
            before.append(text)
        self._longest = {head: max(map(len, alike)) for head, alike in self._by_head.items()}

    def found(self, text: str) -> Iterator[Span]:
        """Where they are, from left to right; where two overlap, the first and longest."""
        if len(text) < SHORTEST or not self._by_head:
            return
        searched, after, last, missed = _Plain(text), 0, 0, 0
        for place in self._places(searched.text):
            if place < after:
                continue
            length = self._length(searched.text, place)
            if not length:
                missed += place - last < SHORTEST
                last = place
                if missed >= MOST_MISSED:
                    length = len(searched.text) - place
            if length:
                after = place + length
                yield searched.origin(place), searched.origin(after - 1) + 1

    def _places(self, whole: str) -> Iterable[int]:
        """Where one of them may begin."""
        if len(self._by_head) > FEW:
            last, heads = len(whole) - SHORTEST, self._by_head
            return [at for at in range(last + 1) if whole[at : at + SHORTEST] in heads]
        places: list[int] = []
        for head in self._by_head:
            at = whole.find(head)
            while at >= 0:
                places.append(at)
                at = whole.find(head, at + 1)
        return sorted(places)

    def _length(self, whole: str, place: int) -> int:
        """How much there is one of them, or the beginning of one that was cut; nothing if it is
        another text that begins like it."""
        head = whole[place : place + SHORTEST]
        alike, longest = self._by_head[head], self._longest[head]
        at = bisect_right(alike, whole[place : place + longest]) - 1
        one = alike[at] if at >= 0 else ""
        if one and not whole.startswith(one, place):
            same = _same(one, whole[place : place + longest])
            while len(one) > same:
                one = self._within.get(one, "")
        if one:
            return len(one)
        end = whole.find(ELLIPSIS, place, place + longest)
        cut = whole[place:end].rstrip() if end >= 0 else ""
        if len(cut) < SHORTEST:
            return 0
        at = bisect_left(alike, cut)
        is_cut = at < len(alike) and alike[at].startswith(cut)
        return end + len(ELLIPSIS) - place if is_cut else 0


def _same(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return bisect_left(
        range(1, min(len(one), len(other)) + 1),
        True,
        key=lambda count: one[:count] != other[:count],
    )


def _replaced(text: str, spans: Iterable[Span], instead: str) -> str:
    kept: list[str] = []
    end = 0
    for start, stop in spans:
        kept += [text[end:start], instead]
        end = stop
    return "".join([*kept, text[end:]])


def _decoded(text: str) -> JsonValue:
    """None for what is no JSON, or holds no text."""
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list | str) else None


def _escaped(text: str) -> set[str]:
    forms = {json.dumps(text.strip(), ensure_ascii=only)[1:-1] for only in (False, True)}
    return forms - {text.strip()}
