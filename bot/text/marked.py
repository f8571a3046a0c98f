"""A text whose formulas are hidden from a Markdown parser, and come back behind it."""

import re
import secrets
from collections.abc import Iterator

from bot.text.math import Span, find


class Marked:
    """`text` has a word in the place of each formula."""

    def __init__(self, original: str) -> None:
        self._original = original
        self._spans = find(original)
        # Random, so that no text can name a formula that is not there.
        nonce = secrets.token_hex(6)
        self._word = re.compile(f"m{nonce}x([0-9]+)x")
        pieces, end = [], 0
        for number, span in enumerate(self._spans):
            pieces += [original[end : span.start], f"m{nonce}x{number}x"]
            end = span.end
        self.text = "".join([*pieces, original[end:]])

    def parts(self, content: str) -> Iterator[str | int]:
        """Plain text and numbers of formulas, in turn, of what the parser left together."""
        for index, piece in enumerate(self._word.split(content)):
            yield int(piece) if index % 2 else piece

    def span(self, number: int) -> Span:
        return self._spans[number]

    def source(self, number: int) -> str:
        """The formula as it was written, with its delimiters."""
        span = self._spans[number]
        return self._original[span.start : span.end]

    def restored(self, content: str) -> str:
        """The content as it was written."""
        return self._word.sub(lambda found: self.source(int(found[1])), content)
